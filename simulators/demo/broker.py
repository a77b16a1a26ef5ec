"""The demo's own Mosquitto: loopback only, a password for each hall, and no hall sees another's topics.

Its defaults lose messages in silence when a session is slow (20 in flight, 1000 queued), so both are raised. A store
that a power cut has zeroed or cut short stops it at every start, so that is looked at first and set aside.
"""

from __future__ import annotations

import base64
import hashlib
import os
import pwd
import re
import secrets
import shutil
import struct
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

_PLACES: Final = ("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/local/bin/mosquitto")
_OLDEST: Final = (2, 0)
_MAGIC: Final = b"\x00\xb5\x00mosquitto db"
_CHUNK_HEAD: Final = struct.Struct(">II")
_FIRST_CHUNK: Final = len(_MAGIC) + 4 + 4  # magic, checksum, version of the format
_ROUNDS: Final = 101  # Mosquitto's own number for its $7$ passwords
_USER: Final = "mosquitto"

log = structlog.get_logger()


class BrokerMissing(Exception):
    """No Mosquitto, or one that is too old; the words say which."""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker's files are and as whom it runs."""

    program: str
    folder: Path
    port: int
    account: pwd.struct_passwd | None  # None: as whoever started the demo

    @property
    def configuration(self) -> Path:
        return self.folder / "mosquitto.conf"

    @property
    def store(self) -> Path:
        return self.folder / "store" / "mosquitto.db"

    def command(self) -> list[str]:
        return [self.program, "-c", str(self.configuration)]


def find_broker(folder: Path, port: int) -> Broker:
    """The Mosquitto of this machine; raises `BrokerMissing`."""
    program = shutil.which("mosquitto") or next((path for path in _PLACES if os.access(path, os.X_OK)), None)
    if program is None:
        raise BrokerMissing("mosquitto")
    told = subprocess.run([program, "-h"], capture_output=True, text=True, timeout=10, check=False).stdout  # noqa: S603
    version = re.search(r"mosquitto version (\d+)\.(\d+)", told)
    if version is not None and (int(version[1]), int(version[2])) < _OLDEST:
        raise BrokerMissing(f"mosquitto {version[1]}.{version[2]}")
    return Broker(program, folder, port, broker_account())


def broker_account() -> pwd.struct_passwd | None:
    """Started as root, Mosquitto would give root up by itself, and with it our hold on it; so we do that for it."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(_USER)
    except KeyError:
        return None


def prepare(broker: Broker, passwords: Mapping[str, str], halls: list[str]) -> None:
    """Write configuration, passwords and who may do what."""
    broker.store.parent.mkdir(parents=True, exist_ok=True)
    _write(broker.folder / "passwords", "".join(f"{name}:{hashed(word)}\n" for name, word in passwords.items()))
    _write(broker.folder / "acl", _acl(halls))
    _write(broker.configuration, _configuration(broker))
    if broker.account is not None:
        for path in (broker.folder, *broker.folder.rglob("*")):
            os.chown(path, broker.account.pw_uid, broker.account.pw_gid)
    log.info("broker.prepared", port=broker.port, halls=halls)


def _configuration(broker: Broker) -> str:
    # ``user root`` keeps whoever runs it as it is: the account was changed before the program started.
    keep = "" if os.geteuid() != 0 or broker.account is not None else "user root\n"
    return f"""# The demo's own broker; written anew at every start.
{keep}listener {broker.port} 127.0.0.1
allow_anonymous false
password_file {broker.folder / "passwords"}
acl_file {broker.folder / "acl"}
persistence true
persistence_location {broker.store.parent}/
autosave_interval 30
max_inflight_messages 1000
max_queued_messages 100000
max_queued_bytes 67108864
max_packet_size 1048576
log_dest stdout
log_type error
log_type warning
log_type notice
connection_messages false
"""


def _acl(halls: list[str]) -> str:
    """A hall acts below its own name and hears central's state; central hears and says everything below ``lh/1``."""
    own = "".join(f"user {hall}\ntopic readwrite lh/1/{hall}/#\ntopic read lh/1/central/state\n\n" for hall in halls)
    return f"{own}user central\ntopic readwrite lh/1/#\n"


def hashed(word: str) -> str:
    """A password as Mosquitto 2 keeps it: PBKDF2 with SHA-512."""
    salt = secrets.token_bytes(12)
    derived = hashlib.pbkdf2_hmac("sha512", word.encode(), salt, _ROUNDS)
    return f"$7${_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(derived).decode()}"


def _write(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)  # it may belong to the broker's account, with a mode that is not ours to open
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def set_aside_broken_store(store: Path) -> None:
    """Move a store away that the broker would not start with."""
    if not store.exists() or is_whole(store.read_bytes()):
        return
    number = 1
    while (away := store.with_name(f"{store.name}.broken-{number}")).exists():
        number += 1
    store.rename(away)
    log.warning("broker.store_set_aside", store=str(away), hint="a power cut spoilt it; no hall has lost anything")


def is_whole(data: bytes) -> bool:
    """Whether the chunks of a Mosquitto store (format 5 and 6) end where the file ends."""
    if not data.startswith(_MAGIC):
        return False
    place = _FIRST_CHUNK
    while place < len(data):
        if place + _CHUNK_HEAD.size > len(data):
            return False
        kind, length = _CHUNK_HEAD.unpack_from(data, place)
        if not 1 <= kind <= 16:
            return False
        place += _CHUNK_HEAD.size + length
    return place == len(data) and len(data) > _FIRST_CHUNK
