"""AWS by moto, reached as a pod with a role for its service account (IRSA) reaches it: no key, but a token to change for one."""

import json
import logging
import os

import boto3
import requests
from moto.core.authorization import ActionAuthenticatorMixin
from moto.server import ThreadedMotoServer

REGION = "eu-west-1"


def start_aws(folder, secrets, policies):
    """
    Gives what the pod identity webhook puts into a pod but for its role, and the address of moto in place of Amazon's.

    `policies` are those of the roles, by name. Whoever asks is held to them, as far as moto knows policies: to their actions.
    """
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    settings = {"endpoint_url": endpoint, "region_name": REGION, "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    for name, value in secrets.items():
        content = {"SecretBinary": value} if isinstance(value, bytes) else {"SecretString": value}
        boto3.client("secretsmanager", **settings).create_secret(Name=name, **content)
        if not isinstance(value, bytes):
            boto3.client("ssm", **settings).put_parameter(Name=name, Value=value, Type="SecureString")
    boto3.client("secretsmanager", **settings).create_secret(Name="deleted", SecretString="was here")
    boto3.client("secretsmanager", **settings).delete_secret(SecretId="deleted")
    for role, policy in policies.items():
        iam = boto3.client("iam", **settings)
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}))
        iam.put_role_policy(RoleName=role, PolicyName="own", PolicyDocument=json.dumps(policy))
    _enforce_policies(endpoint)
    token = os.path.join(folder, "aws-token")
    with open(token, "w", encoding="utf-8") as file:
        file.write("a.projected.token")
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_WEB_IDENTITY_TOKEN_FILE": token,
        "AWS_STS_REGIONAL_ENDPOINTS": "regional",
    }


def _enforce_policies(endpoint):
    # A token is changed for a key without a signature, which moto would look for: in the query protocol, whose questions name no target.
    ActionAuthenticatorMixin.PUBLIC_OPERATIONS.append(None)
    requests.post(f"{endpoint}/moto-api/reset-auth", data=b"0", timeout=10).raise_for_status()
