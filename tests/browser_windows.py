"""What the browser tests share; the fixtures are in tests/browser/conftest.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page


@dataclass
class Watched:
    """A browser window, and what went wrong in it: messages of its console. ``asked`` are its requests."""

    page: Page
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


SignIn = Callable[..., Watched]
