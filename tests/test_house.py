"""The house rules as tests, for what no linter knows; what breaks one for a reason is named here with it."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from hall.queue.words import Face, Phrase
from hall.refusal import Code
from hall_config.wording import LANGUAGES, catalogue

ROOT = Path(__file__).parent.parent
PARTS = ("hall", "hall_config", "drivers", "edge", "central", "simulators")

FILE_LINES = 300
TEST_FILE_LINES = 450  # a list of promises, each read by itself
FUNCTION_LINES = 40
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
LONGER_FILES = {
    "hall/queue/words.py": "all that can happen in the queue, on one page",
}
WALL_CLOCK_CALLS = {
    ("time", "time"),
    ("time", "time_ns"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
}
NOT_LOCKED = {"voice"}  # the better voice: a hundred megabytes that no test and no hall needs
NO_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def trees(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sources(*folders):
        yield name_of(path), ast.parse(path.read_text(encoding="utf-8"))


def test_the_import_rules_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_only_clock_files_ask_what_time_it_is() -> None:
    found = [
        f"{name}:{node.lineno} {node.func.value.id}.{node.func.attr}()"
        for name, tree in trees(*PARTS)
        if not name.endswith("/clock.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) in WALL_CLOCK_CALLS
    ]
    found += [
        f"{name}:{node.lineno} from time import …"
        for name, tree in trees(*PARTS)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "time"
    ]
    assert found == []


def test_files_are_short() -> None:
    lengths = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources(*PARTS, "tests", "docs")
    }
    limits = {name: TEST_FILE_LINES if name.startswith("tests/") else FILE_LINES for name in lengths}
    longer = {name: length for name, length in lengths.items() if length > limits[name]}
    assert {name: length for name, length in longer.items() if name not in LONGER_FILES} == {}
    assert [name for name in LONGER_FILES if name not in longer] == [], "take it off the list"


def own_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """A body's lines without those of the functions inside it: a router is as long as its own part."""
    inner = [node for node in ast.walk(function) if isinstance(node, FUNCTION) and node is not function]
    outermost = [node for node in inner if not any(node in ast.walk(other) for other in inner if other is not node)]
    return _lines(function.body) - sum(_lines([node]) for node in outermost)


def _lines(block: list[ast.stmt]) -> int:
    return (block[-1].end_lineno or 0) - block[0].lineno + 1


def test_functions_are_short() -> None:
    functions = [(name, node) for name, tree in trees(*PARTS) for node in ast.walk(tree) if isinstance(node, FUNCTION)]
    assert [
        f"{name}:{node.lineno} {node.name} has {own_lines(node)} lines"
        for name, node in functions
        if _lines(node.body) > FUNCTION_LINES and own_lines(node) > FUNCTION_LINES
    ] == []


def test_every_file_says_what_it_is_for() -> None:
    silent = [name for name, tree in trees(*PARTS) if ast.get_docstring(tree) is None]
    assert [name for name in silent if (ROOT / name).read_text(encoding="utf-8").strip()] == []


def test_nothing_is_named_after_nothing() -> None:
    assert [name_of(path) for path in sources(*PARTS, "tests", "docs") if path.stem in NO_NAMES] == []


def test_no_work_is_left_in_a_comment_without_its_issue() -> None:
    mark = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b(?!.*#\d+)")
    assert [
        f"{name_of(path)}:{number}"
        for path in sources(*PARTS, "tests", "docs")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if mark.search(line) and path != Path(__file__)
    ] == []


def test_what_a_page_is_asked_to_wait_for_is_a_function() -> None:
    """A bare expression is evaluated anew at each look, which our pages forbid: only the first look would work."""
    bare = re.compile(r'wait_for_function\(\s*f?"(?!\([\w, ]*\) =>)')
    assert [str(path) for path in sorted(ROOT.glob("tests/**/*.py")) if bare.search(path.read_text())] == []


def test_every_sentence_fills_the_same_blanks_in_both_languages() -> None:
    def blanks(text: str) -> set[str]:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}

    assert all(set(words) == set(LANGUAGES) for words in catalogue().values())
    assert [key for key, words in catalogue().items() if not all(text.strip() for text in words.values())] == []
    assert [key for key, words in catalogue().items() if blanks(words["zh"]) != blanks(words["en"])] == []


def test_every_sentence_is_in_its_language() -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    mixed = [key for key, words in catalogue().items() if chinese.search(words["en"])]
    assert [key for key in mixed if not key.endswith("language")] == [], "only the switch to Chinese says so in Chinese"


@pytest.mark.parametrize(
    ("prefix", "codes"),
    [("refusal", tuple(Code)), ("sign", tuple(Face)), ("speech", tuple(Phrase))],
)
def test_every_code_that_people_meet_has_words(prefix: str, codes: tuple[str, ...]) -> None:
    assert [f"{prefix}.{code}" for code in codes if f"{prefix}.{code}" not in catalogue()] == []


def test_the_lock_holds_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    build = (ROOT / "requirements" / "build.in").read_text(encoding="utf-8")
    asked = [*project["dependencies"], *(line for line in build.splitlines() if line and not line.startswith("#"))]
    extras = project["optional-dependencies"]
    asked += [line for name in extras if name not in NOT_LOCKED for line in extras[name]]
    lock = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    pins = {name.lower(): Version(version) for name, version in re.findall(r"(?m)^([\w.-]+)==([^\s;]+)", lock)}
    wrong = []
    for requirement in map(Requirement, asked):
        if requirement.name != project["name"]:
            pin = pins.get(requirement.name.lower())
            if pin is None or pin not in requirement.specifier:
                wrong.append(f"{requirement} is locked at {pin}")
    assert wrong == [], "run make lock"
    blocks = re.split(r"(?m)^(?=[\w.-]+==)", lock)[1:]
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
