"""Takes the pictures of ``docs/reports.md`` from a weekly page of invented claims: ``make docs``.

The page is made as ``factdesk report weekly`` makes it, from a real database, and photographed with a
headless Chromium (Debian's package ``chromium``).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from make_prefect_pictures import BROWSER_WORDS

from factdesk.reports.weekly import weekly_page
from factdesk.warehouse.reports import list_reports, run_reports
from reviewed_desk import AS_OF, fill, tell_claims

FOLDER = Path(__file__).resolve().parent
AUTHORS = {"columns": ("Ines Weber", "Tomas Reed"), "students": ("Bo Lund",)}
CLAIMS = 130

PICTURES = {
    "weekly": (("corrections", "refuted_share"), "1100,1500", False),
    "weekly-machine": (("agreement", "agreement_matrix", "agreement_calibration"), "1100,2150", False),
    "weekly-dark": (("queue_age", "queue_days", "hosts"), "1100,1500", True),
}
"""Name, the reports that stand on the page, the window in pixels, and whether it is dark."""


def main() -> None:
    """Write ``docs/weekly*.png``."""
    browser = shutil.which("chromium")
    if browser is None:
        sys.exit("the pictures need Chromium; install it: apt-get install chromium fonts-dejavu-core")
    with tempfile.TemporaryDirectory() as name:
        warehouse = Path(name) / "warehouse"
        fill(warehouse, tell_claims(CLAIMS, AUTHORS))
        made = run_reports(warehouse, list_reports(), as_of=AS_OF)
        tables = {one.report.name: replace(one, published_at=AS_OF) for one in made}
        for picture, (names, window, is_dark) in PICTURES.items():
            page = Path(name) / f"{picture}.html"
            page.write_text(weekly_page([tables[one] for one in names], []), encoding="utf-8")
            _photograph(browser, page, FOLDER / f"{picture}.png", window, is_dark=is_dark)


def _photograph(browser: str, page: Path, picture: Path, window: str, *, is_dark: bool) -> None:
    colours = ["--blink-settings=preferredColorScheme=0"] if is_dark else []
    words = [*BROWSER_WORDS, *colours, f"--window-size={window}", f"--screenshot={picture}"]
    subprocess.run([browser, *words, page.as_uri()], check=True, capture_output=True, timeout=120)
    print(picture.name)


if __name__ == "__main__":
    main()
