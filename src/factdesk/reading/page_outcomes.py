"""Tells a page that was read from one that only looks like an answer, by evidence on the page.

A notice is told by its own words together with what is missing: a page with a story on it is no notice,
whatever stands around the story. `factdesk.reading.page_notices` has the words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.etree import XPath

from factdesk.model import SourceOutcome
from factdesk.reading.html_tags import TagIndex
from factdesk.reading.page_about import PageAbout
from factdesk.reading.page_notices import (
    CONSENT,
    CONSENT_CONTROL,
    NOT_FOUND,
    NOT_FOUND_HEADING,
    NOTICES,
    PAYWALL,
    PAYWALL_OFFER,
    SCRIPTS,
    SIGN_IN,
)

_SHORT = 900
"""Main texts below this many characters may be a notice instead of an article."""

_PAYWALL_SHORT = 2_500
"""Papers show two or three paragraphs before they ask; the open part of real ones was below 2,000."""

_CUT_SHORT = 600
_NOTICE_BLOCK = 300
"""A paragraph longer than this speaks about notices; a notice itself is a line or two."""

_SCRIPT_SHELL = 250
_STORY = 250
"""So many characters of sentences that are no notice are a story, be it a short one."""

_SENTENCE = 60
"""Shorter paragraphs are links, teasers and captions as often as sentences."""

_CONSENT_PAGE = 3_000
_CONSENT_HOST_PAGE = 6_000
_LOOKED_AT = 6_000
_CONSENT_HOSTS = ("consent.", "guce.", "privacy-consent.", "cmp.", "myprivacy.")
_APP_IDS = ("root", "app", "__next", "__nuxt", "main-app")
_IS_APP = XPath(
    "boolean(descendant-or-self::*[@data-reactroot or @ng-app or @ng-version or @data-server-rendered])"
)
_CONTROLS = XPath("descendant::*[self::button or self::a or self::input]")
_PASSWORD = XPath("boolean(descendant::input[translate(@type,'PASWORD','pasword')='password'])")
_HEADING_PARTS = re.compile(r"\s+[|–—·:»-]+\s+|\s*[|•]\s*|:\s+")
_SENTENCE_END = (".", "!", "?", "”", '"', "’", ":", "…")


@dataclass(frozen=True, slots=True)
class PageEvidence:
    """What tells one outcome from another: the page's elements, main text, all its words, its address."""

    tags: TagIndex
    main: str
    full_text: str
    url: str | None

    def story(self, notices: tuple[re.Pattern[str], ...] = NOTICES) -> int:
        """Return how many characters of the main text are paragraphs of sentences and no notices."""
        return sum(len(part) for part in self.main.split("\n\n") if _tells(part, notices))

    def headings(self) -> list[str]:
        """Return the page's title and first headings."""
        found = [*self.tags.named("title", 1), *self.tags.named("h1", 3), *self.tags.named("h2", 1)]
        return [" ".join(" ".join(element.itertext()).split())[:200] for element in found]


def tell_outcome(page: PageEvidence, about: PageAbout) -> SourceOutcome:
    """Return the one outcome of a page that arrived; `fetched` unless the page itself says otherwise."""
    if _asks_for_consent(page):
        return SourceOutcome.CONSENT_WALL
    if _is_script_shell(page):
        return SourceOutcome.NEEDS_JAVASCRIPT
    if not page.full_text:
        return SourceOutcome.EMPTY_TEXT
    if _says_not_found(page):
        return SourceOutcome.SOFT_404
    if not about.free_to_read or _asks_to_pay(page):
        return SourceOutcome.PAYWALLED
    if _asks_to_sign_in(page):
        return SourceOutcome.FORBIDDEN
    return SourceOutcome.FETCHED


def _tells(part: str, notices: tuple[re.Pattern[str], ...]) -> bool:
    if len(part) < _SENTENCE or not part.rstrip().endswith(_SENTENCE_END):
        return False
    return not any(notice.search(part) for notice in notices)


def _asks_for_consent(page: PageEvidence) -> bool:
    """Whether the page's words ask its reader to agree to something before there are any others."""
    length = len(page.full_text)
    if length < _CONSENT_HOST_PAGE and _host(page.url).startswith(_CONSENT_HOSTS):
        return True
    if length >= _CONSENT_PAGE:
        return False
    asked = {found[0].lower() for found in CONSENT.finditer(page.full_text)}
    if not asked or page.story((CONSENT,)) >= _STORY:
        return False
    return len(asked) + _has_consent_control(page) >= 2


def _has_consent_control(page: PageEvidence) -> bool:
    controls = _CONTROLS(page.tags.root)[:100]
    words = (one.get("value") if one.tag == "input" else one.text_content() for one in controls)
    return any(said is not None and len(said) < 60 and CONSENT_CONTROL.fullmatch(said) for said in words)


def _is_script_shell(page: PageEvidence) -> bool:
    """Whether a page without a story says that it needs scripts, or is the empty shell of a program."""
    if len(page.main) >= _PAYWALL_SHORT or page.story((SCRIPTS,)) >= _STORY:
        return False
    if SCRIPTS.search(page.full_text, 0, _LOOKED_AT):
        return True
    if len(page.full_text) >= _SHORT:
        return False
    unscripted = " ".join(words for one in page.tags.named("noscript", 20) for words in one.itertext())
    if SCRIPTS.search(unscripted):
        return True
    return (
        len(page.full_text) < _SCRIPT_SHELL and bool(page.tags.named("script")) and _has_app_root(page.tags)
    )


def _has_app_root(tags: TagIndex) -> bool:
    return tags.has_id(*_APP_IDS) or tags.first("app-root") is not None or bool(_IS_APP(tags.root))


def _says_not_found(page: PageEvidence) -> bool:
    """Whether a heading, or what little text there is, says that the page is not there."""
    if len(page.main) >= _SHORT or page.story() >= _STORY:
        return False
    parts = (part for heading in page.headings() for part in [heading, *_HEADING_PARTS.split(heading)])
    if any(NOT_FOUND_HEADING.fullmatch(part.strip()) for part in parts if part):
        return True
    return len(page.main) < _SHORT // 2 and NOT_FOUND.search(page.main) is not None


def _asks_to_pay(page: PageEvidence) -> bool:
    """Whether a short text stands beside a line that asks its reader to pay or to register."""
    if len(page.main) >= _PAYWALL_SHORT:
        return False
    lines = [line for line in page.full_text.split("\n") if len(line) <= _NOTICE_BLOCK]
    if any(PAYWALL.search(line) for line in lines):
        return True
    is_cut = len(page.main) < _CUT_SHORT or page.main.endswith(("...", "…"))
    return is_cut and any(PAYWALL_OFFER.search(line) for line in lines)


def _asks_to_sign_in(page: PageEvidence) -> bool:
    """Whether a page is a form for a name and a password and little else."""
    if len(page.full_text) >= _SHORT or page.story() >= _STORY or not _PASSWORD(page.tags.root):
        return False
    return any(SIGN_IN.search(heading) for heading in [*page.headings(), page.full_text])


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").lower()
    except ValueError:
        return ""
