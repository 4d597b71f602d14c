"""Whether a page is shown inside a chat application instead of a browser: a guess by what it calls itself.

Such a window loses the page when a message arrives, keeps little on the device
and has no tabs. Nothing is refused for it: a guess may be wrong.
"""

import re
from typing import NamedTuple

# In this order: Messenger also calls itself Facebook. The last is Android's bare window of any application.
_APPS = (
    ("Zalo", re.compile(r"\bZalo\b", re.IGNORECASE)),
    ("Messenger", re.compile(r"FBAN/Messenger|FB_IAB/(?:Orca|MESSENGER)|\bMessenger(?:ForiOS|Lite)\b")),
    ("Facebook", re.compile(r"\bFBA[NV]/|\bFB_IAB/|\bFBIOS\b")),
    ("Instagram", re.compile(r"\bInstagram\b")),
    ("TikTok", re.compile(r"\bmusical_ly|\bBytedanceWebview|\bTikTok\b|\btrill_")),
    ("LINE", re.compile(r"\bLine/\d")),
    ("Viber", re.compile(r"\bViber\b")),
    ("Telegram", re.compile(r"\bTelegram(?:-Android|Bot)?\b")),
    ("", re.compile(r"Android[^)]*;\s*wv\)")),
)


class InApp(NamedTuple):
    """The application, empty if it does not say, and whether it runs on an iPhone or iPad."""

    name: str
    apple: bool


def in_app(user_agent: str) -> InApp | None:
    """The application in whose window the page is shown; None in a full browser."""
    for name, pattern in _APPS:
        if pattern.search(user_agent):
            return InApp(name, bool(re.search(r"iPhone|iPad|iPod", user_agent)))
    return None
