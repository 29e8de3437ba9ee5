"""For each source outcome, the one sentence that a fact-checker reads."""

from __future__ import annotations

from factdesk.model import NO_LINKED_SOURCE, SourceOutcome

SENTENCES: dict[str, str] = {
    SourceOutcome.FETCHED: "The page was read.",
    SourceOutcome.NOT_MODIFIED: "The page has not changed since it was last read.",
    SourceOutcome.GIVEN_FILE: "A person gave this file.",
    SourceOutcome.ARCHIVED_COPY: "The link leads to an archive, whose copy was read.",
    SourceOutcome.BLOCKED_BY_GUARD: "The link was not followed: it is no address of the public web.",
    SourceOutcome.BLOCKED_BY_ROBOTS: "The site asks programs not to read this page; read it yourself.",
    SourceOutcome.FORBIDDEN: "The site did not let us read the page; it may need a login.",
    SourceOutcome.GONE: "The page does not exist any more.",
    SourceOutcome.RATE_LIMITED: "The site asked us to come back later.",
    SourceOutcome.CLIENT_ERROR: "The site refused the request.",
    SourceOutcome.SERVER_ERROR: "The site has a fault; the page may come back.",
    SourceOutcome.TIMED_OUT: "The site did not answer in time.",
    SourceOutcome.TOO_BIG: "The page is too big to be an article and was not read.",
    SourceOutcome.TLS_ERROR: "The site's encryption is broken, so nothing was read over it.",
    SourceOutcome.DNS_ERROR: "The site's name leads nowhere; it may be gone or misspelled.",
    SourceOutcome.CONNECTION_FAILED: "The site could not be reached.",
    SourceOutcome.REDIRECT_LOOP: "The link leads from page to page without an end.",
    SourceOutcome.UNDECODABLE: "The page came packed or written in a way that cannot be read.",
    SourceOutcome.TRUNCATED: "Only the beginning of the page came; it was read as far as it goes.",
    SourceOutcome.UNSUPPORTED_TYPE: "The link leads to a file that is not text, such as a picture or a film.",
    SourceOutcome.EMPTY_TEXT: "The page has no text.",
    SourceOutcome.SOFT_404: "The page says that what was there is gone.",
    SourceOutcome.PAYWALLED: "The page shows only its beginning to readers who do not pay; that was read.",
    SourceOutcome.CONSENT_WALL: "The page shows only a question about cookies.",
    SourceOutcome.NEEDS_JAVASCRIPT: "The page is empty until a browser runs its program.",
    SourceOutcome.PARSER_KILLED: "Reading the page took too long or too much memory and was stopped.",
    NO_LINKED_SOURCE: "The essay links no source for this claim.",
}


def say_outcome(outcome: str) -> str:
    """Return the sentence for a source outcome, or for ``no_linked_source``."""
    return SENTENCES[outcome]
