"""The outermost wall of one essay, or claim: what breaks inside it is noted and stops no other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from factdesk.errors import FactdeskError
from factdesk.essays.attempts import ENTRY, FOLDER, Attempt, EssayStage, Journal

Done = TypeVar("Done")

TIME_UP = "the run's time was up"


@dataclass(frozen=True, slots=True)
class Fault:
    """What broke while an essay was in work: its attempt, now with one more try, and a sentence."""

    attempt: Attempt
    detail: str


def within_wall(
    journal: Journal, attempt: Attempt, stage: EssayStage, work: Callable[[], Done]
) -> Done | Fault:
    """Do one stage of one essay. The journal names the stage as long as it lasts.

    Any exception of ours is returned as a Fault. Those that say nothing against the essay pass, and count
    against none: a FactdeskError (the archive or the warehouse cannot be used), Ctrl-C, a run that is ended.

    A run whose time is up passes too, and is a try: Prefect raises CancelledError where the work stands, and
    an essay on which it stands for ever would otherwise end every run.
    """
    journal.write(replace(attempt, begun=stage))
    try:
        return work()
    except FactdeskError:
        raise
    except asyncio.CancelledError:
        attempt = attempt.failed(stage, TIME_UP)
        raise
    except Exception as error:  # the outermost wall of an essay: it becomes a recorded outcome
        said = f"{type(error).__name__}: {error}"
        attempt = attempt.failed(stage, said)
        return Fault(attempt, describe_fault(attempt))
    finally:
        journal.write(attempt)


def count_tries(journal: Journal, attempt: Attempt, work: Callable[[], Done]) -> Done:
    """Judge one claim again. The journal has a file of it while that lasts, and until it comes to an end.

    Every exception passes. Ours count as a try, and so does a run whose time is up; Ctrl-C does not. What a
    fault of ours says may quote a page, so its kind alone is kept.
    """
    stage = EssayStage.JUDGING_AGAIN
    journal.write(replace(attempt, begun=stage))
    try:
        done = work()
    except asyncio.CancelledError:
        attempt = attempt.failed(stage, TIME_UP)
        raise
    except Exception as error:
        said = str(error) if isinstance(error, FactdeskError) else type(error).__name__
        attempt = attempt.failed(stage, said)
        raise
    else:
        attempt = replace(attempt, tries=0)
        return done
    finally:
        journal.settle(attempt)


def describe_fault(attempt: Attempt) -> str:
    """Return the detail of a reading that a fault ended; the same fault gives the same words."""
    return (
        f"a fault in Factdesk while {attempt.stage} ({attempt.fault}); "
        "it is tried again at the next run, report it if it stays"
    )


def describe_set_aside(attempt: Attempt) -> str:
    """Return the detail of an essay that is set aside."""
    is_file = attempt.content and not attempt.content.startswith(ENTRY)
    change = "change the file" if is_file else "check its page as a saved file"
    return f"{_say_tries(attempt)}; {change}, or {_say_removal(attempt)}"


def describe_claim_set_aside(attempt: Attempt) -> str:
    """Return why a claim is not judged again: what it is judged by broke its runs."""
    return f"{_say_tries(attempt)}; {_say_removal(attempt)}, report it if it stays"


def _say_tries(attempt: Attempt) -> str:
    tries = "1 try" if attempt.tries == 1 else f"{attempt.tries} tries"
    return f"set aside after {tries}, the last one ended while {attempt.stage} ({attempt.fault})"


def _say_removal(attempt: Attempt) -> str:
    return f"remove warehouse/{FOLDER}/{attempt.name}.json to try again"
