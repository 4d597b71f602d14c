"""How often one address may ask about certificates that do not exist."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

MISSES_PER_MINUTE = 120
"""A hall of forty behind one address mistypes; a harvester of the register asks by the thousand."""


def _key(request: HttpRequest) -> str:
    return f"verify-misses:{get_adapter().get_client_ip(request)}"


def exhausted(request: HttpRequest) -> bool:
    """Whether this address has missed too often within the minute."""
    missed: int = cache.get(_key(request), 0)
    return missed >= MISSES_PER_MINUTE


def missed(request: HttpRequest) -> None:
    """Count one miss."""
    key = _key(request)
    if not cache.add(key, 1, 60):
        try:
            cache.incr(key)
        except ValueError:  # the minute ended between the two calls
            cache.add(key, 1, 60)
