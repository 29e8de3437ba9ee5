"""The words by which a page says that it is no article: not found, pay, agree, switch scripts on, sign in.

A notice speaks to its reader ("the page you are looking for", "your privacy"); an article about notices
speaks of others. The patterns are written so that the second does not match where words can tell.
"""

from __future__ import annotations

import re


def _any(*alternatives: str) -> str:
    return "(?:" + "|".join(alternatives) + ")"


def _compile(*alternatives: str) -> re.Pattern[str]:
    return re.compile(_any(*alternatives), re.IGNORECASE)


_THING = r"(?:web ?)?(?:page|article|story|content|post|file|document|link|url|address|site|resource)"
_YOU_WANT = r"(?:that )?you(?:['’]re| are| were)? (?:looking for|requested|seeking|tried to \w+)"
_GONE = _any(
    r"(?:(?:can|could|was|is) ?(?:not|n['’]t) |not )(?:be )?found",
    r"(?:is )?missing",
    r"(?:is |are )?(?:no longer|not|un) ?available(?: here| anymore| right now)?",
    r"isn['’]t available(?: anymore| right now)?",
    r"no longer (?:exists?|here|online)",
    r"does(?: not|n['’]?t) exist(?: anymore)?",
    r"(?:has been|was|have been) (?:removed|deleted|moved|unpublished|taken down)",
)
_CANNOT_FIND = r"we (?:can(?:not|['’]t)|could(?: not|n['’]t)) find"
_SORRY = r"(?:sorry|oops|whoops|uh[ -]oh)"

NOT_FOUND_HEADING = re.compile(
    rf"\W*(?:(?:error|http|code|status|{_SORRY})\W+){{0,4}}"
    + _any(
        rf"(?:404|410)(?:\W*(?:error|not found|gone|{_SORRY}|{_THING}|{_GONE})\b){{0,4}}.{{0,12}}",
        rf"(?:(?:the|this|that|your|requested|we['’]re)[ ,]+){{0,3}}{_THING}(?: {_YOU_WANT})?\W+{_GONE}",
        r"(?:not|nothing) found(?: here| \(404\))?",
        r"page missing",
        rf"{_CANNOT_FIND} .{{0,40}}{_THING}.{{0,40}}",
        rf"{_SORRY}.{{0,30}}",
    )
    + r"\W*",
    re.IGNORECASE,
)
"""Matched in full against a heading, or against a part of one between dashes and bars."""

NOT_FOUND = _compile(
    rf"\b(?:the|this|that|your) (?:requested )?{_THING} {_YOU_WANT}\b[^.]{{0,60}}?"
    + _any(_GONE, "exist", "moved", "removed", "available"),
    rf"\b(?:this|requested) {_THING} {_GONE}",
    rf"\b(?:{_SORRY}|unfortunately)\b[^.]{{0,40}}?\b{_THING}\b[^.]{{0,60}}?{_GONE}",
    rf"\b{_CANNOT_FIND} (?:the|that|this) {_THING}",
    r"\bnothing was found at this (?:location|address|url)",
    r"\b(?:error 404|404 error|404 not found)\b",
)

_JOIN = r"(?:subscribe|register|sign (?:up|in)|log ?in|join|become a member|create an? (?:free )?account)"
_READERS = r"(?:our )?(?:paying |paid |registered )?(?:subscribers?|members?|patrons?)"
_ONLY_FOR = r"(?:only |reserved |exclusively |available |restricted )*(?:for|to)"

PAYWALL = _compile(
    rf"\b{_JOIN}\b[^.?!]{{0,60}}?\bto (?:continue|keep|read|unlock|view|access|finish|get full)",
    rf"\bto (?:continue|keep|finish) reading\b[^.?!]{{0,60}}?\b{_JOIN}",
    rf"\b(?:exclusive(?:ly)?|only available|available only|reserved|just) (?:to|for) {_READERS}",
    rf"\b(?:this|the full|the rest of this) {_THING} is {_ONLY_FOR} {_READERS}",
    r"\byou(?:['’]ve| have) (?:reached|read|used|hit) (?:your|all|the)\b[^.]{0,40}"
    r"\b(?:free (?:articles|stories)|article limit)",
    r"\bunlock (?:this|the full) (?:article|story)",
    r"\b(?:\d+|no) (?:remaining free|free) (?:articles|stories) (?:left|remaining)",
    r"\bsubscription (?:is )?required",
    r"\b(?:subscribers?|members?)[ -]only (?:article|content|story)",
)
"""Words that stop a reader in the middle of a text."""

PAYWALL_OFFER = _compile(
    r"\balready (?:a )?(?:subscriber|subscribed|member)\b", r"\bsubscribe now\b", r"\bstart your free trial\b"
)
"""Words in the head of every page of a paper that sells subscriptions; they tell only beside a cut text."""

CONSENT = _compile(
    r"\bbefore you continue to",
    r"\bwe (?:value|care about|respect) your privacy",
    r"\byour privacy (?:matters|is important|choices)",
    r"\b(?:accept|agree to|reject|allow) (?:all cookies|all|cookies)\b",
    r"\bwe (?:and|together with) our (?:\d[\d,]* )?(?:trusted )?(?:partners|vendors)",
    r"\bour (?:\d[\d,]* )?partners (?:use|store|process|may)",
    r"\b(?:manage|change|withdraw|review|set) (?:your |my )?(?:cookies?|consent|privacy)\b",
    r"\b(?:you|your) consent\b",
    r"\b(?:we|(?:this|our) (?:web)?site) (?:also )?(?:use|uses|set|sets|place|places) (?:\w+ ){0,3}cookies",
    r"\b(?:store|access)[^.]{0,30}information on (?:a|your) device",
    r"\bby (?:clicking|continuing|using|selecting)\b[^.]{0,80}\byou (?:agree|accept|consent)",
    r"\blegitimate interest",
)

SCRIPTS = _compile(
    r"(?:enable|turn on|activate|allow|requires?|needs?) (?:to enable )?java ?script",
    r"java ?script (?:(?:is|must|be|has|been|to) )*"
    r"(?:disabled|required|enabled|not enabled|turned (?:off|on)|not supported|needed)",
    r"without java ?script",
    r"(?:supports?|support for) java ?script",
    r"(?:checking|verifying) (?:if )?(?:your browser|you are (?:a )?human)",
)

SIGN_IN = re.compile(r"\b(?:log|sign)[ -]?(?:in|on)\b", re.IGNORECASE)

CONSENT_CONTROL = re.compile(
    r"\s*(?:i\s)?(?:accept|agree|allow|consent|got it|reject|decline|refuse|manage|more options)\b.{0,40}",
    re.IGNORECASE | re.DOTALL,
)
"""What stands on a button of a page that asks for consent."""

NOTICES = (NOT_FOUND, PAYWALL, PAYWALL_OFFER, CONSENT, SCRIPTS)
