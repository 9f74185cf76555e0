"""TLS for the server: certificates that are read again when their files change.

In: paths of PEM files. Out: credentials to listen with.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import grpc

from recsys.errors import BadInput
from recsys.storage.watched import Watched


@dataclass(frozen=True)
class Certificates:
    """What the server shows, and whom it believes.

    Attributes
    ----------
    chain, private_key : bytes
        The server's own certificate with those above it, and its key, PEM.
    client_ca : bytes or None
        Who signs the certificates of clients, PEM; None where clients need none.
    """

    chain: bytes
    private_key: bytes
    client_ca: bytes | None

    def configuration(self) -> grpc.ServerCertificateConfiguration:
        """The same as gRPC takes it."""
        pair = (self.private_key, self.chain)
        return grpc.ssl_server_certificate_configuration([pair], root_certificates=self.client_ca)


def credentials_of(
    cert: Path,
    key: Path,
    client_ca: Path | None,
    on_change: Callable[[BadInput | None], None],
) -> grpc.ServerCredentials:
    """Credentials that follow the files: every new connection gets what they hold by then.

    With `client_ca`, a client without a certificate signed there is not spoken to.

    Raises
    ------
    BadInput
        The files cannot be read, are no PEM, or the key is of another certificate. Later on,
        such files are told to `on_change`, and the certificates before them stay.
    """
    paths = (cert, key) if client_ca is None else (cert, key, client_ca)
    files = Watched(paths, lambda: _read(cert, key, client_ca), on_change)
    shown = files.current()

    def what_is_new() -> grpc.ServerCertificateConfiguration | None:
        nonlocal shown
        found = files.current()
        if found is shown:
            return None
        shown = found
        return found.configuration()

    return grpc.dynamic_ssl_server_credentials(
        shown.configuration(), what_is_new, require_client_authentication=client_ca is not None
    )


def _read(cert: Path, key: Path, client_ca: Path | None) -> Certificates:
    try:
        # gRPC would take anything here and fail at every connection; OpenSSL tells at once. Told
        # of no passphrase, it would ask for one at the terminal.
        proof = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        proof.load_cert_chain(cert, key, password="")
        if client_ca is not None:
            proof.load_verify_locations(client_ca)
        ca = None if client_ca is None else client_ca.read_bytes()
        return Certificates(cert.read_bytes(), key.read_bytes(), ca)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        names = ", ".join(str(path) for path in (cert, key, client_ca) if path is not None)
        raise BadInput(f"cannot use the certificates in {names}: {_told(error)}") from error


def _told(error: OSError | ValueError) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "they are no PEM").lower().replace("_", " ")
    return getattr(error, "strerror", None) or str(error)
