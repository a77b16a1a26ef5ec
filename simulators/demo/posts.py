"""Who may want to be tried at central, and where there is something to see: accounts and pages.

Of two accounts of one role at the city the usual one stands last: whoever looks people up by their role finds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

CITY: Final = "city"
DISTRICT: Final = "example"


@dataclass(frozen=True, slots=True)
class Post:
    """An account that central shall have."""

    role: str
    name: str
    unit: str = CITY


POSTS: Final = (
    Post("viewer", "viewer"),
    Post("admin", "admin"),
    Post("supervisor", "second-supervisor"),  # decides on what the other one proposes
    Post("supervisor", "supervisor"),
    Post("security_admin", "security-admin"),
    Post("audit_admin", "audit-admin"),
    Post("window_staff", "clerk"),
    Post("reviewer", "reviewer"),
    Post("approver", "approver"),
    Post("assigner", "assigner"),
    Post("archivist", "archivist"),
    Post("bureau_reviewer", "bureau"),
    Post("firm", "firm"),
)
# The people of the monthly report, made once their units are there.
REPORT_POSTS: Final = (
    Post("report_preparer", "room", "heping"),
    *(Post(f"report_{part}", f"{street}-{part}", street)
      for street in ("wutong", "matou", "chengbei") for part in ("preparer", "reviewer")),
    *(Post(f"report_{part}", f"{name}-{part}", unit)
      for name, unit in (("district", DISTRICT), ("city", CITY)) for part in ("preparer", "reviewer", "signer")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sight:
    """A page of central that is worth opening: words under ``demo``, and as whom to sign in, if at all."""

    words: str
    path: str
    names: tuple[str, ...] = ()


def sights(month: str) -> Iterator[Sight]:
    """The pages of the report of a month and of ratings."""
    form = f"/report/{DISTRICT}/{month}"
    yield Sight("see_board", f"/report?period={month}", ("district-reviewer", "city-reviewer"))
    yield Sight("see_form", form, ("district-preparer", "district-signer"))
    yield Sight("see_room", f"/report/room?month={month}", ("room",))
    yield Sight("see_analysis", f"{form}/analysis", ("district-preparer", "city-signer"))
    yield Sight("see_assessment", f"/report/{DISTRICT}/{month[:4]}/assessment", ("city-signer",))
    yield Sight("see_ratings", "/ratings", ("supervisor", "second-supervisor"))
    yield Sight("see_public_board", "/board/ratings")
