"""Reports from a mail server: signed, dated, each taken once. Pure rules; the view reads the request."""

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

HOLDS = timedelta(minutes=5)
"""A report older or newer than this is refused: it may have been caught and kept."""
MOST = 1000
"""Addresses in one report."""
_DEAD = frozenset({"permanent", "complaint"})
_STAMP = re.compile(r"[0-9]{1,10}")


class Report(NamedTuple):
    """An address that is dead, or whose owner calls our letters spam."""

    address: str
    reason: str


def sign(key: bytes, stamp: str, body: bytes) -> str:
    """What the header must hold: HMAC-SHA256 over the time and the body, in hexadecimal."""
    return hmac.new(key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def dated(stamp: str, now: datetime) -> datetime | None:
    """The moment in the header (seconds since 1970); None if it is not near `now`."""
    if not _STAMP.fullmatch(stamp):
        return None
    moment = datetime.fromtimestamp(int(stamp), UTC)
    return moment if abs(now - moment) <= HOLDS else None


def is_signed(key: bytes, stamp: str, body: bytes, signature: str) -> bool:
    """Whether the signature is ours; compared in constant time."""
    return hmac.compare_digest(sign(key, stamp, body).encode(), signature.encode("utf-8", "replace"))


def read(body: bytes) -> list[Report]:
    """Addresses that the report says are dead. Raises ValueError for what is not a report.

    `{"reports": [{"address": "…", "kind": "permanent" | "temporary" | "complaint", "reason": "…"}]}`;
    temporary troubles are the mail server's own affair.
    """
    data = json.loads(body)
    rows = data.get("reports") if isinstance(data, dict) else None
    if not isinstance(rows, list) or len(rows) > MOST:
        raise ValueError("reports must be a list of at most 1000")
    found = []
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("address"), str):
            raise ValueError("each report names an address")
        address = row["address"].strip().lower()
        if row.get("kind") in _DEAD and 0 < len(address) <= 254:
            found.append(Report(address, f"{row['kind']}: {row.get('reason', '')}"[:300]))
    return found
