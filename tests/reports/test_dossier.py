"""The dossier, as a stranger opens it: unzipped in an empty folder and verified by its own instructions."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from decided_homes import DecidedHome, copy_checked_home
from factdesk.errors import WarehouseError
from factdesk.model import (
    Act,
    Basis,
    ChangeKind,
    FacetName,
    FacetOutcome,
    Pair,
    Rating,
    Record,
    Span,
    Stage,
    VerdictInput,
    text_sha256,
)
from factdesk.reports.dossier.bundle import make_bundle, write_bundle
from factdesk.reports.dossier.page import (
    ACT_WORDS,
    BASIS_WORDS,
    CHANGE_WORDS,
    FACET_NAMES,
    FACET_WORDS,
    STAGE_WORDS,
)
from factdesk.reports.dossier.records import gather_dossier
from factdesk.sources.archive import Archive
from factdesk.sources.archive_files import blob_name
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.spool import write_batches
from small_records import (
    Review,
    judge,
    make_claim,
    make_essay,
    make_fetch,
    make_mention,
    make_reading,
    make_snapshot,
    make_source,
    make_version,
)

SAFE_NAME = re.compile(r"dossier-[0-9a-f]{8}/[A-Za-z0-9]+(/[0-9a-f]+)?(\.[A-Za-z0-9]+)?")


def zipped(warehouse: Path, claim_id: UUID, **options: Any) -> bytes:
    archive = Archive(warehouse / "snapshots")
    stream = io.BytesIO()
    write_bundle(make_bundle(gather_dossier(warehouse, claim_id, **options), archive), archive, stream)
    return stream.getvalue()


def unzipped(content: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        packed.extractall(folder)
    (found,) = folder.iterdir()
    return found


def sums_hold(folder: Path, name: str) -> bool:
    """Check a list of sums as ``sha256sum -c`` does; that program itself where the system has it."""
    program = shutil.which("sha256sum")
    if program:
        return subprocess.run([program, "--quiet", "-c", name], cwd=folder, check=False).returncode == 0
    pairs = (line.split("  ") for line in (folder / name).read_text("ascii").splitlines())
    return all(hashlib.sha256((folder / file).read_bytes()).hexdigest() == told for told, file in pairs)


@pytest.fixture(scope="module")
def decided(checked: Path, tmp_path_factory: pytest.TempPathFactory) -> DecidedHome:
    home = copy_checked_home(checked, tmp_path_factory.mktemp("dossier") / "home")
    home.decide("tickets", Rating.SUPPORTED, note="ask Mia at home", reason="wrong passage")
    home.undo("tickets")
    home.decide("poll", Rating.SUPPORTED, "Bob")
    home.decide(
        "tickets", Rating.PARTIALLY_SUPPORTED, "Bob", conclusion="Graz is shown nowhere.", shown=False
    )
    home.act("tickets", Act.LEASE)
    home.settle()
    return home


@pytest.fixture
def opened(decided: DecidedHome, tmp_path: Path) -> Path:
    return unzipped(zipped(decided.warehouse, decided.claim("tickets")), tmp_path / "unzipped")


def test_a_stranger_can_verify_it_with_plain_tools(opened: Path) -> None:
    listed = {line.split("  ")[1] for line in (opened / "SHA256SUMS").read_text("ascii").splitlines()}
    there = {path.relative_to(opened).as_posix() for path in opened.rglob("*") if path.is_file()}
    assert listed == there - {"SHA256SUMS"}
    assert sums_hold(opened, "SHA256SUMS")
    assert sums_hold(opened, "CHAIN.sha256")
    for path in (*(opened / "texts").iterdir(), *(opened / "bytes").iterdir()):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name.removesuffix(".txt")


@pytest.mark.parametrize("name", ["events/00000002.event", "events/00000004.link", "index.html"])
def test_whoever_alters_a_file_is_found_out(opened: Path, name: str) -> None:
    path = opened / name
    path.write_bytes(path.read_bytes().replace(b"1", b"2"))
    assert not sums_hold(opened, "SHA256SUMS")
    assert sums_hold(opened, "CHAIN.sha256") is not name.startswith("events/")


def test_the_commands_of_its_readme_print_the_quoted_words(opened: Path) -> None:
    records = json.loads((opened / "dossier.json").read_text("utf-8"))
    quotes = [records["claim"]["claim"], *(one["evidence_quote"] for one in records["evidence"])]
    lines = (opened / "README.txt").read_text("utf-8").splitlines()
    commands = [shlex.split(line.strip()) for line in lines if line.strip().startswith("python3")]
    assert len(commands) == len(quotes) == 2
    for command, quote in zip(commands, quotes, strict=True):
        ended = subprocess.run([sys.executable, *command[1:]], cwd=opened, capture_output=True, check=True)
        assert ended.stdout.decode("utf-8") == f"{quote}\n"


def test_it_holds_the_claim_its_sources_all_verdicts_and_what_people_did(opened: Path) -> None:
    records = json.loads((opened / "dossier.json").read_text("utf-8"))
    assert records["decision"]["rating"] == "partially_supported"
    assert [one["machine_rating"] for one in records["verdicts"]] == ["partially_supported"]
    assert [one["act"] for one in records["events"]] == ["decide", "undo", "decide", "lease"]
    assert [one["position"] for one in records["events"]] == [1, 2, 4, 5]
    page = (opened / "index.html").read_text("utf-8")
    assert (
        "<mark>By Wednesday noon, bus tickets from Zadar to Ljubljana, Trieste and Graz were sold out" in page
    )
    for words in ("Graz is shown nowhere.", "Backed in part by the source given", "without having seen"):
        assert words in page
    (source,) = records["sources"]
    text = records["evidence"][0]["text_sha256"]
    assert source["basis"] == "given"
    assert f'href="texts/{text}.txt"' in page
    assert len(list((opened / "bytes").iterdir())) == 1


def test_its_readme_names_what_is_in_it_and_nothing_else(
    decided: DecidedHome, opened: Path, tmp_path: Path
) -> None:
    untouched = unzipped(zipped(decided.warehouse, decided.claim("cabins")), tmp_path / "untouched")
    for folder in (opened, untouched):
        readme = (folder / "README.txt").read_text("utf-8")
        named = set(re.findall(r"^([A-Za-z0-9.]+/?) {2,}[a-z]", readme, re.MULTILINE))
        there = {path.name + "/" * path.is_dir() for path in folder.iterdir()}
        assert named == there - {"README.txt"}
    assert "CHAIN" not in (untouched / "README.txt").read_text("utf-8")


def test_notes_and_names_are_left_out_unless_asked_for(decided: DecidedHome, tmp_path: Path) -> None:
    claim = decided.claim("tickets")
    without = unzipped(zipped(decided.warehouse, claim), tmp_path / "without")
    events = json.loads((without / "dossier.json").read_text("utf-8"))["events"]
    names = {events[0]["reviewer"]: "Mia Writer", events[2]["reviewer"]: "Bob Reader"}
    given = zipped(decided.warehouse, claim, with_notes=True, names=names)
    with_all = unzipped(given, tmp_path / "with")
    for told in ("ask Mia at home", "Mia Writer", "Bob Reader"):
        assert not any(told.encode() in path.read_bytes() for path in without.rglob("*") if path.is_file())
        assert told in (with_all / "index.html").read_text("utf-8")
        assert told in (with_all / "dossier.json").read_text("utf-8")
    assert events[0]["note_withheld"]
    assert events[0]["salt"] is None
    assert not (without / "events" / "00000001.event").exists()
    assert (without / "events" / "00000001.link").exists()
    assert "good: number 1." in (without / "README.txt").read_text("utf-8")
    assert sums_hold(with_all, "CHAIN.sha256")
    assert (with_all / "events" / "00000001.event").exists()


def test_the_same_records_give_the_same_bytes(checked: Path, tmp_path: Path) -> None:
    home = copy_checked_home(checked, tmp_path / "home")
    home.decide("tickets", Rating.PARTIALLY_SUPPORTED)
    home.settle()
    first = zipped(home.warehouse, home.claim("tickets"))
    assert zipped(home.warehouse, home.claim("tickets")) == first
    home.decide("poll", Rating.SUPPORTED)
    home.settle()
    assert zipped(home.warehouse, home.claim("tickets")) == first
    home.act("tickets", Act.DISPUTED)
    home.settle()
    assert zipped(home.warehouse, home.claim("tickets")) != first
    disputed = gather_dossier(home.warehouse, home.claim("tickets")).parts["events"][-1]["event_id"]
    home.act("tickets", Act.UNDO, target=disputed)
    home.settle()
    page = unzipped(zipped(home.warehouse, home.claim("tickets")), tmp_path / "undone") / "index.html"
    assert "took back: put on record that the decision is disputed" in page.read_text("utf-8")


def test_a_lease_that_runs_out_changes_nothing(checked: Path, tmp_path: Path) -> None:
    home = copy_checked_home(checked, tmp_path / "home")
    home.act("cabins", Act.LEASE)
    home.settle()
    records = gather_dossier(home.warehouse, home.claim("cabins")).parts
    assert records["claim"]["stage"] == "to_review"


def test_what_the_archive_has_lost_is_named(checked: Path, tmp_path: Path) -> None:
    home = copy_checked_home(checked, tmp_path / "home")
    claim = home.claim("tickets")
    whole = unzipped(zipped(home.warehouse, claim), tmp_path / "whole")
    evidence = json.loads((whole / "dossier.json").read_text("utf-8"))["evidence"][0]
    (brought,) = (path.name for path in (whole / "bytes").iterdir())
    snapshots = home.warehouse / "snapshots"
    (snapshots / blob_name(brought)).unlink()
    text = snapshots / blob_name(evidence["text_sha256"])
    text.chmod(0o644)
    text.write_bytes(b"other words")
    found = unzipped(zipped(home.warehouse, claim), tmp_path / "lost")
    records = json.loads((found / "dossier.json").read_text("utf-8"))
    lost = {f"bytes/{brought}": "missing", f"texts/{evidence['text_sha256']}.txt": "damaged"}
    assert records["lost_files"] == lost
    for name, why in lost.items():
        assert f"{name}  ({why})" in (found / "README.txt").read_text("utf-8")
        assert name in (found / "index.html").read_text("utf-8")
        assert not (found / name).exists()
    assert sums_hold(found, "SHA256SUMS")
    assert evidence["evidence_quote"][:40] in (found / "index.html").read_text("utf-8")


def test_a_claim_that_is_not_published_is_said(decided: DecidedHome, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="is not published yet"):
        gather_dossier(decided.warehouse, UUID(int=7))
    with pytest.raises(WarehouseError, match="nothing is published"):
        gather_dossier(tmp_path, UUID(int=7))


# --- hostile and unusual records

HOSTILE = '</bdi></mark><script>alert("1")</script><img src=x onerror=alert(1)>\u202e\u0007{{ 7 * 7 }}'
QUOTE = f"the ferry {HOSTILE} costs £5"
PAGE = f"Fares. {HOSTILE} The fare is five pounds. {'long' * 3000}"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def hostile_warehouse(warehouse: Path) -> UUID:
    """A claim that took the place of another, with hostile words wherever somebody else may write."""
    essay = make_essay(title=HOSTILE, author=HOSTILE, uri=f"../../{HOSTILE}")
    old, claim = make_claim(essay, f"{QUOTE}0"), make_claim(essay, QUOTE)
    version = make_version(essay, f"{QUOTE}. {'word ' * 200}")
    source = make_source(f"javascript:alert(1)//{HOSTILE}")
    start = PAGE.index("five")
    judged = judge(claim, Rating.REFUTED, text=PAGE, words="five pounds", minute=3)
    snapshot = replace(make_snapshot(source, PAGE), title=HOSTILE, author=HOSTILE)
    evidence = replace(judged.evidence, snapshot_id=snapshot.id, span=Span(start, start + 11))
    verdict = replace(
        judged.verdict,
        inputs=(VerdictInput(source.id, text_sha256(PAGE)),),
        missing=(HOSTILE,),
        evidence_ids=(evidence.id,),
        deciding_evidence_id=evidence.id,
        deciding_source_id=source.id,
    )
    archive = Archive(warehouse / "snapshots")
    archive.put_text(f"{QUOTE}. {'word ' * 200}")
    blob = archive.put(PAGE.encode())
    fetch = replace(make_fetch(source, PAGE), wire_sha256=blob, blob_sha256=blob, final_url=source.url)
    reading = make_reading(essay, version, [claim], minute=1, pairs=[Pair(claim.id, old.id)])
    found: list[Record] = [essay, old, claim, version, make_mention(claim, version, source=source)]
    found += [make_reading(essay, version, [old]), reading, source, snapshot, fetch, evidence, verdict]
    found.append(replace(judged.judgement, verdict_id=verdict.id))
    review = Review(claim.id)
    acts = [
        review.act(act, reviewer=HOSTILE, note=HOSTILE)
        for act in Act
        if act not in (Act.DECIDE, Act.UNDO, Act.ATTACH)
    ]
    acts.append(review.decide(Rating.REFUTED, HOSTILE, conclusion=HOSTILE, verdict_id=verdict.id))
    write_batches(
        [*found, Review(old.id).decide(Rating.SUPPORTED, conclusion="Once."), *acts], warehouse, 16_000_000
    )
    fold_and_publish(warehouse)
    return claim.id


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, UUID]:
    warehouse = tmp_path_factory.mktemp("hostile") / "warehouse"
    return warehouse, hostile_warehouse(warehouse)


def test_hostile_words_stay_words(hostile: tuple[Path, UUID], tmp_path: Path) -> None:
    warehouse, claim = hostile
    found = unzipped(zipped(warehouse, claim, with_notes=True), tmp_path / "found")
    page = (found / "index.html").read_text("utf-8")
    tags = _Tags()
    tags.feed(page)
    assert {tag for tag, _ in tags.seen}.isdisjoint(
        {"script", "img", "iframe", "object", "form", "link", "base"}
    )
    assert not any(name.startswith("on") for _, attributes in tags.seen for name in attributes)
    links = [attributes["href"] or "" for tag, attributes in tags.seen if tag == "a"]
    assert links
    assert all(link.startswith("texts/") for link in links)
    assert set("\u202e\u0007").isdisjoint(page)
    assert "[U+202E]" in page
    assert "{{ 7 * 7 }}" in page
    policy = next(one["content"] for tag, one in tags.seen if one.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "<mark>five pounds</mark>" in page
    assert len(page) < 40_000
    assert sums_hold(found, "SHA256SUMS")
    assert sums_hold(found, "CHAIN.sha256")


def test_names_in_the_zip_are_safe_whatever_the_records_say(hostile: tuple[Path, UUID]) -> None:
    with zipfile.ZipFile(io.BytesIO(zipped(*hostile))) as packed:
        names = packed.namelist()
        assert len(names) > 20
        for name in names:
            assert SAFE_NAME.fullmatch(name), name
        assert len(set(names)) == len(names)


def test_earlier_wordings_stand_beside_with_their_decisions(hostile: tuple[Path, UUID]) -> None:
    (earlier,) = gather_dossier(*hostile).parts["earlier_wordings"]
    assert (earlier["rating"], earlier["conclusion"]) == ("supported", "Once.")


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (STAGE_WORDS, {one.value for one in Stage} - {"first_check"}),
        (ACT_WORDS, set(Act) - {Act.LEASE}),
        (FACET_WORDS, set(FacetOutcome)),
        (FACET_NAMES, set(FacetName)),
        (BASIS_WORDS, set(Basis)),
        (CHANGE_WORDS, {one.value for one in ChangeKind}),
    ],
)
def test_the_page_has_words_for_everything(words: Mapping[str, str], known: set[str]) -> None:
    assert set(words) == known
