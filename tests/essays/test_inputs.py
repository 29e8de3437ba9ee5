"""Which essays there are, and the place that each is known by."""

import os
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

import pytest

from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.essays.inputs import EssayInput, list_essays, list_feeds, list_inbox
from few_rights import rights_of_files_hold


def write(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Words.")


def places(essays: list[EssayInput]) -> list[tuple[str, str]]:
    return [(essay.inbox, essay.relative) for essay in essays]


def test_a_folder_is_listed_with_its_folders_sorted_and_without_strangers(home: Home) -> None:
    folder = home.root / "drafts"
    write(
        *(
            folder / name
            for name in ("b.md", "a.html", "c.TXT", "d.markdown", "e.htm", "f.xhtml", "g.DOCX", "h.pdf")
        ),
        *(folder / name for name in (".hidden.md", ".git/x.md", "x.doc", "y.py", "z.md~", "sub/.more/q.md")),
        *(folder / name for name in ("~$g.docx", "sub/z.txt")),
    )
    names = ["a.html", "b.md", "c.TXT", "d.markdown", "e.htm", "f.xhtml", "g.DOCX", "h.pdf", "sub/z.txt"]
    assert places(list_essays([str(folder)], home)) == [("check", f"drafts/{name}") for name in names]


def test_a_file_that_a_person_names_is_always_listed(home: Home) -> None:
    write(home.root / ".hidden.md", home.root / "notes.rst")
    named = [str(home.root / name) for name in (".hidden.md", "notes.rst", "absent.md")]
    assert places(list_essays(named, home)) == [
        ("check", ".hidden.md"),
        ("check", "notes.rst"),
        ("check", "absent.md"),
    ]


def test_a_file_of_an_inbox_is_known_by_the_deepest_inbox(home: Home) -> None:
    write(home.root / "essays/a.md", home.root / "essays/desk/sub/b.md")
    assert places(list_essays([str(home.root / "essays")], home)) == [("all", "a.md"), ("desk", "sub/b.md")]
    assert places(list_inbox(home)) == [("all", "a.md"), ("desk", "sub/b.md")]
    assert places(list_inbox(home, ["desk"])) == [("desk", "sub/b.md")]


def test_an_unknown_inbox_is_an_error_that_names_the_known_ones(home: Home) -> None:
    with pytest.raises(UsageError, match=r"no inbox 'dsek' .*known: all, desk"):
        list_inbox(home, ["dsek"])


def test_an_inbox_without_a_folder_is_listed_to_be_read_as_missing(home: Home) -> None:
    (home.root / "essays" / "desk").rmdir()
    (essay,) = list_inbox(home, ["desk"])
    assert (essay.inbox, essay.path) == ("desk", home.root / "essays" / "desk")


def test_each_essay_is_listed_once(home: Home) -> None:
    write(home.root / "a.md", home.root / "b.md")
    (home.root / "link.md").symlink_to(home.root / "a.md")
    with chdir(home.root):
        essays = list_essays(["b.md", ".", "./a.md", str(home.root / "a.md")], home)
    assert places(essays) == [("check", "b.md"), ("check", "a.md")]


def test_a_file_outside_the_project_has_only_its_name(home: Home, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "a.md")
    (essay,) = list_essays([str(tmp_path / "elsewhere" / "a.md")], home)
    assert (essay.inbox, essay.relative, essay.is_outside) == ("check", "a.md", True)


def test_an_address_is_an_essay(home: Home) -> None:
    essays = list_essays(["https://example.org/a.html", "HTTP://example.org/b"], home)
    assert [(essay.url, essay.path) for essay in essays] == [
        ("https://example.org/a.html", None),
        ("HTTP://example.org/b", None),
    ]


def test_a_folder_reached_by_a_symlink_keeps_its_place(home: Home, tmp_path: Path) -> None:
    write(home.root / "essays/a.md")
    (tmp_path / "alias").symlink_to(home.root, target_is_directory=True)
    assert places(list_essays([str(tmp_path / "alias" / "essays")], home)) == [("all", "a.md")]


def test_a_name_that_is_no_utf8_can_be_stored(home: Home) -> None:
    path = home.root / "caf\udce9.md"
    path.write_text("Words.")
    (essay,) = list_essays([str(path)], home)
    assert essay.relative == "caf\ufffd.md"
    assert essay.path is not None
    assert essay.path.read_text() == "Words."


def test_a_name_with_a_nul_is_kept(home: Home) -> None:
    (essay,) = list_essays(["a\0b.md"], home)
    assert essay.relative.encode() is not None


def test_a_folder_has_its_feeds_and_no_other_xml(home: Home) -> None:
    folder = home.root / "essays"
    write(folder / "notes.xml", folder / "broken.rss", folder / "empty.atom")
    (folder / "week.xml").write_text("<?xml version='1.0'?><!-- x --><rss version='2.0'/>")
    (folder / "month.ATOM").write_text("<feed xmlns='http://www.w3.org/2005/Atom'/>", encoding="utf-16")
    (folder / "drawing.xml").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "folder.xml").mkdir()
    os.mkfifo(folder / "pipe.rss")
    assert places(list_inbox(home, ["all"])) == [("all", "month.ATOM"), ("all", "week.xml")]
    named = folder / "drawing.xml"
    assert places(list_essays([str(named)], home)) == [("all", "drawing.xml")]


def test_the_feeds_of_the_settings_are_listed_by_name(home: Home) -> None:
    addresses = {"blog": "https://blog.example/feed", "news": "https://news.example/rss"}
    named = replace(home, settings=home.settings.model_copy(update={"feeds": addresses}))
    assert [(essay.url, essay.is_feed) for essay in list_feeds(named)] == [
        (url, True) for url in addresses.values()
    ]
    assert [essay.url for essay in list_feeds(named, ["news"])] == ["https://news.example/rss"]
    assert list_feeds(named, []) == []
    with pytest.raises(UsageError, match=r"no feed 'nwes' .*known: blog, news"):
        list_feeds(named, ["nwes"])


def test_symlinks_that_lead_in_a_circle_end(home: Home) -> None:
    folder = home.root / "essays"
    write(folder / "a.md", folder / "sub" / "b.md")
    (folder / "sub" / "up").symlink_to(folder, target_is_directory=True)
    (folder / "self").symlink_to("self")
    (folder / "self.md").symlink_to("self.md")
    (folder / "gone.md").symlink_to("nowhere.md")
    listed = places(list_inbox(home, ["all"]))
    assert listed == [("all", "a.md"), ("all", "gone.md"), ("all", "self.md"), ("all", "sub/b.md")]


def test_a_folder_that_cannot_be_listed_is_told(home: Home) -> None:
    write(home.root / "essays" / "a.md", home.root / "essays" / "shut" / "b.md")
    shut = home.root / "essays" / "shut"
    shut.chmod(0)
    try:
        with rights_of_files_hold():
            assert places(list_inbox(home, ["all"])) == [("all", "a.md"), ("all", "shut")]
    finally:
        shut.chmod(0o755)


def test_tens_of_thousands_of_files_are_listed_in_order(home: Home) -> None:
    folder = home.root / "essays"
    for number in range(100):
        (folder / f"{number:02d}").mkdir()
        for inner in range(100):
            (folder / f"{number:02d}" / f"{inner:02d}.md").touch()
    listed = [essay.relative for essay in list_inbox(home, ["all"])]
    assert len(listed) == 10_000
    assert listed == sorted(listed)
