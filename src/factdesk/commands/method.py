"""``factdesk method``: how verdicts are reached, how often they are wrong, and what is not looked at."""

from __future__ import annotations

from factdesk.config import Home
from factdesk.reports.method_text import method_lines
from factdesk.reports.terminal import json_line
from factdesk.verdicts.method_page import describe_method


def print_method(home: Home, *, as_json: bool) -> int:
    """Print the page, or with ``as_json`` one object. Raises ConfigError for an unknown muted rule."""
    page = describe_method(home.settings)
    print(json_line(page) if as_json else "\n".join(method_lines(page)))
    return 0
