"""The menu in the head of each page: what a person's roles open, in one row, the rest under "more"."""

from __future__ import annotations

import pytest

from central.accounts.permissions import Role
from central.menu import in_one_row, menu_of
from hall_config.wording import Language, say


def names(roles: set[Role], language: Language) -> list[str]:
    return [say(f"central.{entry.words}", language) for entry in menu_of(roles)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whoever_has_many_roles_loses_no_page_and_keeps_one_row(language: Language) -> None:
    menu = menu_of(Role)
    row, more = in_one_row(menu, names(set(Role), language))
    assert row + more == menu
    assert more
    assert {"/", "/alarms", "/aid"} <= {entry.path for entry in row}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whoever_has_few_pages_sees_them_all_at_once(language: Language) -> None:
    menu = menu_of([Role.FIRM])
    assert in_one_row(menu, names({Role.FIRM}, language)) == (menu, [])
