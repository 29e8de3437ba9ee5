"""What a page says of itself in JSON-LD: its objects, by the types of schema.org. Bad JSON is no JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from factdesk.reading.html_tags import TagIndex, attribute

MAX_JSON_LD_CHARACTERS = 262_144
"""5 MB of JSON-LD cost a parser 670 MB; honest pages have a few KB."""

_MAX_NODES = 2_000
_MAX_NAMES = 10

ARTICLES = frozenset(
    {
        "article", "newsarticle", "analysisnewsarticle", "askpublicnewsarticle", "backgroundnewsarticle",
        "opinionnewsarticle", "reportagenewsarticle", "reviewnewsarticle", "advertisercontentarticle",
        "satiricalarticle", "scholarlyarticle", "medicalscholarlyarticle", "socialmediaposting",
        "blogposting", "liveblogposting", "discussionforumposting", "techarticle", "apireference", "report",
    }
)  # fmt: skip
"""https://schema.org/Article and all its kinds, in lower case."""

_OF_THE_PAGE = frozenset({"webpage", "itempage", "creativework", "webpageelement", "claimreview"})
_OF_OTHERS = frozenset(
    {
        "comment", "review", "userreview", "answer", "suggestedanswer", "imageobject", "videoobject",
        "audioobject", "product", "event", "person", "organization", "newsmediaorganization",
        "breadcrumblist", "itemlist", "listitem", "offer",
    }
)  # fmt: skip
"""Things that a page shows or mentions: their days, names and prices are not the page's."""


@dataclass(frozen=True, slots=True)
class Node:
    """One object; ``types`` are the last parts of its types, in lower case."""

    fields: dict[str, Any]
    types: frozenset[str]

    @property
    def is_article(self) -> bool:
        """Whether it is an article of some kind."""
        return not self.types.isdisjoint(ARTICLES)

    @property
    def speaks_of_page(self) -> bool:
        """Whether what it says may be said of the page."""
        return self.is_article or not self.types or not self.types.isdisjoint(_OF_THE_PAGE)

    def words(self, name: str) -> str | None:
        """Return a field that is words."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else None


@dataclass(frozen=True)
class JsonLd:
    """All objects of a page, outer ones first."""

    nodes: tuple[Node, ...] = ()

    def about_page(self, addresses: frozenset[str]) -> list[Node]:
        """Return what may speak of the page: its own article, other articles, the page, unknown things.

        A page can describe many articles (teasers); its own is the one that has one of the page's addresses.
        """
        articles = [node for node in self.nodes if node.is_article]
        own = [node for node in articles if not addresses.isdisjoint(_addresses(node))]
        page = [node for node in self.nodes if node.speaks_of_page and not node.is_article]
        rest = [node for node in self.nodes if not node.speaks_of_page and _is_unknown(node)]
        others = [node for node in articles if addresses.isdisjoint(_addresses(node))]
        return [*own, *others, *page, *rest]

    def names(self, stated: Any) -> list[str]:
        """Return the names of people: a string, an object, a reference to one, or a list of these."""
        people = stated if isinstance(stated, list) else [stated]
        return [name for name in map(self._name, people[:_MAX_NAMES]) if name]

    def _name(self, person: Any) -> str | None:
        if isinstance(person, dict):
            name = person.get("name") or self._referred(person.get("@id")).get("name")
            person = name[0] if isinstance(name, list) and name else name
        return person if isinstance(person, str) else None

    def _referred(self, node_id: Any) -> dict[str, Any]:
        return self._named.get(node_id, {}) if isinstance(node_id, str) else {}

    @cached_property
    def _named(self) -> dict[str, dict[str, Any]]:
        """The objects that have a name, by their id."""
        named: dict[str, dict[str, Any]] = {}
        for node in self.nodes:
            node_id = node.fields.get("@id")
            if isinstance(node_id, str) and "name" in node.fields:
                named.setdefault(node_id, node.fields)
        return named


def read_json_ld(tags: TagIndex) -> JsonLd:
    """Read every JSON-LD script of a page, up to `MAX_JSON_LD_CHARACTERS` in all."""
    return JsonLd(tuple(Node(fields, _types(fields)) for fields in _objects(tags)))


def is_false(value: Any) -> bool:
    """Whether a field says no."""
    return value is False or (isinstance(value, str) and value.strip().lower() in ("false", "no"))


def _objects(tags: TagIndex) -> Iterator[dict[str, Any]]:
    budget = MAX_JSON_LD_CHARACTERS
    for script in tags.named("script"):
        if not (attribute(script, "type") or "").lower().startswith("application/ld+json"):
            continue
        written = script.text or ""
        budget -= len(written)
        if budget < 0:
            return
        try:
            waiting: list[Any] = [json.loads(written, strict=False)]
        except (ValueError, RecursionError):
            continue
        for at in range(_MAX_NODES):
            if at >= len(waiting):
                break
            if isinstance(node := waiting[at], dict):
                yield node
                waiting += [part for part in node.values() if isinstance(part, (dict, list))]
            elif isinstance(node, list):
                waiting += [part for part in node[:_MAX_NODES] if isinstance(part, (dict, list))]


def _types(fields: dict[str, Any]) -> frozenset[str]:
    stated = fields.get("@type")
    names = stated if isinstance(stated, list) else [stated]
    return frozenset(
        name.rstrip("/").rpartition("/")[2].rpartition(":")[2].lower()
        for name in names
        if isinstance(name, str)
    )


def _addresses(node: Node) -> set[str]:
    page = node.fields.get("mainEntityOfPage")
    stated = [node.fields.get("url"), node.fields.get("@id"), page]
    stated += [page.get("@id"), page.get("url")] if isinstance(page, dict) else []
    return {same_address(address) for address in stated if isinstance(address, str)}


def same_address(address: str) -> str:
    """Return an address without what does not make it another page here: scheme, fragment, last slash."""
    return address.strip().partition("#")[0].rpartition("://")[2].rstrip("/")


def _is_unknown(node: Node) -> bool:
    return node.types.isdisjoint(_OF_OTHERS)
