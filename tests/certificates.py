"""Certificates for tests, made on the spot.

In: a folder. Out: PEM files of an authority, of a server on the loopback, and of a client.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    cert: Path
    key: Path


class Authority:
    """Signs certificates; its own is in `pem`."""

    def __init__(self, folder: Path, name: str = "ca") -> None:
        self._folder, self._name, self._ca = folder, name, trustme.CA()
        self.pem = folder / f"{name}.pem"
        self._ca.cert_pem.write_to_path(self.pem)

    def pair(self, identity: str = "127.0.0.1") -> Pair:
        """A new certificate of somebody; the files of the one before are replaced."""
        issued = self._ca.issue_cert(identity)
        stem = f"{self._name}-{identity}"
        pair = Pair(self._folder / f"{stem}.cert.pem", self._folder / f"{stem}.key.pem")
        issued.private_key_pem.write_to_path(pair.key)
        pair.cert.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        return pair
