"""What a browser says of itself, in a few words for its owner. A guess; nothing is decided by it."""

import re

_BROWSERS = (
    ("Zalo", "Zalo"), ("FBAN|FBAV", "Facebook"), ("Edg", "Edge"), ("OPR|Opera", "Opera"), ("coc_coc", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"), ("Firefox|FxiOS", "Firefox"), ("Chrome|CriOS", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Macintosh|Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_name(user_agent: str) -> str:
    """Browser and system, such as “Chrome · Android”; empty when neither is known."""
    return " · ".join(name for name in (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)) if name)


def _first(kinds: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for mark, name in kinds if re.search(mark, text)), "")
