import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.strict_json import NotJson, read_json, write_json

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_was_written_is_read_back(value: object) -> None:
    assert read_json(write_json(value).encode()) == value
    assert read_json(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"nonsense",
        b"\xff\xfe{}",
        b'{"a":1,"a":2}',
        b'{"x":{"a":1,"a":1}}',
        b"NaN",
        b'{"a":Infinity}',
        b"-Infinity",
        b"1e999",
        b'["\\ud800"]',
        b'{"\\udfff":1}',
        b"[" * 100_000,
        b"[" * 65 + b"]" * 65,
        b'{"a":' * 2000 + b"1" + b"}" * 2000,
        b"1" * 6000,
        b"{} {}",
        b"[{}" * 100,
        b'"' + b'\\"' * 120_000,
        b'{"a":"' + b"[" * 120_000,
        b"[]" * 100 + b"]" * 100,
    ],
)
def test_what_is_not_json_for_us_is_refused(text: bytes) -> None:
    with pytest.raises(NotJson) as problem:
        read_json(text)
    assert len(str(problem.value)) < 100


def test_the_depth_is_counted_and_not_the_brackets() -> None:
    deep = b"[" * 64 + b"1" + b"]" * 64
    assert read_json(deep) == json.loads(deep)
    assert read_json(b"[" + b"{}," * 500 + b"[[],{}]]") == [*[{}] * 500, [[], {}]]
    with pytest.raises(NotJson, match="nested deeper"):
        read_json(b"[" + b"[]," * 500 + deep + b"]")


def test_brackets_inside_of_text_are_no_depth() -> None:
    assert read_json(json.dumps(["[" * 500, '"[{' * 500])) == ["[" * 500, '"[{' * 500]


@pytest.mark.parametrize(
    ("opens", "closes"), [(b'["]",', b',"["]'), (b'["\\"]\\"",', b',"\\"[\\""]'), (b'{"}":', b',"{":1}')]
)
def test_brackets_inside_of_text_hide_no_depth(opens: bytes, closes: bytes) -> None:
    assert read_json(opens * 60 + b"1" + closes * 60)
    with pytest.raises(NotJson, match="nested deeper"):
        read_json(opens * 70 + b"1" + closes * 70)


@given(VALUES)
def test_depth_is_judged_alike_with_and_without_texts(value: object) -> None:
    many = {"values": [value] * 40, "deep": json.loads("[" * 62 + "]" * 62)}
    assert read_json(write_json(many)) == many


def test_what_json_does_not_know_is_not_written() -> None:
    for value in (float("nan"), float("inf"), b"bytes", {1, 2}):
        with pytest.raises((TypeError, ValueError)):
            write_json(value)


def test_a_whole_pair_of_surrogates_is_one_character() -> None:
    assert read_json(b'"\\ud842\\udfb7"') == "\U00020bb7"


@given(st.binary(max_size=300))
def test_any_bytes_are_a_value_or_refused(text: bytes) -> None:
    try:
        read_json(text)
    except NotJson:
        return
