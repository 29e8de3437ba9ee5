"""What people do about a claim besides deciding it, from the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from factdesk.cli import app
from factdesk.config import open_home
from factdesk.desk.people import read_people
from factdesk.errors import UsageError
from factdesk.pipeline import check_once
from factdesk.warehouse.query import run_query


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one claim."""
    root = tmp_path_factory.mktemp("act")
    config = root / "config" / "factdesk.toml"
    config.parent.mkdir()
    config.write_text("[review]\nsecond_check_share = 0\n", encoding="utf-8")
    (root / "essay.txt").write_text("A ticket to Graz costs 4 euros.\n", encoding="utf-8")
    check_once([str(root / "essay.txt")], open_home(root))
    return root


@pytest.fixture(scope="module")
def claim(place: Path) -> str:
    rows = run_query(open_home(place).warehouse, "SELECT claim_id FROM reports.claims").rows
    return str(rows[0][0])


def type_in(place: Path, *words: str) -> int:
    code = app(
        [*words, "--home", str(place)], exit_on_error=False, print_error=False, result_action="return_value"
    )
    return code if isinstance(code, int) else 0


def test_a_claim_goes_from_decision_to_correction(
    place: Path, claim: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError, match="does not fit the claim"):
        type_in(place, "act", claim, "disputed", "--note", "it is 5", "--as", "Nobody")
    assert "Nobody" not in read_people(open_home(place).warehouse).values(), "of the refused no name is kept"
    type_in(place, "decide", claim, "refuted", "--conclusion", "It is 5.", "--reason", "other", "--as", "Ann")
    type_in(place, "act", claim, "correction_requested", "--note", "By mail", "--as", "Ann")
    with pytest.raises(UsageError, match="needs a note or a link"):
        type_in(place, "act", claim, "correction_made", "--as", "Ann")
    type_in(place, "act", claim, "correction_made", "--link", "https://a.example/x", "--as", "Ann")
    rows = run_query(
        open_home(place).warehouse, "SELECT correction, stage, link FROM reports.corrections"
    ).rows
    assert rows == [("made", "corrected", "https://a.example/x")]
    with pytest.raises(UsageError, match="not yours"):
        type_in(place, "act", claim, "--undo", "--as", "Bob")
    type_in(place, "act", claim, "--undo", "--as", "Ann")
    capsys.readouterr()
    type_in(place, "act", claim, "--json")
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["act"], one["taken_back"]) for one in told] == [
        ("undo", False),
        ("correction_made", True),
        ("correction_requested", False),
        ("decide", False),
    ]
    type_in(place, "act", claim)
    said = capsys.readouterr().out
    assert "Ann took back: noted the correction" in said
    assert "stage: decided" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("refuse",), "'refuse' is no act"),
        (("disputed", "--undo"), "not both"),
        (("disputed", "--note", "x", "--link", "javascript:alert(1)"), "no address of a page|does not fit"),
        (("author_asked", "--until", "soon"), "must be written as"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(
    place: Path, claim: str, words: tuple[str, ...], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        type_in(place, "act", claim, *words)


def test_a_role_of_the_team_holds_in_the_terminal(place: Path, claim: str) -> None:
    from factdesk.desk.users import add_user
    from factdesk.model import Role

    add_user(open_home(place).warehouse, "Cleo", Role.CHECKER, "correct horse battery")
    with pytest.raises(UsageError, match="Cleo is checker here and may not"):
        type_in(place, "act", claim, "correction_made", "--note", "x", "--as", "Cleo")


def test_the_terminal_decides_for_nobody_whose_role_does_not(place: Path, claim: str, tmp_path: Path) -> None:
    from factdesk.desk.users import add_user
    from factdesk.model import Role

    warehouse = open_home(place).warehouse
    add_user(warehouse, "Olga", Role.OPERATOR, "correct horse battery")
    add_user(warehouse, "Edda Å", Role.EDITOR, "correct horse battery")
    (tmp_path / "scan.txt").write_text("A ticket to Graz costs 4 euros.", encoding="utf-8")
    for words in (("decide", claim, "supported"), ("decide", claim, "--undo")):
        with pytest.raises(UsageError, match="Olga is operator here and may not do this"):
            type_in(place, *words, "--as", "olga")
    with pytest.raises(UsageError, match="Olga is operator here and may not do this"):
        type_in(place, "attach", claim, str(tmp_path / "scan.txt"), "--as", "Olga")
    assert "Olga" not in read_people(warehouse).values()
    said = ("--conclusion", "No.", "--reason", "other")
    type_in(place, "decide", claim, "not_a_claim", *said, "--as", "edda A\u030a")
    ((reviewer, role),) = run_query(
        warehouse, "SELECT reviewer, role FROM reports.decisions WHERE editor_rating = 'not_a_claim'"
    ).rows
    assert (read_people(warehouse)[reviewer], role) == ("Edda Å", "editor"), "under the name of the team"
