"""The demo's own Mosquitto: loopback only, with the certificates and lists that ``hall line broker`` writes.

A store that a power cut has zeroed or cut short stops it at every start, so that is looked at first and set aside.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

_PLACES: Final = ("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/local/bin/mosquitto")
_OLDEST: Final = (2, 0)
_MAGIC: Final = b"\x00\xb5\x00mosquitto db"
_CHUNK_HEAD: Final = struct.Struct(">II")
_FIRST_CHUNK: Final = len(_MAGIC) + 4 + 4  # magic, checksum, version of the format
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
        return self.folder / "demo.conf"

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


def make_folders(broker: Broker) -> None:
    """Folders that central writes into and the broker reads: what is made in them belongs to the broker's group."""
    broker.store.parent.mkdir(parents=True, exist_ok=True)
    if broker.account is not None:
        os.chown(broker.folder, -1, broker.account.pw_gid)
        broker.folder.chmod(0o2750)
        for path in (broker.store.parent, *broker.store.parent.iterdir()):
            os.chown(path, broker.account.pw_uid, broker.account.pw_gid)


def add_settings(broker: Broker) -> None:
    """What ``hall line broker`` has written, and what only this broker needs."""
    # ``user root`` keeps whoever runs it as it is: the account was changed before the program started.
    keep = "" if os.geteuid() != 0 or broker.account is not None else "user root\n"
    written = (broker.folder / "mosquitto.conf").read_text(encoding="utf-8")
    settings = f"""{written}{keep}persistence true
persistence_location {broker.store.parent}/
autosave_interval 30
log_dest stderr
"""
    broker.configuration.write_text(settings, encoding="utf-8")
    broker.configuration.chmod(0o640)
    log.info("broker.prepared", port=broker.port)


class ListWatch:
    """Whether what the broker was told has changed since the last look."""

    def __init__(self, folder: Path) -> None:
        self._lists = [folder / name for name in ("acl", "crl.pem")]
        self._seen = self._look()

    def changed(self) -> bool:
        before, self._seen = self._seen, self._look()
        return before != self._seen

    def _look(self) -> list[tuple[int, int]]:
        found = [path.stat() for path in self._lists if path.exists()]
        return [(one.st_ino, one.st_mtime_ns) for one in found]


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
