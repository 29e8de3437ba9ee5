"""Bad input gets its recorded outcome or its one-sentence error, and nothing that was stored is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from program import PROGRAM, Run

GOOD = "A single ticket from Split to Hvar costs 14 euros.\n"


def outcomes(factdesk: Run, view: str, columns: str) -> list[dict[str, object]]:
    ended = factdesk("sql", f"SELECT {columns} FROM reports.{view}", "--json")
    assert ended.code == 0, ended.err
    return ended.rows


def write_essay(home: Path, name: str, content: bytes) -> str:
    (home / name).write_bytes(content)
    return name


@pytest.mark.parametrize(
    ("name", "content", "told", "code"),
    [
        ("empty.md", b"", "empty", 0),
        ("blank.txt", b" \n\t\n", "empty", 0),
        ("photo.md", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "binary", 3),
        ("nul.txt", b"abc\0def" * 50, "binary", 3),
        (
            "no-text.html",
            b"<html><head><title>x</title></head><body><nav>Home</nav></body></html>",
            "no text",
            0,
        ),
        ("big.txt", b"The fare costs 14 euros. " * 2_000_000, "too big", 3),
    ],
)
def test_an_essay_that_gives_no_text_is_an_outcome(
    factdesk: Run, home: Path, name: str, content: bytes, told: str, code: int
) -> None:
    ended = factdesk("check", write_essay(home, name, content))
    assert ended.code == code, ended.err
    assert f"{name}: {told}" in ended.err
    rows = outcomes(factdesk, "essays", "essay_uri, outcome")
    assert [row["outcome"] for row in rows] == [told.replace(" ", "_")]


def test_a_folder_without_essays_says_what_was_looked_for(factdesk: Run, home: Path) -> None:
    (home / "drafts" / ".old").mkdir(parents=True)
    for name in ("photo.jpg", ".old/letter.md", ".hidden.md", "sitemap.xml"):
        write_essay(home, f"drafts/{name}", GOOD.encode())
    ended = factdesk("check", "drafts", write_essay(home, "good.md", GOOD.encode()))
    assert ended.code == 0, ended.err
    assert "drafts: no essay is in this folder: no file that ends with .docx, .htm" in ended.err
    assert "1 sentence read, 1 claim, 0 set aside" in ended.out
    write_essay(home, "drafts/letter.md", GOOD.encode())
    assert "no essay is in this folder" not in factdesk("check", "drafts").err


def test_a_missing_essay_is_named_and_the_others_are_checked(factdesk: Run, home: Path) -> None:
    ended = factdesk("check", write_essay(home, "good.md", GOOD.encode()), "absent.md", "--json")
    assert ended.code == 3
    assert "absent.md: missing" in ended.err
    assert [row["kind"] for row in ended.rows] == ["price"]


def test_an_essay_that_cannot_be_read_is_unreadable(factdesk: Run, home: Path) -> None:
    # Reading this file fails with an I/O error for every user, root included.
    (home / "broken.md").symlink_to("/proc/self/mem")
    ended = factdesk("check", "broken.md")
    assert ended.code == 3, ended.err
    assert "broken.md: unreadable" in ended.err


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_other_encodings_are_read(factdesk: Run, home: Path, encoding: str) -> None:
    text = "The café’s set lunch costs £14, the owner says, and the queue is long.\n" * 3
    write_essay(home, "lunch.txt", text.encode(encoding))
    ended = factdesk("check", "lunch.txt", "--json")
    assert ended.code == 0, ended.err
    assert "café’s" in factdesk("text", "lunch.txt").out
    assert {row["kind"] for row in ended.rows} == {"price"}


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://127.0.0.1:9/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://2130706433/",
        "http://user@127.0.0.1/",
        "ftp://example.org/x",
    ],
)
def test_a_link_that_may_not_be_followed_is_blocked(factdesk: Run, home: Path, url: str) -> None:
    write_essay(home, "linked.md", f"A single ticket to Hvar [costs 14 euros]({url}).\n".encode())
    ended = factdesk("check", "linked.md", "--json")
    assert ended.code == 0, ended.err
    (row,) = ended.rows
    assert row["source_outcome"] == "blocked_by_guard"
    assert row["machine_rating"] == "not_enough_evidence"


def test_an_essay_without_links_says_so(factdesk: Run, home: Path) -> None:
    write_essay(home, "plain.md", GOOD.encode())
    (row,) = factdesk("check", "plain.md", "--json").rows
    assert row["source_outcome"] == "no_linked_source"


@pytest.mark.parametrize(
    ("path", "outcome"),
    [("/hang", "timed_out"), ("/loop", "redirect_loop"), ("/picture", "unsupported_type"), ("/gone", "gone")],
)
def test_a_bad_source_is_an_outcome(factdesk: Run, home: Path, site: str, path: str, outcome: str) -> None:
    write_essay(home, "linked.md", f"A ticket to Hvar [costs 14 euros](http://{site}{path}).\n".encode())
    ended = factdesk("check", "linked.md", "--allow-host", site, "--json")
    assert ended.code == 0, ended.err
    (row,) = ended.rows
    assert row["source_outcome"] == outcome
    assert row["machine_rating"] == "not_enough_evidence"


def test_front_matter_may_not_name_a_file_outside_its_folder(factdesk: Run, home: Path) -> None:
    (home / "secret.txt").write_text("A single ticket from Split to Hvar costs 14 euros.", encoding="utf-8")
    (home / "essays").mkdir()
    (home / "essays" / "link.txt").symlink_to(home / "secret.txt")
    for named in ("../secret.txt", str(home / "secret.txt"), "link.txt"):
        write_essay(home, "essays/letter.md", f"---\nsources:\n  - {named}\n---\n\n{GOOD}".encode())
        ended = factdesk("check", "essays/letter.md", "--json")
        assert ended.code == 0, ended.err
        assert "is refused: no file inside the essay's own folder" in ended.err
        assert ended.rows[0]["machine_rating"] == "not_enough_evidence"


def test_a_config_typo_names_key_and_file(factdesk: Run, home: Path) -> None:
    config = home / "config" / "factdesk.toml"
    config.write_text("[web]\ndeadlin_seconds = 3\n", encoding="utf-8")
    ended = factdesk("check", write_essay(home, "good.md", GOOD.encode()))
    assert ended.code == 2
    assert "web.deadlin_seconds" in ended.error_line()
    assert str(config) in ended.error_line()


def test_a_warehouse_that_cannot_be_written_is_one_sentence(factdesk: Run, home: Path) -> None:
    write_essay(home, "good.md", GOOD.encode())
    (home / "taken").write_text("a file stands where the folder should be", encoding="utf-8")
    ended = factdesk("check", "good.md", "--warehouse", "taken/warehouse")
    assert ended.code == 3
    assert "taken/warehouse" in ended.error_line()


def test_a_full_disk_is_one_sentence_and_loses_nothing(factdesk: Run, home: Path) -> None:
    write_essay(home, "good.md", GOOD.encode())
    (home / "small").mkdir()
    script = 'mount -t tmpfs -o size=64k tmpfs small && exec "$@"'
    prefix = ("unshare", "--mount", "sh", "-c", script, "sh")
    if os.getuid() != 0:
        prefix = ("unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh")
    ended = factdesk("check", "good.md", "--warehouse", "small", prefix=prefix)
    assert ended.code in {1, 3}
    assert "space" in ended.error_line()


def test_two_commands_at_once_lose_nothing(factdesk: Run, home: Path) -> None:
    for number in range(6):
        write_essay(home, f"e{number}.md", f"A ticket to Hvar costs {20 + number} euros.\n".encode())
    started = [
        subprocess.Popen([PROGRAM, "check", f"e{number}.md", "--json"], cwd=home, stdout=subprocess.DEVNULL)
        for number in range(6)
    ]
    assert [one.wait(120) for one in started] == [0] * 6
    assert factdesk("publish").code == 0
    assert len(outcomes(factdesk, "claims", "claim_id")) == 6


def wait_until_python_is_up(running: subprocess.Popen[bytes]) -> None:
    """Wait for the first module of ours: before it Python itself would tell of a Ctrl-C, as it likes."""
    deadline = time.monotonic() + 30
    while "unicodedata" not in Path(f"/proc/{running.pid}/maps").read_text(encoding="utf-8"):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("seconds", [0.0, 0.6, 1.2, 2.0])
def test_ctrl_c_in_the_middle_keeps_what_was_stored(
    factdesk: Run, home: Path, site: str, seconds: float
) -> None:
    assert factdesk("check", write_essay(home, "good.md", GOOD.encode())).code == 0
    write_essay(home, "slow.md", f"A ticket [costs 14 euros](http://{site}/hang).\n".encode())
    command = [PROGRAM, "check", "slow.md", "--allow-host", site]
    running = subprocess.Popen(command, cwd=home, stderr=subprocess.PIPE, start_new_session=True)
    wait_until_python_is_up(running)
    time.sleep(seconds)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert b"Traceback" not in err
    assert b"Ctrl-C" in err
    assert len(outcomes(factdesk, "claims", "claim_id")) == 1
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)


def test_an_unknown_command_and_option_are_usage_errors(factdesk: Run) -> None:
    assert factdesk("chekc").code == 2
    assert factdesk("check", "--sauce", "x").code == 2
    assert factdesk("check").code == 2
    assert "check" in factdesk("chekc").error_line()


def test_an_address_without_its_scheme_is_told_the_mend(factdesk: Run, home: Path) -> None:
    write_essay(home, "good.md", GOOD.encode())
    attach, check = ("attach", "3f2a", "www.press.example/fares"), ("check", "good.md", "--source", "WWW.a.b")
    for command in (attach, check):
        ended = factdesk(*command)
        assert ended.code == 2
        assert f"write https://{command[-1]}" in ended.error_line()


def test_judge_answers_a_bad_line_and_goes_on(factdesk: Run) -> None:
    good = b'{"id":"b","claim":"Tickets to Hvar sold out.","source":"Tickets to Hvar were sold out."}\n'
    lines = b'{"id":"a"}\nnot json\n\xff\xfe\n' + good + b"[]\n"
    ended = factdesk("judge", "-", stdin=lines)
    assert ended.code == 3
    assert [("error" in row) for row in ended.rows] == [True, True, True, False, True]
    assert ended.rows[3]["id"] == "b"


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_reader_that_has_seen_enough_is_no_failure(home: Path, form: list[str]) -> None:
    write_essay(home, "long.txt", GOOD.encode() * 3000)
    script = f"set -o pipefail; {PROGRAM} claims long.txt {' '.join(form)} | head -4 > first.txt"
    ended = subprocess.run(["bash", "-c", script], cwd=home, capture_output=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert "14" in (home / "first.txt").read_text(encoding="utf-8")


def test_two_essays_with_one_id_are_told_and_nothing_is_withdrawn(factdesk: Run, home: Path) -> None:
    for name, fare in (("a.md", 14), ("b.md", 20)):
        write_essay(home, name, f"---\nid: same\n---\n\nA ticket to Hvar costs {fare} euros.\n".encode())
    for _ in range(2):
        ended = factdesk("check", "a.md", "b.md", "--json")
        assert ended.code == 0
        assert "b.md: duplicate (its id is already that of a.md" in ended.err
    rows = outcomes(factdesk, "claims", "claim, claim_status")
    assert rows == [{"claim": "A ticket to Hvar costs 14 euros.", "claim_status": "current"}]
