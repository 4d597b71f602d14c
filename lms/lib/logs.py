"""What logs may hold: ids and addresses, never what people typed."""

import re
from collections.abc import MutableMapping
from typing import Any

# Links out of mails carry a key that signs in or changes a password; calendars' addresses one that opens them.
_KEYS = re.compile(r"(/account/(?:password/reset/key|confirm-email)/|/calendar/)[^/]+")


def without_secrets(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Cut the query off a request's address, for a search may hold a name, and the keys of mailed links."""
    request = event.get("request")
    if isinstance(request, str):
        event["request"] = _KEYS.sub(r"\1…", request.partition("?")[0])
    return event
