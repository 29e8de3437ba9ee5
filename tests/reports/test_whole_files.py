"""A file that was asked for is there wholly or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from factdesk.errors import UsageError
from factdesk.reports.whole_files import written_whole


def test_what_stood_there_stays_until_the_new_file_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("old", encoding="utf-8")
    with written_whole(path) as stream:
        stream.write(b"new")
        stream.flush()
        assert path.read_text("utf-8") == "old"
    assert path.read_text("utf-8") == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError, OSError])
def test_an_interrupted_file_leaves_nothing_behind(tmp_path: Path, stop: type[BaseException]) -> None:
    path = tmp_path / "log.csv"
    path.write_text("old", encoding="utf-8")

    def write() -> None:
        with written_whole(path) as stream:
            stream.write(b"half")
            raise stop

    with pytest.raises(UsageError if stop is OSError else stop):
        write()
    assert path.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    link = tmp_path / "log.csv"
    link.symlink_to(tmp_path / "shared" / "log.csv")
    with written_whole(link) as stream:
        stream.write(b"new")
    assert link.is_symlink()
    assert (tmp_path / "shared" / "log.csv").read_bytes() == b"new"


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "file").touch()
    for place in (
        tmp_path,
        Path("/dev/null"),
        tmp_path / "loop",
        tmp_path / "file" / "x",
        tmp_path / "no" / "x",
        tmp_path / ("x" * 300),
    ):
        with pytest.raises(UsageError, match="name another") as raised, written_whole(place) as stream:
            stream.write(b"x")
        assert str(place) in str(raised.value)
    assert Path("/dev/null").is_char_device()
