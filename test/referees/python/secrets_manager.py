"""
Makes the secrets manager of one payload, in the environment of its pod, as the ingestion image does at its start.

In: {payload, serviceAccount} as JSON, on stdin; `serviceAccount` is a folder with what Kubernetes mounts into a pod.
Out: as JSON, which manager it is and what it was told.
"""

import json
import os
import sys

import yaml
from kubernetes.config import incluster_config
from metadata.ingestion.api.parser import parse_workflow_config_gracefully
from metadata.utils.secrets.secrets_manager_factory import SecretsManagerFactory


def main():
    case = json.load(sys.stdin)
    incluster_config.SERVICE_TOKEN_FILENAME = os.path.join(case["serviceAccount"], "token")
    incluster_config.SERVICE_CERT_FILENAME = os.path.join(case["serviceAccount"], "ca.crt")
    server = parse_workflow_config_gracefully(yaml.safe_load(case["payload"])).workflowConfig.openMetadataServerConfig
    manager = SecretsManagerFactory(server.secretsManagerProvider, server.secretsManagerLoader).get_secrets_manager()
    credentials = getattr(manager, "credentials", None)
    told = json.loads(credentials.model_dump_json(exclude_none=True)) if credentials else None
    json.dump({"manager": type(manager).__name__, "credentials": told, "found": found(manager, case.get("secret"))}, sys.stdout)


def found(manager, secret):
    return manager.get_string_value(secret) if secret else None


if __name__ == "__main__":
    main()
