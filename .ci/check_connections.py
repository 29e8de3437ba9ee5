"""Fails when code could reach the network past the guard of `factdesk.web.backend`.

Only the files of `MAY_CONNECT` may use what makes a connection, each only what stands there. A new entry is a
decision: whatever follows links of essays must go through `factdesk.web.fetch`.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("src", "flows")

NETWORK_MODULES = frozenset(
    {
        "_socket", "aiohttp", "anyio", "curl_cffi", "ftplib", "h11", "h2", "http.client", "httpcore",
        "httplib2", "httpx", "imaplib", "nntplib", "paramiko", "poplib", "pycurl", "requests",
        "smtplib", "socket", "socks", "ssl", "telnetlib", "trafilatura.downloads", "trafilatura.feeds",
        "trafilatura.sitemaps", "trafilatura.spider", "urllib.request", "urllib3", "websocket",
        "websockets", "xmlrpc.client",
    }
)  # fmt: skip

NETWORK_CALLS = frozenset(
    {
        "connect_ex", "create_connection", "create_datagram_endpoint", "create_unix_connection",
        "fetch_response", "fetch_url", "open_connection", "open_unix_connection", "sock_connect",
        "urlopen", "urlretrieve",
    }
)  # fmt: skip
"""Methods that connect, whatever they are called on (``asyncio.open_connection``, ``loop.sock_connect``)."""

CLIENT_OPTIONS = frozenset({"mounts", "proxies", "proxy", "trust_env"})
"""Options of HTTP clients that lead past the connection that they were given."""

HARMLESS = frozenset(
    {
        "h11.IDLE", "httpcore.ConnectError", "httpcore.ConnectTimeout", "httpcore.NetworkBackend",
        "httpcore.NetworkError", "httpcore.NetworkStream", "httpcore.Origin", "httpcore.ProtocolError",
        "httpcore.ReadTimeout", "httpcore.Request", "httpcore.Response", "httpcore.TimeoutException",
        "httpcore.URL", "httpcore.default_ssl_context", "httpx.HTTPError", "httpx.HTTPStatusError",
        "httpx.InvalidURL", "httpx.Response", "httpx.Timeout", "httpx.codes", "socket.SOCK_STREAM",
        "socket.SOL_SOCKET", "socket.SO_REUSEADDR", "socket.gethostname",
        "ssl.SSLCertVerificationError", "ssl.SSLContext", "ssl.SSLError", "ssl.SSLObject",
        "ssl.SSLSocket", "ssl.create_default_context",
    }
)  # fmt: skip
"""Types, errors and constants of those modules, and what makes no connection."""

MAY_CONNECT = {
    # The guard itself: it looks at every address before it connects to it.
    "src/factdesk/web/backend.py": {"httpcore.SyncBackend", "socket.getaddrinfo"},
    "src/factdesk/web/transport.py": {"httpcore.HTTPConnection"},
    # Addresses that the operator wrote into the settings, never a link of an essay.
    "src/factdesk/web/webhooks.py": {"httpx.stream", "trust_env"},
    "src/factdesk/ops/mail.py": {"smtplib"},
    # It loads the readers that the process which starts it names.
    "src/factdesk/web/worker.py": {"a module named at run time"},
    # The service's own Prefect server, and whether a port of this machine is free.
    "src/factdesk/ops/prefect_api.py": {"httpx.get", "httpx.request", "trust_env"},
    "src/factdesk/ops/prefect_server.py": {"socket.socket", "connect_ex"},
    "src/factdesk/ops/ports.py": {"socket.socket"},
    # The desk's own probe, at the address that the desk wrote down.
    "src/factdesk/ops/desk_probe.py": {"http.client"},
    # It listens on the desk's port and connects to nothing.
    "src/factdesk/desk/serving.py": {"socket.socket", "socket.AF_INET", "socket.AF_INET6"},
}

_WORDS = frozenset(one.rpartition(".")[2] for one in NETWORK_MODULES | NETWORK_CALLS | CLIENT_OPTIONS) | {
    "import_module",
    "__import__",
}
"""A file without any of these words need not be parsed."""

GUARDED_CALLS = {"httpcore.HTTPConnection": "network_backend"}
"""Calls that are guarded by one of their arguments, which must not be left out."""


def main() -> int:
    """Print each fault as ``file:line: what``; return 1 when there is one."""
    faults = [fault for path in list_files() for fault in find_faults(path)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def list_files() -> list[Path]:
    """Return every Python file that is part of the program."""
    return [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]


def find_faults(path: Path) -> list[str]:
    """Return the faults of one file."""
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    return find_faults_in(path.read_text(encoding="utf-8"), name)


def find_faults_in(text: str, name: str) -> list[str]:
    """Return the faults of a source text; ``name`` is its place in the project, which decides what it may."""
    if not any(word in text for word in _WORDS):
        return []
    tree = ast.parse(text)
    may = HARMLESS | MAY_CONNECT.get(name, set())
    return [
        f"{name}:{line}: {used} may reach the network past the guard; fetch by factdesk.web.fetch"
        for line, used in sorted(set(_find_uses(tree, _list_aliases(tree))))
        if not any(used == one or used.startswith(f"{one}.") for one in may)
    ]


def _network_module(dotted: str) -> str | None:
    """Return the module of the network that a dotted name lies in."""
    parts = dotted.split(".")
    heads = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((head for head in heads if head in NETWORK_MODULES), None)


def _list_aliases(tree: ast.Module) -> dict[str, str]:
    """Return which local name stands for which dotted name, for everything that is imported."""
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                top = one.name.partition(".")[0]
                aliases[one.asname or top] = one.name if one.asname else top
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for one in node.names:
                aliases[one.asname or one.name] = f"{node.module}.{one.name}"
    return aliases


def _find_uses(tree: ast.Module, aliases: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of everything that belongs to the network."""
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for one in node.names:
                dotted = f"{node.module}.{one.name}"
                if _network_module(dotted) is not None or one.name in NETWORK_CALLS:
                    yield node.lineno, dotted
        elif isinstance(node, ast.Attribute | ast.Name):
            dotted = _dotted_name(node, aliases)
            if _network_module(dotted) is not None and id(node) not in inner:
                yield node.lineno, dotted
            if isinstance(node, ast.Attribute) and node.attr in NETWORK_CALLS:
                yield node.lineno, node.attr
        elif isinstance(node, ast.Call):
            yield from _find_in_call(node, aliases)


def _dotted_name(node: ast.expr, aliases: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return aliases.get(node.id, "")
    if isinstance(node, ast.Attribute):
        before = _dotted_name(node.value, aliases)
        return f"{before}.{node.attr}" if before else ""
    return ""


def _find_in_call(node: ast.Call, aliases: dict[str, str]) -> Iterator[tuple[int, str]]:
    given = {one.arg for one in node.keywords}
    for option in CLIENT_OPTIONS & given:
        yield node.lineno, str(option)
    called = _dotted_name(node.func, aliases)
    if called in GUARDED_CALLS and GUARDED_CALLS[called] not in given:
        yield node.lineno, f"{called} without {GUARDED_CALLS[called]}"
    is_import = called == "importlib.import_module" or getattr(node.func, "id", "") == "__import__"
    for argument in node.args if is_import else ():
        if not isinstance(argument, ast.Constant):
            yield node.lineno, "a module named at run time"
        elif isinstance(argument.value, str) and _network_module(argument.value) is not None:
            yield node.lineno, argument.value


if __name__ == "__main__":
    sys.exit(main())
