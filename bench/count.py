"""How many queries each scenario makes: `python -m bench.count FILE` prints them as JSON."""

import json
import sys
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402  (Django is set up first)
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.client import HOST  # noqa: E402
from lms.lib import periods  # noqa: E402
from lms.lib.periods import local_date  # noqa: E402
from people.models import Province, User  # noqa: E402
from reports import reading  # noqa: E402

LANE = 17


def asked(client: Client, request: list[str], csrf: str, expect: int) -> int:
    """The number of queries of one request. Raises AssertionError on an unexpected answer."""
    method, path, cookie, body, content_type = request
    headers = {"Cookie": cookie, "Referer": f"https://{HOST}/", "X-CSRFToken": csrf, "Accept-Language": "vi"}
    with CaptureQueriesContext(connection) as queries:
        if method == "POST":
            answer = client.post(path, body, content_type=content_type, headers=headers)
        else:
            answer = client.get(path, headers=headers)
    assert answer.status_code == expect, f"{path}: {answer.status_code}"
    if "--show" in sys.argv:
        print(path, *(item["sql"][:200] for item in queries), sep="\n  ", file=sys.stderr)
    return len([item for item in queries if item["sql"].split(" ", 1)[0] not in ("BEGIN", "COMMIT")])


def report() -> int:
    """The queries of the report alone, without those of the back office's frame around it."""
    viewer = User.objects.get(username__startswith="load-", username__endswith="-programme")
    with CaptureQueriesContext(connection) as queries:
        boundaries = Province.current().boundaries
        at = timezone.now()
        reading.read(viewer, periods.current(local_date(at), boundaries), {}, at=at)
    return len(queries)


def main(source: str) -> int:
    """The second of two requests is counted: what one process learns once is not each visitor's."""
    found: dict[str, int] = {}
    spec: dict[str, Any] = json.loads(Path(source).read_text())
    for scenario in spec["scenarios"]:
        client = Client(enforce_csrf_checks=True, headers={"Host": HOST, "X-Forwarded-Proto": "https"})
        lane = scenario["lanes"][LANE]
        for request in lane[:2] if len(lane) > 1 or not scenario["repeat"] else lane * 2:
            client.cookies.clear()
            found[scenario["name"]] = asked(client, request, spec["csrf"], scenario["expect"])
    for request in spec["rush"]["counted"]:
        client.cookies.clear()
        found["rush"] = asked(client, request, spec["csrf"], 302)
    print(json.dumps({**found, "report_itself": report()}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
