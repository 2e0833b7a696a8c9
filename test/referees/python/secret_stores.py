"""
Has references looked up by the secrets managers of OpenMetadata, each in the environment of its pod, against stores that play the
clouds: moto, and small servers behind the addresses that the clouds' own clients ask.

In: {secrets, policies, cases: a JSON list of {store, payload, environment, platform, references}}, on stdin; `secrets` are what each store
holds, `policies` those of AWS's roles, and `platform` what the cloud puts into this one pod.
Out: what secret_lookup.py gives, in the same order.
"""

import json
import os
import subprocess
import sys
import tempfile

from stores.aws import start_aws
from stores.azure import LOGIN_HOST, start_azure
from stores.certificates import certificates
from stores.connect_proxy import start_proxy
from stores.google import HOST, start_google

VAULT_HOST = "acme-vault.vault.azure.net"
LOOKUP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "secret_lookup.py")


def started(folder, secrets, policies):
    """The variables of the platform, by store."""
    authority, *certificate = certificates(folder, [VAULT_HOST, LOGIN_HOST, HOST])
    azure_ports, azure = start_azure(folder, certificate, VAULT_HOST, secrets["azure"])
    google_ports, google = start_google(certificate, secrets["google"])
    proxy = start_proxy({**azure_ports, **google_ports})
    way = {"HTTPS_PROXY": proxy, "https_proxy": proxy, "REQUESTS_CA_BUNDLE": authority, "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": authority}
    binary = {"binary": bytes([0, 255, 1])}
    return {"aws": start_aws(folder, {**secrets["aws"], **binary}, policies), "azure": {**azure, **way}, "google": {**google, **way}}


def looked_up(cases, platform):
    asked = [{**case, "environment": {**case["environment"], **platform[case["store"]], **case["platform"]}} for case in cases]
    # A process that has none of the servers' threads, for it forks.
    done = subprocess.run([sys.executable, "-W", "ignore", LOOKUP], input=json.dumps(asked), stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def main():
    question = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        platform = started(folder, question["secrets"], question["policies"])
        sys.stdout.write(looked_up(question["cases"], platform))
        sys.stdout.flush()
    # The servers' threads need not be waited for.
    os._exit(0)


if __name__ == "__main__":
    main()
