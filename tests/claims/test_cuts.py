"""Cuts found by bisection are the cuts that looking at each of them finds."""

from hypothesis import given
from hypothesis import strategies as st

from factdesk.claims.cuts import Cuts
from factdesk.model import Span


def spans(most):
    """Return spans that do not overlap, in order."""
    edges = st.lists(st.integers(0, 60), max_size=2 * most, unique=True).map(sorted)
    return edges.map(lambda at: [Span(*pair) for pair in zip(at[::2], at[1::2], strict=False)])


def seen_from(cuts, enclosed, offset):
    """Return the cuts that count for a place, each weighed against each stretch."""
    return [
        cut
        for cut in cuts
        if not any(
            one.start <= cut.start < one.end and not one.start < offset < one.end
            for layer in enclosed
            for one in layer
        )
    ]


@given(spans(8), st.tuples(spans(4), spans(1), spans(3)), st.integers(0, 60))
def test_cuts_are_seen_from_inside_and_outside_of_what_encloses_them(cuts, enclosed, offset):
    seen, found = seen_from(cuts, enclosed, offset), Cuts(cuts, enclosed)
    before = [cut.end for cut in seen if cut.end <= offset]
    assert sorted(found.ends(offset)) == before
    assert found.last_end(offset) == (before[-1] if before else None)
    assert list(found.starts_after(offset)) == [cut.start for cut in seen if cut.start >= offset]


def test_a_bracket_is_looked_past_from_outside_and_seen_from_within():
    bracket, cut_within, cut_behind = Span(4, 12), Span(7, 8), Span(15, 16)
    cuts = Cuts([cut_within, cut_behind], [[bracket]])
    assert list(cuts.starts_after(0)) == [15]
    assert list(cuts.starts_after(5)) == [7, 15]
