from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.desk.text_differences import MOST_SHOWN_CHARACTERS, Difference, compare_texts


def told(difference: Difference) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in difference.parts]


def test_changed_words_stand_between_those_that_stayed() -> None:
    found = compare_texts(
        "The fare is five pounds.\nBring coins.\n", "The fare is six pounds.\nBring coins.\n"
    )
    assert told(found) == [
        ("same", "The fare is "),
        ("removed", "five"),
        ("added", "six"),
        ("same", " pounds.\nBring coins.\n"),
    ]
    assert not found.is_empty


def test_a_line_that_was_put_in_is_no_change_of_its_neighbours() -> None:
    assert told(compare_texts("One.\nThree.\n", "One.\nTwo.\nThree.\n")) == [
        ("same", "One.\n"),
        ("added", "Two.\n"),
        ("same", "Three.\n"),
    ]


def test_equal_texts_have_no_difference() -> None:
    assert compare_texts("The fare is five pounds.", "The fare is five pounds.").is_empty
    assert compare_texts("", "").parts == ()


def test_what_is_far_from_a_change_is_left_out_and_counted() -> None:
    line = "".join(f"Line {number} stays.\n" for number in range(400))
    found = compare_texts(f"{line}old\n{line}old\n{line}", f"{line}new\n{line}new\n{line}")
    skipped = [one.skipped for one in found.parts if one.skipped]
    assert sum(skipped) + sum(len(one.text) for one in found.parts if one.kind != "added") >= 2 * len(line)
    assert len(skipped) >= 2
    assert sum(len(one.text) for one in found.parts) < 2_000


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("word " * 30_000, "word " * 29_000 + "last"),
        ("\n".join(["a", "b"] * 5_000), "\n".join(["b", "a"] * 5_000)),
        (" ".join(map(str, range(20_000))), " ".join(map(str, range(20_000, 0, -1)))),
    ],
)
def test_a_hostile_text_is_shown_as_taken_out_and_put_in(before: str, after: str) -> None:
    found = compare_texts(before, after)
    assert {"removed"} <= {one.kind for one in found.parts}
    assert sum(len(one.text) for one in found.parts) <= MOST_SHOWN_CHARACTERS
    assert found.is_cut == (len(before) + len(after) > MOST_SHOWN_CHARACTERS)


TEXTS = st.text(st.sampled_from("ab \n."), max_size=60)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_the_difference(before: str, after: str) -> None:
    found = compare_texts(before, after)
    if any(one.skipped for one in found.parts):
        return
    whole = len(before) < 160
    assert whole
    assert "".join(one.text for one in found.parts if one.kind != "added") == before
    assert "".join(one.text for one in found.parts if one.kind != "removed") == after
