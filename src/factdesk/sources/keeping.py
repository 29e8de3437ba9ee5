"""Which bytes are kept again: those of an answer that says something that the last one did not.

A page with an advertisement in a script or a new token in a form has other bytes at every fetch and the same
words. Its fetch has the hashes and sizes of what came, and names the bytes that it confirms: those from which
the same words were read before.
"""

from __future__ import annotations

from factdesk.model import Fetch
from factdesk.sources.archive import Archive
from factdesk.sources.known import Known


def find_earlier(fetch: Fetch, known: Known | None, archive: Archive) -> Fetch | None:
    """Return the earlier fetch beside which the bytes of this one say nothing new; None: they are to be kept.

    With a text, that is the one that brought or last confirmed the same main text and the same text of the
    whole page. Without one (a consent wall, a picture, a page that killed its reader), it is the latest with
    the same outcome and the same text of the whole page, none being the same as none: what cannot be read
    says only its outcome. What is missing or damaged in the archive is kept again.
    """
    if known is None:
        return None
    earlier = known.text_fetch if fetch.text_sha256 is not None else _last_alike(fetch, archive)
    if earlier is None or not _says_the_same(earlier, fetch):
        return None
    named = (earlier.blob_sha256, earlier.text_sha256, earlier.full_text_sha256)
    return earlier if all(archive.has_whole(sha256) for sha256 in named if sha256) else None


def confirmed_blob(fetch: Fetch, earlier: Fetch) -> str | None:
    """Return the blob that a fetch confirms: the same words confirm words, a picture only itself."""
    has_words = fetch.text_sha256 is not None or fetch.full_text_sha256 is not None
    if has_words or fetch.wire_sha256 == earlier.blob_sha256:
        return earlier.blob_sha256
    return None


def _last_alike(fetch: Fetch, archive: Archive) -> Fetch | None:
    """The newest fetch of the source that ended alike; only a source that never did is looked through."""
    fetches = (one.fetch for one in archive.fetches(fetch.source_id))
    return next((one for one in fetches if one.outcome is fetch.outcome), None)


def _says_the_same(earlier: Fetch, fetch: Fetch) -> bool:
    texts = (fetch.text_sha256, fetch.full_text_sha256)
    return (earlier.text_sha256, earlier.full_text_sha256) == texts
