"""JSON as it may come in from outside: no NaN, no doubled keys, no half characters, no endless depth.

The standard reader lets ``NaN``, ``1e999``, ``{"a":1,"a":2}`` and a lone ``\\ud800`` pass; each of them breaks
something later, far from whoever sent it. Here they are refused at the border.
"""

from __future__ import annotations

import json
import re
from json.encoder import c_make_encoder, encode_basestring_ascii  # type: ignore[attr-defined]
from typing import Any, Final, NoReturn

_NESTING: Final = 64
# A text in quotes, or anything else that is no bracket; never goes back, so that no text makes it slow.
_NO_MARK: Final = bytes(set(range(256)) - set(b'[]{}"\\'))
_NO_BRACKET: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[^"\[\]{}]++', re.DOTALL)


class NotJson(ValueError):
    """The text is not JSON that central takes; the message says why and repeats nothing of the text."""


def read_json(text: bytes | str) -> Any:
    """The value, or `NotJson`."""
    try:
        raw, decoded = (text.encode("utf-8"), text) if isinstance(text, str) else (text, text.decode("utf-8"))
        _check_depth(raw, decoded)
        value = _decoder.decode(decoded)
        if "\\u" in decoded:
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
    return "".join(_pieces(value, 0))


def _check_depth(raw: bytes, text: str) -> None:
    if raw.count(b"[") + raw.count(b"{") <= _NESTING:
        return
    brackets = raw.translate(None, _NO_MARK).replace(b'""', b"")
    if b'"' in brackets or b"\\" in brackets:  # a bracket in a text, perhaps: look closely
        brackets = _NO_BRACKET.sub("", text).encode()
    for _ in range(_NESTING):
        if not brackets:
            return
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
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


def _refuse_kind(value: object) -> NoReturn:
    raise TypeError(f"{type(value).__name__} is nothing that JSON knows")


_decoder: Final = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refuse_constant, parse_float=_finite)
# What `json.dumps` makes anew for each value, which takes as long as the writing itself.
_pieces: Final = c_make_encoder(None, _refuse_kind, encode_basestring_ascii, None, ":", ",", False, False, False)
