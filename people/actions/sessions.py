"""Sessions: ended one by one, or all at once."""

from datetime import datetime

from allauth.usersessions.models import UserSession

from people.actions.history import note
from people.models import User


def end_session(*, session: UserSession, by: User, at: datetime) -> None:
    """Sign one device out. Its next request is a stranger's."""
    session.end()
    note(session.user, "session_ended", by=by, at=at)


def end_sessions(*, person: User, by: User | None, at: datetime, but: str = "") -> int:
    """Sign `person` out everywhere, on all devices but the one of the session key `but`. How many these were."""
    ended = 0
    for session in UserSession.objects.filter(user=person).exclude(session_key=but):
        session.end()
        ended += 1
    if ended:
        note(person, "sessions_ended", by=by, at=at, number=ended)
    return ended
