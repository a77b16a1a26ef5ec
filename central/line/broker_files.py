"""What the broker is told: who may do what (``acl``), which certificates are dead (``crl.pem``), and how it listens.

Central writes these files where the broker reads them and changes them within a minute of a revocation; whoever runs
the broker reloads it when they change (``legal-hall-broker.path``, or the demo's supervisor).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import Connection

from central.clock import now_ms
from central.database import Database
from central.line import store
from central.line.authority import Authority, write_whole

CENTRAL: Final = "central"
log = structlog.get_logger()
_READABLE: Final = 0o640
# Mosquitto tells of a message in another hall's name only at debug, and then of every message its topic and length.
_LOG: Final = "".join(f"log_type {kind}\n" for kind in ("error", "warning", "notice", "information", "debug"))
# A hall says these below its own name and hears those; it can write no acknowledgement and read no other hall's.
_SAYS: Final = ("evt", "node/#", "dev/#", "tlm/#", "rsp", "cfg/reported")
_HEARS: Final = ("ack", "cmd", "cfg/desired")


def acl(halls: Iterable[str]) -> str:
    """Mosquitto's access list; a certificate's name is the user (``use_identity_as_username``)."""
    parts = [f"user {CENTRAL}\ntopic readwrite lh/1/#\n"]
    for hall in halls:
        lines = [f"user {hall}", *(f"topic write lh/1/{hall}/{leaf}" for leaf in _SAYS)]
        lines += [*(f"topic read lh/1/{hall}/{leaf}" for leaf in _HEARS), "topic read lh/1/central/state"]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def configuration(folder: Path, listen: str, port: int) -> str:
    """Mosquitto 2: TLS with a certificate for everybody, limits that lose nothing in silence."""
    return f"""# Written by hall line broker; certificates and lists are read again at SIGHUP.
per_listener_settings false
listener {port} {listen}
allow_anonymous false
cafile {folder}/ca.crt
certfile {folder}/broker.crt
keyfile {folder}/broker.key
crlfile {folder}/crl.pem
tls_version tlsv1.2
require_certificate true
use_identity_as_username true
acl_file {folder}/acl
max_inflight_messages 1000
max_queued_messages 100000
max_queued_bytes 67108864
max_packet_size 1048576
set_tcp_nodelay true
{_LOG}"""


class BrokerFiles:
    """The folder that the broker reads, kept as the store says. Without a folder there is nothing to keep."""

    def __init__(self, database: Database, authority: Authority, folder: Path | None) -> None:
        self._database = database
        self._authority = authority
        self._folder = folder
        self._turn = threading.Lock()

    def prepare(self, host_names: Iterable[str], listen: str, port: int) -> None:
        """Write what the broker needs once: its key and certificate, central's own, and its configuration."""
        folder = self._folder
        if folder is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / "ca.crt", self._authority.pem, _READABLE)
        for name, hosts in (("broker", tuple(host_names)), (CENTRAL, ())):
            if not (folder / f"{name}.crt").exists():
                key, certificate = self._authority.for_program(name, hosts)
                write_whole(folder / f"{name}.key", key, _READABLE)
                write_whole(folder / f"{name}.crt", certificate, _READABLE)
        write_whole(folder / "mosquitto.conf", configuration(folder, listen, port), _READABLE)
        self.refresh()

    def refresh(self) -> None:
        """Write the lists anew where they changed."""
        if self._folder is None:
            return
        with self._turn, self._database.read() as connection:
            if write_lists(connection, self._authority, self._folder, now_ms()):
                log.info("line.lists_written", folder=str(self._folder))


def write_lists(connection: Connection, authority: Authority, folder: Path, now_ms: int) -> bool:
    """Write the two lists where they differ from what is there; True when one did."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    dead = [
        (row["serial"], datetime.fromtimestamp(row["revoked_ms"] / 1000, UTC))
        for row in store.revoked(connection, now_ms)
    ]
    lists = {"acl": acl(store.living_halls(connection, now_ms))}
    changed = _differs(folder / "serials", "\n".join(serial for serial, _ in dead))
    if changed or not (folder / "crl.pem").exists():
        write_whole(folder / "crl.pem", authority.revocations(dead, now), _READABLE)
        write_whole(folder / "serials", "\n".join(serial for serial, _ in dead), _READABLE)
    for name, text in lists.items():
        if _differs(folder / name, text):
            write_whole(folder / name, text, _READABLE)
            changed = True
    return changed


def _differs(file: Path, text: str) -> bool:
    try:
        return file.read_text(encoding="utf-8") != text
    except FileNotFoundError:
        return True
