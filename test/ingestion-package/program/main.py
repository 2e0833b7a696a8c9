"""
Runs one ingestion pipeline: the workflow config is in `config`, its kind in `pipelineType`, the run in `pipelineRunId`.

Ends with a code other than 0 when the workflow cannot start, breaks, or ends with too many errors.
"""

import os

import yaml
from metadata.generated.schema.entity.services.ingestionPipelines.ingestionPipeline import PipelineType
from metadata.workflow.metadata import MetadataWorkflow

# What this image has the packages for. Lineage is made by the same workflow as metadata.
WORKFLOWS = {PipelineType.metadata.value: MetadataWorkflow, PipelineType.lineage.value: MetadataWorkflow}


def required(name):
    value = os.environ.get(name)
    if not value:
        raise RuntimeError(f"Missing environment variable `{name}`. It is needed to run the workflow.")
    return value


def main():
    config = yaml.safe_load(required("config"))
    pipeline_type = required("pipelineType")
    workflow_class = WORKFLOWS.get(pipeline_type)
    if workflow_class is None:
        raise ValueError(f"Cannot find the workflow for pipelineType [{pipeline_type}]")
    run_id = os.environ.get("pipelineRunId")
    if run_id:
        config["pipelineRunId"] = run_id
    print(f"Executing workflow [{config.get('ingestionPipelineFQN')}] in Runner [{config.get('ingestionRunnerName')}]", flush=True)
    workflow = workflow_class.create(config)
    workflow.execute()
    workflow.raise_from_status()


if __name__ == "__main__":
    main()
