"""Which template a unit uses: its own newest, else the shipped one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from central.aid_papers import template_store
from central.aid_papers.forms import Form, form_table
from central.failures import NotFound, RefusedByRule

_SHIPPED: Final = Path(__file__).with_name("templates")


@dataclass(frozen=True, slots=True)
class Template:
    """A template; ``version`` 0 is the shipped one."""

    version: int
    docx: bytes


def form_of(code: str) -> Form:
    """Raises `NotFound` for a document that does not exist."""
    form = form_table().forms.get(code)
    if form is None:
        raise NotFound("NO_SUCH_FORM")
    return form


@cache
def shipped(code: str) -> bytes:
    return (_SHIPPED / f"{code}.docx").read_bytes()


def template_for(connection: Connection, unit: str, code: str) -> Template:
    """The template that a unit's documents are made of now."""
    row = template_store.newest(connection, unit, code)
    if row is None or row["docx"] is None:
        return Template(0, shipped(code))
    return Template(row["version"], bytes(row["docx"]))


def bring_in(connection: Connection, unit: str, code: str, docx: bytes, by: str, now_ms: int) -> int:
    """Use this file, which `check_template` has found good, from now on; its version."""
    return template_store.add(connection, unit, code, docx, sha256(docx).hexdigest(), by, now_ms)


def go_back(connection: Connection, unit: str, code: str, by: str, now_ms: int) -> int:
    """Use the shipped template again; raises `RefusedByRule` when it is in use."""
    form_of(code)
    if template_for(connection, unit, code).version == 0:
        raise RefusedByRule("AID_TEMPLATE_SHIPPED", "form")
    return template_store.add(connection, unit, code, None, sha256(shipped(code)).hexdigest(), by, now_ms)
