"""Sign-ins by the hundred: everybody else is served, and one secret tried at many names is stopped."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice

import pytest

from central.accounts.turns import Turns
from central.failures import Unavailable
from central.phone import tries
from tests.central.asking import check_error
from tests.central.conftest import SECRET, Web


def test_a_flood_of_sign_ins_leaves_threads_to_everybody_else() -> None:
    turns, let_go, inside = Turns(at_once=2, most_waiting=3), threading.Event(), threading.Semaphore(0)

    def sign_in() -> str:
        try:
            with turns:
                inside.release()
                assert let_go.wait(30)
        except Unavailable as busy:
            return busy.code
        return "in"

    with ThreadPoolExecutor(10) as everybody:
        asked = [everybody.submit(sign_in) for _ in range(10)]
        refused = [one.result() for one in islice(as_completed(asked), 5)]  # two are in, three wait
        let_go.set()
        assert refused == ["SIGN_IN_BUSY"] * 5
        assert sorted(one.result() for one in asked) == ["SIGN_IN_BUSY"] * 5 + ["in"] * 5
    with turns:
        pass


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_secret_tried_at_many_names_is_stopped_by_its_source(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tries.LIMITS, "sign_in", (4, 600))
    client = web.client()
    for name in ("admin", "nobody.1", "nobody.2", "supervisor"):
        check_error(client.post("/api/v1/session", json={"name": name, "secret": "Spring-2026!"}), 401, "WRONG_SECRET")
    answer = client.post("/api/v1/session", json={"name": "viewer", "secret": SECRET})
    check_error(answer, 429, "TOO_MANY_TRIES")
    assert int(answer.headers["Retry-After"]) > 500
    wish = {"name": "viewer", "code": "AAAA-AAAA-AAAA-AAAA", "secret": SECRET}
    check_error(client.post("/api/v1/activation", json=wish), 429, "TOO_MANY_TRIES")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_enrols_wrongly_all_the_time_is_not_heard_for_a_while(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tries.LIMITS, "enrol", (3, 600))
    client = web.client()
    wrong = {"hall": "test-hall", "code": "AAAA-AAAA-AAAA-AAAA", "csr": "no request"}
    renewal = {"certificate": "none", "csr": "none", "signature": "none"}
    check_error(client.post("/api/v1/enrolment", json=wrong), 401, "WRONG_ENROLMENT")
    assert client.post("/api/v1/enrolment/renewal", json=renewal).status_code == 422
    check_error(client.post("/api/v1/enrolment", json=wrong), 401, "WRONG_ENROLMENT")
    for path, body in (("enrolment", wrong), ("enrolment/renewal", renewal)):
        check_error(client.post(f"/api/v1/{path}", json=body), 429, "TOO_MANY_TRIES")
    assert client.get("/api/v1/authority").status_code == 200
