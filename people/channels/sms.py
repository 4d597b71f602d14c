"""Text messages through a gateway that takes JSON over HTTP. Off until the settings name it.

    POST SMS_URL, Authorization: Bearer TOKEN, Idempotency-Key: notice-123
    {"to": "+84901234567", "from": "NSCL", "text": "…", "id": "notice-123"}

2xx: taken. 404, 410 or 422 with `{"error": "invalid_number" | "unreachable" |
"unsubscribed"}`: the number takes nothing. 429 and 503, with Retry-After: later.
"""

import unicodedata
from collections.abc import Callable

from django.conf import settings

from people.channels import gateway
from people.channels.base import AddressRefused, Letter, Rejected
from people.logins import phone_number
from people.models import Notice, User

LONGEST = 300
"""Characters, the address included: two parts without accents."""
_NOBODY_THERE = frozenset({"invalid_number", "unreachable", "unsubscribed"})
_D = str.maketrans({"đ": "d", "Đ": "D"})
_MARKS = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "·": "-"})


class Sms:
    """Through the gateway of SMS_URL."""

    name = Notice.Channel.SMS.value
    rings = True
    chosen = False

    def is_on(self) -> bool:
        """Whether the settings name an address and a token's file."""
        return bool(settings.SMS_URL and settings.SMS_TOKEN_FILE)

    def takes(self, kind: str) -> bool:
        """Every kind."""
        return True

    def address(self, person: User) -> str:
        """The contact number."""
        return phone_number(person.phone)

    def send(self, letter: Letter, handing: Callable[[], None]) -> None:
        """Send one message: the subject and the address."""
        answer = gateway.post(
            settings.SMS_URL,
            headers={
                "Authorization": f"Bearer {gateway.token(settings.SMS_TOKEN_FILE)}",
                "Idempotency-Key": letter.key,
            },
            body={
                "to": letter.address,
                "from": settings.SMS_SENDER,
                "text": brief(letter.words.subject, letter.url),
                "id": letter.key,
            },
            handing=handing,
        )
        if 200 <= answer.status < 300:
            return
        said = str(answer.data.get("error", ""))[:60]
        if answer.status in (404, 410, 422) and said in _NOBODY_THERE:
            raise AddressRefused(said)
        raise Rejected(f"HTTP {answer.status} {said}".strip())


def brief(subject: str, url: str) -> str:
    """One line without accents, which would make it three messages, and the address."""
    line = plain(" ".join(subject.split()))
    room = LONGEST - len(url) - 2
    if len(line) > room:
        line = line[: room - 3].rstrip() + "..."
    return f"{line}: {url}"


def plain(text: str) -> str:
    """`text` without accents, as Vietnamese is written in text messages."""
    bare = unicodedata.normalize("NFKD", text.translate(_D).translate(_MARKS))
    return "".join(char for char in bare if not unicodedata.combining(char))
