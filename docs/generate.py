"""Write the generated files of ``docs/``, or with ``--check`` say which are not up to date.

    make generate        (or .venv/bin/python -m docs.generate [--check])

Schemas, AsyncAPI and OpenAPI files are written whole. In ``wire.md``, ``simulator.md``, ``permissions.md`` and
``report-fields.md`` only what stands between ``<!-- generated: NAME -->`` and ``<!-- end -->`` is written; the prose
around it is written by people.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from docs.openapi import DOCUMENTS
from docs.permissions_table import acts_table, endpoints_table, roles_table
from docs.report_fields_table import fields_table
from hall_config.wire_files import asyncapi_file, schema_files
from hall_config.wire_meanings import MeaningMissing, Meanings
from hall_config.wire_tables import codes_table, envelope_table, events_table, topics_table, words_table
from simulators.device_actions import actions_table

DOCS = Path(__file__).parent
BLOCK = re.compile(r"(<!-- generated: (?P<name>[a-z]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def generated_files() -> dict[Path, str]:
    """Every generated file with what it must hold."""
    meanings = Meanings(tomllib.loads((DOCS / "meanings.toml").read_text(encoding="utf-8")))
    version = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    files = {DOCS / "schemas" / name: text for name, text in schema_files(meanings).items()}
    files[DOCS / "asyncapi.json"] = asyncapi_file(version)
    files[DOCS / "wire.md"] = _fill("wire.md", _tables_of_the_wire(meanings))
    files[DOCS / "simulator.md"] = _fill("simulator.md", {"actions": actions_table})
    permissions = {"roles": roles_table, "acts": acts_table, "endpoints": endpoints_table}
    files[DOCS / "permissions.md"] = _fill("permissions.md", permissions)
    files[DOCS / "report-fields.md"] = _fill("report-fields.md", {"fields": fields_table})
    for name, document in DOCUMENTS.items():
        files[DOCS / name] = json.dumps(document(), ensure_ascii=False, indent=2) + "\n"
    if gone := meanings.never_used():
        raise MeaningMissing(f"docs/meanings.toml: remove what no word or only a docstring needs: {', '.join(gone)}")
    return files


Tables = Mapping[str, Callable[[], Iterable[str]]]


def _tables_of_the_wire(meanings: Meanings) -> Tables:
    return {
        "topics": lambda: topics_table(meanings),
        "envelope": lambda: envelope_table(meanings),
        "events": lambda: events_table(meanings),
        "codes": codes_table,
        "commands": lambda: words_table(meanings, "Command"),
        "effects": lambda: words_table(meanings, "Effect"),
    }


def _fill(name: str, tables: Tables) -> str:
    text = (DOCS / name).read_text(encoding="utf-8")
    found = {match["name"] for match in BLOCK.finditer(text)}
    if found != set(tables):
        raise SystemExit(f"docs/{name} has the blocks {sorted(found)}, but the generator makes {sorted(tables)}")
    return BLOCK.sub(lambda match: match[1] + "\n" + "\n".join(tables[match["name"]]()) + "\n" + match[3], text)


def stale_files(files: dict[Path, str]) -> list[Path]:
    """What differs from what it must be, and what should not be there."""
    differing = [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    return sorted(differing + [path for path in (DOCS / "schemas").glob("*") if path not in files])


def main(arguments: list[str]) -> int:
    try:
        files = generated_files()
    except MeaningMissing as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    stale = stale_files(files)
    if "--check" in arguments:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(DOCS.parent)} is not up to date\n")
        if stale:
            sys.stderr.write("Run make generate and commit what it writes.\n")
        return 1 if stale else 0
    for path in stale:
        if path in files:
            path.parent.mkdir(exist_ok=True)
            path.write_text(files[path], encoding="utf-8")
        else:
            path.unlink()
        sys.stdout.write(f"{path.relative_to(DOCS.parent)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
