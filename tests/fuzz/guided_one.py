"""One parser in a process of its own, with the drivers' code instrumented before anybody imports it."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["drivers"]):
    from tests.fuzz.guided import fuzz_one
    from tests.fuzz.parsers import CASES, MODBUS

if __name__ == "__main__":
    name, seconds = sys.argv[1:]
    fuzz_one(next(case for case in (*CASES, MODBUS) if case.name == name), int(seconds))
