"""Decides whether a share is one of people who hold or did something: base, deed and talk of a poll."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from factdesk.claims import poll_words as lexicon
from factdesk.claims.clauses import clause_start, figure_clause
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrases, load_phrases
from factdesk.claims.poll_counts import Share
from factdesk.claims.poll_people import Base, Deed, Reading, read_behind
from factdesk.claims.poll_words import Word, read_words
from factdesk.model import Span

_TABLE = load_phrases("poll")
_NOT_POINTS = compile_phrases(_TABLE["not_points"], _TABLE)
_LEADS = compile_phrases(_TABLE["leads"], _TABLE)
_CHANGES = compile_phrases(_TABLE["changes"], _TABLE)
_ERROR = compile_phrases(_TABLE["error_margin"], _TABLE)
_SHARE_SAID = re.compile(r"%|per\s?cent|\b(?:half|thirds?|quarters?|fifths?|one in|in ten|majority)\b", re.IGNORECASE)
_ASKED = re.compile(r"(?:\A|\n|[.!?]\s)\W*(?:when\s)?asked\b|\basked\s+(?:\d|whether|if|what|how|which|who|about|them|us|people|readers|members|voters)", re.I)
_SPORT = compile_phrases(_TABLE["sport"], _TABLE)
_SWING = re.compile(r"\bswing\b", re.IGNORECASE)
_LEAD_OVER = re.compile(r"(?:['’]s|\bher|\bhis|\btheir|\bits)\s+(?:\w+\s+)?(?:lead|edge|advantage)\b", re.IGNORECASE)
_FOUND_BY = re.compile(
    r",\s(?:according\sto|the\s[\w\s]{3,40}?\s(?:claims?|found|finds|reckons?|reveals?|revealed|suggests?)|says?\s(?:a|the|one|new)\b)", re.I
)
_ROUND = re.compile(r"\b(?:first|second|final|run-off)[- ]round\b|\bshow of hands\b|\b\w+poll\b", re.IGNORECASE)
_TOLD = re.compile(r"\bof\s+(?:the\s+)?\d[\d,]*\s+\w+", re.IGNORECASE)
_TRIAL = frozenset("trial placebo tablet dose doses clinical mice".split())
_TAKING = frozenset(
    "took take takes poll won win wins winning got gets polled polls secured secures received receives garnered captured collected"
    " managed drew attracted scored trailed finished gained claimed earned held commanded commands led leads mustered taking winning polling getting securing garnering drawing mustering claiming scoring".split()
)
_RACES = frozenset("race races count district constituency runoff party parties".split())
_UNDECIDED = frozenset("know knows undecided undecideds abstainers waverers abstentions noes ayes".split())
_BALLOT_STATES = frozenset("spoiled spoilt invalid blank void rejected informal".split())
_PLACES = frozenset("county state seat district ward city constituency province voters women men election primary runoff".split())
_VERBS_TOO = frozenset("rate pay fall drop rise cut raise charge return need surge".split())
_SUBJECTS = frozenset("they we i you who to would not".split())
_VERBS_OF_MIND = frozenset("support trust distrust mistrust favour favor vote worry concern".split())
_ELECTORS = frozenset("voters electors members delegates shareholders electorate councillors backbenchers".split())
_PATIENTS = frozenset("patients patient volunteers participants".split())
_CURES = frozenset("drug drugs pill pills tablet tablets treatment therapy surgery vaccine operation".split())
_HELD_OF = frozenset("votes favour favor no yes know knows".split())
_PAUSES = frozenset(", ; : – — (".split())
_TURNS = frozenset("as while and but when where because after before whereas ; :".split())
_SHARES = frozenset("share proportion percentage fraction number numbers".split())
_FAR_WORDS = 24
_LIKELY = 2.0
_LIKELY_POINTS = 2.0
_RIGHT_WORDS = 6
_LABEL_WORDS = 4
_FRONTED_WORDS = 8
_SHARED_CHARS = 60
_LINKS = frozenset("on at with to".split())
_THINGS = lexicon.THINGS
_FINDING = frozenset("finds found shows showed suggests suggested reveals revealed reckons".split())
_BALLOTS = frozenset("vote voted votes voting ballot ballots referendum plebiscite turnout poll polls".split())
_REPLYING = frozenset("wrote replied responded answered replies questionnaire consulted".split())
_REQUIRING = frozenset("need needs needed require requires required requiring must threshold quorum signatures".split())
_SURE_MINDS = frozenset(
    "say says said think thinks thought believe believes believed feel felt trust trusted want wants wanted approve approved disapprove"
    " disapproved oppose opposed agree agreed disagree disagreed prefer preferred told admit admitted hope hoped fear feared would blame"
    " blamed rated rate support supported favour favoured favor favored distrust rated call called reckon regard expect".split()
)
_BEHIND_CHARS = 260
_SMALL = frozenset(
    "in fact at least as many whopping mere share number proportion figure larger smaller bigger greater far even".split()
)
_CONTINUING = frozenset("and or but while whereas with to against than versus compared only just another further the a by".split())


@dataclass(frozen=True)
class Case:
    """One share with what stands around it."""

    context: SentenceContext
    share: Share
    skipped: int = 0

    @cached_property
    def clause(self) -> Span:
        """The clause in which the share is weighed."""
        return figure_clause(self.context.text, self.context.sentence, self.share.anchor)

    @cached_property
    def right(self) -> list[Word]:
        """The words behind the figure in its clause."""
        end = min(self.clause.end, self.share.figure.end + _BEHIND_CHARS)
        return read_words(self.context.text, self.share.figure.end, max(end, self.share.figure.end))

    @cached_property
    def left(self) -> list[Word]:
        """The words before the figure in its clause."""
        start = self.clause.start
        if self.context.text[max(0, start - 2) : start].strip() == ":" and not self.context.text[
            start : self.share.anchor.start
        ].strip():
            start = clause_start(self.context.text, self.context.sentence, max(start - 3, self.context.sentence.start))
        return read_words(self.context.text, start, self.share.anchor.start)[self.skipped :]

    @cached_property
    def reading(self) -> Reading:
        """Of whom the share is one and what they did."""
        reading = read_behind(self.right, people=self.share.people, is_single=self._is_single)
        if reading.base is Base.NONE and reading.deed is not Deed.ECHO and not reading.is_near:
            reading = self._behind_aside(self.share.figure.end) or reading
        elif reading.base in (Base.PEOPLE, Base.BODIES) and reading.deed is not Deed.MIND and reading.people:
            later = self._behind_aside(max(reading.people.end, self.share.figure.end))
            if later is not None:
                return replace(reading, deed=later.deed, deed_start=later.deed_start)
        if self.share.rough is not None and reading.base is Base.NONE and reading.deed is Deed.NONE:
            end = min(self.context.sentence.end, self.share.anchor.end + _BEHIND_CHARS)
            return read_behind(read_words(self.context.text, self.share.anchor.end, end))
        return reading


    @property
    def _is_single(self) -> bool:
        """Whether one person may stand behind the figure: "every second Dane"."""
        return self.share.anchor.cut(self.context.text).lower().split()[-2:-1] == ["every"]

    def _behind_aside(self, start: int) -> Reading | None:
        """Read past an aside: "58 per cent, the highest since 1987, thought", "of Hindus 71 per cent, ..., would"."""
        words = read_words(self.context.text, start, min(self.context.sentence.end, start + _BEHIND_CHARS))
        if not words or words[0].low not in (",", "–", "—", "("):
            return None
        for at in range(2, len(words)):
            if words[at].low in (",", "–", "—", ")"):
                reading = read_behind(words[at + 1 :])
                if reading.base is Base.NONE and reading.is_near and reading.deed is Deed.MIND:
                    return reading
        return None


@dataclass(frozen=True)
class Topic:
    """Whether a survey or a vote is spoken of in the sentence and just before it."""

    surveyed: bool
    voted: bool
    surveyed_before: bool
    voted_before: bool
    is_trial: bool
    is_asked: bool
    balloted: bool

    @property
    def is_near(self) -> bool:
        """Whether any poll is spoken of."""
        return self.surveyed or self.voted or self.surveyed_before or self.voted_before


def read_topic(context: SentenceContext) -> Topic:
    """Return what polls the sentence and the ones before it speak of."""
    said = context.sentence.cut(context.text)
    before = context.before
    words = read_words(context.text, context.sentence.start, context.sentence.end)
    is_measured = _measures(words)
    earlier = re.findall(r"[a-z][a-z-]+", before.lower())
    here = {*context.words, *(word.low for word in words)}
    is_of_things = _surveys_things(words)
    return Topic(
        surveyed=is_measured or (_has_poll(context.words) and not is_of_things) or _ASKED.search(said) is not None,
        voted=not lexicon.ELECTIONS.isdisjoint(here) or _ROUND.search(said) is not None,
        surveyed_before=_has_poll(earlier) or _measures(read_words(before, 0, len(before))) or _ASKED.search(before) is not None,
        voted_before=not lexicon.ELECTIONS.isdisjoint(earlier) or _ROUND.search(before) is not None,
        is_asked=(_has_poll(context.words) and not is_of_things) or _ASKED.search(said) is not None or not _REPLYING.isdisjoint(context.words),
        balloted=not _BALLOTS.isdisjoint(here),
        is_trial=not _TRIAL.isdisjoint(here) or (not _PATIENTS.isdisjoint(here) and not _CURES.isdisjoint(here)),
    )


def _surveys_things(words: Sequence[Word]) -> bool:
    """Whether what is surveyed are things: "a survey of 400 streams", "the survey of the roof"."""
    for at in range(len(words) - 2):
        if words[at].low in ("survey", "sample", "study", "poll") and words[at + 1].low == "of":
            reading = read_behind(words[at + 1 :])
            return reading.base is Base.THINGS and reading.relative is not Deed.MIND
    return False


def _measures(words: Sequence[Word]) -> bool:
    return any(word.low in lexicon.MEASURES and is_measure(words, at) for at, word in enumerate(words))


def _has_poll(words: Iterable[str]) -> bool:
    return any(lexicon.is_poll_name(word) for word in words)


def is_poll(case: Case, topic: Topic, earlier: Sequence[tuple[Case, bool]]) -> bool:
    """Whether a share is one of people; ``earlier`` are the shares before it in its sentence, judged."""
    if _is_denied_by(case) or _is_loose_most(case, topic, earlier):
        return False
    return _is_plainly_poll(case, topic, earlier) or _is_likely_poll(case, topic, earlier)


def _is_loose_most(case: Case, topic: Topic, earlier: Sequence[tuple[Case, bool]]) -> bool:
    """Whether "most" is said of people whom nobody has asked."""
    said = case.share.anchor.cut(case.context.text).lower()
    if said != "most" and not (said.startswith("the ") and said.endswith("majority")):
        return False
    return not (topic.is_asked or topic.voted or topic.surveyed_before or any(kept for _, kept in earlier))


def _is_likely_poll(case: Case, topic: Topic, earlier: Sequence[tuple[Case, bool]]) -> bool:
    """Weigh what speaks for a poll where nothing stands in its usual place."""
    base, deed = case.reading.base, case.reading.deed
    if base in (Base.THINGS, Base.BODIES, Base.VOTES) or deed in (Deed.FATE, Deed.DUTY) or topic.is_trial:
        return False
    if case.share.values[0].role != "percent" or _is_composed(case) or _has_other_head(_sentence_left(case)):
        return False
    if deed is not Deed.MIND and any(word.low in lexicon.NOT_LEFT for word in case.right[:_RIGHT_WORDS]):
        return False
    fronted = fronted_base(case)
    if fronted is not None and fronted.base in (Base.THINGS, Base.VOTES):
        return False
    if earlier and not earlier[-1][1] and earlier[-1][0].reading.base is not Base.PEOPLE:
        return False
    words = _sentence_left(case)
    told = [
        (topic.is_asked or topic.balloted, 1.5),
        (topic.voted and not topic.balloted, 0.5),
        (bool(case.left) and case.left[-1].text[0].isupper(), 0.5),
        (deed in (Deed.NONE, Deed.ECHO, Deed.ACT) and any(word.low in _FINDING for word in case.left), 1.0),
        (topic.surveyed and not topic.is_asked, 1.0),
        (topic.surveyed_before or topic.voted_before, 1.0),
        (base is Base.PEOPLE or base is Base.SHARE, 1.0),
        (deed in (Deed.ACT, Deed.BEING), -0.5),
        (deed is Deed.MIND, 0.5 + 0.5 * case.reading.is_near),
        (_is_for_a_side(case), 1.0),
        (bool(earlier) and earlier[-1][1], 1.0),
        (any(lexicon.is_people(word) for word in words), 0.5),
        (_opens(case), 0.5),
        (case.context.text[case.share.anchor.start] == "(", 0.5),
    ]
    return sum(weight for holds, weight in told if holds) >= _LIKELY


def _is_plainly_poll(case: Case, topic: Topic, earlier: Sequence[tuple[Case, bool]]) -> bool:
    if case.share.is_sure:
        return True
    if any(value.role == "ratio" for value in case.share.values):
        return _is_voted_ratio(case, topic)
    if measured(case.left, case.right) or _is_share_of_people(case):
        return True
    base = case.reading.base
    if base is Base.NONE and case.reading.deed in (Deed.NONE, Deed.ECHO) and measured(_sentence_left(case), []):
        return True
    if base is Base.THINGS:
        return _is_of_unknown_people(case, topic) or _is_of_minded(case)
    if base is Base.VOTES:
        is_counted = case.reading.deed in (Deed.NONE, Deed.MIND, Deed.VOTING, Deed.ECHO)
        return is_counted or any(word.low in _BALLOT_STATES for word in case.right[:9])
    if base is Base.PEOPLE:
        is_after_other = bool(earlier) and not earlier[-1][1] and case.reading.deed is Deed.NONE
        if case.reading.relative is Deed.ECHO and any(kept for _, kept in earlier):
            return True
        if case.reading.deed is Deed.NONE and earlier and earlier[-1][1] and _continues(case):
            return not _is_composed(case)
        return _is_of_people(case, topic, earlier) and not (is_after_other and not case.reading.is_polled)
    if base is Base.BODIES:
        return case.reading.deed is Deed.MIND or (topic.surveyed and case.reading.deed in (Deed.ACT, Deed.BEING))
    return _is_elliptic_poll(case, topic, earlier)


def _is_voted_ratio(case: Case, topic: Topic) -> bool:
    """Whether "three to one" tells of people who hold or vote something, or of odds."""
    words = read_words(case.context.text, case.context.sentence.start, case.context.sentence.end)
    is_held = any(word.low in lexicon.MINDS for word in words)
    if _SPORT.search(case.context.text, case.context.sentence.start, case.context.sentence.end):
        return False
    return topic.voted or topic.surveyed or (is_held and any(lexicon.is_people(word) for word in words))


def _is_denied_by(case: Case) -> bool:
    """Whether the words next to the figure make it another kind of share."""
    nearest = next((word for word in case.right if not word.is_mark), None)
    is_share = case.share.role != "points"
    if is_share and nearest is not None and case.right[0].low not in (",", ";", ":", ".") and nearest.low in lexicon.NOT_AFTER:
        is_article = bool(case.left) and case.left[-1].low in ("a", "an", "the", "its", "their", "this", "that")
        is_verb = nearest.low in _VERBS_TOO and not is_article and len(case.right) > 1 and not case.right[1].is_mark
        return not is_verb and not (nearest.low in ("more", "less", "fewer") and case.reading.base is not Base.NONE)
    text = case.context.text
    if _ERROR.search(text, max(case.context.sentence.start, case.share.anchor.start - 45), case.share.anchor.start):
        return True
    if _ERROR.search(text, case.share.anchor.end, min(case.clause.end, case.share.anchor.end + 25)):
        return True
    is_fraction = not re.search(r"%|cent", case.share.anchor.cut(text))
    if is_share and is_fraction and case.right and case.right[0].low in ("a", "an") and case.share.people is None:
        return True  # "half a point", "half an hour"
    last = [word.low for word in case.left if word.low not in lexicon.ADVERBS and word.low not in ("about", "some", "an")]
    tail = last[-3:]
    is_side = bool(case.left) and any(word.low in _UNDECIDED for word in case.left[:3])
    if is_share and not is_side and any(word in lexicon.COMPOSING for word in tail):
        return True
    if case.reading.deed is not Deed.MIND and any(
        word.low in _REQUIRING for word in _since_pause(case.left)
    ):
        return True
    return _is_attributive(case)


def _is_attributive(case: Case) -> bool:
    """Whether the figure qualifies a noun: "the 20% levy", "a 12% pay rise"."""
    if case.share.role == "points" or not case.left or not case.right or case.share.values[0].precision is None:
        return False
    following = case.right[0]
    is_article = case.left[-1].low in ("a", "an", "the", "its", "their", "this", "that", "his", "her")
    if not is_article or following.is_mark:
        return False
    known = lexicon.PREPOSITIONS | lexicon.AUXILIARIES | lexicon.FIGURE_NOUNS | lexicon.RELATIVES | lexicon.MINDS
    return following.low not in known and case.reading.base in (Base.NONE, Base.THINGS) and case.reading.deed is Deed.NONE


def measured(left: Sequence[Word], right: Sequence[Word]) -> bool:
    """Whether the figure tells how large support, trust, turnout or the like is."""
    if right and right[0].low in lexicon.FIGURE_NOUNS | {"approval"} and not right[0].is_mark:
        return not (right[0].low in ("share", "no", "yes") and not _is_vote_share(right))
    if left and left[-1].low == "by":
        return False  # "approval of drugs has slowed by a third"
    for at in range(len(left) - 1, -1, -1):
        if left[at].low in lexicon.MEASURES and is_measure(left, at):
            return not _is_taken_over(left[at + 1 :])
    return False


def _is_taken_over(words: Sequence[Word]) -> bool:
    """Whether another thing is measured after the support: "support grew as inflation hit", not "for the tax"."""
    at = max((at for at, word in enumerate(words) if word.low in _TURNS), default=None)
    return at is not None and any(word.low in lexicon.NOT_LEFT for word in words[at + 1 :])


def _sentence_left(case: Case) -> list[Word]:
    """Return the words before the figure in its sentence, the last ones."""
    return read_words(case.context.text, case.context.sentence.start, case.share.anchor.start)[-_FAR_WORDS:]


def _is_share_of_people(case: Case) -> bool:
    """Whether "the share of Poles calling themselves believers" is what the figure measures."""
    for at in range(len(case.left) - 2):
        if case.left[at].low in _SHARES and case.left[at + 1].low == "of":
            reading = read_behind(case.left[at + 1 :])
            is_told = any(word.low in lexicon.MINDS for word in case.left[at + 2 :])
            is_doing = any(word.low.endswith("ing") or word.low == "who" for word in case.left[at + 3 :])
            if reading.base is Base.PEOPLE and (is_told or is_doing):
                return not _has_other_head(case.left)
        if case.left[at].low in _SHARES and case.left[at + 1].low in lexicon.MINDS | {"who"}:
            return True
    return False


def _is_vote_share(right: Sequence[Word]) -> bool:
    return any(word.low in ("vote", "votes", "poll", "ballot") for word in right[1:4]) or right[0].low != "share"


def is_measure(words: Sequence[Word], at: int) -> bool:
    """Whether a word that may measure opinion does: "support for", "trust in", "turnout was"."""
    low = words[at].low
    following = words[at + 1].low if at + 1 < len(words) else ","
    before = words[at - 1] if at else None
    if before is not None and (before.low in _SUBJECTS or lexicon.is_people(before)):
        if low in _VERBS_OF_MIND:
            return False  # "voters support"
    if low in ("rating", "ratings"):
        return not any(word.low in lexicon.NOT_RATINGS for word in words[max(0, at - 3) : at + 4])
    if low == "opposition" and (before is None or before.low != "the") and following in lexicon.MEASURE_NEXT:
        return True
    if low in lexicon.MEASURE_WITH:
        is_moved = low in ("vote", "opposition", "polling", "participation") and following.endswith("ed")
        return is_moved or following in lexicon.MEASURE_WITH[low]
    return following in lexicon.MEASURE_NEXT or following[0].isdigit() or following.endswith("ed")


def _is_of_people(case: Case, topic: Topic, earlier: Sequence[tuple[Case, bool]]) -> bool:
    reading = case.reading
    if _is_composed(case):
        return False
    if reading.deed is Deed.MIND:
        return not (topic.is_trial and not topic.surveyed)
    if reading.relative is Deed.MIND and not topic.is_trial:
        return True
    if reading.deed in (Deed.FATE, Deed.DUTY):
        return False
    if _is_held_by(case.left):
        return True
    if topic.is_trial:
        return False
    if reading.is_polled or topic.surveyed:
        return True
    if reading.deed is Deed.VOTING:
        return topic.voted or topic.voted_before
    if reading.deed is Deed.ACT and topic.voted and _are_electors(case):
        return True
    if reading.deed is Deed.ACT and (topic.balloted or _is_told(case)):
        return True
    if reading.deed is Deed.ECHO:
        return topic.is_near or any(kept for _, kept in earlier)
    if reading.deed is Deed.NONE and (_is_after_saying(case) or _is_figure(case)):
        return True
    if reading.deed is Deed.NONE:
        return topic.voted or (topic.surveyed_before and not _has_other_head(case.left))
    return topic.surveyed_before


def _are_electors(case: Case) -> bool:
    people = case.reading.people
    return people is not None and any(word in _ELECTORS for word in people.cut(case.context.text).lower().split())


def _is_after_saying(case: Case) -> bool:
    """Whether what they hold stands before a colon: "The Swiss said no: 63.7 per cent of them"."""
    words = _sentence_left(case)
    if not words or words[-1].low not in (":", "–", "—"):
        return False
    return any(word.low in _SURE_MINDS for word in words) and any(lexicon.is_people(word) for word in words)


def _is_figure(case: Case) -> bool:
    """Whether "the figure was" leads to a share of people: "34 per cent among Protestants"."""
    is_figure = any(word.low in ("figure", "share", "proportion") for word in case.left)
    return is_figure and not _has_other_head(case.left)


def _is_told(case: Case) -> bool:
    """Whether somebody is said to have found it: "..., the charity claims", "according to a chain of shops"."""
    behind = case.context.text[case.share.anchor.end : case.context.sentence.end]
    return _FOUND_BY.search(behind) is not None


def _is_composed(case: Case) -> bool:
    """Whether the share tells what a group consists of: "women were 52% of voters"."""
    words = [word.low for word in case.left if word.low not in lexicon.ADVERBS and word.low not in ("about", "some")]
    is_figure = any(word in ("figure", "share", "proportion") for word in words)
    return bool(words) and words[-1] in lexicon.BE and case.reading.deed is Deed.NONE and not is_figure


def _is_held_by(left: Sequence[Word]) -> bool:
    """Whether the words before tell what is held: "was agreed with by", "has the backing of"."""
    words = [word for word in left if word.low not in lexicon.ADVERBS - {"no"}]
    if not words or words[-1].low not in ("by", "of", "from", "among"):
        return False
    near = words[-3:-1]
    if words[-1].low != "by":
        return len(words) > 1 and words[-2].low in lexicon.MEASURES | _HELD_OF and not any(
            word.low in ("without", "lacks", "lacking", "lost") for word in words[-7:]
        )
    if any(word.low in ("without", "lacks", "lacking", "lost") for word in words[-7:]):
        return False
    return any(word.low in lexicon.MINDS and word.low.endswith(("ed", "en", "ld")) for word in near)


def _since_pause(left: Sequence[Word]) -> Sequence[Word]:
    at = max((at for at, word in enumerate(left) if word.low in _PAUSES), default=-1)
    return left[at + 1 :]


def _has_other_head(left: Sequence[Word]) -> bool:
    """Whether something else is measured just before the figure ("as inflation hit"); a topic in front is not."""
    at = max((at for at, word in enumerate(left) if word.low in _PAUSES), default=-1)
    return any(word.low in lexicon.NOT_LEFT for word in left[at + 1 :])


def _is_of_unknown_people(case: Case, topic: Topic) -> bool:
    """Whether an unknown plural does what only people do: "a fifth of Hazaras trust the police"."""
    reading = case.reading
    if reading.people is None or reading.deed is not Deed.MIND or not reading.is_near or reading.deed_start is None:
        return False
    text = case.context.text
    noun = reading.people.cut(text).split()[-1]
    first = text[reading.deed_start :].split(maxsplit=1)[0].lower().strip(",.;")
    is_plural = noun.lower().endswith("s") and noun.lower() not in lexicon.NOT_PEOPLE
    if "," in text[reading.people.end : reading.deed_start]:
        return False
    if not _THINGS.isdisjoint((noun.lower(), noun.lower().rstrip("s"))):
        return False
    is_named = any(word[0].isupper() and word.endswith("s") for word in reading.people.cut(text).split())
    return ((is_plural or is_named) and first in _SURE_MINDS) or (topic.surveyed and noun[0].isupper())


def _is_of_minded(case: Case) -> bool:
    """Whether an unknown noun is followed by what only people do, and is no known thing."""
    reading = case.reading
    if reading.people is None or reading.deed is not Deed.MIND or not reading.is_near:
        return False
    nouns = [word.low for word in read_words(case.context.text, reading.people.start, reading.people.end)]
    if nouns[0] in ("what", "it", "this", "that", "which") or not _THINGS.isdisjoint((nouns[-1], nouns[-1].rstrip("s"))):
        return False
    text = case.context.text
    first = text[reading.deed_start :].split(maxsplit=1)[0].lower().strip(",.;") if reading.deed_start else ""
    is_sure = first in _SURE_MINDS or (nouns[-1].endswith("s") and not first.endswith("ed"))
    is_next = "," not in text[reading.people.end : reading.deed_start]
    return is_sure and is_next and not _has_other_head(case.left)


def _is_elliptic_poll(case: Case, topic: Topic, earlier: Sequence[tuple[Case, bool]]) -> bool:
    """Judge a share without a base: "46% chose the first", "Labour took 41 per cent", "to 48%"."""
    if _is_taken(case, topic) or _is_held_by(case.left) or _is_bracketed_answer(case):
        return True
    reading = case.reading
    if earlier and not earlier[-1][1] and earlier[-1][0].share.role == "percent" and reading.base is Base.NONE:
        return False
    if _is_figure_among(case):
        return True
    fronted = fronted_base(case)
    if fronted is not None and fronted.base is Base.THINGS:
        return False
    if fronted is not None and reading.base is Base.NONE:
        follows = bool(earlier) and earlier[-1][1]
        return reading.deed in (Deed.MIND, Deed.ECHO) or (topic.is_near or follows) and reading.deed is not Deed.FATE
    opens = _opens(case)
    if reading.deed is Deed.MIND and reading.is_near and (opens or topic.is_near or _are_named(case.left)):
        return not _has_other_head(case.left)
    follows = bool(earlier) and earlier[-1][1]
    in_brackets = case.context.text[case.share.anchor.start] == "("
    if follows and (opens or in_brackets or _continues(case)) and reading.deed is not Deed.FATE:
        return not _has_other_head(case.left)
    if _is_for_a_side(case) and (topic.is_near or _is_named_side(case)):
        return not _has_other_head(case.left)
    is_told_before = topic.surveyed_before or (topic.is_near and _SHARE_SAID.search(case.context.before) is not None)
    if reading.base is Base.SHARE:
        return topic.is_near or reading.deed is Deed.MIND
    if opens and reading.deed in (Deed.ECHO, Deed.ACT, Deed.VOTING) and (is_told_before or topic.surveyed):
        return True
    is_asked = topic.surveyed or topic.surveyed_before
    return opens and reading.deed is Deed.NONE and is_asked and _is_bare_end(case)


def fronted_base(case: Case) -> Reading | None:
    """Return the base that stands before its figure: "Of those who voted, 62%", "of that remnant half"."""
    context = case.context
    words = read_words(context.text, context.sentence.start, case.share.anchor.start)
    while words and words[-1].low in lexicon.ADVERBS | {"about", "some", "as", "many", "almost", "nearly"}:
        words = words[:-1]
    for at in range(len(words) - 1, -1, -1):
        if words[at].low not in ("of", "among", "amongst"):
            continue
        if at and words[at - 1].low not in (",", ";", ":", ".", "–", "—", "-", "(", "and", "but", "while", "because"):
            return None
        if all(word.low in lexicon.DETERMINERS for word in words[at:]):
            return None
        reading = read_behind(words[at:])
        return reading if reading.people is not None else None
    return None


def _is_bracketed_answer(case: Case) -> bool:
    """Whether brackets give the share of those before them: "Men were likelier to agree (54 per cent)"."""
    if case.context.text[case.share.anchor.start] != "(":
        return False
    words = _sentence_left(case)
    is_held = any(word.low in lexicon.MINDS - lexicon.MINDS_NOUN for word in words)
    return is_held and any(lexicon.is_people(word) for word in words) and not _has_other_head(words)


def _is_figure_among(case: Case) -> bool:
    """Whether "Amongst Gaelic speakers the figure was higher, at" leads to the figure."""
    words = _sentence_left(case)
    if not words or words[0].low not in ("among", "amongst", "of") or _has_other_head(words):
        return False
    is_figure = any(word.low in ("figure", "share", "proportion", "number") for word in words)
    return is_figure and read_behind(words).base in (Base.PEOPLE, Base.BODIES)


def _has_verb(words: Sequence[Word]) -> bool:
    verbs = lexicon.AUXILIARIES | (lexicon.MINDS - lexicon.MINDS_NOUN) | (lexicon.ACTS - lexicon.MINDS_NOUN)
    return len(words) > _FRONTED_WORDS or any(word.low in verbs or word.is_mark for word in words)


def _are_named(left: Sequence[Word]) -> bool:
    return any(lexicon.is_people(word) for word in left)


def _opens(case: Case) -> bool:
    """Whether nothing but small words stands before the figure in its clause."""
    first = case.left[0].low if case.left else ""
    if first in ("whereas", "while", "though", "although", "since", "because", "and", "but", "when", "where"):
        return _opens(Case(case.context, case.share, skipped=case.skipped + 1))
    colon = max((at for at, word in enumerate(case.left) if word.low == ":"), default=-1)
    words = [word for word in case.left[colon + 1 :] if not word.is_mark]
    small = lexicon.ADVERBS | lexicon.DETERMINERS | _CONTINUING | _SMALL
    if len(words) > 3 and words[-1].low in ("of", "among", "whom"):
        return False
    if all(word.low in small for word in words) and len(words) <= 7:
        return True
    while words and words[-1].low in small:
        words = words[:-1]
    if words and words[0].low in lexicon.PREPOSITIONS and not _has_verb(words):
        return True
    if words and (lexicon.is_poll_name(words[-1].low) or words[-1].low in lexicon.ELECTIONS):
        return words[0].low in lexicon.PREPOSITIONS
    at = max((at for at, word in enumerate(case.left) if word.low == ","), default=-1)
    fronted = case.left[at + 1 :] if at >= 0 else case.left
    return at >= 0 and all(word.low in small for word in fronted)


def _continues(case: Case) -> bool:
    """Whether the figure goes on from the one before: "... against 38%", "and 12 per cent the last"."""
    words = [word.low for word in case.left if word.low not in lexicon.ADVERBS]
    return bool(words) and words[-1] in _CONTINUING | {"at", "of", "on", "(", ",", "from", "reached", "was", "is", "stood"}


def _is_for_a_side(case: Case) -> bool:
    words = [word.low for word in case.right[:3]]
    return bool(words) and (words[0] in ("for", "against") or words[:2] in (["in", "favour"], ["in", "favor"]))


def _is_named_side(case: Case) -> bool:
    side = case.right[1] if len(case.right) > 1 else None
    if side is not None and side.is_mark and any(word.low in ("against", "for") for word in case.right[2:8]):
        return True  # "47 per cent for, 44 against"
    return side is not None and side.text[0].isupper() and side.low in lexicon.SIDES


def _is_bare_end(case: Case) -> bool:
    return all(word.is_mark for word in case.right[:2])


def _is_taken(case: Case, topic: Topic) -> bool:
    """Whether a side of a vote gets the share: "she took 38%", "Labour on 41 per cent"."""
    if _has_other_head(case.left) or case.reading.base is Base.THINGS:
        return False
    words = [word for word in case.left if not word.is_mark and word.low not in lexicon.ADVERBS | {"about", "some", "nearly"}]
    if not words:
        return False
    names = any(word.low in lexicon.SIDES and word.text[0].isupper() for word in _sentence_left(case))
    is_voted = topic.voted or topic.voted_before or (topic.surveyed and names)
    if any(word.low in _TAKING for word in words[-4:]):
        return is_voted or any(word.low in ("polled", "polling", "polls") for word in words[-4:]) or names or any(word in case.context.words for word in _RACES)
    if words[-1].low == "by" and any(word.low in ("voted", "ballot", "vote", "carried", "passed") for word in words[-4:]):
        return True
    if any(word.low in _UNDECIDED for word in words):
        return True
    is_race = not (_PLACES | _RACES).isdisjoint(case.context.words)
    if words[-1].low == "with" and is_race and any(word.low in _TAKING for word in words):
        return True
    if words[-1].low in _LINKS:
        return is_voted and (names or any(word.low in ("poll", "ahead", "behind", "vote", "party") for word in words))
    is_label = len(words) <= _LABEL_WORDS and case.left[-1].low == ":" and words[-1].low in lexicon.STATES | lexicon.SIDES
    return is_label or (words[-1].low in lexicon.SIDES and (topic.is_near or words[-1].text[0].isupper()))


def are_poll_points(case: Case, topic: Topic, earlier: Sequence[tuple[Case, bool]]) -> bool:
    """Whether a figure in points is a lead, a gap or a change among shares of people."""
    text, sentence = case.context.text, case.context.sentence
    if case.share.is_sure:
        return True
    if _NOT_POINTS.search(text, case.clause.start, case.clause.end) or _is_denied_by(case):
        return False
    before = text[max(sentence.start, case.share.anchor.start - 90) : case.share.anchor.start]
    near = before + " " + text[case.share.anchor.end : min(sentence.end, case.share.anchor.end + 45)]
    is_led, is_moved = _LEADS.search(near), _CHANGES.search(near)
    if not (is_led or is_moved) or _NOT_POINTS.search(text, sentence.start, sentence.end):
        return False
    if _SPORT.search(text, sentence.start, sentence.end):
        return False
    words = read_words(text, sentence.start, sentence.end)
    told = [
        (topic.is_near or _says_measure(case) or any(kept for _, kept in earlier), 2.0),
        (any(word.low in lexicon.SIDES and word.text[0].isupper() for word in words), 1.5),
        (bool(is_led) and (not _PLACES.isdisjoint(case.context.words)) or any(word.low in lexicon.POLITICIANS for word in words), 1.0),
        (any(_is_common_people(word) for word in words), 1.5),
        (is_led is not None, 0.5),
        (_SWING.search(near) is not None, 1.0),
        (_LEAD_OVER.search(near) is not None, 1.5),
        (is_led is not None and case.share.values[0].low % 1 != 0 if case.share.values[0].low else False, 1.0),
        ("percentage" in case.share.anchor.cut(text).lower(), 1.0),
        (any(word.low in lexicon.MINDS - lexicon.MINDS_NOUN for word in words), 0.5),
        (_SHARE_SAID.search(case.context.before) is not None, 1.5),
    ]
    return sum(weight for holds, weight in told if holds) >= _LIKELY_POINTS


def _is_common_people(word: Word) -> bool:
    return lexicon.is_people(word) and (word.text[0].islower() or word.low in lexicon.PEOPLE)


def _says_measure(case: Case) -> bool:
    words = read_words(case.context.text, case.context.sentence.start, case.context.sentence.end)
    return any(
        word.low in lexicon.MEASURES and (is_measure(words, at) or word.low in ("rating", "ratings", "approval"))
        for at, word in enumerate(words)
    )


def shares_deed(case: Case, following: Case) -> bool:
    """Whether a share goes with the next one's deed: "61% of women but only 44% of men support a ban"."""
    base = case.reading.base
    if case.share.role != "percent" or case.reading.deed is not Deed.NONE or base not in (Base.PEOPLE, Base.NONE):
        return False
    gap = case.context.text[case.share.anchor.end : following.share.anchor.start]
    is_joined = re.search(r"(?:,|\band|\bbut|\bor|\bof\s[\w’'-]+)\s+(?:\w+\s+)?\Z", gap) is not None
    return is_joined and len(gap) <= _SHARED_CHARS and following.reading.base is base and not _has_other_head(case.left)
