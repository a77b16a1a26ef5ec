"""The tables of ``permissions.md``: who may do what, and which endpoint needs which act; both read from the code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from fastapi.routing import APIRoute, iter_route_contexts

from central.accounts.permissions import MAY, Act, Role
from central.accounts.person import WITH_SECOND_FACTOR
from central.parts import Parts
from central.web import make_app
from central.web_doors import May, known
from hall_config.wording import say


def roles_table() -> Iterator[str]:
    """Each role with its words, and whether a second factor is asked of it."""
    yield "| role | words | 中文 | second factor |"
    yield "|---|---|---|---|"
    for role in Role:
        words = (say(f"central.role.{role}", "en"), say(f"central.role.{role}", "zh"))
        yield f"| `{role}` | {words[0]} | {words[1]} | {'asked' if role in WITH_SECOND_FACTOR else ''} |"


def acts_table() -> Iterator[str]:
    """Each act with the roles that may do it."""
    yield "| act | words | 中文 | roles |"
    yield "|---|---|---|---|"
    for act in Act:
        words = (say(f"central.act.{act}", "en"), say(f"central.act.{act}", "zh"))
        yield f"| `{act}` | {words[0]} | {words[1]} | {', '.join(f'`{role}`' for role in Role if role in MAY[act])} |"


def endpoints_table() -> Iterator[str]:
    """Each endpoint with the act it needs."""
    yield "| endpoint | needs |"
    yield "|---|---|"
    routes = (context.original_route for context in iter_route_contexts(make_app(cast(Parts, None)).routes))
    found = {
        (route.path, method): _needs(route)
        for route in routes
        if isinstance(route, APIRoute) and route.include_in_schema
        for method in route.methods or ()
    }
    for (path, method), needs in sorted(found.items()):
        yield f"| `{method} {path}` | {needs} |"


def _needs(route: APIRoute) -> str:
    left, calls = [route.dependant], []
    while left:
        one = left.pop()
        left += one.dependencies
        calls.append(one.call)
    acts = sorted({f"`{call.act}`" for call in calls if isinstance(call, May)})
    if acts:
        return " or ".join(acts)
    return "a session, for what is one's own" if known in calls else "nothing"
