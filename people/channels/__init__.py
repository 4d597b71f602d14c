"""Ways to reach a person, all behind `people.channels.base.Channel`."""

from collections.abc import Mapping

from people.channels.base import AddressRefused, Channel, Later, Letter, Rejected, Unsure
from people.channels.mail import Mail
from people.channels.screen import Screen
from people.channels.sms import Sms
from people.channels.zalo import Zalo

_ALL: tuple[Channel, ...] = (Screen(), Mail(), Zalo(), Sms())


def switched_on() -> Mapping[str, Channel]:
    """Channels in use, by name, the screen first."""
    return {channel.name: channel for channel in _ALL if channel.is_on()}


__all__ = ["AddressRefused", "Channel", "Later", "Letter", "Rejected", "Unsure", "switched_on"]
