"""How the code on an exam ticket is made and kept: as a keyed hash, never as it reads."""

import unicodedata

from django.utils.crypto import salted_hmac

from lms.lib.codes import random_code, tidy

LENGTH = 8
"""40 bits: with ten guesses in ten minutes (quizzes.tries) nobody finds one."""
_SALT = "quizzes.tickets"


def new_code() -> str:
    """A code as it is printed, without hyphens."""
    return random_code(LENGTH)


def hashed(code: str, sitting: int) -> str:
    """64 hexadecimal digits for the `code` of a sitting's ticket, however it was typed: spaces, hyphens, lower
    case, full-width letters.

    HMAC-SHA-256 under SECRET_KEY: whoever reads the table alone can try no codes against it.
    """
    typed = tidy(unicodedata.normalize("NFKC", code))
    return salted_hmac(_SALT, f"{sitting}:{typed}", algorithm="sha256").hexdigest()
