"""
Prints what OpenMetadata's own builders make of ingestion pipelines.

In: a JSON list of {ingestionPipeline, service}, on stdin, as the server sends them.
Out: a JSON list of {config} or {error}, in the same order. A config holds what the builder set and no defaults.
"""

import json
import sys

import without_airflow

without_airflow.install()

# pylint: disable=wrong-import-position
from metadata.generated.schema.entity.services.ingestionPipelines.ingestionPipeline import IngestionPipeline
from openmetadata_managed_apis.workflows.ingestion import common, es_reindex
from openmetadata_managed_apis.workflows.ingestion.registry import build_registry

SERVICES = {}


class OneServiceServer:
    """The client of a server that is well and has the services of the current case."""

    def __init__(self, config):
        self.config = config

    def health_check(self):
        return True

    def get_by_name(self, entity, fqn, **_):
        return entity.model_validate(SERVICES[str(getattr(fqn, "root", fqn))])


for module in (common, es_reindex):
    module.OpenMetadata = OneServiceServer


def built(case):
    SERVICES.clear()
    service = case["service"]
    if service:
        SERVICES[service["name"]] = service
    pipeline = IngestionPipeline.model_validate(case["ingestionPipeline"])
    build = build_registry.registry.get(pipeline.pipelineType.value)
    if build is None:
        return {"error": "OpenMetadata has no builder for this type"}
    without_airflow.Operator.made.clear()
    build(pipeline)
    (task,) = without_airflow.Operator.made
    config = task["op_kwargs"]["workflow_config"]
    # Airflow's own: a new one for each run.
    config.pipelineRunId = None
    return {"config": json.loads(config.model_dump_json(exclude_unset=True, exclude_none=True, mask_secrets=False))}


def answer(case):
    try:
        return built(case)
    except Exception as error:  # pylint: disable=broad-except
        return {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
