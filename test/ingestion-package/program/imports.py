"""Imports what the programs of this image come to import, so that Python writes down what it has compiled."""

import application_runner
import exit_handler
import main
import metadata.applications.example
import metadata.automations.extended_runner
import metadata.automations.runner
import metadata.data_quality.interface.sqlalchemy.sqa_test_suite_interface
import metadata.data_quality.validations.table.sqlalchemy.tableRowCountToBeBetween
import metadata.ingestion.sink.metadata_rest
import metadata.ingestion.source.database.postgres.metadata
import metadata.ingestion.source.database.postgres.service_spec
import metadata.profiler.interface.sqlalchemy.profiler_interface
import metadata.sampler.sqlalchemy.postgres.sampler
import metadata.utils.secrets.kubernetes_secrets_manager
import metadata.workflow.data_quality
import metadata.workflow.metadata
import metadata.workflow.profiler
import psycopg2
import run_automation
