"""The proof, kept in a visitor's session, that a fresh code of a meeting was seen; how often codes may be guessed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from people.models import User

TRIES = 10
PER_SECONDS = 300
"""Ten codes in five minutes: enough for thumbs, nothing for a guesser of one in a thousand million."""
_KEY = "attendance"


def keep(request: HttpRequest, meeting: int, at: datetime) -> None:
    """Remember in the session, which outlives signing in, that the code of `meeting` was seen fresh at `at`."""
    request.session[_KEY] = {**request.session.get(_KEY, {}), str(meeting): at.isoformat()}


def seen(request: HttpRequest, meeting: int, at: datetime) -> datetime | None:
    """When this very session saw the code of `meeting`, if that is not too long ago."""
    moment = request.session.get(_KEY, {}).get(str(meeting))
    if moment is None:
        return None
    when = datetime.fromisoformat(moment)
    # A clock that was set back makes no proof older or newer than it is by much.
    fresh = abs(at - when) <= timedelta(minutes=settings.ATTENDANCE_PROOF_MINUTES)
    return min(when, at) if fresh else None


def forget(request: HttpRequest, meeting: int) -> None:
    """Use the proof up: one scan marks one person."""
    kept = request.session.get(_KEY, {})
    if kept.pop(str(meeting), None) is not None:
        request.session[_KEY] = kept


def guessing(person: User) -> bool:
    """Count one typed code; whether there were too many."""
    key = f"attendance-code:{person.pk}"
    if cache.add(key, 1, PER_SECONDS):
        return False
    try:
        return int(cache.incr(key)) > TRIES
    except ValueError:  # the time ended between the two calls
        cache.add(key, 1, PER_SECONDS)
        return False
