"""Port: papers that people hold and that a result may bear, known to the app above that issues them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from people.models import User
from quizzes.models import Attempt


@dataclass(frozen=True)
class Paper:
    """A certificate that holds now. `address` leads to where it is decided about; empty for who does not."""

    number: str
    name: str
    address: str


Read = Callable[[Sequence[Attempt], User], dict[int, list[Paper]]]
"""From attempts, each with its sitting, and a reader, to the papers by attempt."""

_reads: list[Read] = []


def register(read: Read) -> None:
    """Fill the port, in an upper app's `AppConfig.ready()`."""
    if read not in _reads:
        _reads.append(read)


def papers_of(attempts: Sequence[Attempt], reader: User) -> dict[int, list[Paper]]:
    """By attempt, what its taker holds that the result may bear; as far as `reader` may see it."""
    found: dict[int, list[Paper]] = {}
    for read in _reads:
        for attempt, papers in read(attempts, reader).items():
            found.setdefault(attempt, []).extend(papers)
    return found
