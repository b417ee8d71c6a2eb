"""A browser without a network, and what it has to say of a page."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from orchestration.settings import Settings
from tests.integration.conftest import Warehouse
from tests.integration.published import published_sample
from tests.reported import home_with_marts

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@dataclass
class Seen:
    """A page, and what went wrong on it: complaints, and requests for what is no file."""

    page: Page
    wrong: list[str] = field(default_factory=list)

    def require_a_file(self, asked: Request) -> None:
        """Note a request that leaves this machine."""
        if not asked.url.startswith("file://"):
            self.wrong.append(asked.url)


@pytest.fixture(scope="package")  # while it is open, no other test may run a loop of asyncio
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        assert not os.environ.get("CI"), "CI has no chromium: `make tools` installs it"
        pytest.skip("needs chromium: `make tools` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def see(browser: Browser) -> Iterator[Callable[..., Seen]]:
    """Open a page of a report, offline, and wait until its charts are drawn."""
    contexts = []

    def opened(file: Path, switches: str = "", width: int = 1280, scheme: str = "light") -> Seen:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            offline=True,
        )
        contexts.append(context)
        seen = Seen(context.new_page())
        seen.page.on("pageerror", lambda error: seen.wrong.append(str(error)))
        seen.page.on("console", lambda message: seen.wrong.append(message.text))
        seen.page.on("dialog", lambda dialog: seen.wrong.append(dialog.message))
        seen.page.on("request", seen.require_a_file)
        seen.page.goto(f"{file.as_uri()}{switches}")
        draw_all(seen.page)
        return seen

    yield opened
    for context in contexts:
        context.close()


def draw_all(page: Page) -> None:
    """Have the charts below the fold drawn, as for printing, and wait for all."""
    page.wait_for_selector("html[data-ready]", state="attached")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function(
        "[...document.querySelectorAll('.chart')].every((chart) => chart.querySelector('svg'))"
    )


@pytest.fixture(scope="session")
def sample() -> Warehouse:
    """A published warehouse of 300 customers over 200 days: to be read only."""
    return published_sample()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with marts made by hand."""
    return home_with_marts(tmp_path)
