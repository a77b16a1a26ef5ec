"""Who is in a record: sealed as they are stored, found again by blind indexes, masked as lists show them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field, field_validator
from sqlalchemy import Connection, RowMapping

from central.failures import Unavailable, WrongField
from central.imports.register import Who as Masked
from central.imports.register import masked
from central.keeping.sealed_columns import CannotOpen, SealedText, Vault
from central.lawyers.name_key import name_key
from central.matters import store
from central.matters.words import Relation, Role
from central.strict_json import read_json, write_json
from central.web_doors import Strict
from hall.identity_numbers import right_id_number

LONGEST_TEXT: Final = 2000
NAME: Final = "person_name"  # however it is typed, one mark
MOST_PARTIES: Final = 40
_LINE: Final = r"^[^\x00-\x1f\x7f]*$"
_LINE_BREAKS_APART: Final = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f]*")
Name = Annotated[str, Field(min_length=1, max_length=60, pattern=_LINE)]
Phone = Annotated[str, Field(pattern=r"^([0-9]{7,12})?$")]


class Party(Strict):
    """Somebody in a record. ``id_number`` is a resident's, checked, or nothing."""

    role: Annotated[Role, Field(strict=False)]
    name: Name
    id_number: Annotated[str, Field(max_length=18, pattern=r"^[0-9A-Za-z]*$")] = ""
    phone: Phone = ""
    relation: Annotated[Relation | None, Field(strict=False)] = None

    @field_validator("id_number")
    @classmethod
    def _right(cls, number: str) -> str:
        if number and not right_id_number(number.upper()):
            raise ValueError("this is no ID number")
        return number.upper()


@dataclass(frozen=True, slots=True)
class Sealing:
    """The vault in a transaction, for one record."""

    connection: Connection
    vault: Vault
    unit: str
    matter: str
    now_ms: int

    def add(self, party: Party, number: int, step: int) -> None:
        """Keep somebody sealed, to be found by number and name."""
        told = party.model_dump(mode="json", exclude={"role"})
        sealed = self._sealed(write_json(told), f"matter_party/{self.matter}/{number}")
        store.add_party(
            self.connection, matter=self.matter, n=number, role=party.role.value, sealed=sealed, step=step,
            id_mark=self.mark("id_number", party.id_number) if party.id_number else None,
            name_mark=self.mark(NAME, party.name),
        )  # fmt: skip

    def texts(self, texts: dict[str, str], step: int) -> SealedText | None:
        return self._sealed(write_json(texts), f"matter_step/{self.matter}/{step}") if texts else None

    def mark(self, kind: str, text: str) -> str:
        try:
            return self.vault.index(self.connection, kind, name_key(text) if kind == NAME else text, self.now_ms)
        except CannotOpen:
            raise Unavailable("NOT_READY") from None

    def _sealed(self, text: str, about: str) -> SealedText:
        try:
            return self.vault.seal(self.connection, self.unit, text, about, self.now_ms)
        except CannotOpen:
            raise Unavailable("NOT_READY") from None


def party_of(connection: Connection, vault: Vault, row: RowMapping) -> Party:
    """Somebody in full."""
    told = vault.open(connection, row["sealed"], f"matter_party/{row['matter']}/{row['n']}")
    return Party.model_validate({**read_json(told), "role": row["role"]})


def texts_of(connection: Connection, vault: Vault, row: RowMapping) -> dict[str, str]:
    """What a step said in words."""
    if row["sealed"] is None:
        return {}
    texts: dict[str, str] = read_json(vault.open(connection, row["sealed"], f"matter_step/{row['matter']}/{row['n']}"))
    return texts


def hidden(party: Party) -> dict[str, Any]:
    """As everybody at work may see them: the surname, ends of the numbers."""
    who = masked(Masked(party.id_number, party.name)) if party.id_number else masked(Masked("0" * 7, party.name))
    return {
        "role": party.role.value,
        "name": who.name,
        "id_number": who.licence if party.id_number else "",
        "phone": f"{party.phone[:3]}****{party.phone[-4:]}" if len(party.phone) > 7 else "*" * len(party.phone),
        "relation": None if party.relation is None else party.relation.value,
    }


def checked_texts(given: dict[str, str], needed: tuple[str, ...], may: tuple[str, ...]) -> dict[str, str]:
    """The texts as they are kept; raises `WrongField`."""
    for name in needed:
        if not given.get(name, "").strip():
            raise WrongField("MISSING_FIELD", f"texts.{name}")
    for name, text in given.items():
        if name not in {*needed, *may}:
            raise WrongField("UNKNOWN_FIELD", "texts")
        if len(text) > LONGEST_TEXT or not _LINE_BREAKS_APART.fullmatch(text):
            raise WrongField("WRONG_FIELD", f"texts.{name}")
    return {name: text.strip() for name, text in given.items() if text.strip()}
