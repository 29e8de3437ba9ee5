"""The method page as plain text for a terminal: at most 80 columns, no colour needed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

COLUMNS = 80
NAME_WIDTH = 19
MEASURE_WIDTH = 36


def method_lines(page: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the page that `factdesk.verdicts.method_page.describe_method` gathered."""
    yield "How Factdesk reaches its verdicts"
    yield f"method {page['method']}"
    for paragraph in page["about"]:
        yield ""
        yield from _wrapped(paragraph)
    yield from _section("Ratings", _names(page["ratings"]))
    yield from _section("Rules, in order: the first that applies gives the rating", _rules(page))
    yield from _section("Notes: figures of an essay that do not agree, without any source", _notes(page))
    yield from _section("Kinds of claims", _kinds(page["kinds"]))
    yield from _section("Facets that are compared", _names(page["facets"]))
    yield from _section("What a source can say of a facet", _names(page["outcomes"]))
    yield from _section("What the method is made of", _parts(page))
    yield from _section("How often verdicts are wrong", _wrong(page))
    yield from _section("How far confidence can be trusted", _reliability(page["reliability"]))
    yield from _section("All measures, as last pinned", _measures(page["measures"]))
    yield from _section("What they are measured on", _names(one for one in page["sets"] if one["is"]))
    yield from _section("What is not looked at", _listed(page["not_looked_at"]))


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield title
    yield "-" * len(title)
    yield from lines


def _wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        COLUMNS,
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _names(told: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Yield "name  what it is"; a name that is too long for its column stands on a line of its own."""
    for one in told:
        name = _said(one["name"])
        indent = " " * (NAME_WIDTH + 2)
        if len(name) <= NAME_WIDTH:
            yield from _wrapped(one["is"], f"{name:<{NAME_WIDTH}}  ", indent)
        else:
            yield name
            yield from _wrapped(one["is"], indent, indent)


def _said(name: str) -> str:
    return name.replace("_", " ")


def _rules(page: Mapping[str, Any]) -> Iterator[str]:
    for rule in page["rules"]:
        yield f"{rule['place']:>2}  {rule['code']} -> {_rating(rule)}"
        yield from _wrapped(rule["sentence"], "      ", "      ")
    if page["other_rules"]:
        yield ""
        yield "Outside this table:"
    for rule in page["other_rules"]:
        yield f"    {rule['code']} -> {_rating(rule)}"
        yield from _wrapped(rule["sentence"], "      ", "      ")
    yield ""
    if page["muted"]:
        yield from _wrapped(f"Muted by [rules] muted: {', '.join(page['muted'])}.")
    else:
        yield from _wrapped("No rule is muted; [rules] muted in config/factdesk.toml mutes one.")


def _notes(page: Mapping[str, Any]) -> Iterator[str]:
    yield from _names(page["notes"])
    yield ""
    yield from _wrapped("A note is for the reviewer; it changes no rating.")


def _rating(rule: Mapping[str, Any]) -> str:
    said = _said(rule["rating"])
    return f"not enough evidence (muted; else {said})" if rule["is_muted"] else said


def _kinds(kinds: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for kind in kinds:
        off = "" if kind["is_on"] else " (off in the settings; factdesk judge reads it where a line names it)"
        yield from _names([{"name": kind["name"], "is": kind["is"] + off}])


def _parts(page: Mapping[str, Any]) -> Iterator[str]:
    yield f"rules version {page['rules_version']}, finder version {page['finder_version']}"
    yield "tables and weights, each with the beginning of its sha256:"
    for one in (*page["tables"], *page["weights"]):
        yield f"  {one['sha256']}  {one['name']}"
    for one in page["weights"]:
        trained = f" Trained on {one['trained_on']}." if one["trained_on"] else ""
        yield from _wrapped(f"{one['name']}: {one['about']}{trained}")


def _wrong(page: Mapping[str, Any]) -> Iterator[str]:
    yield from _wrapped(page["figures"])
    for on, told in groupby(page["wrong"], key=lambda one: f"{one['set']}: {one['on']}"):
        yield from _wrapped(on)
        for one in told:
            of = f" of {one['n']:,}" if one["n"] else ""
            yield from _wrapped(f"{one['figure']:6.1%}{of} {one['words']}", "  ", "          ")


def _reliability(told: Any) -> Iterator[str]:
    """Yield a line a bin: the confidence that was given, and how often the rating was right."""
    bins = told.get("bins", ()) if isinstance(told, Mapping) else told
    if not bins:
        yield "It was not measured for these weights."
        return
    if isinstance(told, Mapping) and told.get("on"):
        yield from _wrapped(f"Measured on {told['on']}.")
    yield "   confidence   given    right   claims"
    for one in bins:
        given = f"{one['from']:.2f} - {one['to']:.2f}   {one['confidence']:5.1%}"
        yield f"  {given}   {one['right']:6.1%}   {one['n']:6,}"


def _measures(measures: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield f"{'measure':<{MEASURE_WIDTH}} {'last':>6}  {'must be':>8} {'goal':>6}  {'cases':>6}"
    for one in measures:
        bound = f">= {one['floor']:.2f}" if one.get("floor") is not None else ""
        bound = f"<= {one['ceiling']:.2f}" if one.get("ceiling") is not None else bound
        cases = one["n"] if one.get("n") is not None else ""
        line = f"{one['measure']:<{MEASURE_WIDTH}} {_figure(one.get('last'))}  {bound:>8}"
        yield f"{line} {_figure(one.get('goal'))}  {cases:>6}".rstrip()


def _figure(figure: float | None) -> str:
    return f"{'-':>6}" if figure is None else f"{figure:6.3f}"


def _listed(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield from _wrapped(line, "- ", "  ")
