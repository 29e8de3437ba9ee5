"""What an essay itself says for or against its claims: figures that do not agree with each other.

No source is needed, and nothing here changes a rating: each finding is a note for the reviewer, with the
words that decide. A false note embarrasses, so figures are compared only where the words say that they speak
of the same thing; what is unclear is left alone.
"""

from __future__ import annotations

from factdesk.verdicts.consistency.essays import find_notes, note_line

__all__ = ["NOTE_CODES", "find_notes", "note_line"]

NOTE_CODES = (
    "rate_differs",
    "restatements_differ",
    "change_differs",
    "change_turned",
    "points_not_percent",
    "count_differs",
    "share_differs",
    "no_majority",
    "past_all",
    "lead_differs",
    "total_differs",
    "multiple_differs",
    "told_twice",
)
"""Every code that a note may have."""
