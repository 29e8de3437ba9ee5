"""The example of nginx before the desk, as the docs have it: real nginx, real TLS, the installed program.

Where nginx is missing these tests fail."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from desk_homes import copy_desk_home
from factdesk.desk.users import add_user
from factdesk.model import Role
from factdesk.ops.prefect_server import free_port
from program import PROGRAM

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin")
DOCS = Path(__file__).resolve().parents[2] / "docs"
MEND = "the tests of docs/serving.md need nginx: apt-get install nginx"
PASSWORD = "correct horse battery"
PATIENCE_SECONDS = 90.0

# As root, nginx would read the files of a test as somebody else; for others the line means nothing.
AROUND = """
daemon off;
user root;
pid {folder}/nginx.pid;
events {{}}
http {{
    access_log off;
    {temporary}
    include {folder}/site.conf;
}}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class Behind:
    """A desk behind nginx: the address that people open, the desk's own, and the certificate."""

    address: str
    inner: str
    certificate: Path

    def client(self, **sent: str) -> httpx.Client:
        context = ssl.create_default_context(cafile=str(self.certificate))
        return httpx.Client(base_url=self.address, headers=sent, verify=context, trust_env=False, timeout=60)


def make_certificate(folder: Path) -> None:
    """As the page says it, for this machine's name."""
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:3072",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    command += ["-addext", "subjectAltName=DNS:localhost"]
    command += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def fitted(folder: Path, ports: dict[str, int], more: str = "") -> str:
    """The example for this machine: free ports of loopback, and its own certificate."""
    text = (DOCS / "nginx.conf").read_text("utf-8")
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
    changes = {
        "listen 80;": f"listen 127.0.0.1:{ports['http']};",
        "listen 443 ssl;": f"listen 127.0.0.1:{ports['https']} ssl;",
        "/etc/ssl/factdesk/certificate.pem": str(folder / "certificate.pem"),
        "/etc/ssl/factdesk/key.pem": str(folder / "key.pem"),
        "desk.example.org": "localhost",
        "127.0.0.1:8420": f"127.0.0.1:{ports['desk']}",
    }
    if more:
        changes['        proxy_set_header X-Forwarded-User "";\n'] = more
    for there, here in changes.items():
        assert there in text, there
        text = text.replace(there, here)
    return text


def own_sign_in(folder: Path) -> str:
    """The lines of the page by which nginx asks who it is, with a file of two people."""
    (block,) = re.findall(r"```nginx\n(.*?)```", (DOCS / "serving.md").read_text("utf-8"), re.DOTALL)
    people = folder / "people"
    told = subprocess.run(["openssl", "passwd", "-6", PASSWORD], check=True, capture_output=True, text=True)
    people.write_text("".join(f"{name}:{told.stdout.strip()}\n" for name in ("Ada", "Guest")))
    people.chmod(0o644)
    assert "/etc/nginx/factdesk-people" in block
    return block.replace("/etc/nginx/factdesk-people", str(people))


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


@contextmanager
def behind_nginx(desk_root: Path, folder: Path, sign_in: str) -> Iterator[Behind]:
    """Serve a desk behind nginx, both as processes of their own."""
    assert NGINX, MEND
    ports = {name: free_port() for name in ("http", "https", "desk")}
    address = f"https://localhost:{ports['https']}"
    settings = f'[desk]\nsign_in = "{sign_in}"\nport = {ports["desk"]}\norigin = "{address}"\n'
    home = copy_desk_home(desk_root, folder / "home", settings + 'proxy_addresses = ["127.0.0.1", "::1"]')
    add_user(home.warehouse, "Ada", Role.ADMIN, PASSWORD)
    folder.chmod(0o755)
    make_certificate(folder)
    more = own_sign_in(folder) if sign_in == "proxy" else ""
    (folder / "site.conf").write_text(fitted(folder, ports, more))
    temporary = "\n    ".join(f"{one}_temp_path {folder}/{one};" for one in TEMPORARY)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, temporary=temporary))
    nginx = [NGINX, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    found = Behind(address, f"http://127.0.0.1:{ports['desk']}", folder / "certificate.pem")
    with ExitStack() as started:
        both = [
            started.enter_context(running(one))
            for one in (nginx, [str(PROGRAM), "desk", "--home", str(home.root)])
        ]
        _wait_for(found, both, folder)
        yield found


def _wait_for(behind: Behind, both: list[subprocess.Popen[bytes]], folder: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    with behind.client() as client, httpx.Client(base_url=behind.inner, trust_env=False) as inside:
        while True:
            ended = [one.stderr.read().decode() for one in both if one.poll() is not None and one.stderr]
            log = folder / "error.log"
            assert not ended, (ended, log.read_text() if log.exists() else "")
            assert time.monotonic() < until, "neither answered in time"
            try:
                if client.get("/readyz").status_code in (200, 401) and inside.get("/readyz").is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)


@pytest.fixture(scope="module")
def team(desk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    with behind_nginx(desk_root, tmp_path_factory.mktemp("nginx"), "password") as behind:
        yield behind


@pytest.fixture(scope="module")
def single(desk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    with behind_nginx(desk_root, tmp_path_factory.mktemp("single"), "proxy") as behind:
        yield behind


def test_a_browser_signs_in_over_tls_and_its_forms_are_taken(team: Behind, browser: Browser) -> None:
    context = browser.new_context(ignore_https_errors=True)
    try:
        page = context.new_page()
        page.goto(f"{team.address}/me")
        page.fill("#name", "Ada")
        page.fill("#password", PASSWORD)
        page.click("form[action='/signin'] button")
        page.wait_for_url(f"{team.address}/me")
        (cookie,) = context.cookies()
        assert cookie["name"] == "__Host-factdesk"
        assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Strict")
        page.click("text=Switch single keys off")
        page.wait_for_selector("text=Single keys are off")
    finally:
        context.close()


def test_only_its_name_its_origin_and_tls_do(team: Behind) -> None:
    with team.client() as client:
        assert client.get("/queue").headers["location"].startswith("/signin")
        assert client.get("/signin").headers["strict-transport-security"] == "max-age=31536000"
        assert client.get("/signin", headers={"Host": "evil.example"}).status_code == 421
        for sent in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {}):
            assert client.post("/signin", data={"name": "Ada"}, headers=sent).status_code == 403
        entered = client.post(
            "/signin", data={"name": "Ada", "password": PASSWORD}, headers={"Origin": team.address}
        )
        assert entered.status_code == 303
        assert client.get("/queue").status_code == 200
        assert client.get("/metrics").status_code == 404
    with httpx.Client(base_url=team.inner, trust_env=False) as inside:
        assert inside.get("/queue").status_code == 421
        assert inside.get("/readyz").text == "ready\n"


def test_nginx_says_who_it_is_and_nobody_else_does(single: Behind) -> None:
    with single.client() as stranger:
        assert stranger.get("/queue").status_code == 401
        assert stranger.get("/queue", headers={"X-Forwarded-User": "Ada"}).status_code == 401
    with single.client() as ada:
        ada.auth = ("Ada", PASSWORD)
        assert ada.get("/admin/users").status_code == 200
        form = {"name": "Bob", "role": "checker"}
        assert ada.post("/admin/users/add", data=form).status_code == 403, "a form of nowhere"
        added = ada.post("/admin/users/add", data=form, headers={"Origin": single.address})
        assert added.status_code == 303
    with single.client(**{"X-Forwarded-User": "Ada"}) as guest:
        guest.auth = ("Guest", PASSWORD)
        refused = guest.get("/queue")
        assert refused.status_code == 403
        assert "You are signed in as Guest, and nobody is known here by that name" in refused.text
    with httpx.Client(base_url=single.inner, trust_env=False) as inside:
        host = single.address.removeprefix("https://")
        named = {"Host": host, "X-Forwarded-User": "Ada"}
        assert inside.get("/queue", headers=named).status_code == 200, (
            "this machine is believed: see the page"
        )
