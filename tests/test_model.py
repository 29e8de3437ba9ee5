from __future__ import annotations

import hashlib
import json
import time
from dataclasses import FrozenInstanceError, fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.model import (
    RECORD_BY_NAME,
    RECORDS,
    Bound,
    Claim,
    Essay,
    Rating,
    Span,
    Value,
    body_sha256,
    canonical_json,
    fold_space,
    from_json,
    identify,
    text_sha256,
    time_text,
    to_json,
    uuid7,
)
from record_strategies import ANY_RECORD, NUMBERS, TIMES
from small_records import (
    judge,
    make_claim,
    make_essay,
    make_fetch,
    make_mention,
    make_reading,
    make_source,
    make_version,
)

# --- canonical JSON

SPELLINGS: list[tuple[Any, str]] = [
    (None, "null"),
    (True, "true"),
    ("naïve “£” 😀\n", '"naïve “£” 😀\\n"'),
    (0, '"0"'),
    (-7, '"-7"'),
    (Decimal("1.500"), '"1.5"'),
    (Decimal("300000.00"), '"300000"'),
    (Decimal("1E+3"), '"1000"'),
    (Decimal("-0.0"), '"0"'),
    (Decimal("0.0001"), '"0.0001"'),
    (date(2026, 3, 1), '"2026-03-01"'),
    (datetime(2026, 3, 1, 12, tzinfo=UTC), '"2026-03-01T12:00:00.000000Z"'),
    (datetime(2026, 3, 1, 14, tzinfo=timezone(timedelta(hours=2))), '"2026-03-01T12:00:00.000000Z"'),
    (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
    (Rating.REFUTED, '"refuted"'),
    ({"b": 1, "a": (2, [])}, '{"a":["2",[]],"b":"1"}'),
    (Span(3, 9), '{"end":"9","start":"3"}'),
]


@pytest.mark.parametrize(("value", "spelling"), SPELLINGS, ids=lambda one: str(one)[:30])
def test_canonical_json_has_one_spelling(value: Any, spelling: str) -> None:
    assert canonical_json(value) == spelling


@pytest.mark.parametrize("value", [1.5, float("nan"), {1, 2}, b"bytes", Decimal("NaN"), Decimal("Infinity")])
def test_what_has_no_canonical_spelling_is_refused(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        canonical_json(value)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no zone"):
        time_text(datetime(2026, 3, 1))


@given(st.recursive(st.none() | st.booleans() | st.text() | NUMBERS, lambda inner: st.lists(inner)))
def test_canonical_json_is_what_json_reads(value: Any) -> None:
    assert json.loads(canonical_json(value)) == to_json(value)


@given(NUMBERS, st.integers(0, 6))
def test_trailing_zeros_do_not_matter(number: Decimal, zeros: int) -> None:
    longer = number.quantize(Decimal(1).scaleb(-4 - zeros))
    assert canonical_json(longer) == canonical_json(number)


@given(TIMES, st.integers(-14, 14))
def test_the_same_moment_in_another_zone_is_the_same(moment: datetime, hours: int) -> None:
    assert time_text(moment.astimezone(timezone(timedelta(hours=hours)))) == time_text(moment)


# --- ids


def test_ids_stay_what_they_are() -> None:
    """These constants are in people's databases: a change here loses every decision."""
    essay = make_essay()
    version = make_version(essay, "the ferry costs £5")
    claim = replace(
        make_claim(essay, "the ferry costs £5"),
        values=(Value("amount", "GBP", Decimal("5.00"), Decimal(5), Bound.EXACT, span=Span(16, 18)),),
    )
    source, seen = make_source(), judge(claim)
    found = {
        "Essay": essay.id,
        "EssayVersion": version.id,
        "Claim": claim.id,
        "Mention": make_mention(claim, version).id,
        "Reading": make_reading(essay, version, [claim]).id,
        "Source": source.id,
        "Fetch": make_fetch(source, "text").id,
        "Snapshot": seen.snapshot.id,
        "Evidence": seen.evidence.id,
        "Verdict": seen.verdict.id,
        "Judgement": seen.judgement.id,
    }
    assert {name: str(one) for name, one in found.items()} == KNOWN_IDS


KNOWN_IDS = {
    "Essay": "0ed01882-7dfd-8447-6b17-b9a2f6590513",
    "EssayVersion": "a5a6cd2b-4045-e6b2-5982-20f2467c3035",
    "Claim": "15e35ca8-19d5-b398-24aa-4618edd51d56",
    "Mention": "dbb30b3b-2044-7b20-8f7b-87a304c1aabc",
    "Reading": "4e108f10-b833-59ec-943f-1470385799ca",
    "Source": "e8f9227c-41aa-5512-a2f7-579fa18cfb73",
    "Fetch": "051d430f-9099-71af-2812-e9994790fe50",
    "Snapshot": "4a1d3cea-3ea9-4b50-d84f-510067048789",
    "Evidence": "8af68426-ff9b-a1c5-dedf-3410dc4bbe89",
    "Verdict": "bef530c0-2b2e-bde5-2304-12f68819d1fe",
    "Judgement": "4c49ddf9-0ff2-b16f-c02d-909e4d48ecb5",
}


def test_an_id_is_the_first_half_of_a_hash_over_name_and_key() -> None:
    text = '["Source","http://paper.example/"]'
    expected = UUID(bytes=hashlib.sha256(text.encode()).digest()[:16])
    assert identify("Source", "http://paper.example/") == expected


CLAIM = make_claim(make_essay(), "the ferry  costs\n£5")
SAME_CLAIM = [
    replace(CLAIM, quote="the ferry costs £5"),
    replace(CLAIM, quote=" the ferry costs £5 "),
    replace(CLAIM, flags=("quoted",)),  # type: ignore[arg-type]
]
OTHER_CLAIM = [
    replace(CLAIM, quote="the ferry costs £6"),
    replace(CLAIM, ordinal=1),
    replace(CLAIM, kind="poll"),
    replace(CLAIM, essay_id=UUID(int=0)),
    replace(CLAIM, values=(Value("amount", "GBP", Decimal(5), Decimal(5), Bound.EXACT),)),
]


@pytest.mark.parametrize("claim", SAME_CLAIM)
def test_white_space_and_flags_do_not_make_another_claim(claim: Claim) -> None:
    assert claim.id == CLAIM.id


@pytest.mark.parametrize("claim", OTHER_CLAIM)
def test_other_words_values_or_places_make_another_claim(claim: Claim) -> None:
    assert claim.id != CLAIM.id


def test_where_a_value_stands_is_no_part_of_the_claim() -> None:
    value = Value("amount", "GBP", Decimal("5.0"), Decimal(5), Bound.EXACT)
    moved = replace(value, low=Decimal("5.00"), span=Span(1, 2), precision=Decimal("0.01"))
    assert replace(CLAIM, values=(value,)).id == replace(CLAIM, values=(moved,)).id


def test_the_title_of_an_essay_is_in_its_body_and_not_in_its_id() -> None:
    first, second = make_essay(title="First"), make_essay(title="Second")
    assert first.id == second.id
    assert body_sha256(first) != body_sha256(second)


# --- records


@given(ANY_RECORD)
def test_every_record_comes_back_from_its_json(record: Any) -> None:
    body = json.loads(canonical_json(record))
    again = from_json(type(record), body)
    assert again == record
    assert again.id == record.id
    assert body_sha256(again) == body_sha256(record)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_records_are_frozen_and_slotted(record: type[Any]) -> None:
    assert RECORD_BY_NAME[record.__name__] is record
    assert "__dict__" not in dir(record)
    assert record.__dataclass_params__.frozen


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        make_essay().title = "Another"  # type: ignore[misc]


BODY: dict[str, Any] = to_json(make_essay())


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({**BODY, "colour": "red"}, "Essay has no field 'colour'"),
        ({name: BODY[name] for name in BODY if name != "uri"}, "Essay lacks its field 'uri'"),
        ({**BODY, "uri": None}, "None is not a str"),
        ({**BODY, "uri": ["x"]}, "is not a str"),
        ({**BODY, "published_on": "someday"}, "Invalid isoformat"),
        ({**BODY, "publish_at": 7}, "does not fit"),
    ],
)
def test_a_body_that_does_not_fit_is_refused(body: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_json(Essay, body)


def test_a_reading_has_all_fields_in_its_json() -> None:
    essay = make_essay()
    reading = make_reading(essay, make_version(essay, "x"), [CLAIM])
    assert set(to_json(reading)) == {one.name for one in fields(reading)}


# --- texts, spans, uuidv7


@given(st.text(), st.integers(0, 50), st.integers(0, 50))
def test_a_span_cuts_code_points_and_moves(text: str, start: int, length: int) -> None:
    span = Span(start, start + length)
    assert span.cut(text) == text[start : start + length]
    assert span.shifted(3).shifted(-3) == span
    assert span.covers(span)
    assert span.overlaps(span.shifted(1)) == (length > 1)


@given(st.text())
def test_folding_space_is_done_once(text: str) -> None:
    folded = fold_space(text)
    assert fold_space(folded) == folded
    assert folded.strip() == folded
    assert "  " not in folded


def test_the_hash_of_a_text_is_over_utf8() -> None:
    assert text_sha256("£") == "b4fe151e413445357b1c0935e7cf04a429492ebd23dc62bfadb2f898c431c1fd"


def test_a_uuid7_says_its_version_and_its_time() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000 + 1
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert before <= made.int >> 80 <= after


def test_uuid7s_of_one_process_grow_and_never_repeat() -> None:
    made = [uuid7() for _ in range(20_000)]
    assert made == sorted(set(made))
    assert [str(one) for one in made] == sorted(str(one) for one in made)
