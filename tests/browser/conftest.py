"""A real browser: Debian's Chromium, driven by playwright. Where it is missing these tests fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from browser_windows import SignIn, Watched
from desk_homes import ServedDesk

CHROMIUM = Path("/usr/bin/chromium")
MEND = "the browser tests need Debian's Chromium: apt-get install chromium fonts-dejavu-core"
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)
PATIENCE_MS = 40_000
"""A slow or busy machine is no fault of a page."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium for the tests of one file.

    As long as playwright is there its event loop runs in this thread, and no other may: a flow run by a test
    of another file, after these in the same worker, would be refused.
    """
    assert CHROMIUM.exists(), MEND
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(OPTIONS))
        yield browser
        browser.close()


def _note(window: Watched, message: str) -> None:
    """A refused form is answered with a status that the browser mentions; that is no fault of the page."""
    if not message.startswith("Failed to load resource: the server responded with a status of 4"):
        window.faults.append(message)


@pytest.fixture
def sign_in(browser: Browser) -> Iterator[SignIn]:
    """Sign somebody in at a desk in a window of their own; its console must stay empty."""
    contexts: list[BrowserContext] = []
    windows: list[Watched] = []

    def enter(desk: ServedDesk, name: str = "Ann", width: int = 1366, scripts: bool = True) -> Watched:
        context = browser.new_context(
            viewport={"width": width, "height": 768 if width > 500 else 844},
            java_script_enabled=scripts,
            timezone_id="UTC",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        window = Watched(context.new_page())
        windows.append(window)
        window.page.on("console", lambda message: _note(window, message.text))
        window.page.on("pageerror", lambda error: window.faults.append(str(error)))
        window.page.on("request", lambda request: window.asked.append(request.url))
        window.page.goto(desk.link(name))
        return window

    yield enter
    for context in contexts:
        context.close()
    for window in windows:
        assert window.faults == []
