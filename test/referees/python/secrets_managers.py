"""
Makes the secrets managers that payloads name, each in the environment of its pod, as the ingestion image does at its start.

In: {serviceAccount, cases: a JSON list of {payload, environment}}, on stdin; `serviceAccount` is a folder with what Kubernetes
mounts into a pod. Out: a JSON list of {manager, credentials} or {error}, in the same order.
"""

import json
import multiprocessing
import os
import sys

import yaml
from kubernetes.config import incluster_config
from metadata.ingestion.api.parser import parse_workflow_config_gracefully
from metadata.utils.secrets.secrets_manager_factory import SecretsManagerFactory


def made(case):
    os.environ.clear()
    os.environ.update(case["environment"])
    try:
        server = parse_workflow_config_gracefully(yaml.safe_load(case["payload"])).workflowConfig.openMetadataServerConfig
        manager = SecretsManagerFactory(server.secretsManagerProvider, server.secretsManagerLoader).get_secrets_manager()
    except Exception as error:  # pylint: disable=broad-except
        return {"error": f"{type(error).__name__}: {error}"}
    credentials = getattr(manager, "credentials", None)
    return {"manager": type(manager).__name__, "credentials": json.loads(credentials.model_dump_json(exclude_unset=True, exclude_none=True)) if credentials else None}


def main():
    question = json.load(sys.stdin)
    incluster_config.SERVICE_TOKEN_FILENAME = os.path.join(question["serviceAccount"], "token")
    incluster_config.SERVICE_CERT_FILENAME = os.path.join(question["serviceAccount"], "ca.crt")
    # One process each: the manager is a singleton, and the environment the process's own.
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        json.dump(pool.map(made, question["cases"], chunksize=1), sys.stdout)


if __name__ == "__main__":
    main()
