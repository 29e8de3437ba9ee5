"""A claim keeps its id while its own words stand; a changed one is paired with the one it replaces."""

from uuid import UUID

from factdesk.claims.find import find_claims
from factdesk.claims.pairing import OldClaim, pair_claims
from factdesk.claims.records import finding_of, make_claims, make_mentions
from factdesk.model import (
    Basis,
    Claim,
    Distance,
    EssayLink,
    EssayVersion,
    Locator,
    Mention,
    Source,
    Span,
    identify,
    text_sha256,
)

ESSAY = identify("Essay", "a test")
TOWNS = ("Arlen", "Bretton", "Corley", "Denby", "Eastoft", "Farnley", "Gilling", "Hawes", "Ilkley", "Kirby")
OPENING = "Nobody planned the long weekend well.\n\n"
SHORT = (
    "Ferries to Mull, Islay and Jura were sold out by Thursday.\n\n"
    "A taxi to the pier cost £45. In a poll, 62% of islanders said they wanted a bridge."
)


def thirty_claims(price_in_farnley: int = 25) -> str:
    paragraphs = []
    for number, town in enumerate(TOWNS):
        price = price_in_farnley if town == "Farnley" else 20 + number
        paragraphs.append(
            f"Rooms in {town} were fully booked on the {number + 3}th. A single room in {town} cost "
            f"£{price} a night. In a survey, {40 + number}% of residents of {town} said they liked the fair."
        )
    return "\n\n".join(paragraphs)


def claims_of(text: str) -> tuple[Claim, ...]:
    return make_claims(find_claims(text), text, ESSAY)


def ids_of(text: str) -> set[UUID]:
    return {claim.id for claim in claims_of(text)}


def mentions_of(
    text: str, links: tuple[EssayLink, ...] = (), given: tuple[Source, ...] = ()
) -> tuple[Mention, ...]:
    findings = find_claims(text)
    version = EssayVersion(ESSAY, text_sha256(text), len(text), links, "en")
    return make_mentions(make_claims(findings, text, ESSAY), findings, text, version, given)


def test_a_mention_names_the_place_of_the_claim_in_the_file() -> None:
    findings = find_claims(SHORT)
    claims = make_claims(findings, SHORT, ESSAY)
    version = EssayVersion(ESSAY, text_sha256(SHORT), len(SHORT), (), "en")
    second = findings[1].quote.start
    places = (Locator(0, "page 1"), Locator(second, "page 2"))
    found = make_mentions(claims, findings, SHORT, version, (), places)
    assert [one.locator for one in found] == ["page 1", "page 2", "page 2"]
    assert [one.locator for one in mentions_of(SHORT)] == [None, None, None]
    assert [one.id for one in found] == [one.id for one in mentions_of(SHORT)]


def old_claims(text: str) -> list[OldClaim]:
    return [
        OldClaim(claim.id, claim.kind, claim.quote, mention.sentence)
        for claim, mention in zip(claims_of(text), mentions_of(text), strict=True)
    ]


def pairs_between(before: str, after: str) -> list[tuple[OldClaim, OldClaim]]:
    old = {one.claim_id: one for one in old_claims(before)}
    new = {one.claim_id: one for one in old_claims(after)}
    gone = [one for name, one in old.items() if name not in new]
    fresh = [one for name, one in new.items() if name not in old]
    return [(new[pair.new_claim_id], old[pair.old_claim_id]) for pair in pair_claims(gone, fresh)]


def test_a_comma_elsewhere_changes_no_claim() -> None:
    with_comma = OPENING.replace("planned the", "planned, the") + SHORT
    assert len(claims_of(SHORT)) == 3
    assert ids_of(OPENING + SHORT) == ids_of(with_comma) == ids_of(SHORT)


def test_a_moved_paragraph_changes_no_claim() -> None:
    first, second = SHORT.split("\n\n")
    assert ids_of(f"{second}\n\n{first}") == ids_of(SHORT)


def test_a_line_broken_by_an_editor_changes_no_claim() -> None:
    assert ids_of(SHORT.replace("said they", "said\nthey")) == ids_of(SHORT)


def test_one_corrected_figure_of_thirty_gives_one_new_claim_and_one_pair() -> None:
    before, after = thirty_claims(), thirty_claims(price_in_farnley=31)
    assert len(claims_of(before)) == 30
    assert len(ids_of(after) - ids_of(before)) == 1
    ((new, old),) = pairs_between(before, after)
    assert (new.kind, old.kind) == ("price", "price")
    assert "£31" in new.quote
    assert "£25" in old.quote


def test_a_better_finder_that_moves_an_edge_gives_a_pair() -> None:
    sentence = "On Friday the last boats to Islay were sold out by noon."
    old = OldClaim(UUID(int=1), "sellout", "boats to Islay were sold out", sentence)
    new = OldClaim(UUID(int=2), "sellout", "the last boats to Islay were sold out by noon", sentence)
    (pair,) = pair_claims([old], [new])
    assert (pair.new_claim_id, pair.old_claim_id) == (UUID(int=2), UUID(int=1))


def test_claims_of_another_kind_or_about_something_else_are_not_paired() -> None:
    old = OldClaim(UUID(int=1), "price", "cost £5", "A pie at the fair cost £5.")
    other_kind = OldClaim(UUID(int=2), "poll", "cost £5", "A pie at the fair cost £5.")
    other_words = OldClaim(UUID(int=3), "price", "cost £9", "Rowing boats on the lake were hired out for £9.")
    assert pair_claims([old], [other_kind, other_words]) == ()


def test_the_most_similar_are_paired_first_and_each_once() -> None:
    old = [
        OldClaim(UUID(int=1), "price", "cost £5", "A pie at the fair cost £5 on Sunday."),
        OldClaim(UUID(int=2), "price", "cost £6", "A pie at the fair cost £6 on Monday."),
    ]
    new = [OldClaim(UUID(int=3), "price", "cost £7", "A pie at the fair cost £7 on Monday.")]
    (pair,) = pair_claims(old, new)
    assert pair.old_claim_id == UUID(int=2)


def test_equal_claims_are_told_apart_by_their_ordinal() -> None:
    text = "A taxi to the pier cost £45. It rained. A taxi to the pier cost £45."
    first, second = claims_of(text)
    assert (first.ordinal, second.ordinal) == (0, 1)
    assert first.id != second.id


def test_a_claim_becomes_its_finding_again() -> None:
    text = OPENING + SHORT
    findings = find_claims(text)
    claims = make_claims(findings, text, ESSAY)
    assert [
        finding_of(claim, mention) for claim, mention in zip(claims, mentions_of(text), strict=True)
    ] == findings


def link(name: str, at: int | None = None) -> EssayLink:
    span = None if at is None else Span(at, at + 4)
    return EssayLink(f"https://{name}.example/", name, span, "inline")


def cited(mention: Mention) -> list[tuple[UUID, Distance, Basis]]:
    return [(one.source_id, one.distance, one.basis) for one in mention.citations]


def source_id(name: str) -> UUID:
    return Source(f"https://{name}.example/", name).id


def test_links_are_cited_nearest_first_with_their_distance() -> None:
    first, second = SHORT.index("Mull"), SHORT.index("bridge")
    given = Source("notes.txt", "sha256:0")
    links = (link("front"), link("poll", second), link("taxi", SHORT.index("£45")), link("ferries", first))
    sellout, price, poll = mentions_of(SHORT, links, (given,))
    always = (given.id, Distance.GIVEN, Basis.GIVEN)
    assert cited(sellout) == [(source_id("ferries"), Distance.SENTENCE, Basis.CITED), always]
    assert cited(price) == [
        (source_id("taxi"), Distance.SENTENCE, Basis.CITED),
        (source_id("poll"), Distance.PARAGRAPH, Basis.CITED),
        always,
    ]
    assert cited(poll) == [
        (source_id("poll"), Distance.SENTENCE, Basis.CITED),
        (source_id("taxi"), Distance.PARAGRAPH, Basis.CITED),
        always,
    ]


def test_where_the_sentence_has_no_link_the_paragraphs_are_cited_and_then_the_essays() -> None:
    links = (link("front"), link("poll", SHORT.index("bridge")))
    sellout, price, _ = mentions_of(SHORT, links)
    assert cited(price) == [(source_id("poll"), Distance.PARAGRAPH, Basis.CITED)]
    assert cited(sellout) == [
        (source_id("front"), Distance.ESSAY, Basis.CITED),
        (source_id("poll"), Distance.ESSAY, Basis.CITED),
    ]


def test_a_source_is_cited_once_at_its_shortest_distance() -> None:
    again = (link("taxi", SHORT.index("bridge")), link("taxi", SHORT.index("£45")), link("taxi"))
    _, price, _ = mentions_of(SHORT, again)
    assert cited(price) == [(source_id("taxi"), Distance.SENTENCE, Basis.CITED)]
    given = Source("https://taxi.example/", "taxi")
    _, price, _ = mentions_of(SHORT, again, (given,))
    assert cited(price) == [(given.id, Distance.GIVEN, Basis.GIVEN)]


def test_a_footnote_mark_behind_the_sentence_belongs_to_it() -> None:
    text = "A taxi to the pier cost £45.[1] It rained."
    (price,) = mentions_of(text, (link("note", text.index("[1]")),))
    assert cited(price) == [(source_id("note"), Distance.SENTENCE, Basis.CITED)]
