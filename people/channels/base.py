"""What every channel is to the rest of the product."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from people.models import User
from people.notices import Group, Wording


class Letter(NamedTuple):
    """One notice, ready to be sent: worded in the reader's language, with whole addresses."""

    key: str
    """The same however often it is tried: `notice-` and the row's number."""
    person: User
    address: str
    kind: str
    group: Group
    words: Wording
    facts: Mapping[str, Any]
    url: str
    choices_url: str
    """Where the person chooses what they get."""
    stop_url: str = ""
    """Ends letters of this group at once; empty where they cannot be ended."""


class Later(Exception):
    """Nothing was taken; try again, not before `after` seconds if they are given."""

    def __init__(self, reason: str, after: int | None = None) -> None:
        super().__init__(reason)
        self.after = after


class AddressRefused(Exception):
    """The address does not take anything: nothing more is sent there."""


class Rejected(Exception):
    """This letter will never be taken; others may."""


class Unsure(Exception):
    """The other side fell silent and may have taken it: never repeated by itself."""


class Channel(Protocol):
    """A way to reach a person.

    `handing` is called right before the other side may take the letter, and not
    earlier: what dies before it is repeated, what dies after it is not.
    """

    name: str
    rings: bool
    """Whether a telephone rings, so that it waits for the morning."""
    chosen: bool
    """Whether people get it without having asked for it."""

    def is_on(self) -> bool:
        """Whether the settings switch it on."""
        ...

    def takes(self, kind: str) -> bool:
        """Whether it can carry notices of `kind`."""
        ...

    def address(self, person: User) -> str:
        """Where `person` is reached, in its one form; empty if nowhere."""
        ...

    def send(self, letter: Letter, handing: Callable[[], None]) -> None:
        """Send it. Raises Later, AddressRefused, Rejected or Unsure."""
        ...
