"""Bytes to canonical text, links and what a document says of itself: plain text, Markdown, HTML, PDF."""
