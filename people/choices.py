"""What a person gets: a pure rule over what they chose and what is given without choosing."""

from collections.abc import Mapping

from people.channels.base import Channel
from people.channels.screen import Screen
from people.notices import ALWAYS_SHOWN, Group

Chosen = Mapping[tuple[str, str], bool]
"""By group and channel, where the person has chosen."""


def fixed(group: Group, channel: Channel) -> bool:
    """Whether nobody can switch it off."""
    return group in ALWAYS_SHOWN and channel.name == Screen.name


def wanted(group: Group, channel: Channel, chosen: Chosen) -> bool:
    """Whether a person who chose so gets notices of `group` through `channel`."""
    return fixed(group, channel) or chosen.get((group.value, channel.name), channel.chosen)
