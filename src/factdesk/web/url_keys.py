"""The key by which two spellings of one address are known to be the same source.

The key serves de-duplication only; a source is always fetched by its address as written. No library
does all of it (url-normalize keeps utm_*, w3lib keeps :80, courlan keeps dot segments).
"""

from __future__ import annotations

import re

from factdesk.web.url_parts import DEFAULT_PORTS, BadUrlError, UrlParts, bracketed, split_url

TRACKING_PARAMETERS = frozenset(
    {
        "_ga", "_gl", "at_campaign", "at_medium", "cmp", "cmpid", "dclid", "fbclid", "gbraid", "gclid",
        "gclsrc", "igsh", "igshid", "ito", "mc_cid", "mc_eid", "mkt_tok", "msclkid", "ns_campaign",
        "ns_linkname", "ns_mchannel", "ns_source", "ocid", "oly_anon_id", "oly_enc_id", "smid", "smtyp",
        "srsltid", "ttclid", "twclid", "vero_id", "wbraid", "wt.mc_id", "yclid", "ysclid",
    }
)  # fmt: skip
"""Names of query parameters that say where a reader came from and never which page it is."""

TRACKING_PREFIXES = ("utm_", "hsa_", "pk_", "mtm_")

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|(.)", re.DOTALL)
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_KEPT = _UNRESERVED | frozenset("!$&'()*+,;=:@/?")


def url_key(url: str) -> str:
    """Return the normalised address; an ill-formed one is returned as it is, without space around it.

    Lower-case scheme and host, punycode, no default port, no dot segments, no tracking parameters,
    query sorted by name, no fragment. Idempotent; never raises.
    """
    text = clean_text(url).strip()
    try:
        parts = split_url(text)
    except BadUrlError:
        return text
    return f"{parts.scheme}://{_host_and_port(parts)}{_path(parts.path)}{_query(parts.query)}"


def clean_text(url: str) -> str:
    """Return an address that can be stored: lone surrogates, which UTF-8 cannot carry, are replaced."""
    return url.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _host_and_port(parts: UrlParts) -> str:
    host = bracketed(parts.host)
    return host if parts.port == DEFAULT_PORTS[parts.scheme] else f"{host}:{parts.port}"


def _path(path: str) -> str:
    return _without_dot_segments(_normal_escapes(path)) or "/"


def _query(query: str | None) -> str:
    pairs = [pair for pair in _normal_escapes(query or "").split("&") if pair and not _is_tracking(pair)]
    ordered = sorted(pairs, key=lambda pair: pair.partition("=")[0])
    return f"?{'&'.join(ordered)}" if ordered else ""


def _is_tracking(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name in TRACKING_PARAMETERS or name.startswith(TRACKING_PREFIXES)


def _normal_escapes(text: str) -> str:
    """Escape what must be escaped, unescape what need not be, write escapes in capitals."""
    return _ESCAPE.sub(_normal_escape, text)


def _normal_escape(found: re.Match[str]) -> str:
    code, character = found.groups()
    if code is not None:
        plain = chr(int(code, 16))
        return plain if plain in _UNRESERVED else f"%{code.upper()}"
    if character in _KEPT:
        return str(character)
    return "".join(f"%{byte:02X}" for byte in str(character).encode("utf-8"))


def _without_dot_segments(path: str) -> str:
    """Remove ``.`` and ``..`` as RFC 3986, section 5.2.4, does for an absolute path."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in {".", ".."}:
        kept.append("")
    return "".join(f"/{segment}" for segment in kept)
