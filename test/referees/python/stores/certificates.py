"""One authority and one certificate for the addresses that the clouds' own clients insist on."""

import datetime
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certificates(folder, hosts):
    """Writes authority and certificate below `folder`; gives the paths of the authority, of the certificate and of its key."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("authority of a test", authority_key, None, authority_key, x509.BasicConstraints(ca=True, path_length=None))
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    certificate = _certificate(hosts[0], key, authority.subject, authority_key, names)
    files = {
        "ca.pem": authority.public_bytes(serialization.Encoding.PEM),
        "server.pem": certificate.public_bytes(serialization.Encoding.PEM),
        "server.key": key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    }
    for name, content in files.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content)
    return tuple(os.path.join(folder, name) for name in files)


def _certificate(name, key, issuer, issuer_key, extension):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(extension, critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
