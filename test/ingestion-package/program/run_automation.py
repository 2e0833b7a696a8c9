"""Runs one automation Workflow: it is in `config`. What comes of it the package writes to the server itself."""

import os

import yaml
from metadata.automations.execute_runner import execute
from metadata.generated.schema.entity.automations.workflow import Workflow


def main():
    config = os.environ.get("config")
    if not config:
        raise RuntimeError("Missing environment variable `config`. It is needed to run the automation.")
    execute(Workflow.model_validate(yaml.safe_load(config)))


if __name__ == "__main__":
    main()
