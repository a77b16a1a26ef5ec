"""Reminders: sent when it is time, once each, never for what was given back; no number stays where it is not needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from central import schema
from central.accounts.permissions import Role
from central.appointments import rules
from central.appointments.reminder_file import read_gateway
from central.appointments.reminders import Gateway, Reminders, forget_all
from central.appointments.rules import Times
from central.appointments.tables import reminder_due
from central.audit.disclosure import ACT
from central.clock import now_ms
from central.database import Database
from central.ingest.intake import Intake
from central.keeping.key_file import make_key_file, read_key_file
from central.keeping.retention import purge
from central.keeping.sealed_columns import Vault
from central.signed_call import Hook
from hall.appointments.words import AppointmentCheckedIn
from hall.moment import local_ms
from hall_config.outcome import Stop
from hall_config.program import run
from tests.central.asking import check_error
from tests.central.conftest import Web
from tests.central.event_log import HallLog
from tests.central.halls_open import PHONE, book, in_days, open_hall
from tests.central.listener import Listener, listening
from tests.central.taking_in import HALL, take_each

SECRET = "a shared secret of ours"
MINUTE_MS = 60_000
OTHER = "13800990002"


def reminding(web: Web, url: str, vault: Vault | None = None) -> Web:
    """A central that has a gateway there; as often as it starts anew."""
    gateway = Gateway(Hook(url, SECRET), Times())
    reminders = Reminders(web.database, vault or web.parts.vault, gateway)
    return Web(web.database, replace(web.parts, vault=vault or web.parts.vault, reminders=reminders))


@contextmanager
def a_gateway(web: Web) -> Iterator[tuple[Web, Listener]]:
    open_hall(web)
    with listening() as listener:
        yield reminding(web, listener.url), listener


def send(web: Web, at_ms: int) -> None:
    assert web.parts.reminders is not None
    web.parts.reminders.send(at_ms)


def evening(days: int) -> int:
    """18:00 of the day before."""
    return local_ms(in_days(days - 1), 18 * 60)


def waiting(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(reminder_due.c.kind).order_by(reminder_due.c.next_ms)).scalars())


def booked(client: Any, key: str, **more: Any) -> str:
    answer = book(client, key, day=in_days(3), **more)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def opened(client: Any, code: str, act: str, **more: Any) -> Any:
    return client.post(f"/api/v1/public/appointments/{act}", json={"code": code, "phone": PHONE, **more})


@pytest.mark.parametrize(
    ("minute", "hours", "now_minute", "due"),
    [
        (570, 2, 600, [("day_before", 1080, 1320), ("hours_before", 1440 + 450, 1440 + 570)]),
        (570, 0, 600, [("day_before", 1080, 1320)]),
        (570, 2, 1080, [("hours_before", 1440 + 450, 1440 + 570)]),  # who books late knows about tomorrow
        (570, 2, 1440 + 460, []),
        (570, 9, 600, [("day_before", 1080, 1320), ("hours_before", 1440 + 420, 1440 + 570)]),  # nobody is woken
        (420, 2, 600, [("day_before", 1080, 1320)]),
    ],
)
def test_when_somebody_is_reminded(minute: int, hours: int, now_minute: int, due: list[tuple[str, int, int]]) -> None:
    begin = local_ms("2026-11-30", 0)
    found = rules.reminders("2026-12-01", minute, Times(1080, hours), begin + now_minute * MINUTE_MS)
    told = [(one.kind, (one.from_ms - begin) // MINUTE_MS, (one.until_ms - begin) // MINUTE_MS) for one in found]
    assert told == due


def test_a_visitor_is_reminded_once_each_time_and_then_the_number_is_gone(web: Web) -> None:
    with a_gateway(web) as (central, gateway), capture_logs() as logs:
        booked(central.client(), "k1")
        with web.database.read() as connection:
            for table in schema.tables.sorted_tables:
                assert PHONE not in str(connection.execute(text(f'SELECT * FROM "{table.name}"')).fetchall())
        due = evening(3)
        send(central, due - 1)
        assert gateway.heard == []
        gateway.answers = [500, None, 204]  # refused; taken, but central does not hear that; taken
        send(central, due)
        send(reminding(central, gateway.url), due + 59_000)  # a restart calls no sooner
        assert len(gateway.heard) == 1
        send(reminding(central, gateway.url), due + 2 * MINUTE_MS)
        send(central, due + 5 * MINUTE_MS)
        assert len(gateway.heard) == 3
        assert waiting(web.database) == ["hours_before"]
        send(central, local_ms(in_days(3), 450))
        send(reminding(central, gateway.url), local_ms(in_days(3), 451))
        assert waiting(web.database) == []
    first, *again, last = gateway.messages()
    assert [one["id"] for one in again] == [first["id"]] * 2
    assert last["kind"] == "hours_before"
    assert len(gateway.heard) == 4
    gateway.check_signatures(SECRET)
    assert set(first) == {"event", "id", "at", "kind", "phone", "hall", "begins_at", "text_zh", "text_en"}
    assert (first["phone"], first["hall"], first["kind"]) == (PHONE, HALL, "day_before")
    assert "09:30到测试大厅办理" in first["text_zh"]
    assert "Test hall" in first["text_en"]
    assert PHONE not in str(logs)
    assert [one["event"] for one in logs if one["log_level"] == "warning"] == ["reminders.not_taken"] * 2
    lines = web.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit", params={"act": ACT}).json()["items"]
    assert len(lines) == 4  # as often as it was opened
    assert {(one["actor"], one["object"].split("/")[0]) for one in lines} == {("(central)", HALL)}
    assert lines[0]["detail"] == {"fields": ["phone"], "reason": "reminder of an appointment"}


def test_who_gave_back_moved_or_came_is_reminded_of_what_is_so(web: Web) -> None:
    with a_gateway(web) as (central, gateway):
        client = central.client()
        given_back, moved = booked(client, "k1"), book(client, "k2", day=in_days(4), phone=OTHER)
        came = book(client, "k3", day=in_days(5), phone="13800990003").json()
        opened(client, given_back, "cancel")
        body = {"code": moved.json()["code"], "phone": OTHER, "day": in_days(6), "time": "13:30"}
        assert client.post("/api/v1/public/appointments/change", json=body).status_code == 200
        with web.database.read() as connection:
            rows = connection.execute(select(reminder_due.c.appointment, reminder_due.c.day)).all()
        identifier = next(row.appointment for row in rows if row.day == in_days(5))
        log = HallLog("epoch-2")
        log.add(AppointmentCheckedIn(in_days(5), identifier, "A001", late=False))
        take_each(web.database, Intake(), log.batches())
        assert came["state"] == "BOOKED"
        assert len(waiting(web.database)) == 2
        for day in (3, 4, 5, 6):
            send(central, evening(day))
            send(central, local_ms(in_days(day), 570))
        assert [(one["phone"], one["begins_at"][:10]) for one in gateway.messages()] == [(OTHER, in_days(6))]
        send(central, local_ms(in_days(6), 690))
        assert [one["kind"] for one in gateway.messages()] == ["day_before", "hours_before"]
        assert waiting(web.database) == []


def test_a_gateway_that_is_gone_is_left_alone_and_what_is_late_is_given_up(web: Web) -> None:
    with a_gateway(web) as (central, gateway):
        for number in range(5):
            time = ("09:00", "09:30", "10:00", "10:30", "13:00")[number]
            booked(central.client(), f"k{number}", phone=f"1380099{number:04d}", time=time)
        gateway.answers = [503] * 9
        send(central, evening(3))
        assert len(gateway.heard) == 3
        send(central, evening(3) + 10_000)
        assert len(gateway.heard) == 5  # the other two
        with capture_logs() as logs:
            send(central, local_ms(in_days(2), 22 * 60))
        assert [one["reminders"] for one in logs if one["event"] == "reminders.given_up"] == [5]
        assert waiting(web.database) == ["hours_before"] * 5


def test_without_a_gateway_no_number_is_kept_and_none_stays(web: Web) -> None:
    with a_gateway(web) as (central, _):
        booked(central.client(), "k1")
        booked(web.client(), "k2", phone=OTHER)
        assert len(waiting(web.database)) == 2
        purge(web.database, local_ms(in_days(4), 30))
        assert len(waiting(web.database)) == 2
        purge(web.database, local_ms(in_days(5), 30))  # what nobody sent goes after a day
        assert waiting(web.database) == []
        booked(central.client(), "k3", phone="13800990003", time="10:00")
    assert forget_all(web.database, now_ms()) == 2
    assert forget_all(web.database, now_ms()) == 0
    lines = web.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit", params={"act": "reminders.forget"}).json()["items"]
    assert [one["detail"] for one in lines] == [{"reminders": 2}]


def test_new_master_keys_and_backups_carry_the_numbers(web: Web, tmp_path: Path) -> None:
    old, fresh, backup_key = (tmp_path / "keys" / name for name in ("old.key", "fresh.key", "backup.key"))
    (tmp_path / "keys").mkdir()
    for file in (old, fresh, backup_key):
        make_key_file(file)
    with web.database.write() as connection:
        web.parts.vault.rewrap(connection, read_key_file(old))
    url = web.database.url.render_as_string(hide_password=False)
    with a_gateway(web) as (central, gateway), capture_logs() as logs:
        client = central.client()
        booked(client, "k1")
        command = ["keys", "rotate", "--master-key", str(old), "--new-master-key", str(fresh), "--database", url]
        assert run(command) == 0
        assert client.get("/readyz").json()["parts"]["vault"] == "missing"  # a central that still has the one before
        check_error(book(client, "k2", day=in_days(3), phone=OTHER), 503, "NOT_READY")
        send(central, evening(3))
        assert gateway.heard == []
        assert [one["event"] for one in logs if one["log_level"] == "error"] == [
            "http.store_missing",
            "reminders.not_opened",
        ]
        data, archive = tmp_path / "data", tmp_path / "central.backup"
        data.mkdir()
        (data / "visitors.key").write_text("x")
        options = ["--key", str(backup_key), "--data"]
        assert run(["backup", "--out", str(archive), *options, str(data), "--database", url]) == 0
        restored = f"sqlite:///{tmp_path / 'restored' / 'central.db'}"
        assert run(["restore", str(archive), *options, str(tmp_path / "restored"), "--database", restored]) == 0
        assert sorted(file.name for file in (tmp_path / "restored").glob("*.key")) == ["visitors.key"]
        database = Database(restored)
        vault = Vault(read_key_file(fresh))
        for store in (database, web.database):
            again = reminding(Web(store, replace(central.parts, database=store)), gateway.url, vault)
            assert again.client().get("/readyz").json()["parts"]["vault"] == "ok"
            send(again, evening(3) + 2 * MINUTE_MS)
        database.close()
        assert [one["phone"] for one in gateway.messages()] == [PHONE, PHONE]


GOOD = 'url = "https://h/a"\nsecret = "0123456789abcdef"\n'


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        (GOOD.replace("https", "http"), "REMINDER_PLAIN"),
        (GOOD.replace("https://h", "http://10.0.0.1"), "REMINDER_PLAIN"), (GOOD + "more = 2\n", "HOOK_SHAPE"),
        (GOOD + 'day_before_at = "06:00"\n', "REMINDER_CLOCK"), (GOOD + 'day_before_at = "22:00"\n', "REMINDER_CLOCK"),
        (GOOD + "day_before_at = 18\n", "REMINDER_CLOCK"), (GOOD + 'day_before_at = "18:0"\n', "REMINDER_CLOCK"),
        (GOOD + "hours_before = 13\n", "REMINDER_HOURS"), (GOOD + "hours_before = true\n", "REMINDER_HOURS"),
        (GOOD + 'hours_before = "2"\n', "REMINDER_HOURS"),
    ],
)  # fmt: skip
def test_a_wrong_file_of_the_gateway_is_named_without_its_secret(tmp_path: Path, lines: str, key: str) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(lines)
    file.chmod(0o600)
    with pytest.raises(Stop) as stopped:
        read_gateway(file)
    assert stopped.value.args == (f"central.cli.{key}",)
    assert "0123456789abcdef" not in str(stopped.value)


def test_a_gateway_on_this_machine_needs_no_certificate(tmp_path: Path) -> None:
    file = tmp_path / "gateway.toml"
    for host in ("127.0.0.1:8080", "[::1]:8080", "localhost"):
        file.write_text(
            f'url = "http://{host}/sms"\nsecret = "0123456789abcdef"\nday_before_at = "10:30"\nhours_before = 0\n'
        )
        file.chmod(0o600)
        assert read_gateway(file).times == Times(630, 0)
