"""Work begun at the same moment, each piece with a connection of its own."""

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connections


def at_once(work: list[Callable[[], object]]) -> list[object]:
    """What each piece of work gave, or the exception that it raised, all begun at the same moment."""
    barrier, outcomes = Barrier(len(work)), []

    def do(piece: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=60)
            outcomes.append(piece())
        except Exception as error:  # looked at by the test
            outcomes.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=do, args=(piece,)) for piece in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(outcomes) == len(work)
    return outcomes
