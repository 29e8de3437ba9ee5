"""A home whose essay, sources, people, decisions and saved queries all try to be more than text."""

from __future__ import annotations

import json
from pathlib import Path

from desk_homes import copy_desk_home
from factdesk.config import Home
from factdesk.pipeline import check_once

RUNS = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
"""What would tell that a page ran it."""

TURNS = "\u202egpj.exe\u2066"
"""Characters that would turn the text around them."""

FORMULA = '=HYPERLINK("http://evil.example")'
HOLDS = "Grazzle"
"""A word of every hostile claim, to find them by."""

_ESSAY = """\
---
title: {title}
author: {author}
publish_at: 2026-11-30 09:00
sources: [source.html, long.txt]
---

{runs} An adult ticket to {holds} {turns} costs 4 euros{{{{7*7}}}}.

A child's ticket to {holds} costs 3 euros, says [this page](javascript:document.title='owned') and
[that one](data:text/html,<script>alert(1)</script>) and [another]({link}).

{formula} tickets to {holds} were sold out by noon, wrote {word}.

- A poll of {holds} found that 41% would pay more.
"""

_SOURCE = """\
<!doctype html><html><head><title>{title}</title>
<meta name="author" content="{author}"><meta property="article:published_time" content="2026-11-01">
<link rel="stylesheet" href="http://evil.example/x.css"></head>
<body onload="document.title='owned'"><main>
<p>{runs} An adult ticket to {holds} costs 5 euros. </p>
<p>A child's ticket to {holds} costs 3 euros. {turns}</p>
<p>Tickets to {holds} were sold out by noon. <a href="javascript:document.title='owned'">more</a></p>
<p>{formula}</p></main></body></html>
"""


def make_hostile_home(made: Path, root: Path) -> Home:
    """Return a copy of a home to which a hostile essay was added and checked."""
    home = copy_desk_home(made, root)
    folder = root / "essays" / "hostile"
    folder.mkdir()
    title, author = f"{RUNS} {TURNS} {FORMULA}", f"{FORMULA} <b>"
    words = {
        "runs": RUNS,
        "turns": TURNS,
        "formula": FORMULA,
        "holds": HOLDS,
        "word": "w" * 1_000_000,
        "link": "https://evil.example/" + "x" * 3_000,
    }
    essay = _ESSAY.format(title=json.dumps(title), author=json.dumps(author), **words)
    (folder / "essay.md").write_text(essay, encoding="utf-8")
    escaped = {name: text.replace("&", "&amp;").replace("<", "&lt;") for name, text in words.items()}
    quoted = {"title": title.replace("<", "&lt;"), "author": author.replace('"', "&quot;")}
    (folder / "source.html").write_text(_SOURCE.format(**quoted, **escaped), encoding="utf-8")
    long = f"{RUNS} A poll of {HOLDS} found that 44% would pay more. {'v' * 1_000_000} {FORMULA}\n"
    (folder / "long.txt").write_text(long, encoding="utf-8")
    check_once([str(folder / "essay.md")], home)
    return home
