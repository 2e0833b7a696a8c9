"""
Runs one ingestion pipeline: the workflow config is in `config`, its kind in `pipelineType`, the run in `pipelineRunId`.

Ends with a code other than 0 when the workflow cannot start, breaks, or ends with too many errors.
"""

import os
from importlib import import_module

import yaml

# What this image has the packages for. Lineage is made by the same workflow as metadata.
WORKFLOWS = {
    "metadata": ("metadata.workflow.metadata", "MetadataWorkflow"),
    "lineage": ("metadata.workflow.metadata", "MetadataWorkflow"),
    "profiler": ("metadata.workflow.profiler", "ProfilerWorkflow"),
    "TestSuite": ("metadata.workflow.data_quality", "TestSuiteWorkflow"),
    "application": ("metadata.workflow.application", "ApplicationWorkflow"),
}


def required(name):
    value = os.environ.get(name)
    if not value:
        raise RuntimeError(f"Missing environment variable `{name}`. It is needed to run the workflow.")
    return value


def workflow_class(pipeline_type):
    if pipeline_type not in WORKFLOWS:
        raise ValueError(f"Cannot find the workflow for pipelineType [{pipeline_type}]")
    module, name = WORKFLOWS[pipeline_type]
    return getattr(import_module(module), name)


def main():
    config = yaml.safe_load(required("config"))
    workflow_of_type = workflow_class(required("pipelineType"))
    run_id = os.environ.get("pipelineRunId")
    if run_id:
        config["pipelineRunId"] = run_id
    print(f"Executing workflow [{config.get('ingestionPipelineFQN')}] in Runner [{config.get('ingestionRunnerName')}]", flush=True)
    workflow = workflow_of_type.create(config)
    workflow.execute()
    workflow.raise_from_status()


if __name__ == "__main__":
    main()
