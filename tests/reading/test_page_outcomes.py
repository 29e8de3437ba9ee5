"""One outcome a page, by the page's own evidence: notices of each kind, and pages that only resemble them."""

from __future__ import annotations

import pytest

from factdesk.model import SourceOutcome
from factdesk.reading.page_text import read_page

SENTENCES = (
    "Seats on every direct flight from the capital to the coast were gone by noon, the sites showed.",
    "A fare that cost 40,000 a week ago was on offer for more than 300,000, a seller said by telephone.",
    "People who queued at the counters since the morning were told to come back at the end of the month.",
    "The carrier said in a statement that it had no plans for larger planes before the winter timetable.",
)
STORY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
OPENING = f"<p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p>"
LINKS = "<ul><li><a href=/a>News</a><li><a href=/b>Sport</a><li><a href=/c>Weather</a></ul>"
SHELL = "<!doctype html><html lang=en><head><title>{title}</title>{head}</head><body>{body}</body></html>"
NOT_FREE = '<script type="application/ld+json">{}</script>'

FETCHED = SourceOutcome.FETCHED
SOFT_404 = SourceOutcome.SOFT_404
PAYWALLED = SourceOutcome.PAYWALLED
CONSENT = SourceOutcome.CONSENT_WALL
SCRIPTS = SourceOutcome.NEEDS_JAVASCRIPT
EMPTY = SourceOutcome.EMPTY_TEXT
FORBIDDEN = SourceOutcome.FORBIDDEN

# what it is, outcome, title, head, body
PAGES: list[tuple[str, SourceOutcome, str, str, str]] = [
    # Not there.
    ("a number and a name", SOFT_404, "404 | The Daily", "", f"<h1>404</h1><p>Back to the start.</p>{LINKS}"),
    ("a heading", SOFT_404, "The Daily", "", f"<h1>Page not found</h1><p>Try the search.</p>{LINKS}"),
    ("a polite heading", SOFT_404, "The Daily", "",
     "<h1>Sorry, we can’t find the page you’re looking for</h1><p>It may have moved.</p>"),
    ("a sentence", SOFT_404, "The Daily", "", "<p>The page you are looking for no longer exists.</p>"),
    ("an article taken down", SOFT_404, "The Daily", "", "<p>This article is no longer available.</p>"),
    ("nothing at this address", SOFT_404, "The Daily", "",
     "<h1>Nothing here</h1><p>It looks like nothing was found at this location.</p>"),
    ("oops", SOFT_404, "Oops! Something is missing", "", f"<p>Have a look at these instead.</p>{LINKS}"),
    ("410", SOFT_404, "410 Gone", "", "<h1>410 Gone</h1>"),
    ("with teasers below", SOFT_404, "Error 404: Page not found", "",
     "<h1>Page not found</h1><h2>Most read</h2>"
     "<ul><li>Seats on every direct flight to the coast gone by noon, says carrier</li>"
     "<li>Fares pass 300,000 as people queue at the counters through the night</li>"
     "<li>No larger planes before the winter timetable, carrier says in statement</li></ul>"),
    ("an error page as the subject", FETCHED, "404 Not Found: a short history of the error page", "",
     f"<article><h1>404 Not Found: a short history of the error page</h1>{STORY}</article>"),
    ("a company of that name", FETCHED, "404 Media founders on a year without owners", "",
     f"<article><h1>404 Media founders on a year without owners</h1>{OPENING}</article>"),
    ("page 404 of a book", FETCHED, "Page 404 - A History of the Railways", "",
     f"<article><p>[page 404]</p>{OPENING}</article>"),
    ("a missing page of a manuscript", FETCHED, "The page that could not be found", "",
     f"<article><p>The last page of the diary could not be found, the archive said on Monday.</p>{OPENING}"
     f"<p>{SENTENCES[2]}</p></article>"),
    ("an article about a removed article", FETCHED, "Paper says story was removed after a complaint", "",
     f"<article><p>The article has been removed from the site, the editor told its readers.</p>{STORY}"
     "</article>"),
    ("a street number", FETCHED, "404 Hill Street sold", "",
     f"<article><h1>404 Hill Street sold for 1.2 million</h1>{STORY}</article>"),
    # Pay.
    ("free for no one, by its own word", PAYWALLED, "Seats gone",
     NOT_FREE.format('{"@type":"NewsArticle","isAccessibleForFree":false}'), f"<article>{STORY}</article>"),
    ("free in part", PAYWALLED, "Seats gone",
     NOT_FREE.format('{"@graph":[{"@type":["Article","NewsArticle"],"hasPart":'
                     '{"@type":"WebPageElement","isAccessibleForFree":"False"}}]}'),
     f"<article>{STORY}</article>"),
    ("subscribe to go on", PAYWALLED, "Seats gone", "",
     f"<article>{OPENING}</article><div>Subscribe to continue reading</div>"),
    ("go on by subscribing", PAYWALLED, "Seats gone", "",
     f"<article>{OPENING}<div>To continue reading this article, please log in or subscribe.</div></article>"),
    ("for subscribers", PAYWALLED, "Seats gone", "",
     f"<article>{OPENING}</article><p>This article is for subscribers only.</p>"),
    ("a limit reached", PAYWALLED, "Seats gone", "",
     f"<article>{OPENING}</article><p>You’ve reached your limit of free articles this month.</p>"),
    ("an account needed", PAYWALLED, "Seats gone", "",
     f"<article>{OPENING}</article><p>Create a free account to read the full story.</p>"),
    ("a cut text beside an offer", PAYWALLED, "Seats gone", "",
     f"<article><p>{SENTENCES[0]}</p></article><div>Already a subscriber? Log in</div>"),
    ("an article about paywalls", FETCHED, "Why papers ask their readers to pay", "",
     "<article><p>Half of the papers that were asked show a line such as “subscribe to continue reading” "
     "after two paragraphs, and a third of them let each reader open five texts a month before that line "
     "comes, the institute found when it looked at three hundred titles in nine countries over two years "
     f"and asked the people who run them.</p>{STORY}</article>"),
    ("an offer in the head of a free page", FETCHED, "Seats gone", "",
     f"<header><div>Already a subscriber? Log in</div></header><article>{STORY}{STORY.replace('noon', 'ten')}"
     f"{STORY.replace('noon', 'two')}</article>"),
    ("a museum that is not free", FETCHED, "Seats gone",
     NOT_FREE.format('{"@type":"Museum","isAccessibleForFree":false}'), f"<article>{STORY}</article>"),
    ("free by its own word", FETCHED, "Seats gone",
     NOT_FREE.format('{"@type":"NewsArticle","isAccessibleForFree":"True"}'), f"<article>{STORY}</article>"),
    ("a newsletter", FETCHED, "Seats gone", "",
     f"<article>{STORY}</article><footer><p>Subscribe to our newsletter.</p></footer>"),
    # Agree.
    ("partners and cookies", CONSENT, "The Daily", "",
     "<h1>We value your privacy</h1><p>We and our 812 partners store and access information on a device.</p>"
     "<button>Accept all</button><button>Manage options</button>"),
    ("before you continue", CONSENT, "Before you continue to search", "",
     "<h1>Before you continue to search</h1><p>We use cookies and other means to run the service.</p>"
     "<form><input type=submit value='Reject all'><input type=submit value='Accept all'></form>"),
    ("one sentence and a button", CONSENT, "The Daily", "",
     "<p>This website uses cookies.</p><button>I agree</button>"),
    ("long explanations", CONSENT, "The Daily", "",
     "<h1>Your privacy matters</h1><p>By clicking accept you agree that we and our partners use cookies "
     "to measure what is read and to choose advertisements, as the policy says at length.</p><p>You can "
     "withdraw your consent at any time, and you can set your cookies one by one below.</p><p>Some partners "
     "do not ask for your consent and rest on their legitimate interest instead.</p>"),
    ("a banner above a story", FETCHED, "Seats gone", "",
     f"<div>We use cookies. <button>Accept all</button> Manage your cookies</div><article>{STORY}</article>"),
    ("an article about banners", FETCHED, "How sites ask about cookies", "",
     "<article><h1>How sites ask about cookies</h1><p>Nine in ten of the sites that were looked at ask their "
     "guests about cookies, and six of these make it harder to refuse than to agree.</p><p>“We value your "
     "privacy” is the line that most of them begin with, the authors of the survey write.</p><p>The "
     "regulator fined two of the sites last year because refusing took four steps and agreeing took one.</p>"
     "</article>"),
    # A program instead of a page.
    ("an empty root", SCRIPTS, "The Daily", "", "<div id=root></div><script src=app.js></script>"),
    ("a program's notice", SCRIPTS, "The Daily", "",
     "<noscript>You need to enable JavaScript to run it.</noscript><div id=app></div><script>1</script>"),
    ("words on the page", SCRIPTS, "The Daily", "", "<p>Please turn on JavaScript to see this page.</p>"),
    ("a look at the browser", SCRIPTS, "Just a moment...", "",
     "<h1>Just a moment...</h1><p>Checking your browser before accessing the site.</p><script>1</script>"),
    ("an Angular shell", SCRIPTS, "The Daily", "", "<app-root ng-version=9></app-root><script>1</script>"),
    ("a notice beside a full page", FETCHED, "Seats gone", "",
     f"<noscript>Please enable JavaScript for comments.</noscript><article>{STORY}</article>"),
    ("a full page in a root", FETCHED, "Seats gone", "",
     f"<div id=root><article>{STORY}</article></div><script>1</script>"),
    ("an article about scripts", FETCHED, "The web without JavaScript", "",
     "<article><p>A page that does not work without JavaScript is a page that one reader in two hundred "
     f"never sees.</p>{STORY}</article>"),
    # Nothing, and the rest.
    ("nothing", EMPTY, "The Daily", "", ""),
    ("a picture", EMPTY, "The Daily", "", "<img src=a.png alt='A queue'>"),
    ("hidden words", EMPTY, "The Daily", "", "<div style='display: none'>Seats are gone.</div>"),
    ("a form to sign in", FORBIDDEN, "Log in", "",
     "<form><h1>Log in to the archive</h1><p>Name</p><input name=n><p>Password</p><input type=password>"),
    ("a form to sign in beside a story", FETCHED, "Seats gone", "",
     f"<form>Log in <input name=n><input type=password></form><article>{STORY}</article>"),
    ("one short sentence", FETCHED, "Seats gone", "", "<article><p>Fares rose to 300,000.</p></article>"),
    ("a table alone", FETCHED, "Fares", "",
     "<table><tr><th>City</th><th>Fare</th></tr><tr><td>Baku</td><td>5,000</td></tr></table>"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "title", "head", "body"), [case[1:] for case in PAGES], ids=[case[0] for case in PAGES]
)
def test_a_page_has_the_outcome_that_its_evidence_gives(
    outcome: SourceOutcome, title: str, head: str, body: str
) -> None:
    content = SHELL.format(title=title, head=head, body=body).encode()
    page = read_page(content, media_type="text/html", charset=None, url="https://daily.example/a")
    assert page.outcome is outcome


def test_a_host_that_only_asks_for_consent_is_known_by_its_name() -> None:
    content = SHELL.format(title="Search", head="", body=f"<p>{SENTENCES[0]}</p>").encode()
    url = "https://consent.search.example/m?continue=https://daily.example/"
    page = read_page(content, media_type="text/html", charset=None, url=url)
    assert page.outcome is CONSENT
