"""Central's key pair for sealed values: controllers seal for it, and only here are they opened.

It lies in the authority's folder. A renewed key leaves the one before for what was sealed earlier or is still on its
way; each value says which key it is for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from central.keeping.key_file import write_secret
from central.line.authority import Authority
from hall_config.sealed_value import NotOpened, mark_in, mark_of, open_with

_NAME: Final = "sealing.key"


class SealingKey:
    """The key in the authority's folder, made when there is none."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._file = authority.folder / _NAME
        if not self._file.exists():
            _keep(self._file, X25519PrivateKey.generate())

    @property
    def certificate(self) -> str:
        """The authority's word for the public key, for controllers."""
        return self._authority.for_sealing(_read(self._file).public_key())

    def open(self, sealed: str, hall: str, about: str) -> str:
        """What a hall has sealed; raises `NotOpened`. Whoever shows it to a person notes that in the audit."""
        wanted = mark_in(sealed)
        for file in (self._file, self._file.with_name(f"sealing-{wanted.hex()}.key")):
            if file.exists():
                private = _read(file)
                if mark_of(private.public_key()) == wanted:
                    return open_with(private, hall, about, sealed)
        raise NotOpened("sealed for a key that is not here")

    def renew(self) -> None:
        """A new key for what is sealed from now on."""
        before = _read(self._file)
        _keep(self._file.with_name(f"sealing-{mark_of(before.public_key()).hex()}.key"), before)
        _keep(self._file, X25519PrivateKey.generate())


def _read(file: Path) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(bytes.fromhex(file.read_text(encoding="ascii")))


def _keep(file: Path, key: X25519PrivateKey) -> None:
    write_secret(file, key.private_bytes_raw().hex().encode() + b"\n")
