"""Key Vault and Entra ID as workload identity meets them: the vault asks for a token, and a projected one is changed for it."""

import json
import os
import urllib.parse

from stores.http_server import start_http

LOGIN_HOST = "login.microsoftonline.com"
TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "66666666-7777-8888-9999-000000000000"
PROJECTED = "a.projected.token"
ACCESS = "the-access-token"


def start_azure(folder, certificate, vault_host, secrets):
    """Gives the local ports of both hosts, and what the workload identity webhook puts into a pod."""
    token = os.path.join(folder, "azure-token")
    with open(token, "w", encoding="utf-8") as file:
        file.write(PROJECTED)
    ports = {
        vault_host: start_http(lambda method, path, headers, _: _vault(vault_host, secrets, method, path, headers), certificate),
        LOGIN_HOST: start_http(_login, certificate),
    }
    variables = {
        "AZURE_CLIENT_ID": CLIENT,
        "AZURE_TENANT_ID": TENANT,
        "AZURE_FEDERATED_TOKEN_FILE": token,
        "AZURE_AUTHORITY_HOST": f"https://{LOGIN_HOST}/",
    }
    return ports, variables


def _vault(host, secrets, method, path, headers):
    if headers.get("authorization") != f"Bearer {ACCESS}":
        challenge = f'Bearer authorization="https://{LOGIN_HOST}/{TENANT}", resource="https://vault.azure.net"'
        return 401, {"www-authenticate": challenge}, {"error": {"code": "Unauthorized", "message": "AKV10000: a token is missing"}}
    parts = urllib.parse.urlsplit(path).path.strip("/").split("/")
    if parts[-1] == "denied":
        return 403, {}, {"error": {"code": "Forbidden", "message": "The user, group or application does not have secrets get permission."}}
    if method != "GET" or len(parts) != 2 or parts[0] != "secrets" or parts[1] not in secrets:
        message = f"A secret with (name/id) {parts[-1]} was not found in this key vault."
        return 404, {}, {"error": {"code": "SecretNotFound", "message": message}}
    return 200, {}, {"value": secrets[parts[1]], "id": f"https://{host}/secrets/{parts[1]}/0123456789abcdef", "attributes": {"enabled": True}}


def _login(method, path, _, body):
    here = f"https://{LOGIN_HOST}/{TENANT}"
    if path.startswith("/common/discovery/instance"):
        return 200, {}, {"tenant_discovery_endpoint": f"{here}/v2.0/.well-known/openid-configuration", "metadata": []}
    if path.startswith(f"/{TENANT}/v2.0/.well-known/openid-configuration"):
        return 200, {}, {"issuer": f"{here}/v2.0", "authorization_endpoint": f"{here}/oauth2/v2.0/authorize", "token_endpoint": f"{here}/oauth2/v2.0/token"}
    form = {name: values[0] for name, values in urllib.parse.parse_qs(body).items()}
    wanted = {"client_id": CLIENT, "client_assertion": PROJECTED, "scope": "https://vault.azure.net/.default", "grant_type": "client_credentials"}
    if method == "POST" and path == f"/{TENANT}/oauth2/v2.0/token" and wanted.items() <= form.items():
        return 200, {}, {"token_type": "Bearer", "expires_in": 3600, "access_token": ACCESS}
    return 400, {}, {"error": "invalid_request", "error_description": json.dumps({"path": path, "got": sorted(form)})}
