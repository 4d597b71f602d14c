"""The product as people meet it: real server, worker and database, and a page of the system's Chromium."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from bin.databases import new_database
from bin.product import Product, Running, build, fill
from bin.services import free_port

# Chromium looks for its maker's hosts at every start unless it is told not to.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-domain-reliability",
)
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class Server:
    """A running product."""

    product: Product
    running: Running

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return self.product.url

    def manage(self, *arguments: str) -> str:
        """What a management command prints, run beside the server."""
        return self.product.manage(*arguments)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The product with the starter catalogue and the demo world, on a free port, with data of its own.

    On the PostgreSQL and Redis of `make test` where they run, else on SQLite
    and the embedded broker, as the demo.
    """
    var = tmp_path_factory.mktemp("nscl-browser")
    extra = {name: os.environ[name] for name in ("DATABASE_URL", "BROKER_URL", "CACHE_URL") if name in os.environ}
    if "memory" in extra.get("BROKER_URL", "memory"):
        extra = {}
    for name, number in (("BROKER_URL", 2), ("CACHE_URL", 3)):
        if name in extra:
            extra[name] = urlsplit(extra[name])._replace(path=f"/{number}").geturl()
    if "DATABASE_URL" in extra:
        extra["DATABASE_URL"] = new_database(extra["DATABASE_URL"], "nscl_browser", os.environ.get("NSCL_TEMPLATE", ""))
    product = Product(Path(sys.executable), var, port=free_port(), extra=extra)
    build(product.python)
    fill(product)
    running = Running(product)
    try:
        running.start()
        running.wait_until_ready()
        yield Server(product, running)
    finally:
        running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, named by CHROMIUM."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=list(QUIET)
        )
        yield started
        started.close()


# An answer of 404, a cut line, and a request that a newer one has taken the place of, show as such lines.
MEANT = ("Failed to load resource", "htmx:afterRequest", "htmx:sendAbort", "htmx:sendError")


class Watched:
    """Notes what a page must never do: break the policy, throw, or ask another host."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.faults: list[str] = []

    def watch(self, page: Page) -> None:
        """Listen to a page."""
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(MEANT):
            self.faults.append(f"{message.location.get('url', '')}: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.netloc != self.host:
            self.faults.append(f"asked another host: {request.url}")


NewContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(browser: Browser, server: Server) -> Iterator[NewContext]:
    """Makes contexts (one per person in a test); at the end none of their pages may have misbehaved.

    `new_context(viewport=PHONE, locale="en-GB", javaScriptEnabled=…)` takes what Playwright takes.
    """
    made: list[BrowserContext] = []
    watched = Watched(urlsplit(server.url).netloc)

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(
            **{"base_url": server.url, "viewport": DESKTOP, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}
            | options
        )
        context.set_default_timeout(15_000)
        context.on("page", watched.watch)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
    assert watched.faults == []


@pytest.fixture
def page(new_context: NewContext) -> Page:
    """A page at desktop width, in Vietnamese."""
    return new_context().new_page()


@pytest.fixture
def phone(new_context: NewContext) -> Page:
    """A page at phone width, in Vietnamese."""
    return new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()


@pytest.fixture
def sign_in(server: Server) -> Callable[[Page, str], None]:
    """`sign_in(page, "trainee")` signs a demo account in through the form, as people do."""

    def enter(page: Page, name: str, language: str = "vi") -> None:
        page.goto(f"/{language}/account/login/")
        page.fill("input[name=login]", f"{name}@nscl.example")
        page.fill("input[name=password]", "nscl-demo-2026")
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/account/login" not in url)

    return enter


AsRole = Callable[..., Page]


@pytest.fixture(scope="session")
def signed_in_states() -> dict[str, Any]:
    """Cookies of the demo accounts, each signed in once per session of tests."""
    return {}


@pytest.fixture
def as_role(new_context: NewContext, sign_in: Callable[..., None], signed_in_states: dict[str, Any]) -> AsRole:
    """`as_role("officer")` gives a page of a new context in which that demo account is signed in."""

    def page_of(name: str, **options: Any) -> Page:
        if name not in signed_in_states:
            first = new_context()
            sign_in(first.new_page(), name)
            signed_in_states[name] = first.storage_state()
        return new_context(storage_state=signed_in_states[name], **options).new_page()

    return page_of


@pytest.fixture
def violations() -> Callable[..., list[str]]:
    """`violations(page, "#main")` gives what axe finds on the page as it is shown now, or in that part of it."""
    axe = Axe()

    def find(page: Page, within: str | None = None) -> list[str]:
        # axe is put in by the test, not by the page: the policy would rightly refuse it.
        found = axe.run(page, context=within).response["violations"]
        return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]

    return find


@pytest.fixture
def accessible(violations: Callable[..., list[str]]) -> Callable[[Page], None]:
    """`accessible(page)` fails with what axe finds on the page as it is shown now."""

    def check(page: Page) -> None:
        assert violations(page) == []

    return check
