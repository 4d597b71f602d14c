"""Codes on the projector that change by the clock: seen now, they prove that one is in the room now. Pure.

A code is an HMAC of the meeting's own secret and the number of the present stretch
of time: nothing is stored, every server shows the same, and a code of one meeting
says nothing about another's or about the next.
"""

import hashlib
import hmac
from datetime import datetime

from lms.lib.codes import ALPHABET, tidy

QR_SECONDS = 20
"""How long one picture stands."""
TYPED_SECONDS = 60
"""How long one typed code stands: typing takes longer than scanning."""
QR_LENGTH = 12
TYPED_LENGTH = 6


def qr(secret: str, moment: datetime) -> str:
    """What the QR code holds at `moment`."""
    return _code(secret, "qr", _stretch(moment, QR_SECONDS), QR_LENGTH)


def typed(secret: str, moment: datetime) -> str:
    """What is typed at `moment` where a camera fails: 6 letters and digits that are not mistaken for one another."""
    return _code(secret, "typed", _stretch(moment, TYPED_SECONDS), TYPED_LENGTH)


def qr_is_fresh(secret: str, token: str, moment: datetime) -> bool:
    """Whether `token` is on the projector at `moment`, or was just before.

    The stretch before counts, for a phone needs seconds to open an address; the one
    after counts too, for servers' clocks differ a little and may be set back. A token
    is so good for a minute at most: a link sent on minutes later is not.
    """
    return _is_fresh(secret, "qr", token, _stretch(moment, QR_SECONDS), QR_LENGTH)


def typed_is_fresh(secret: str, code: str, moment: datetime) -> bool:
    """The same for a typed code, however it was typed: spaces, hyphens, lower case."""
    return _is_fresh(secret, "typed", tidy(code), _stretch(moment, TYPED_SECONDS), TYPED_LENGTH)


def seconds_left(moment: datetime, seconds: int) -> int:
    """How long the code of `moment` still stands, from `seconds` down to 1."""
    return seconds - int(moment.timestamp()) % seconds


def _stretch(moment: datetime, seconds: int) -> int:
    return int(moment.timestamp()) // seconds


def _is_fresh(secret: str, use: str, said: str, stretch: int, length: int) -> bool:
    near = [_code(secret, use, stretch + step, length) for step in (0, -1, 1)]
    return any(hmac.compare_digest(code.encode(), said.encode()) for code in near)


def _code(secret: str, use: str, stretch: int, length: int) -> str:
    digest = hmac.digest(secret.encode(), f"{use}:{stretch}".encode(), hashlib.sha256)
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:length])
