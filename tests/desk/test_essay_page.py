"""The page of an essay, and the sheet for its author."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk_homes import ServedDesk, copy_desk_home, serve
from desk_pages import blind_claims, seen_claims, text_of
from factdesk.desk.essay_view import PART_CHARACTERS, part_spans
from factdesk.pipeline import check_once

LONG = "# The long walk\n\n" + "We walked along the quay and talked of fares and of the weather.\n\n" * 900


@pytest.fixture(scope="module")
def served(desk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    home = copy_desk_home(desk_root, tmp_path_factory.mktemp("essays") / "home")
    hostile = (
        "# <script>alert(1)</script> \u202egnp.exe\n\n"
        "A tram ticket costs <b>42</b> kroner, says [the page](javascript:alert(1)).\n"
    )
    for name, text in (
        ("hostile.md", hostile),
        ("long.md", LONG + "A tram ticket in Oslo costs 42 kroner.\n"),
    ):
        (home.root / "essays" / name).write_text(text)
        check_once([str(home.root / "essays" / name)], home)
    with serve(home) as desk:
        yield desk


def essay_of(served: ServedDesk, condition: str) -> str:
    ((essay_id,),) = served.ask(f"SELECT essay_id FROM reports.essays WHERE {condition}")
    return str(essay_id)


def test_every_claim_stands_in_the_text_and_in_the_list(served: ServedDesk) -> None:
    essays = served.ask("SELECT essay_id, text_sha256, claims FROM reports.essays WHERE length < 30000")
    assert sum(claims for *_, claims in essays) > 10
    for essay_id, _, claims in essays:
        page = served.visitor().get(f"/essays/{essay_id}").text
        numbers = re.findall(r'href="#claim-(\d+)"', page)
        assert sorted(map(int, numbers)) == list(range(1, claims + 1))
        assert set(numbers) == set(re.findall(r'id="claim-(\d+)"', page))
        for quote, claim_id in served.ask(
            "SELECT claim, claim_id FROM reports.claims WHERE essay_id = ? AND claim_status = 'current'",
            [essay_id],
        ):
            assert " ".join(quote.split()) in text_of(page)
            assert f'href="/claims/{claim_id}"' in page


def test_the_text_is_the_essays_own(served: ServedDesk) -> None:
    essay_id = essay_of(served, "essay_uri LIKE '%fuel-diary%'")
    page = served.visitor().get(f"/essays/{essay_id}").text
    shown = page[page.index('<div class="text"') : page.index("</div>", page.index('<div class="text"'))]
    without_numbers = re.sub(r'<a class="number".*?</a>', "", shown)
    ((sha256,),) = served.ask("SELECT text_sha256 FROM reports.essays WHERE essay_id = ?", [essay_id])
    from factdesk.sources.archive import Archive

    text = Archive(served.desk.home.warehouse / "snapshots").get_text(sha256)
    assert " ".join(text.split()) in text_of(f"<main>{without_numbers}</main>")


def test_a_rating_is_said_relative_to_its_source(served: ServedDesk) -> None:
    (claim_id, *_) = seen_claims(served, "machine_rating = 'supported' AND basis = 'cited'")
    ((essay_id,),) = served.ask("SELECT essay_id FROM reports.claims WHERE claim_id = ?", [claim_id])
    assert "backed by its cited source says the machine" in text_of(
        served.visitor().get(f"/essays/{essay_id}").text
    )


def test_what_is_decided_blind_is_hidden_until_it_is_decided(served: ServedDesk) -> None:
    hidden = blind_claims(served)
    assert hidden, "the samples have a claim that is decided blind"
    ((essay_id, quote, evidence),) = served.ask(
        "SELECT essay_id, claim, evidence_quote FROM reports.verdicts WHERE claim_id = ?", [hidden[0]]
    )
    visitor = served.visitor("Blind Ann")
    row = _row_of(visitor.get(f"/essays/{essay_id}").text, hidden[0])
    assert "hidden until you have decided it" in row
    assert "says the machine" not in row
    assert not evidence or " ".join(evidence.split()) not in row
    assert visitor.decide(hidden[0], "not_checkable").status_code == 303
    row = _row_of(visitor.get(f"/essays/{essay_id}").text, hidden[0])
    assert "Cannot be checked decided" in row
    assert quote


def _row_of(page: str, claim_id: object) -> str:
    (row,) = [one for one in re.split(r"<li ", page) if f'href="/claims/{claim_id}"' in one]
    return text_of(f"<main>{row}</main>")


def test_the_sheet_tells_what_people_confirmed_and_nothing_else(served: ServedDesk) -> None:
    visitor = served.visitor()
    first, second, *_ = seen_claims(
        served, "essay_uri LIKE '%flights-from%' OR essay_uri LIKE '%fuel-diary%'"
    )
    ((essay_id, essay_title),) = served.ask(
        "SELECT essay_id, essay_title FROM reports.claims WHERE claim_id = ?", [first]
    )
    assert "nothing to tell its author" in text_of(visitor.get(f"/essays/{essay_id}/sheet").text)
    assert visitor.decide(first, "refuted", conclusion="The page names another sum.").status_code == 303
    sheet = text_of(visitor.get(f"/essays/{essay_id}/sheet").text)
    assert f"What we found in “{essay_title}”" in sheet
    assert "The page names another sum." in sheet
    assert "How to reply" in sheet
    assert f"Number {str(first)[:8]}." in sheet
    others = served.ask(
        "SELECT claim FROM reports.claims WHERE essay_id = ? AND claim_id <> ? AND claim_status = 'current'",
        [essay_id, first],
    )
    assert not [claim for (claim,) in others if " ".join(claim.split()) in sheet]
    assert second != first


def test_the_sheet_says_where_to_reply_and_what_was_corrected_since(desk_root: Path, tmp_path: Path) -> None:
    home = copy_desk_home(desk_root, tmp_path / "home", '[publisher]\ncontact = "desk@paper.example"\n')
    with serve(home) as served:
        visitor = served.visitor()
        first, second, third, *_ = seen_claims(served, "essay_uri LIKE '%flights-from%'")
        ((essay_id,),) = served.ask("SELECT essay_id FROM reports.claims WHERE claim_id = ?", [first])
        for claim_id in (first, second, third):
            assert visitor.decide(claim_id, "refuted", conclusion=f"Not {claim_id}.").status_code == 303
        for claim_id, act, fields in (
            (first, "correction_made", {"link": "https://paper.example/corrections/3"}),
            (second, "disputed", {"note": "for colleagues alone"}),
            (third, "correction_requested", {}),
        ):
            token = re.search(r'name="seen" value="([^"]+)"', visitor.get(f"/claims/{claim_id}").text)
            assert token
            done = visitor.post(f"/claims/{claim_id}/{act}", act=act, seen=token[1], **fields)
            assert done.status_code == 303
        sheet = text_of(visitor.get(f"/essays/{essay_id}/sheet").text)
    assert "Write to desk@paper.example" in sheet
    standing, _, corrected = sheet.partition("Corrected since")
    assert f"Not {first}." in corrected
    assert "https://paper.example/corrections/3" in corrected
    assert f"Not {first}." not in standing
    assert "This finding is disputed" in standing
    assert "A correction has been asked for." in standing
    assert "for colleagues alone" not in sheet


def test_hostile_words_are_text(served: ServedDesk) -> None:
    page = served.visitor().get(f"/essays/{essay_of(served, 'essay_uri LIKE $$%hostile%$$')}").text
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "javascript:alert" not in re.sub(r">[^<]*<", "><", page), "in no attribute"


def test_a_long_essay_is_shown_in_parts_that_are_the_whole(served: ServedDesk) -> None:
    essay_id = essay_of(served, "essay_uri LIKE '%long.md'")
    visitor = served.visitor()
    first = visitor.get(f"/essays/{essay_id}")
    assert len(first.content) < 60_000
    assert "Part 1 of 2" in text_of(first.text)
    assert 'href="#claim-1"' not in first.text
    last = visitor.get(f"/essays/{essay_id}?part=2").text
    assert 'id="at-1"' in last
    for strange in ("99", "-1", "0"):
        assert visitor.get(f"/essays/{essay_id}?part={strange}").status_code == 200
    spans = part_spans(LONG)
    assert "".join(one.cut(LONG) for one in spans) == LONG
    assert max(one.end - one.start for one in spans) <= PART_CHARACTERS
    assert [one.cut("x" * 70_000) for one in part_spans("x" * 70_000)] == ["x" * 30_000] * 2 + ["x" * 10_000]


@pytest.mark.parametrize("path", ["/essays/zebra", f"/essays/{'0' * 32}", "/essays/zebra/sheet"])
def test_what_is_not_there_is_said(served: ServedDesk, path: str) -> None:
    answer = served.visitor().get(path)
    assert answer.status_code == 404
    assert "No essay has this id" in answer.text


def test_a_lost_text_is_said(served: ServedDesk) -> None:
    ((essay_id, sha256),) = served.ask(
        "SELECT essay_id, text_sha256 FROM reports.essays WHERE essay_uri LIKE '%ice-works%'"
    )
    (blob,) = (served.desk.home.warehouse / "snapshots").rglob(f"*{sha256[4:]}*")
    kept = blob.read_bytes()
    blob.chmod(0o644)
    blob.unlink()
    try:
        page = served.visitor().get(f"/essays/{essay_id}")
        assert page.status_code == 200
        assert "not in the archive" in page.text
    finally:
        Path(blob).write_bytes(kept)
