"""What logs may hold: ids and addresses, never what people typed."""

from collections.abc import MutableMapping
from typing import Any


def without_query(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Cut the query off a request's address: a search may hold a name, a link a token."""
    request = event.get("request")
    if isinstance(request, str):
        event["request"] = request.partition("?")[0]
    return event
