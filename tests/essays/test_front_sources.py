"""Front matter may name addresses, and files of the essay's own folder; nothing else is opened."""

from pathlib import Path

import pytest

from factdesk.essays.sources import find_front_sources


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "essays"
    (folder / "notes").mkdir(parents=True)
    (folder / "notes" / "column.html").write_text("A column.")
    (tmp_path / "secret.txt").write_text("A secret.")
    (folder / "inside.txt").symlink_to(folder / "notes" / "column.html")
    (folder / "outside.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "up").symlink_to(tmp_path, target_is_directory=True)
    return folder


def test_addresses_and_files_of_the_folder_are_usable(folder: Path) -> None:
    real = str((folder / "notes" / "column.html").resolve())
    named = ["http://example.org/a", "notes/column.html", "./notes/../notes/column.html", "inside.txt", real]
    assert find_front_sources(named, folder) == (("http://example.org/a", real, real, real, real), ())


@pytest.mark.parametrize(
    "source",
    [
        "../secret.txt",
        "notes/../../secret.txt",
        "/etc/passwd",
        "outside.txt",
        "up/secret.txt",
        "absent.txt",
        "notes",
        ".",
        "a\0b",
        "x" * 5_000,
        "~/secret.txt",
    ],
)
def test_files_outside_the_folder_are_refused(folder: Path, source: str) -> None:
    usable, refused = find_front_sources([source], folder)
    assert usable == ()
    assert len(refused) == 1
    assert "is refused" in refused[0]


@pytest.mark.parametrize("source", ["file:///etc/passwd", "javascript:alert(1)", "ftp://example.org/x"])
def test_other_schemes_are_left_to_the_guard(folder: Path, source: str) -> None:
    assert find_front_sources([source], folder) == ((), ())


def test_an_essay_by_address_may_name_no_file(folder: Path) -> None:
    usable, refused = find_front_sources(["http://example.org/a", "notes/column.html"], None)
    assert usable == ("http://example.org/a",)
    assert len(refused) == 1
