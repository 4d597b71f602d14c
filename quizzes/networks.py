"""Where a request comes from, as the trusted proxies tell it, and networks as staff write them."""

from ipaddress import ip_network

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from lms.lib.states import Refused

MOST = 50


def address_of(request: HttpRequest) -> str | None:
    """The address of the device (TRUSTED_PROXIES); None when it cannot be told."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return None


def parse(text: str) -> list[str]:
    """Networks in CIDR out of lines or commas, tidied and once each. Raises Refused naming what cannot be read."""
    found: list[str] = []
    for written in text.replace(",", "\n").split():
        try:
            found.append(str(ip_network(written, strict=False)))
        except ValueError as error:
            raise Refused(
                _("“%(text)s” is not a network. Write it as 192.168.10.0/24 or 2001:db8::/32.") % {"text": written},
                "networks",
            ) from error
    if len(found) > MOST:
        raise Refused(_("These are more than %(most)s networks.") % {"most": MOST}, "networks")
    return list(dict.fromkeys(found))
