"""Nothing in the program reaches the network past the guard, and what would is found."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHECKER = ROOT / ".ci" / "check_connections.py"


@pytest.fixture(scope="module")
def checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_connections", CHECKER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_program_has_one_door() -> None:
    done = subprocess.run([sys.executable, str(CHECKER)], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.returncode) == ("", 0)


def test_make_check_looks_at_it() -> None:
    assert "check_connections.py" in (ROOT / "Makefile").read_text(encoding="utf-8")


OFFENDERS = [
    "import socket\nsocket.create_connection(('a', 80))",
    "import socket as plug\nplug.socket().connect(('a', 80))",
    "from socket import socket",
    "from socket import socket as plug",
    "import ssl\nssl.wrap_socket",
    "import httpx\nhttpx.Client().get('http://a')",
    "import httpx\nhttpx.get('http://a')",
    "import httpx as web\nweb.AsyncClient()",
    "from httpx import Client",
    "import httpx\nhttpx.HTTPTransport(proxy='http://a')",
    "import httpcore\nhttpcore.ConnectionPool()",
    "import httpcore\nhttpcore.HTTPProxy('http://a')",
    "import httpcore\nhttpcore.SyncBackend().connect_tcp('a', 80)",
    "from httpcore import ConnectionPool as Pool",
    "import urllib.request\nurllib.request.urlopen('http://a')",
    "from urllib.request import urlopen",
    "from urllib import request",
    "import http.client\nhttp.client.HTTPConnection('a')",
    "from http.client import HTTPSConnection",
    "import requests\nrequests.get('http://a')",
    "def late():\n    import requests\n    requests.get('http://a')",
    "import asyncio\nasyncio.open_connection('a', 80)",
    "from asyncio import open_connection",
    "loop.create_connection(None, 'a', 80)",
    "import importlib\nimportlib.import_module('socket')",
    "import importlib\nname = 'socket'\nimportlib.import_module(name)",
    "__import__('requests')",
    "import trafilatura\ntrafilatura.fetch_url('http://a')",
    "from trafilatura.downloads import fetch_response",
    "from trafilatura import fetch_url",
    "import smtplib\nsmtplib.SMTP('a')",
    "client = make(trust_env=True)",
    "client = make(mounts={})",
]


@pytest.mark.parametrize("text", OFFENDERS)
def test_a_planted_way_past_the_guard_is_found(text: str, checker: ModuleType, tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(text)
    assert "may reach the network past the guard" in checker.find_faults(planted)[0]
    place = "src/factdesk/sources/planted.py"
    assert checker.find_faults_in(text, place)[0].startswith(f"{place}:")


def test_the_guard_cannot_be_left_out_where_connections_are_made(checker: ModuleType) -> None:
    place = "src/factdesk/web/transport.py"
    text = (ROOT / place).read_text(encoding="utf-8")
    assert checker.find_faults_in(text, place) == []
    without = text.replace("network_backend=backend,", "")
    assert without != text
    assert "HTTPConnection without network_backend" in checker.find_faults_in(without, place)[0]
    assert checker.find_faults_in(text, "src/factdesk/web/fetch.py") != []
    with_pool = text.replace("httpcore.HTTPConnection(", "httpcore.ConnectionPool(")
    assert "httpcore.ConnectionPool" in checker.find_faults_in(with_pool, place)[0]


@pytest.mark.parametrize(
    "text",
    [
        "import sqlite3\nsqlite3.connect('a')",
        "from urllib.parse import urlsplit",
        "from http.server import ThreadingHTTPServer",
        "import http\nhttp.HTTPStatus.OK",
        "import asyncio\nasyncio.run(main())",
        "import httpcore\nraise httpcore.ReadTimeout('late')",
    ],
)
def test_what_makes_no_connection_is_let_be(text: str, checker: ModuleType) -> None:
    assert checker.find_faults_in(text, "src/factdesk/sources/planted.py") == []
