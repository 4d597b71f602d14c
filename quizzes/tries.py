"""The exam's password, and how often somebody may guess at it or at a ticket."""

from django.contrib.auth.hashers import check_password
from django.core.cache import cache
from django.utils.crypto import salted_hmac

MOST = 10
"""Wrong passwords and tickets for one sitting."""
SECONDS = 10 * 60
"""How long they are remembered."""
_KNOWN_SECONDS = 10 * 60


def taken(sitting: int) -> bool:
    """Count one try for the sitting; False when there have been too many.

    Counted before the look, and by sitting: many guesses at once are as many
    tries, and a hall behind one address does not share them.
    """
    key = _key(sitting)
    if cache.add(key, 1, SECONDS):
        return True
    try:
        return cache.incr(key) <= MOST
    except ValueError:  # the time ran out between the two calls
        cache.add(key, 1, SECONDS)
        return True


def forget(sitting: int) -> None:
    """What was tried before the right one counts no more."""
    cache.delete(_key(sitting))


def _key(sitting: int) -> str:
    return f"exam-tries:{sitting}"


def opens(given: str, stored: str) -> bool:
    """Whether `given` is the password behind the hash `stored`.

    A hall types the same password within a minute, and the hash is slow on
    purpose: the right one is known again for a while by a keyed hash.
    """
    known = "exam-password:" + salted_hmac(stored, given, algorithm="sha256").hexdigest()
    if cache.get(known):
        return True
    if not check_password(given, stored):
        return False
    cache.set(known, 1, _KNOWN_SECONDS)
    return True
