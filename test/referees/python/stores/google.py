"""Secret Manager by gRPC, and the metadata server of a node, which workload identity on GKE answers in place of."""

from concurrent import futures

import google_crc32c
import grpc
from google.cloud.secretmanager_v1.types import AccessSecretVersionRequest, AccessSecretVersionResponse, SecretPayload

from stores.http_server import start_http

HOST = "secretmanager.googleapis.com"
PROJECT = "acme-project"
ACCESS = "the-access-token"
METADATA = {"Metadata-Flavor": "Google", "Server": "Metadata Server for VM"}
METHOD = "/google.cloud.secretmanager.v1.SecretManagerService/AccessSecretVersion"


def start_google(certificate, secrets):
    """Gives the local port of the host, and where the pod's libraries find the metadata server; in a pod that is a fixed address."""
    port = start_http(_metadata)
    return {HOST: _secret_manager(certificate, secrets)}, {"GCE_METADATA_HOST": f"127.0.0.1:{port}", "GCE_METADATA_IP": f"127.0.0.1:{port}"}


def _metadata(_, path, headers, __):
    if headers.get("Metadata-Flavor") != "Google":
        return 403, {}, "the header Metadata-Flavor is missing"
    account = "/computeMetadata/v1/instance/service-accounts/default/"
    if path.startswith(f"{account}token"):
        return 200, METADATA, {"access_token": ACCESS, "expires_in": 3600, "token_type": "Bearer"}
    if path.startswith(account):
        return 200, METADATA, {"email": "ingestion@acme-project.iam.gserviceaccount.com", "scopes": ["https://www.googleapis.com/auth/cloud-platform"]}
    texts = {"/computeMetadata/v1/project/project-id": PROJECT, "/computeMetadata/v1/universe/universe-domain": "googleapis.com", "/": ""}
    plain = {**METADATA, "content-type": "application/text"}
    name = path.partition("?")[0]
    return (200, plain, texts[name]) if name in texts else (404, plain, "not found")


def _secret_manager(certificate, secrets):
    def access(request, context):
        if ("authorization", f"Bearer {ACCESS}") not in context.invocation_metadata():
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "Request had invalid authentication credentials.")
        _, project, _, name, _, version = request.name.split("/")
        if name == "denied":
            context.abort(grpc.StatusCode.PERMISSION_DENIED, f"Permission 'secretmanager.versions.access' denied for resource '{request.name}'.")
        if project != PROJECT or version != "latest" or name not in secrets:
            context.abort(grpc.StatusCode.NOT_FOUND, f"Secret [{request.name}] not found or has no versions.")
        data = secrets[name].encode()
        return AccessSecretVersionResponse(name=request.name, payload=SecretPayload(data=data, data_crc32c=google_crc32c.value(data)))

    class Service(grpc.GenericRpcHandler):
        def service(self, details):
            if details.method != METHOD:
                return None
            return grpc.unary_unary_rpc_method_handler(access, AccessSecretVersionRequest.deserialize, AccessSecretVersionResponse.serialize)

    with open(certificate[0], "rb") as chain, open(certificate[1], "rb") as key:
        credentials = grpc.ssl_server_credentials([(key.read(), chain.read())])
    server = grpc.server(futures.ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers([Service()])
    port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    _SERVERS.append(server)
    return port


# A server stops when nobody holds it.
_SERVERS = []
