"""One HTTP request to a gateway whose address is a setting.

The address never comes from data and a redirect is never followed, so no letter
can make the server call anywhere else. Nothing but the answer's status and a
few of its bytes is read.
"""

import http.client
import json
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

from people.channels.base import Later, Rejected, Unsure

LONGEST = 64 * 1024
"""Bytes of an answer that are read."""


class Answer(NamedTuple):
    """What the gateway said."""

    status: int
    data: Mapping[str, Any]
    """Its JSON object; empty if it was none."""
    after: int | None
    """Seconds to wait, where it named them."""


def token(path: str) -> str:
    """The secret in the file that a setting names, read anew each time: others renew it.

    Raises Later while it cannot be read.
    """
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Later("the token's file cannot be read") from error


def post(address: str, *, headers: Mapping[str, str], body: Mapping[str, Any], handing: Callable[[], None]) -> Answer:
    """POST `body` as JSON.

    Raises Later when nothing was taken (no connection, too many requests, an
    error of the gateway), Unsure when it may have been, Rejected for a redirect.
    """
    parts = urlsplit(address)
    made: http.client.HTTPConnection
    seconds = settings.GATEWAY_SECONDS
    if parts.scheme == "https":
        made = http.client.HTTPSConnection(
            parts.netloc.rpartition("@")[2], timeout=seconds, context=ssl.create_default_context()
        )
    else:
        made = http.client.HTTPConnection(parts.netloc.rpartition("@")[2], timeout=seconds)
    try:
        try:
            made.connect()
        except OSError as error:
            raise Later(type(error).__name__) from error
        handing()
        try:
            made.request(
                "POST",
                (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
                body=json.dumps(body, ensure_ascii=False).encode(),
                headers={"Content-Type": "application/json; charset=utf-8", "Accept": "application/json", **headers},
            )
            response = made.getresponse()
            raw = response.read(LONGEST)
        except (OSError, http.client.HTTPException) as error:
            raise Unsure(type(error).__name__) from error
    finally:
        made.close()
    return _judge(Answer(response.status, _object(raw), _seconds(response.getheader("Retry-After"))))


def _judge(answer: Answer) -> Answer:
    if answer.status in (408, 425, 429, 500, 503):
        raise Later(f"HTTP {answer.status}", answer.after)
    if answer.status in (401, 403):
        # Our key, not this letter: others wait as well until somebody renews it.
        raise Later(f"HTTP {answer.status}", answer.after or 15 * 60)
    if 300 <= answer.status < 400:
        raise Rejected(f"HTTP {answer.status}: redirects are not followed")
    if answer.status >= 500:
        raise Unsure(f"HTTP {answer.status}")
    return answer


def _object(raw: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(header: str | None) -> int | None:
    text = (header or "").strip()
    return min(int(text), 24 * 60 * 60) if text.isascii() and text.isdecimal() else None
