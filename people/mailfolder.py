"""Mails that the demo keeps in a folder instead of sending them."""

from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

_LINE = b"\n" + b"-" * 79 + b"\n"


class Kept(NamedTuple):
    """One mail: `name` finds it again."""

    name: str
    subject: str
    to: str
    at: datetime
    text: str


def kept_mails(folder: Path, limit: int = 100) -> list[Kept]:
    """The last `limit` mails in `folder`, newest first."""
    mails: list[Kept] = []
    for path in sorted(folder.glob("*.log"), reverse=True)[:limit]:
        mails.extend(_read(path))
    return sorted(mails, key=lambda mail: mail.at, reverse=True)[:limit]


def _read(path: Path) -> list[Kept]:
    """Django writes all mails of one connection into one file, a line of hyphens after each."""
    mails = []
    for number, raw in enumerate(path.read_bytes().split(_LINE)):
        if not raw.strip():
            continue
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        body = message.get_body(preferencelist=("plain", "html"))
        mails.append(
            Kept(
                name=f"{path.stem}-{number}",
                subject=str(message["Subject"]),
                to=str(message["To"]),
                at=parsedate_to_datetime(str(message["Date"])),
                text=str(body.get_content()) if body else "",
            )
        )
    return mails
