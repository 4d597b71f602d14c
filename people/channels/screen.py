"""The person's own page: told as soon as the row is there."""

from collections.abc import Callable

from people.channels.base import Letter
from people.models import Notice, User


class Screen:
    """Always on, reaches everybody, sends nothing."""

    name = Notice.Channel.SCREEN.value
    rings = False
    chosen = True

    def is_on(self) -> bool:
        """Always."""
        return True

    def takes(self, kind: str) -> bool:
        """Every kind."""
        return True

    def address(self, person: User) -> str:
        """No address: the page is the person's own."""
        return ""

    def send(self, letter: Letter, handing: Callable[[], None]) -> None:
        """Nothing leaves the house."""
        handing()
