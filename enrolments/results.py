"""Port: what an app above knows of requirements that are not met yet, such as an exam tried and failed."""

from collections.abc import Callable, Mapping, Sequence

from enrolments.models import Requirement

Results = Callable[[Sequence[Requirement]], Mapping[int, str]]
"""From requirements of one kind to a short text by the requirement's key; those without one are left out."""

_registry: dict[str, Results] = {}


def register(kind: str, results: Results) -> None:
    """Fill the port, in an upper app's `AppConfig.ready()`."""
    _registry[kind] = results


def of(requirements: Sequence[Requirement]) -> dict[int, str]:
    """Short texts by primary key of the requirement: one call per kind, however many there are."""
    found: dict[int, str] = {}
    for kind, results in _registry.items():
        if wanted := [requirement for requirement in requirements if requirement.kind == kind]:
            found.update(results(wanted))
    return found
