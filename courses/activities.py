"""Port: what stands in a lesson but lives in an app above, such as a practice question."""

from typing import Protocol

from django.http import HttpRequest


class Activity(Protocol):
    """Renders one kind of activity inside a lesson."""

    def render(self, code: str, language: str, request: HttpRequest | None) -> str:
        """HTML of the activity `code`; `request` carries an answer given, if any.

        An unknown code gives a short notice for editors, never an error page.
        """

    def exists(self, code: str) -> bool:
        """Whether there is an activity of that code, for the editor's check."""


_registry: dict[str, Activity] = {}


def register(kind: str, activity: Activity) -> None:
    """Fill the port, in an upper app's `AppConfig.ready()`."""
    _registry[kind] = activity


def get(kind: str) -> Activity | None:
    """Who renders `kind`, if any app does."""
    return _registry.get(kind)
