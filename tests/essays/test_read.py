"""Every essay that a person can name is read to exactly one outcome."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID

import pytest

from factdesk.config import Home, ReadingSettings
from factdesk.essays.identity import KnownEssay
from factdesk.essays.inputs import EssayInput, list_essays
from factdesk.essays.read import ReadEssay, read_essay, set_repeats_aside
from factdesk.model import EssayOutcome, Span, text_sha256
from factdesk.web.workers import ReadingPool
from few_rights import rights_of_files_hold


class NothingKnown:
    def essay_at(self, inbox: str, path: str) -> KnownEssay | None:
        return None

    def essays_with_text(self, text_sha256: str) -> Sequence[KnownEssay]:
        return ()

    def essays_like(self, text: str) -> Sequence[KnownEssay]:
        return ()

    def essay_by_address(self, uri: str) -> None:
        return None

    def essay_with_key(self, essay_key: str) -> KnownEssay | None:
        return None


def read(place: Path | str, home: Home, pool: ReadingPool) -> ReadEssay:
    (essay,) = list_essays([str(place)], home)
    return read_essay(essay, NothingKnown(), pool, home.settings)


def test_a_read_essay_has_a_version_with_its_links(home: Home, pool: ReadingPool) -> None:
    path = home.root / "essays" / "seats.md"
    (home.root / "essays" / "column.txt").write_text("A column.")
    path.write_text(
        "---\nid: seats\ntitle: Seats\n"
        "sources: [http://example.org/a, column.txt, ../config/factdesk.toml]\n---\n"
        "Seats were [gone](http://Example.org/b?utm_source=x) by noon.\n"
    )
    essay = read(path, home, pool)
    assert essay.outcome is EssayOutcome.READ
    assert essay.text == "Seats were gone by noon."
    assert (essay.essay.essay_key, essay.essay.title) == ("id:seats", "Seats")
    assert (essay.essay.inbox, essay.essay.path, essay.essay.uri) == ("all", "seats.md", "seats.md")
    assert essay.version is not None
    assert (essay.version.essay_id, essay.version.length) == (essay.essay.id, len(essay.text))
    assert essay.version.text_sha256 == text_sha256(essay.text)
    inline, given = essay.version.links
    assert (inline.url, inline.url_key) == ("http://Example.org/b?utm_source=x", "http://example.org/b")
    assert inline.span == Span(11, 15)
    assert (given.url, given.form) == ("http://example.org/a", "front_matter")
    assert essay.front_sources == ("http://example.org/a", str((path.parent / "column.txt").resolve()))
    assert essay.detail is not None
    assert "'../config/factdesk.toml' is refused" in essay.detail


@pytest.mark.parametrize(
    ("name", "content", "outcome"),
    [
        ("a.md", b"", EssayOutcome.EMPTY),
        ("a.html", b"<html><script>x</script></html>", EssayOutcome.NO_TEXT),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(99), EssayOutcome.BINARY),
        ("a.md", b"words " * 1_000, EssayOutcome.TOO_BIG),
        ("a.txt", bytes(range(128, 256)) * 9, EssayOutcome.UNDECODABLE),
        ("a.docx", b"PK\x03\x04" + bytes(99), EssayOutcome.UNDECODABLE),
        ("a.pdf", b"%PDF-1.4" + bytes(99), EssayOutcome.UNDECODABLE),
        ("a.rst", b"Words.", EssayOutcome.READ),
        ("a.txt", b"Der Preis ist nicht auf dem Stand der Woche und wird von den Leuten nicht gezahlt. " * 4,
         EssayOutcome.LANGUAGE_UNSUPPORTED),
    ],
)  # fmt: skip
def test_what_a_file_holds_gives_its_outcome(
    name: str, content: bytes, outcome: EssayOutcome, home: Home, pool: ReadingPool
) -> None:
    path = home.root / name
    path.write_bytes(content)
    essay = read(path, home, pool)
    assert essay.outcome is outcome
    assert (essay.version is None) is (outcome is not EssayOutcome.READ)


def test_missing_unreadable_and_endless_files(home: Home, pool: ReadingPool, tmp_path: Path) -> None:
    assert read(home.root / "absent.md", home, pool).outcome is EssayOutcome.MISSING
    assert read("a\0b.md", home, pool).outcome is EssayOutcome.UNREADABLE
    assert read("x" * 300 + ".md", home, pool).outcome is EssayOutcome.UNREADABLE
    assert read("/dev/zero", home, pool).outcome is EssayOutcome.UNREADABLE
    os.mkfifo(tmp_path / "pipe.md")
    assert read(tmp_path / "pipe.md", home, pool).outcome is EssayOutcome.UNREADABLE
    (tmp_path / "loop.md").symlink_to(tmp_path / "loop.md")
    assert read(tmp_path / "loop.md", home, pool).outcome is EssayOutcome.UNREADABLE
    (home.root / "file.md").write_text("Words.")
    assert read(home.root / "file.md" / "under.md", home, pool).outcome is EssayOutcome.MISSING


def test_a_huge_file_is_too_big_before_it_is_read(home: Home, pool: ReadingPool) -> None:
    path = home.root / "huge.md"
    with path.open("wb") as file:
        file.truncate(10_000_000_000)
    essay = read(path, home, pool)
    assert essay.outcome is EssayOutcome.TOO_BIG
    assert essay.detail == "it is larger than 4096 bytes; raise essays.max_bytes or split it"


def test_a_file_without_permission_is_unreadable(home: Home, pool: ReadingPool) -> None:
    path = home.root / "locked.md"
    path.write_text("Words.")
    path.chmod(0)
    with rights_of_files_hold():
        assert read(path, home, pool).outcome is EssayOutcome.UNREADABLE


def test_a_reader_that_dies_is_an_outcome(home: Home) -> None:
    path = home.root / "bomb.md"
    path.write_bytes(b"![[" * 1_300)
    (essay,) = list_essays([str(path)], home)
    with ReadingPool(ReadingSettings(workers=1, wall_seconds=0.000_1)) as hasty:
        dead = read_essay(essay, NothingKnown(), hasty, home.settings)
    assert dead.outcome is EssayOutcome.PARSER_KILLED
    assert dead.detail


def known_at(path: str, text: str) -> KnownEssay:
    return KnownEssay(UUID(int=1), "id:seats", "check", path, text_sha256(text))


@dataclass(frozen=True)
class OneKnown:
    essay: KnownEssay

    def essay_at(self, inbox: str, path: str) -> KnownEssay | None:
        return self.essay if (inbox, path) == (self.essay.inbox, self.essay.path) else None

    def essays_with_text(self, text_sha256: str) -> Sequence[KnownEssay]:
        return [self.essay] if text_sha256 == self.essay.text_sha256 else []

    def essays_like(self, text: str) -> Sequence[KnownEssay]:
        return ()


def test_an_essay_that_went_missing_keeps_its_key(home: Home, pool: ReadingPool) -> None:
    (essay,) = list_essays([str(home.root / "a.md")], home)
    gone = read_essay(essay, OneKnown(known_at("a.md", "Words.")), pool, home.settings)
    assert (gone.outcome, gone.essay.essay_key) == (EssayOutcome.MISSING, "id:seats")


def test_a_copied_file_does_not_take_the_essay_along(home: Home, pool: ReadingPool) -> None:
    for name in ("a.md", "b.md"):
        (home.root / name).write_text("---\nid: seats\n---\nWords.")
    (essay,) = list_essays([str(home.root / "b.md")], home)
    copy = read_essay(essay, OneKnown(known_at("a.md", "Words.")), pool, home.settings)
    assert (copy.outcome, copy.detail) == (EssayOutcome.DUPLICATE, "the same text is already read as a.md")
    assert (copy.essay.path, copy.essay.essay_key, copy.version) == ("b.md", "repeat:check/b.md", None)


def test_repeats_in_one_batch_are_duplicates(home: Home, pool: ReadingPool) -> None:
    for name in ("a.md", "b.md", "c.md"):
        (home.root / name).write_text("Other words." if name == "b.md" else "Words.")
    essays = [read(home.root / name, home, pool) for name in ("a.md", "b.md", "c.md")]
    marked = set_repeats_aside(essays)
    assert [essay.outcome for essay in marked] == [
        EssayOutcome.READ,
        EssayOutcome.READ,
        EssayOutcome.DUPLICATE,
    ]
    assert (marked[2].version, marked[2].detail) == (None, "the same text is already read as a.md")


def test_a_copy_in_one_batch_does_not_take_the_essay_along(home: Home, pool: ReadingPool) -> None:
    for name in ("a.md", "b.md"):
        (home.root / name).write_text("---\nid: seats\n---\nWords.")
    first, copy = set_repeats_aside([read(home.root / name, home, pool) for name in ("a.md", "b.md")])
    assert (first.essay.essay_key, first.essay.path) == ("id:seats", "a.md")
    assert (copy.essay.essay_key, copy.outcome) == ("repeat:check/b.md", EssayOutcome.DUPLICATE)


def test_two_files_with_one_id_are_not_one_essay(home: Home, pool: ReadingPool) -> None:
    for name, words in (("a.md", "Some words."), ("b.md", "Other words.")):
        (home.root / name).write_text(f"---\nid: same\n---\n\n{words}\n")
    first, second = set_repeats_aside([read(home.root / name, home, pool) for name in ("a.md", "b.md")])
    assert (first.outcome, second.outcome) == (EssayOutcome.READ, EssayOutcome.DUPLICATE)
    assert second.detail == "its id is already that of a.md; give one of the two another id"
    assert first.essay.id != second.essay.id


PAGES = {
    "/essay": ("text/html; charset=windows-1251", "<p>Цена <a href='/b'>ста</a></p>".encode("cp1251")),
    "/notes.md": ("text/plain", b"# Head\n\nSome *words*."),
    "/typed": ("text/markdown", b"Some *words*."),
    "/image": ("image/png", b"\x89PNG\r\n\x1a\n" + bytes(20)),
}


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        media_type, content = PAGES.get(self.path, ("text/html", b""))
        self.send_response(200 if self.path in PAGES else 404)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Print nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def read_url(url: str, home: Home, pool: ReadingPool, allowed: str) -> ReadEssay:
    web = home.settings.web.model_copy(update={"allow_hosts": (allowed,), "tries": 1})
    settings = home.settings.model_copy(update={"web": web})
    essay = EssayInput(url, None, url, "check", "", home.root)
    return read_essay(essay, NothingKnown(), pool, settings)


def test_an_essay_by_address(home: Home, pool: ReadingPool, site: str) -> None:
    essay = read_url(f"http://{site}/essay#top", home, pool, site)
    assert (essay.outcome, essay.text) == (EssayOutcome.READ, "Цена ста")
    assert (essay.essay.essay_key, essay.essay.path) == (f"url:http://{site}/essay", None)
    assert essay.version is not None
    assert [link.url for link in essay.version.links] == [f"http://{site}/b"]
    assert read_url(f"http://{site}/notes.md", home, pool, site).text == "Head\n\nSome words."
    assert read_url(f"http://{site}/typed", home, pool, site).text == "Some words."
    assert read_url(f"http://{site}/image", home, pool, site).outcome is EssayOutcome.BINARY


def test_an_address_that_fails_is_unreadable_with_the_sources_outcome(
    home: Home, pool: ReadingPool, site: str
) -> None:
    gone = read_url(f"http://{site}/absent", home, pool, site)
    assert gone.outcome is EssayOutcome.UNREADABLE
    assert gone.detail is not None
    assert gone.detail.startswith("gone")
    blocked = read_url(f"http://{site}/essay", home, pool, "127.0.0.1:1")
    assert blocked.detail is not None
    assert blocked.detail.startswith("blocked_by_guard")
