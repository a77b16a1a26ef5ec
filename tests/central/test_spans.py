from hypothesis import given
from hypothesis import strategies as st

from central.ingest.spans import Spans

RANGES = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 6)), max_size=40)


@given(RANGES)
def test_spans_are_the_set_of_what_was_added(ranges: list[tuple[int, int]]) -> None:
    spans, model = Spans(), set[int]()
    for first, more in ranges:
        spans.add(first, first + more)
        model.update(range(first, first + more + 1))
        assert {number for number in range(1, 70) if number in spans} == model
        upto = next((n - 1 for n in range(1, 80) if n not in model), 0)
        assert spans.upto == upto
        assert spans.top == max(model)
        assert spans.whole == (max(model) == upto)


@given(RANGES, st.integers(1, 5))
def test_missing_names_the_first_gaps_exactly(ranges: list[tuple[int, int]], limit: int) -> None:
    spans, model = Spans(), set[int]()
    for first, more in ranges:
        spans.add(first, first + more)
        model.update(range(first, first + more + 1))
    lacking = [number for number in range(1, max(model, default=0)) if number not in model]
    named = [number for first, last in spans.missing(limit) for number in range(first, last + 1)]
    assert named == lacking[: len(named)]
    assert len(spans.missing(limit)) <= limit
    if len(spans.missing(limit)) < limit:
        assert named == lacking


def test_a_range_without_numbers_changes_nothing() -> None:
    spans = Spans(10)
    spans.add(5, 3)
    spans.add(2)
    assert (spans.upto, spans.whole) == (10, True)
