"""What pages of the account say about letters."""

from typing import Any

from django import template

from people.channels.mail import Mail
from people.models import RefusedAddress, User

register = template.Library()


@register.inclusion_tag("people/notices_trouble.html", takes_context=True)
def mail_trouble(context: template.Context) -> dict[str, Any]:
    """Says that letters do not arrive at the reader's address, and how to correct it; nothing while they do."""
    person = context["request"].user
    mail = Mail()
    address = mail.address(person) if isinstance(person, User) else ""
    dead = bool(address) and (mail.name, address) in RefusedAddress.objects.among({address})
    return {"address": person.email if dead else ""}
