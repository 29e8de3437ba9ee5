"""README.txt of a dossier: what is in it, and how a stranger verifies it with tools of any system."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from factdesk.reports.dossier.records import Dossier
from factdesk.reports.words import count_words

_HEAD = """\
Dossier on one claim
====================

Claim {claim_id}

"""

_CONTENTS = (
    ("index.html", "the dossier as a page: open it in a browser, or print it"),
    ("dossier.json", "the same records and more, for programs"),
    ("texts/", "the essay and the sources as texts; each file is called by its own sha256"),
    ("bytes/", "what the sources sent, byte for byte; each file is called by its own sha256"),
    ("events/", "what was hashed of each act of a reviewer, for the check of the log below"),
    ("SHA256SUMS", "the sums of all files"),
    ("CHAIN.sha256", "the sums of events/ that the log has"),
)

_NO_CLICK = """
Do not open a file of bytes/ with a double click: it is whatever a site sent.
"""

_SUMS = """\

1. Is every file as it was packed?
----------------------------------

    sha256sum -c SHA256SUMS

(on a Mac: shasum -a 256 -c SHA256SUMS). Every line must end with OK. A file of bytes/ or texts/ has its sum
as its name, so that the same page, archived by anybody else, can be compared with it.

The sums prove nothing against whoever packed the zip: ask the sender for its sha256 by another way.
"""

_PASSAGES = """\

2. Do the words stand where they are said to stand?
---------------------------------------------------

Places count characters (Unicode code points) of a text. Each of these commands prints the quoted words:

"""

_CHAIN = """\

3. Are the decisions as they were made?
---------------------------------------

    sha256sum -c CHAIN.sha256

Every line must end with OK. NUMBER.event is what was hashed of an act of a reviewer: a salt, then the act as
JSON. NUMBER.link is the end of the log's chain before it and the sum of that event, one behind the other; its
own sum is the end of the chain after it. To alter an old act, somebody would have to alter every link after
it, also those in other dossiers and in copies of the log (factdesk export decisions) that others hold.
"""

_WITHHELD = """\
Of {acts} the sum alone is here, because a note for colleagues is part of it or its words were erased for
good: number {numbers}.
"""

_NO_EVENTS = """\

3. Are the decisions as they were made?
---------------------------------------

There are none: no person has done anything with this claim.
"""

_LIMITS = """\

4. What this does not prove
---------------------------

That a site sent these bytes at that time is the word of whoever fetched them; dossier.json has the address,
the server's answer and the fingerprint of its certificate as they were noted then. How a text was read from
bytes is told by "tools" and "extractor" there; where the headers name a content-encoding, bytes/ holds what
was sent, for example gzip (zcat < bytes/FILE). Whether the claim is true is another question: a rating says
what its sources show.
"""

_LOST = """\

Missing
-------

The archive no longer has these files, or they were damaged, so that they are not in this dossier:

"""


def verification_text(
    dossier: Dossier, texts: Mapping[str, str], archived: Collection[str], lost: Mapping[str, str]
) -> str:
    """Return README.txt.

    ``texts`` are those in the dossier by their sha256, ``archived`` the names of its archived files, ``lost``
    says by name why a file is not in it.
    """
    parts = [_HEAD.format(claim_id=dossier.claim_id), *_contents(dossier, archived)]
    if lost:
        parts += [_LOST, *(f"    {name}  ({why})\n" for name, why in sorted(lost.items()))]
    parts += [_SUMS, _PASSAGES, *_commands(dossier, texts)]
    parts.append(_CHAIN if dossier.parts["events"] else _NO_EVENTS)
    withheld = [str(event["position"]) for event in dossier.parts["events"] if event["payload"] is None]
    if withheld:
        parts.append(_WITHHELD.format(acts=count_words(len(withheld), "act"), numbers=", ".join(withheld)))
    return "".join([*parts, _LIMITS])


def _contents(dossier: Dossier, archived: Collection[str]) -> Iterator[str]:
    folders = {name.split("/")[0] + "/" for name in archived}
    absent = {"texts/", "bytes/"} - folders
    if not dossier.parts["events"]:
        absent |= {"events/", "CHAIN.sha256"}
    yield from (f"{name:<14} {words}\n" for name, words in _CONTENTS if name not in absent)
    if "bytes/" in folders:
        yield _NO_CLICK


def _commands(dossier: Dossier, texts: Mapping[str, str]) -> Iterator[str]:
    claim = dossier.parts["claim"]
    if claim["essay_text_sha256"] in texts and claim["claim_start"] is not None:
        yield "the claim in the essay:\n"
        yield _command(claim["essay_text_sha256"], claim["claim_start"], claim["claim_end"])
    for number, passage in enumerate(_passages(dossier), start=1):
        if passage["text_sha256"] in texts:
            yield f"passage {number} of a source:\n"
            yield _command(passage["text_sha256"], passage["evidence_start"], passage["evidence_end"])


def _passages(dossier: Dossier) -> list[dict[str, Any]]:
    """Return the passages, each place once: a claim judged by two methods has the same words twice."""
    by_place = {
        (one["text_sha256"], one["evidence_start"], one["evidence_end"]): one
        for one in dossier.parts["evidence"]
        if one["text_sha256"] is not None
    }
    return [by_place[place] for place in sorted(by_place)]


def _command(sha256: str, start: int, end: int) -> str:
    program = f"print(open('texts/{sha256}.txt', encoding='utf-8', newline='').read()[{start}:{end}])"
    return f'    python3 -X utf8 -c "{program}"\n'
