"""The console in a browser, watched for what a user must never see.

Whatever a test does, it ends with no error on the browser's console that it did not
expect, and no request to anybody but the controller (`harm`).
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request
from typing_extensions import TypeVar

from venvoy.testing.installation import Installation

_LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
_ASKED = "401 /api/v1/session"
"""Whether somebody is signed in is asked, and the browser notes the answer as an error."""


class Site(Protocol):
    """Something that serves the console."""

    @property
    def url(self) -> str:
        """Its address, without a path."""

    @property
    def password(self) -> str:
        """The password of `admin`."""


Served = TypeVar("Served", bound=Site, default=Installation)


@dataclass
class Console(Generic[Served]):
    """One page of the console.

    Attributes:
        page: the browser's page.
        site: what serves it: an installation, or the mock.
        expected: errors that the test provokes, as `status path`.
    """

    page: Page
    site: Served
    expected: set[str] = field(default_factory=set)
    _errors: list[str] = field(default_factory=list)
    _foreign: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self._errors.append(str(error)))
        self.page.on("request", self._asked)

    @property
    def url(self) -> str:
        """The controller's address."""
        return self.site.url

    def _said(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        path = urlsplit(message.location["url"]).path
        _, refused, rest = message.text.partition("responded with a status of ")
        self._errors.append(f"{rest.split()[0]} {path}" if refused else message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "data:")):
            self._foreign.append(request.url)

    def harm(self) -> list[str]:
        """Return what the browser complained of unexpectedly, and whom else it asked."""
        expected = self.expected | {_ASKED}
        return [*(error for error in self._errors if error not in expected), *self._foreign]

    def open(self, path: str = "/") -> None:
        """Go to a path."""
        self.page.goto(self.url + path)

    def sign_in(self, username: str = "admin", password: str | None = None) -> None:
        """Get a session's cookie, as the form does; the page notices when it is opened.

        Args:
            password: that of `admin` when None.
        """
        body = {"username": username, "password": password or self.site.password}
        answer = self.page.request.post(f"{self.url}/api/v1/session", data=body)
        assert answer.ok, answer.text()

    def row(self, name: str) -> Locator:
        """Return an environment's row in the list."""
        cell = self.page.get_by_text(name, exact=True)
        return self.page.get_by_role("row").filter(has=cell).first

    def unfold(self, name: str, *, word: str = "Details of") -> Locator:
        """Open an environment's row and return what it opens to."""
        button = self.page.get_by_role("button", name=f"{word} {name}")
        button.click()
        identity = button.get_attribute("aria-controls")
        return self.page.locator(f"[id='{identity}']")

    def barriers(self, axe: Path) -> list[str]:
        """Return what violates WCAG A and AA on the page as it is.

        Args:
            axe: the file `axe.min.js`.
        """
        self.page.evaluate(axe.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate(
            "levels => axe.run({ runOnly: levels })", _LEVELS
        )
        return [
            f"{violation['id']}: {node['html']} {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]


def settled(page: Page) -> None:
    """Wait until what moves once has moved; what spins for ever is left to spin."""
    page.wait_for_function(
        """() => document.getAnimations().every(
            ({ effect, playState }) =>
                playState !== 'running' || effect.getTiming().iterations === Infinity)"""
    )
