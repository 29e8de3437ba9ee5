"""Pages that leave out ``<body>``, as HTML allows, show what they show in a browser."""

from __future__ import annotations

import pytest

from factdesk.model import SourceOutcome
from factdesk.reading.page_text import read_page

STORY = "<p>The ferry to the outer island was full again, and the kiosk sold tea at two coins.</p>" * 9


@pytest.mark.parametrize(
    "page",
    [
        f"<!doctype html><title>Ferry</title><article>{STORY}</article>",
        f"<!doctype html><html><head><meta charset=utf-8><title>Ferry</title><main>{STORY}</main></html>",
        f"<!doctype html><title>Ferry</title><news-story><section>{STORY}</section></news-story>",
        f"<!doctype html><title>Ferry</title>{STORY}",
        f"<!doctype html><title>Ferry</title><script>'<article>'</script><body>{STORY}</body>",
    ],
)
def test_a_page_without_a_body_is_read(page: str) -> None:
    read = read_page(page.encode(), media_type="text/html", charset=None, url=None)
    assert read.outcome is SourceOutcome.FETCHED
    assert read.text.startswith("The ferry to the outer island was full again")
    assert "kiosk" in read.full_text
    assert read.title == "Ferry"
