"""The ledger of what was told: kept over restarts, pruned, and patient with a place that is down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from factdesk.ops.notices import Event, Notice, make_test_notice, one_line, read_notice
from factdesk.ops.notified import Ledger, Place, Waiting, read_ledger, write_ledger

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOTICE = make_test_notice("desk", NOON)


def note(ledger, key, event=Event.CRASHED, run="run-1", minute=0):
    ledger.note(key, run, event, NOON + timedelta(minutes=minute))


def waiting(number):
    return [Waiting(NOTICE, NOON + timedelta(minutes=one)) for one in range(number)]


def test_what_is_written_is_read_again(tmp_path):
    ledger = Ledger(NOON, NOON + timedelta(hours=1))
    note(ledger, "a")
    note(ledger, "b", None)
    ledger.queue([NOTICE], ["hook"], NOON)
    ledger.places["hook"].note_failure(NOON)
    path = tmp_path / ".prefect" / "notified.json"
    write_ledger(path, ledger)
    assert read_ledger(path, NOON + timedelta(days=1)) == ledger
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{}", b'{"began": "soon"}', b"\xff"])
def test_a_ledger_that_is_missing_or_damaged_begins_now(tmp_path, content):
    path = tmp_path / "notified.json"
    if content is not None:
        path.write_bytes(content)
    assert read_ledger(path, NOON) == Ledger(NOON, NOON)


def test_a_look_reaches_into_the_one_before_and_never_before_the_first():
    assert Ledger(NOON, NOON).window(NOON + timedelta(seconds=10)) == NOON
    later = Ledger(NOON, NOON + timedelta(days=2))
    assert later.window(NOON + timedelta(days=2)) == NOON + timedelta(days=2, minutes=-10)


def test_a_clock_that_went_back_does_not_hide_what_happens_now():
    ledger = Ledger(NOON, NOON + timedelta(days=2))
    now = NOON + timedelta(days=1)
    assert ledger.window(now) < now


def test_after_a_long_downtime_a_look_goes_back_a_week_and_repeats_nothing():
    ledger = Ledger(NOON, NOON)
    note(ledger, "a")
    now = NOON + timedelta(days=30)
    ledger.prune(now, [])
    assert ledger.told == {}
    assert ledger.window(now) > NOON + timedelta(days=8)


def test_a_place_that_the_settings_name_no_more_is_forgotten():
    ledger = Ledger(NOON, NOON)
    ledger.queue([NOTICE], ["old", "new"], NOON)
    ledger.prune(NOON, ["new"])
    assert list(ledger.places) == ["new"]


def test_a_run_is_unsettled_until_its_last_news_is_good():
    ledger = Ledger(NOON, NOON)
    note(ledger, "a", run="run-1")
    note(ledger, "b", run="run-2")
    note(ledger, "c", Event.LATE, run="run-3")
    assert ledger.unsettled_runs() == {"run-1", "run-2"}
    note(ledger, "d", Event.RECOVERED, run="run-1", minute=1)
    note(ledger, "e", None, run="run-1", minute=2)
    assert ledger.unsettled_runs() == {"run-2"}
    note(ledger, "f", run="run-1", minute=3)
    assert ledger.unsettled_runs() == {"run-1", "run-2"}


def test_pauses_grow_and_end_with_success():
    place = Place(waiting(1))
    pauses = []
    now = NOON
    for _ in range(12):
        place.note_failure(now)
        assert not place.is_due(now)
        pauses.append((place.not_before - now).total_seconds())
        now = place.not_before
        assert place.is_due(now)
    assert pauses[:3] == [15, 30, 60]
    assert pauses[-1] == 1800
    place.note_success()
    assert place.is_due(NOON)


def test_a_pause_that_lies_far_ahead_is_a_clock_that_was_set_back():
    place = Place(waiting(1))
    place.note_failure(NOON + timedelta(days=1))
    assert place.is_due(NOON)


def test_what_waits_for_a_day_is_given_up():
    place = Place(waiting(3))
    assert place.give_up(NOON + timedelta(hours=24, minutes=1)) == [NOTICE]
    assert len(place.waiting) == 2


def test_of_too_many_the_newest_are_kept():
    place = Place(waiting(203))
    assert len(place.give_up(NOON)) == 3
    assert place.waiting[0].since == NOON + timedelta(minutes=3)


def test_a_message_is_one_line_of_limited_length():
    assert one_line("a fault\n\n  in   lines") == "a fault in lines"
    assert len(one_line("x" * 5000)) == 300
    assert one_line(None) == ""


def test_a_notice_goes_through_json_unchanged():
    assert read_notice(NOTICE.as_body()) == NOTICE
    with pytest.raises(ValueError, match="nonesuch"):
        read_notice({**NOTICE.as_body(), "event": "nonesuch"})


def test_the_text_says_what_why_and_what_to_do():
    notice = Notice(
        key="k",
        event=Event.FAILED,
        flow="check-essays",
        deployment="check_essays",
        flow_run_id="id",
        run="brave-crow",
        state="Failed",
        message="the inbox is gone",
        when="2026-03-01T12:00:00+00:00",
        mend="Mend it.",
        link="http://127.0.0.1:1/runs/flow-run/id",
        home="desk",
    )
    assert notice.subject == "check-essays failed (desk)"
    assert notice.text.splitlines()[0] == "check-essays failed: the inbox is gone"
    for word in ("Mend it.", "brave-crow", notice.link, notice.when):
        assert word in notice.text
