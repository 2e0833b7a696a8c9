"""
Runs one application without a pipeline: the App is in `config`. Lies where the command of such a run looks for it, as
`metadata.applications.runner`.

Ends with a code other than 0 when the application cannot be set up, or breaks.
"""

import os

import yaml
from metadata.workflow.application import ApplicationWorkflow

# What the workflow asks for, and where it stands in the App.
FIELDS = {"sourcePythonClass": "sourcePythonClass", "appConfig": "appConfiguration", "appPrivateConfig": "privateConfiguration"}


def workflow_config(app):
    config = {name: app[field] for name, field in FIELDS.items() if app.get(field) is not None}
    return {**config, "workflowConfig": {"openMetadataServerConfig": app["openMetadataServerConnection"]}}


def main():
    config = os.environ.get("config")
    if not config:
        raise RuntimeError("Missing environment variable `config`. It is needed to run the application.")
    workflow = ApplicationWorkflow.create(workflow_config(yaml.safe_load(config)))
    workflow.execute()
    workflow.raise_from_status()


if __name__ == "__main__":
    main()
