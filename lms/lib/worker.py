"""Messages to the worker that never undo what they are about."""

from typing import Any

from django.db import transaction


def tell(task: Any, *arguments: Any) -> None:
    """Send `task` to the worker once what it is about is in the database.

    Robust: when the broker cannot be reached, what was stored stays stored and
    nobody meets an error; the worker's sweeps find it later.
    """

    # A function, no `partial`: Django names a callback that failed, and a partial has no name.
    def send() -> None:
        task.delay(*arguments)

    send.__qualname__ = f"tell({task.name})"
    transaction.on_commit(send, robust=True)
