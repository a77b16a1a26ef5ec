"""Pages against whoever writes their addresses, their names and their headers: nothing of it becomes a page's own."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from central.accounts.permissions import Role
from central.pages import STATIC
from central.web import make_app
from tests.central.asking import filled
from tests.central.conftest import SECRET, Web
from tests.central.taking_in import HALL

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
SPLIT = "x\r\nSet-Cookie: central=chosen\r\n\r\n<h1>"
ELSEWHERE = ("//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/.//evil.example",
             "/%2e%2e//evil.example", "/\t/evil.example", "/a//evil.example", EVIL, SPLIT, "/" + "x" * 300)  # fmt: skip


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Pages are made of words: one engine is enough."""
    return f"sqlite:///{tmp_path}/central.db"


def browser(web: Web, role: Role) -> TestClient:
    client = web.client()
    client.headers["Accept"] = "text/html"
    assert client.post("/api/v1/session", json={"name": role.value, "secret": SECRET}).status_code == 200
    return client


def pages_of(web: Web) -> list[str]:
    routes = (context.original_route for context in iter_route_contexts(make_app(web.parts).routes))
    return sorted({one.path for one in routes if isinstance(one, APIRoute) and not one.include_in_schema})


def test_nothing_in_an_address_becomes_part_of_a_page_or_of_its_headers(web: Web) -> None:
    filled(web)
    found = pages_of(web)
    assert len(found) > 20
    clients = [browser(web, role) for role in (Role.ADMIN, Role.SUPERVISOR, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)]
    shown, evil = 0, EVIL + SPLIT
    query = "&".join(f"{name}={quote(evil, safe='')}" for name in ("next", "lang", "unit", "hall", "day", "code"))
    for place in found:
        path = re.sub(r"\{[^}]+\}", quote(evil, safe=""), place)
        for client in clients:
            answer = client.get(f"{path}?{query}", follow_redirects=False)
            assert answer.status_code < 500, (place, answer.text[:200])
            assert "<script>alert" not in answer.text, place
            assert "<img src=x" not in answer.text, place
            assert "chosen" not in answer.headers.get("set-cookie", ""), place
            assert "\n" not in str(answer.headers.get("location", "")), place
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'"), place
            assert answer.headers["X-Content-Type-Options"] == "nosniff", place
            if answer.status_code == 200:
                shown += 1
                break
    assert shown > 15


def test_a_change_of_language_leads_nowhere_else(web: Web) -> None:
    client = web.client()
    for wanted in ELSEWHERE:
        text = client.get("/sign-in", params={"next": wanted}).text
        switch = re.search(r'href="(\?[^"]*)"', text)
        assert switch is not None
        assert switch[1] == "?lang=en", wanted
    for ours in ("/", "/figures", f"/halls/{HALL}/tickets/2026-11-18/A001", "/places/north-room/windows/1"):
        text = client.get("/sign-in", params={"next": ours, "lang": "en"}).text
        assert f'href="?next={ours}&amp;lang=zh"' in text


def test_who_must_sign_in_first_is_sent_back_to_a_place_of_ours(web: Web) -> None:
    client = web.client()
    client.headers["Accept"] = "text/html"
    for path in ("//evil.example/figures", "/figures", f"/halls/{quote(EVIL, safe='')}"):
        answer = client.get(f"http://testserver{path}", follow_redirects=False)
        assert answer.status_code in (303, 404), path
        if answer.status_code == 303:
            assert re.fullmatch(r"/sign-in\?next=/[!-~]*", answer.headers["location"]), path


def test_no_script_makes_elements_out_of_a_text() -> None:
    """Names come from people: a page shows them as text, and nothing in it could show them otherwise."""
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|\.cssText"
    )
    files = sorted(STATIC.glob("*.js"))
    assert len(files) > 30
    assert [file.name for file in files if forbidden.search(file.read_text(encoding="utf-8"))] == []
    pages = sorted(STATIC.parent.glob("*/pages/*.html")) + sorted((STATIC.parent / "frames").glob("*.html"))
    assert len(pages) > 30
    unsafe = re.compile(r"\|\s*safe|autoescape\s+false|<script(?![^>]*(?:src=|application/json))|\son[a-z]+=|style=\"")
    assert [page.name for page in pages if unsafe.search(page.read_text(encoding="utf-8"))] == []


def test_a_downloaded_list_is_named_by_us_alone(web: Web) -> None:
    client = browser(web, Role.ADMIN)
    for kind in ("units", "windows", "lawyers"):
        for what in ("template", "list"):
            answer = client.get(f"/api/v1/imports/{kind}/{what}", params={"format": "csv"})
            if answer.status_code == 200:
                assert answer.headers["Content-Disposition"] == f'attachment; filename="{kind}-{what}.csv"'
    for query in ({"format": SPLIT}, {"format": "../../x"}, {"lang": SPLIT}):
        assert client.get("/api/v1/imports/units/list", params=query).status_code == 422
