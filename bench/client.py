"""The load generator, a process of its own: reads a job as JSON from its input, prints what it measured.

A job has lanes, one list of requests for each connection. A connection sends
the next request when the answer to the one before is there; it ends when its
lane is empty (or begins again, where the job repeats) and when time is up. Where the
job says `every`, a connection sends one request in each such span of seconds, each
connection at a moment of its own; a time counts from when its request was due.
"""

import http.client
import json
import sys
import threading
import time
from typing import Any

TIMEOUT = 300.0
HOST = "nscl.example"


def address(number: int) -> str:
    """Each connection is another visitor's, as the proxy in front would say: of the addresses kept for benchmarks."""
    return f"198.18.{number // 250}.{number % 250 + 1}"


def main() -> int:
    """Run one job. Exit 1 when an answer was not the one expected."""
    job = json.load(sys.stdin)
    found: list[dict[str, Any]] = [{"times": [], "wrong": []} for _lane in job["lanes"]]
    gate = threading.Barrier(len(job["lanes"]) + 1)
    threads = [
        threading.Thread(target=_connection, args=(job, number, lane, found[number], gate))
        for number, lane in enumerate(job["lanes"])
    ]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    wrong = [item for one in found for item in one["wrong"]]
    times = sorted(taken for one in found for taken in one["times"])
    json.dump({"seconds": seconds, "times": times, "wrong": wrong[:3], "wrong_count": len(wrong)}, sys.stdout)
    return 1 if wrong else 0


def _connection(
    job: dict[str, Any], number: int, lane: list[Any], found: dict[str, Any], gate: threading.Barrier
) -> None:
    link = http.client.HTTPConnection("127.0.0.1", job["port"], timeout=TIMEOUT)
    link.connect()
    forwarded = address(number)
    gate.wait()
    opened, every = time.perf_counter(), job.get("every", 0.0)
    due = opened + every * number / len(job["lanes"])
    deadline = opened + job["seconds"]
    place = 0
    while place < len(lane) or (job["repeat"] and lane):
        method, path, cookie, body, content_type = lane[place % len(lane)]
        headers = {
            "Host": HOST,
            "X-Forwarded-For": forwarded,
            "X-Forwarded-Proto": "https",
            "Accept-Language": "vi",
        }
        if cookie:
            headers["Cookie"] = cookie
        if method == "POST":
            headers |= {"Content-Type": content_type, "Referer": f"https://{HOST}/", "X-CSRFToken": job["csrf"]}
        if every:
            # Nobody keeps a line open for so long: each request has one of its own.
            link.close()
            time.sleep(max(0.0, due - time.perf_counter()))
        began = due if every else time.perf_counter()
        due += every
        if began >= deadline:
            return
        try:
            link.request(method, path, body=body.encode() if body else None, headers=headers)
            answer = link.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            found["wrong"].append(f"{method} {path}: {error!r}")
            link.close()
            place += 1
            continue
        found["times"].append(time.perf_counter() - began)
        if answer.status != job["expect"]:
            found["wrong"].append(f"{method} {path}: {answer.status} {content[:300]!r}")
        place += 1


if __name__ == "__main__":
    sys.exit(main())
