"""From the key to the next claim on the screen, in Debian's Chromium.

The browser tells both moments itself: when the key came, and when the next page first painted (First
Contentful Paint, which here is the claim: a page has no other picture or text before it).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

CHROMIUM = Path("/usr/bin/chromium")
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)
PATIENCE_MS = 600_000

_NOTE_KEYS = """
document.addEventListener("keydown", () => {
  sessionStorage.setItem("pressed", String(performance.timeOrigin + performance.now()));
}, true);
"""

_IS_AWAKE = """() => document.documentElement?.hasAttribute("data-awake")
    && performance.getEntriesByName("first-contentful-paint").length > 0"""

_TOOK = """() => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return performance.timeOrigin + paint.startTime - Number(sessionStorage.getItem("pressed"));
}"""

_KEY = """() => {
  const open = document.querySelector("#decide button[name=rating][data-key]:not([data-needs])");
  return open && open.dataset.key;
}"""


def press_keys(link: str, count: int) -> list[float]:
    """Decide ``count`` claims by key; return the milliseconds from each key to the next claim's first paint.

    Where no rating goes without a sentence for readers, the claim is skipped by its key and not counted.
    """
    from playwright.sync_api import sync_playwright

    assert CHROMIUM.exists(), "the bench of the desk needs Debian's Chromium: apt-get install chromium"
    took: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(OPTIONS))
        try:
            page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.add_init_script(_NOTE_KEYS)
            page.goto(link)
            page.locator("a[href^='/claims/']").first.click()
            while len(took) < count:
                took += _press(page)
        finally:
            browser.close()
    return took


def _press(page: Any) -> list[float]:
    page.wait_for_function(_IS_AWAKE)
    key = page.evaluate(_KEY)
    before = page.url
    page.keyboard.press(key or "s")
    page.wait_for_url(lambda url: url != before and "/claims/" in url)
    page.wait_for_function(_IS_AWAKE)
    assert page.locator("#decide").count(), "the next page is no claim that can be decided"
    return [page.evaluate(_TOOK)] if key else []
