"""Tells a page that was read from one that only looks like an answer, by evidence on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from factdesk.model import SourceOutcome
from factdesk.reading.html_tags import TagIndex
from factdesk.reading.page_about import PageAbout

_SHORT = 900
"""Main texts below this many characters may be a notice instead of an article."""
_PAYWALL_SHORT = 2_500
_SCRIPT_SHELL = 250
_STORY = 250

_NOT_FOUND_TITLE = re.compile(
    r"""
    ^\W* (?:error\W+)? (?:404|410)\b
    | \b404\W+ (?:error|not[ ]found|page)
    | \berror\W+404\b
    | \b (?:page|article|story|content|file|url|site|document) \W+ (?:(?:was|is|has|could|can)[ ])*
      (?: not[ ](?:be[ ])?found | cannot[ ]be[ ]found | no[ ]longer[ ](?:available|exists?)
        | does[ ]?n[o'’]t[ ]exist | does[ ]not[ ]exist | unavailable | been[ ](?:removed|deleted) )
    | ^\W* (?:not[ ]found | nothing[ ]found | page[ ]missing | oops) \b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NOT_FOUND_WORDS = re.compile(
    r"""
    \b (?:page|article|story|content|link|url|address) \b [^.]{0,60}?
      (?: (?:could|can)[ ]?(?:not|n['’]t)[ ]be[ ]found | (?:is|was)[ ]?(?:not|n['’]t)[ ]found
        | no[ ]longer[ ](?:exists?|available|here) | does[ ]?(?:not|n['’]t)[ ]exist
        | (?:has|have)[ ]been[ ](?:removed|deleted|moved) )
    | we[ ](?:can(?:not|['’]t)|could(?:[ ]not|n['’]t))[ ]find[ ](?:the|that|this)[ ]page
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PAYWALL_WORDS = re.compile(
    r"""
    \b subscribe[ ](?:now[ ])?to[ ](?:continue|keep|read|unlock|get[ ]full)
    | \b to[ ]continue[ ]reading
    | \b already[ ](?:a[ ])?(?:subscriber|subscribed|member)\b
    | \b (?:exclusive|only[ ]available|available[ ]only)[ ](?:to|for)[ ](?:our[ ])?(?:subscribers|members)
    | \b this[ ](?:article|content|story)[ ]is[ ](?:only[ ]|reserved[ ])?for[ ](?:our[ ])?(?:paying[ ])?
      (?:subscribers|members)
    | \b you(?:['’]ve|[ ]have)[ ](?:reached|read|used)[ ](?:your|all)\b [^.]{0,40}
      \b free[ ](?:articles|stories)
    | \b unlock[ ](?:this|the[ ]full)[ ](?:article|story)
    | \b remaining[ ]free[ ]articles
    | \b subscription[ ](?:is[ ])?required
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CONSENT_WORDS = re.compile(
    r"""
    before[ ]you[ ]continue
    | we[ ](?:value|care[ ]about|respect)[ ]your[ ]privacy
    | (?:accept|agree[ ]to|reject)[ ](?:all|cookies)\b
    | we[ ]and[ ]our[ ](?:\d+[ ])?partners
    | manage[ ](?:your[ ])?(?:cookie|consent|privacy)[ ](?:settings|preferences|choices)
    | consent[ ]to[ ](?:the[ ]use[ ]of[ ])?cookies
    | (?:use|uses|using)[ ]cookies
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SCRIPT_WORDS = re.compile(
    r"""
    (?:enable|turn[ ]on|activate|requires?|needs?)[ ](?:to[ ]enable[ ])?java[ ]?script
    | java[ ]?script[ ](?:(?:is|must|be|has|been|to)[ ])*
      (?:disabled|required|enabled|not[ ]enabled|turned[ ]off|not[ ]supported|needed)
    | without[ ]java[ ]?script
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CONSENT_HOSTS = ("consent.", "guce.", "privacy-consent.", "cmp.")
_APP_IDS = ("root", "app", "__next", "__nuxt", "main-app")
_APP_ATTRIBUTES = ("data-reactroot", "ng-app", "ng-version", "data-server-rendered")


@dataclass(frozen=True, slots=True)
class PageEvidence:
    """What tells one outcome from another: the texts, the heading, and marks of a script's shell."""

    main: str
    full_text: str
    headings: tuple[str, ...]
    host: str
    unscripted: str
    scripts: int
    has_app_root: bool

    @classmethod
    def of(cls, tags: TagIndex, main: str, full_text: str, url: str | None) -> PageEvidence:
        """Collect the evidence of a parsed page."""
        headings = [*tags.named("title", 1), *tags.named("h1", 3), *tags.named("h2", 1)]
        return cls(
            main=main,
            full_text=full_text,
            headings=tuple(tag.get_text(" ").strip()[:200] for tag in headings),
            host=_host(url),
            unscripted=" ".join(tag.get_text(" ") for tag in tags.named("noscript", 20)),
            scripts=len(tags.named("script", 50)),
            has_app_root=_has_app_root(tags),
        )


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
    if not about.free_to_read or (len(page.main) < _PAYWALL_SHORT and _PAYWALL_WORDS.search(page.full_text)):
        return SourceOutcome.PAYWALLED
    return SourceOutcome.FETCHED


def _asks_for_consent(page: PageEvidence) -> bool:
    if page.host.startswith(_CONSENT_HOSTS) and len(page.full_text) < 6_000:
        return True
    asked = {found[0].lower() for found in _CONSENT_WORDS.finditer(page.full_text[:6_000])}
    return len(page.full_text) < 3_000 and len(asked) >= 2 and not _has_story(page, _CONSENT_WORDS)


def _is_script_shell(page: PageEvidence) -> bool:
    if _has_story(page, _SCRIPT_WORDS):
        return False
    if _SCRIPT_WORDS.search(page.full_text[:6_000]) or _SCRIPT_WORDS.search(page.unscripted):
        return True
    return len(page.full_text) < _SCRIPT_SHELL and page.scripts > 0 and page.has_app_root


def _has_story(page: PageEvidence, notice: re.Pattern[str]) -> bool:
    """Whether the main text says something besides the paragraphs of a notice."""
    told = (part for part in page.main.split("\n\n") if not notice.search(part))
    return sum(map(len, told)) >= _STORY


def _says_not_found(page: PageEvidence) -> bool:
    if len(page.main) >= _SHORT:
        return False
    if any(_NOT_FOUND_TITLE.search(heading) for heading in page.headings):
        return True
    return len(page.main) < _SHORT // 2 and _NOT_FOUND_WORDS.search(page.main) is not None


def _has_app_root(tags: TagIndex) -> bool:
    if any(name in tags.ids for name in _APP_IDS) or tags.first("app-root") is not None:
        return True
    return tags.has_attribute(*_APP_ATTRIBUTES)


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").lower()
    except ValueError:
        return ""
