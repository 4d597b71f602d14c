"""Port: how a requirement is met, shown on the page of a class by the app that knows it."""

from collections.abc import Callable

from django.http import HttpRequest

from enrolments.models import Requirement

Render = Callable[[Requirement, HttpRequest], str]
"""From a requirement to the HTML of the way to meet it."""

_registry: dict[str, Render] = {}


def register(kind: str, render: Render) -> None:
    """Fill the port, in an upper app's `AppConfig.ready()`."""
    _registry[kind] = render


def render(requirement: Requirement, request: HttpRequest) -> str:
    """HTML for one requirement; empty if no app has more to say about its kind."""
    found = _registry.get(requirement.kind)
    return found(requirement, request) if found else ""
