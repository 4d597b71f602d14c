"""Port: parts of a course pack that belong to apps above, such as questions and exams."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from courses.packs.files import PackFiles, Problems

if TYPE_CHECKING:
    # Apps above import this port in their AppConfig, before models can be loaded.
    from courses.models import Course


class Section(Protocol):
    """Reads, stores and writes one section of a pack."""

    def owns(self, path: str) -> bool:
        """Whether the file at `path` belongs to this section."""

    def read(self, files: PackFiles, course: dict[str, Any], problems: Problems) -> Any:
        """Parse and check the section against the course's data (`course.yaml` as read, with
        `lessons`, the list of lesson codes; `languages`; and `practice`, from the code of each
        practice question that a lesson shows to its (path, line)). Faults go to `problems`;
        no database.
        """

    def review(self, data: Any, languages: Sequence[str], problems: Problems) -> None:
        """Note what an import takes of what `read` gave, but a pack that ships should not hold; no database."""

    def load(self, data: Any, course: "Course", *, by: Any, at: datetime) -> None:
        """Store what `read` gave, so that loading the same again changes nothing."""

    def dump(self, course: "Course") -> dict[str, bytes]:
        """The section's files by path, in canonical form."""


_registry: list[Section] = []


def register(section: Section) -> None:
    """Fill the port, in an upper app's `AppConfig.ready()`."""
    _registry.append(section)


def sections() -> list[Section]:
    """Sections in the order of their apps."""
    return list(_registry)
