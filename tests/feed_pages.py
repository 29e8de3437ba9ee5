"""Feeds and pages written for tests."""

from __future__ import annotations

from html import escape

from local_site import Page

CONTENT = "http://purl.org/rss/1.0/modules/content/"


def entry(
    link: str | None,
    entry_id: str = "",
    words: str = "",
    *,
    day: int | None = None,
    title: str = "",
    author: str = "",
    summary: str = "",
) -> str:
    """One entry of an RSS feed; ``words`` is its whole text, ``day`` one of June 2026."""
    parts = [
        f"<title>{escape(title)}</title>" if title else "",
        f"<link>{escape(link)}</link>" if link is not None else "",
        f'<guid isPermaLink="false">{escape(entry_id)}</guid>' if entry_id else "",
        f"<author>{escape(author)}</author>" if author else "",
        f"<pubDate>Mon, {day:02d} Jun 2026 10:00:00 GMT</pubDate>" if day else "",
        f"<description>{escape(summary)}</description>" if summary else "",
        f"<content:encoded>{escape(words)}</content:encoded>" if words else "",
    ]
    return f"<item>{''.join(parts)}</item>"


def rss(*entries: str, link: str = "https://feed.example/") -> str:
    """An RSS 2.0 feed."""
    head = f'<?xml version="1.0"?><rss version="2.0" xmlns:content="{CONTENT}"><channel><link>{link}</link>'
    return f"{head}{''.join(entries)}</channel></rss>"


def essay_page(words: str, *, head: str = "") -> Page:
    """An HTML page with one essay."""
    return Page(f"<html><head>{head}</head><body><article><p>{words}</p></article></body></html>")
