"""Records go by the rule of their kind, whole; what is open stays, and what was counted again is no step."""

from __future__ import annotations

import pytest

from central.database import Database
from central.keeping.retention import TOPICS, purge
from central.matters import recount, store
from central.matters.keeping import MATTERS
from central.matters.tables import matter
from central.matters.words import Kind, State
from hall.law.days import DayTable, YearDays, YearStatus
from hall_config.rest_days import shipped_table
from hall_config.retention import retention_rules
from tests.central.matter_desk import NOW_MS, MatterDesk

DAY_MS = 86_400_000


@pytest.fixture
def desk(database: Database) -> MatterDesk:
    return MatterDesk(database)


def test_every_kind_has_one_rule() -> None:
    held = [kind for rows in MATTERS.values() for kind in rows.kinds]
    assert sorted(held) == sorted(Kind)
    assert set(MATTERS) <= set(TOPICS) & {rule.topic for rule in retention_rules()}


def test_a_closed_record_goes_whole_when_its_time_is_over_and_an_open_one_stays(desk: MatterDesk) -> None:
    desk.bring_to(Kind.ADVICE, State.RECORDED)
    visit, dispute = desk.bring_to(Kind.VISIT, State.REFUSED), desk.bring_to(Kind.MEDIATION, State.FAILED)
    still = desk.bring_to(Kind.MEDIATION, State.MEDIATING)
    days = {"matter_visit": 366, "matter_advice": 731, "matter": 1827}
    for topic, count in sorted(days.items(), key=lambda item: item[1]):
        early = {one.topic: one.rows for one in purge(desk.database, NOW_MS + count * DAY_MS)}
        assert early[topic] == 0
        assert {one.topic: one.rows for one in purge(desk.database, desk.now_ms + (count + 1) * DAY_MS)}[topic] == 1
    assert desk.row(still)["state"] == State.MEDIATING
    left = desk.everything()
    assert visit not in left
    assert dispute not in left
    assert still in left
    with desk.database.read() as connection:
        assert store.broken_at(store.steps(connection, still)) is None


def test_a_limit_of_an_estimated_year_is_counted_again_when_its_table_comes(desk: MatterDesk) -> None:
    years = shipped_table()
    desk.now_ms = NOW_MS + 400 * DAY_MS  # a year that nobody has published yet
    there = desk.begin(Kind.COMPLAINT)
    before, steps = desk.row(there), desk.everything().count("RECEIVE'")
    assert before["due_sure"] is False
    published = YearDays(2028, YearStatus.OFFICIAL, frozenset(), frozenset())
    official = DayTable.of(
        [*(YearDays(year.year, YearStatus.OFFICIAL, year.off, year.worked) for year in years.years.values()), published,
         YearDays(2027, YearStatus.OFFICIAL, frozenset(), frozenset())]
    )  # fmt: skip
    with desk.database.write() as connection:
        assert recount.recount(connection, official) == 1
        assert recount.recount(connection, official) == 0
    after = desk.row(there)
    assert after["due_sure"] is True
    assert (after["version"], desk.everything().count("RECEIVE'")) == (before["version"], steps)
    with desk.database.read() as connection:
        assert connection.execute(matter.select().where(matter.c.due_sure.is_(False))).first() is None
