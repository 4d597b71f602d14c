"""Zalo: notification messages by telephone number, each from a template that Zalo has approved.

Spoken as its notification service (ZNS) does: `access_token` in a header; the answer is
HTTP 200 with `error` 0, or a negative number. Off until the settings name the
address, the token's file and a template for at least one kind.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings

from people.channels import gateway
from people.channels.base import AddressRefused, Later, Letter, Rejected, Unsure
from people.logins import phone_number
from people.models import Notice, User
from people.notices import fill

# As published for the service: no such number, no Zalo account behind it, the account takes no such messages.
_NOBODY_THERE = frozenset({-108, -118, -119})
# Too many requests; token not valid; purse empty; not at night; the day's quota of the account or the template.
_LATER = {-32: 60, -124: 900, -126: 3600, -133: 3600, -144: 3600, -147: 3600}


class Zalo:
    """Through the gateway of ZALO_URL."""

    name = Notice.Channel.ZALO.value
    rings = True
    chosen = False

    def is_on(self) -> bool:
        """Whether the settings name an address and a token's file."""
        return bool(settings.ZALO_URL and settings.ZALO_TOKEN_FILE)

    def takes(self, kind: str) -> bool:
        """Kinds that have an approved template."""
        return kind in settings.ZALO_TEMPLATES

    def address(self, person: User) -> str:
        """The contact number."""
        return phone_number(person.phone)

    def send(self, letter: Letter, handing: Callable[[], None]) -> None:
        """Send one message from the kind's template."""
        template = settings.ZALO_TEMPLATES.get(letter.kind)
        if template is None:
            raise Rejected("no template for this kind")
        answer = gateway.post(
            settings.ZALO_URL,
            headers={"access_token": gateway.token(settings.ZALO_TOKEN_FILE)},
            body={
                "phone": letter.address.removeprefix("+"),
                "template_id": template["id"],
                "template_data": _data(template.get("data", {}), letter),
                "tracking_id": letter.key,
            },
            handing=handing,
        )
        error = answer.data.get("error")
        if answer.status != 200:
            raise Rejected(f"HTTP {answer.status}")
        if not isinstance(error, int):
            raise Unsure("an answer without a code")
        said = f"{error} {str(answer.data.get('message', ''))[:120]}".strip()
        if error in _NOBODY_THERE:
            raise AddressRefused(said)
        if error in _LATER:
            raise Later(said, _LATER[error])
        if error:
            raise Rejected(said)


def _data(wanted: dict[str, str], letter: Letter) -> dict[str, Any]:
    """The template's parameters; each is a text with placeholders, of facts or of the letter itself."""
    facts = {
        **letter.facts,
        "person": letter.person.full_name,
        "notice": letter.words.subject,
        "link": letter.url,
    }
    return {name: fill(text, facts) for name, text in wanted.items()}
