"""What tests of the desk's pages share: a desk whose essays were checked, and reading a page's text."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from desk_homes import ServedDesk
from factdesk.desk.waiting_claims import is_blind


def text_of(page: str) -> str:
    """The words of a page as a person reads them, white space folded."""
    main = page[page.index("<main") : page.index("</main>")]
    parted = re.sub(r"</(?:dt|dd|td|th|li|p|h\d)>", " ", main)
    without_tags = re.sub(r"<[^>]*>", "", parted)
    return " ".join(html.unescape(without_tags).split())


def find_claims(
    served: ServedDesk, condition: str, keep: Callable[[UUID], bool] = lambda _: True
) -> list[Any]:
    """Ids of current claims, in reading order."""
    rows = served.ask(
        "SELECT claim_id FROM reports.verdicts WHERE claim_status = 'current' "
        f"AND {condition} ORDER BY essay_uri, claim_start"
    )
    return [one for (one,) in rows if keep(one)]


def seen_claims(served: ServedDesk, condition: str = "true") -> list[Any]:
    """Those of them whose rating is not hidden."""
    return find_claims(served, condition, lambda one: not is_blind(one))


def blind_claims(served: ServedDesk) -> list[Any]:
    """Those that are decided without seeing what the machine says."""
    return find_claims(served, "machine_rating IS NOT NULL", is_blind)
