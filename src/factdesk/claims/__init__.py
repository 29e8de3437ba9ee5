"""Finds checkable claims in any text and compares two findings; one file a kind.

To add a kind, write its file (``NAME``, ``find``, ``compare``), its table in ``tables/``, its cases in
``tests/cases/``, and put its name into `KINDS`.
"""

from __future__ import annotations

from factdesk.claims import poll, price, sellout

KINDS = (sellout, price, poll)
"""All kinds, in the order in which they read a sentence."""
