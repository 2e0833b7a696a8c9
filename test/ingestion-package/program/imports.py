"""Imports what the programs of this image come to import, so that Python writes down what it has compiled."""

import exit_handler
import main
import metadata.automations.extended_runner
import metadata.automations.runner
import metadata.ingestion.sink.metadata_rest
import metadata.ingestion.source.database.postgres.metadata
import metadata.ingestion.source.database.postgres.service_spec
import metadata.utils.secrets.kubernetes_secrets_manager
import psycopg2
import run_automation
