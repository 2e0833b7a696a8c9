"""
Reads `secret:` references as a pod of the ingestion image does, each case in an environment of its own.

In: a JSON list of {payload, environment, references}, on stdin. Out: a JSON list of {values, log} or {error}, in the same order; the
values are what fields with these references have.
"""

import json
import logging
import multiprocessing
import os
import sys

import yaml
from metadata.ingestion.api.parser import parse_workflow_config_gracefully
from metadata.ingestion.models.custom_pydantic import _CustomSecretStr
from metadata.utils.secrets.secrets_manager_factory import SecretsManagerFactory


class Lines(logging.Handler):
    """Keeps what is logged."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def looked_up(case):
    os.environ.clear()
    os.environ.update(case["environment"])
    log = Lines()
    logging.getLogger("metadata").addHandler(log)
    try:
        server = parse_workflow_config_gracefully(yaml.safe_load(case["payload"])).workflowConfig.openMetadataServerConfig
        # As OpenMetadata's client does when it is made.
        SecretsManagerFactory(server.secretsManagerProvider, server.secretsManagerLoader)
        values = [_CustomSecretStr(reference).get_secret_value() for reference in case["references"]]
    except Exception as error:  # pylint: disable=broad-except
        return {"error": f"{type(error).__name__}: {error}"}
    return {"values": values, "log": log.lines}


def main():
    # One process each: the manager is a singleton, and the environment the process's own.
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        json.dump(pool.map(looked_up, json.load(sys.stdin), chunksize=1), sys.stdout)


if __name__ == "__main__":
    main()
