"""When a telephone may ring: pure rules on the clock of Vietnam."""

from datetime import datetime, timedelta

from lms.lib.periods import ZONE


def awake(at: datetime, *, quiet: tuple[int, int]) -> datetime:
    """`at`, or the end of the quiet hours if it falls into them.

    `quiet` are the hours at which quiet begins and ends, such as (21, 7); equal hours
    mean that there is none.
    """
    begins, ends = quiet
    local = at.astimezone(ZONE)
    inside = begins <= local.hour < ends if begins <= ends else local.hour >= begins or local.hour < ends
    if not inside:
        return at
    morning = local.replace(hour=ends, minute=0, second=0, microsecond=0)
    return morning if morning > local else morning + timedelta(days=1)
