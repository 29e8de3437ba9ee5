"""The templates, and what all of them know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from factdesk import __version__
from factdesk.desk.keys import KEYS
from factdesk.desk.roles import Action
from factdesk.desk.texts import passage_url, plain, safe_url, show
from factdesk.desk.visits import Page
from factdesk.desk.words import WORDS, moment_words, rating_said, say_source, since_words
from factdesk.reports.words import count_words, rating_mark

_FOLDER = Path(__file__).resolve().parent


class Templates:
    """Renders templates. ``pages`` are those that the desk has, for navigation and links."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        paths = {page.path for page in pages}
        self._environment.filters |= {
            "show": show,
            "plain": plain,
            "safe_url": safe_url,
            "moment": moment_words,
            "since": since_words,
        }
        self._environment.globals |= {
            "Action": Action,
            "navigation": [page for page in pages if page.title],
            "has_page": paths.__contains__,
            "keys": KEYS,
            "words": WORDS,
            "version": __version__,
            "count_words": count_words,
            "rating_mark": rating_mark,
            "rating_said": rating_said,
            "passage_url": passage_url,
            "say_source": say_source,
            "now": lambda: datetime.now(UTC),
        }

    def render(self, template: str, **values: Any) -> str:
        """Return a page. A value that a template needs and does not get is a fault."""
        return self._environment.get_template(template).render(**values)
