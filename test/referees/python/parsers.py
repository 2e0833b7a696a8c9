"""
Reads payloads as the programs of the ingestion image do, without running anything.

In: a JSON list of {kind, pipelineType, runId, payload}, on stdin; the payload is the text of the variable `config`.
Out: a JSON list of {config, serviceType} or {error}, in the same order. A config holds what the payload set, as it was understood;
serviceType is the kind of service that the program will fetch the connection of, null where it knows none.
"""

import json
import sys

import yaml
from metadata.generated.schema.entity.applications.app import App
from metadata.generated.schema.metadataIngestion.application import OpenMetadataApplicationConfig
from metadata.ingestion.api.parser import (
    SOURCE_CONFIG_CLASS_MAP,
    parse_automation_workflow_gracefully,
    parse_workflow_config_gracefully,
    parse_workflow_source,
)
from metadata.utils.class_helper import get_service_type_from_source_type


def parse_pipeline(case, config):
    # As main.py does.
    config["pipelineRunId"] = case["runId"]
    if case["pipelineType"] == "application":
        return OpenMetadataApplicationConfig.model_validate(config)
    if config["source"]["sourceConfig"]["config"].get("type") in SOURCE_CONFIG_CLASS_MAP:
        # Stricter than the union of all types: against the one class that the type names.
        parse_workflow_source(config)
    return parse_workflow_config_gracefully(config)


PARSERS = {
    "pipeline": parse_pipeline,
    "automation": lambda _, config: parse_automation_workflow_gracefully(config),
    "application": lambda _, config: App.model_validate(config),
}


def parsed(case):
    try:
        model = PARSERS[case["kind"]](case, yaml.safe_load(case["payload"]))
    except Exception as error:  # pylint: disable=broad-except
        return {"error": f"{type(error).__name__}: {error}"}
    config = json.loads(model.model_dump_json(exclude_unset=True, mask_secrets=False))
    service_type = get_service_type_from_source_type(config["source"]["type"]) if "source" in config else None
    return {"config": config, "serviceType": service_type.value if service_type else None}


if __name__ == "__main__":
    json.dump([parsed(case) for case in json.load(sys.stdin)], sys.stdout)
