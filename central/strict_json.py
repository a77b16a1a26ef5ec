"""JSON as it may come in from outside: no NaN, no doubled keys, no half characters, no endless depth.

The standard reader lets ``NaN``, ``1e999``, ``{"a":1,"a":2}`` and a lone ``\\ud800`` pass; each of them breaks
something later, far from whoever sent it. Here they are refused at the border.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

_NESTING: Final = 64
# A text in quotes, or anything else that is no bracket; never goes back, so that no text makes it slow.
_NO_BRACKET: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[^"\[\]{}]++', re.DOTALL)


class NotJson(ValueError):
    """The text is not JSON that central takes; the message says why and repeats nothing of the text."""


def read_json(text: bytes | str) -> Any:
    """The value, or `NotJson`."""
    try:
        decoded = text if isinstance(text, str) else text.decode("utf-8")
        _check_depth(decoded)
        value = _decoder.decode(decoded)
        if "\\u" in decoded or isinstance(text, str):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeDecodeError:
        raise NotJson("not UTF-8") from None
    except UnicodeEncodeError:
        raise NotJson("holds half of a character") from None
    except json.JSONDecodeError as problem:
        raise NotJson(f"{problem.msg} at character {problem.pos}") from None
    except NotJson:
        raise
    except (ValueError, RecursionError):
        raise NotJson("a number is too long or the value too deep") from None
    return value


def write_json(value: Any) -> str:
    """Compact, ASCII only, so that every store and every line carries it unchanged."""
    return _encode(value)


def _check_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= _NESTING:
        return
    brackets = _NO_BRACKET.sub("", text)
    for _ in range(_NESTING):
        if not brackets:
            return
        brackets = brackets.replace("{}", "").replace("[]", "")
    if brackets:
        raise NotJson(f"nested deeper than {_NESTING}, or a bracket without its other one")


def _refuse_constant(name: str) -> NoReturn:
    raise NotJson(f"{name} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise NotJson("a number is out of range")
    return number


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise NotJson("a key stands twice in one object")
    return value


_decoder: Final = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refuse_constant, parse_float=_finite)
_encode: Final = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
