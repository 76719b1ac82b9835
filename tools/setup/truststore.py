"""Writes the machine's trusted certificates as a Java trust store. Runs in ``.venv``.

The JRE from PyPI knows the public authorities only; behind a company's proxy the machine's own list
is the one that works.
"""

from __future__ import annotations

import ssl
import sys
import warnings
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12


def trusted_certificates() -> list[x509.Certificate]:
    """Read the bundle that Python's own TLS trusts, SSL_CERT_FILE included."""
    bundle = ssl.get_default_verify_paths().cafile
    if not bundle:
        return []
    with warnings.catch_warnings():
        # A few old authorities have serial numbers that the library dislikes.
        warnings.simplefilter("ignore")
        return x509.load_pem_x509_certificates(Path(bundle).read_bytes())


def write(store: Path, password: str) -> None:
    """Write the trust store; write nothing where this machine has no bundle."""
    certificates = [
        pkcs12.PKCS12Certificate(certificate, f"machine-{index}".encode())
        for index, certificate in enumerate(trusted_certificates())
    ]
    if certificates:
        encryption = BestAvailableEncryption(password.encode())
        store.write_bytes(pkcs12.serialize_java_truststore(certificates, encryption))


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[2])
