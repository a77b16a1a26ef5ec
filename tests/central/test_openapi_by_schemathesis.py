"""schemathesis over the whole OpenAPI of central: no 5xx, nothing answered that the description does not know.

Another project's program with packages of its own (``requirements/schemathesis.txt``), so it runs in its own process
against a real server; `make test` installs it into ``build``. Bounded here; ``SCHEMATHESIS_LONG=1`` walks for longer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from structlog.testing import capture_logs

from central.accounts.permissions import MAY, Role
from central.clock import now_ms
from central.ingest.broker import BrokerLink
from central.ingest.inbox import Inbox
from central.server import listen
from central.web import make_app
from tests.central.asking import filled
from tests.central.conftest import SECRET, Web
from tests.central.event_log import DAY
from tests.central.taking_in import HALL
from tests.central.test_permissions import FILLED, ONES_OWN, acts, endpoints
from tests.parts import Mosquitto, wait_for
from tests.postgres import PostgreSQL

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "build" / "schemathesis-packages"
LONG = bool(os.environ.get("SCHEMATHESIS_LONG"))
EXAMPLES = 200 if LONG else 3
LONGEST_S = 3600 if LONG else 500  # bounded by cases, so that a loaded machine walks as far as a quiet one
# They never end, end the session that asks, or say truly that nobody takes in events here.
LEFT_OUT = "stream$|^/api/v1/session$|^/readyz$"
# They let in by something else than a session, or refuse every wrong one alike.
NOBODYS = {"POST /api/v1/enrolment", "POST /api/v1/activation", "POST /api/v1/session/secret"}
APPLICANTS = "/public/aid/my"  # whoever has the code of a case: test_aid_applicants.py
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance",
)  # fmt: skip


@pytest.fixture
def database_url() -> Iterator[str]:
    """PostgreSQL alone: it takes less than SQLite does of what no store should be given."""
    server = PostgreSQL(in_haste=True)
    server.start()
    yield server.new_database()
    server.remove()


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The application on a real port, in a thread."""
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    wait_for(lambda: server.started, "the server")
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def tokens(web: Web) -> dict[str, str]:
    """For each endpoint the session of somebody who may; one's own sessions are a spare person's.

    What is done to accounts is done to a victim, who asks for nothing.
    """
    web.parts.accounts.add("victim", [Role.VIEWER], now_ms(), SECRET)
    web.parts.accounts.add("spare", [Role.VIEWER], now_ms(), SECRET)
    by_role = {role: web.as_role(role).headers["Authorization"].removeprefix("Bearer ") for role in Role}
    spare = web.client().post("/api/v1/session", json={"name": "spare", "secret": SECRET}).json()["token"]
    found = {}
    for method, route in endpoints(web):
        needed = acts(route)
        if needed:
            found[f"{method} {route.path}"] = by_role[min(MAY[needed.pop()])]
        elif (method, route.path) in ONES_OWN:
            found[f"{method} {route.path}"] = spare
    return found


def street_station(web: Web) -> str:
    """A place without a controller, whose queue central keeps."""
    admin, place = web.as_role(Role.ADMIN), "lane"
    unit = {"id": place, "parent": "city", "level": "street", "name_zh": "小巷", "name_en": "Lane"}
    for path, body in (("units", unit), ("places", {"unit": place})):
        answer = admin.post(f"/api/v1/{path}", json=body, headers={"Idempotency-Key": path})
        assert answer.status_code == 201, answer.text
    return place


def walk(web: Web, url: str, folder: Path) -> subprocess.CompletedProcess[str]:
    known = {**FILLED, "hall": HALL, "unit": "city", "name": "victim", "day": DAY, "epoch": "epoch-1", "parent": "city"}
    known["place"] = street_station(web)
    settings = {
        "WALK": json.dumps({"tokens": tokens(web), "known": known}),
        "SCHEMATHESIS_HOOKS": "tests.central.schemathesis_hooks",
        "PYTHONPATH": f"{PACKAGES}:{ROOT}",
    }
    # one method that no path knows stands for the six of them
    (folder / "schemathesis.toml").write_text('[phases.coverage]\nunexpected-methods = ["TRACE"]\n')
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json", "--checks", ",".join(CHECKS),
        "--phases", "coverage,fuzzing", "--max-examples", str(EXAMPLES), "--seed", "20", "--workers", "1",
        "--no-shrink", "--continue-on-failure", "--request-timeout", "120", "--suppress-health-check", "all",
        "--warnings", "off", "--report", "ndjson", "--report-ndjson-path", str(folder / "walk.ndjson"),
        "--exclude-path-regex", LEFT_OUT,
    ]  # fmt: skip
    return subprocess.run(
        command, env={**os.environ, **settings}, capture_output=True, text=True, timeout=LONGEST_S, check=False,
        cwd=folder,
    )  # fmt: skip


def answers_of(report: Path) -> dict[str, set[int]]:
    """Which statuses each operation answered with."""
    found: dict[str, set[int]] = {}
    for line in report.read_text(encoding="utf-8").splitlines():
        for what in json.loads(line).values():
            recorder = what.get("recorder") if isinstance(what, dict) else None
            for interaction in (recorder or {}).get("interactions", {}).values():
                answer = interaction.get("response")
                if answer is not None:
                    found.setdefault(recorder["label"], set()).add(answer["status_code"])
    return found


@pytest.mark.slow
@pytest.mark.broker
@pytest.mark.timeout(LONGEST_S + 60)
def test_every_endpoint_answers_as_it_is_described(web: Web, mosquitto: Mosquitto, tmp_path: Path) -> None:
    if not (PACKAGES / "schemathesis").is_dir():
        message = "needs build/schemathesis-packages, which make test installs"
        (pytest.fail if os.environ.get("CI", "").lower() == "true" else pytest.skip)(message)
    filled(web)
    link = BrokerLink(mosquitto.url, None, Inbox().put)
    link.start()
    wait_for(lambda: link.up_since_ms, "the line to the broker")
    whole = Web(web.database, replace(web.parts, link=link))
    with capture_logs() as told, served(make_app(whole.parts)) as url:
        done = walk(whole, url, tmp_path)
    link.stop()
    faults = {(str(one.get("route")), repr(one.get("exc_info"))[:600]) for one in told if one["log_level"] == "error"}
    assert not faults
    assert done.returncode == 0, done.stdout[-12000:] + done.stderr[-2000:]
    answers = answers_of(tmp_path / "walk.ndjson")
    assert len(answers) > 80
    unheard = [
        operation
        for operation, statuses in answers.items()
        if statuses <= {401, 405} and operation not in NOBODYS and APPLICANTS not in operation
    ]
    assert unheard == [], "the walk asked as nobody"
    assert sum(1 for statuses in answers.values() if statuses & {200, 201, 204}) > len(answers) // 3
