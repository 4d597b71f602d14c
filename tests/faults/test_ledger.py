"""Nobody loses an acknowledged answer: takers write while PostgreSQL, the product and lines fail under them.

Each client behaves as the exam's script does: it queues, sends one at a time, sends
again under the same key until there is an answer, and counts as saved only what was
acknowledged. It keeps a ledger of that. At the end every line of every ledger is in
the database, once, and every attempt was handed in and graded once.

Small here; `make soak` runs 500 takers of 60 questions with every fault three times.
"""

import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from redis import Redis

from bin.environment import ROOT
from bin.product import Product, Running, build
from bin.services import Database, NotToBeHad, database, free_port, redis

pytestmark = pytest.mark.slow

SOAK = os.environ.get("NSCL_SOAK") == "1"
TAKERS, QUESTIONS, ROUNDS, PACE, FAULTS = (500, 60, 1, 20.0, 3) if SOAK else (8, 10, 1, 0.6, 1)
CUTS = (20.0, 300.0) if SOAK else (1.0, 4.0)
KINDS = {"database": "PostgreSQL crashed", "web": "server killed", "broker": "broker emptied"}
CUT_SHARE, RELOAD_SHARE = 0.3, 0.05
PATIENCE = 600.0 if SOAK else 90.0


@dataclass
class Taker:
    """A browser with a queue and a ledger."""

    port: int
    cookie: str
    csrf: str
    code: str
    places: list[list[dict[str, list[str]]]]
    chance: random.Random
    queue: "deque[dict[str, Any]]" = field(default_factory=deque)
    saved: list[tuple[int, int, dict[str, list[str]]]] = field(default_factory=list)
    resent: int = 0
    waits: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    link: http.client.HTTPConnection | None = None
    cut_from: float = 0.0
    cut_until: float = 0.0

    def ask(self, method: str, path: str, body: str = "", kind: str = "application/json") -> tuple[int, bytes] | None:
        """The answer's status and content; None where none came."""
        if self.cut_from <= time.monotonic() < self.cut_until:
            return None
        headers = {"Cookie": self.cookie, "X-CSRFToken": self.csrf, "Content-Type": kind}
        try:
            if self.link is None:
                self.link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15 if SOAK else 4)
            self.link.request(method, path, body=body.encode() or None, headers=headers)
            answer = self.link.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            if self.link is not None:
                self.link.close()
            self.link = None
            return None

    def flush(self) -> bool:
        """Send what waits, in order; whether all of it was acknowledged."""
        while self.queue:
            entry = self.queue[0]
            began = time.monotonic()
            answer = self.ask("POST", f"/vi/learn/attempts/{self.code}/answers/", json.dumps(entry))
            if answer is None or answer[0] >= 500:
                self.resent += 1
                return False
            if answer[0] != 200:
                self.wrong.append(f"{answer[0]} {answer[1][:200]!r}")
                return False
            told = json.loads(answer[1])
            if (told["position"], told["revision"]) != (entry["position"], entry["revision"]):
                self.wrong.append(f"asked {entry['position']} r{entry['revision']}, told {told}")
            self.waits.append(time.monotonic() - began)
            self.saved.append((entry["position"], entry["revision"], entry["fields"]))
            self.queue.popleft()
        return True

    def sit(self) -> None:
        """Write every answer in every round, then hand in."""
        for revision in range(1, ROUNDS + 1):
            for position, answers in enumerate(self.places, start=1):
                time.sleep(PACE * self.chance.uniform(0.5, 1.5))
                fields = self.chance.choice(answers)
                key = str(uuid4())
                self.queue.append(
                    {"position": position, "fields": fields, "revision": revision, "key": key, "device": "tab"}
                )
                self.flush()
                if self.wrong:
                    break
                if self.chance.random() < RELOAD_SHARE:
                    self.ask("GET", f"/vi/learn/attempts/{self.code}/?q={position}")
        self._until(self.flush)
        self._until(self._hand_in)
        if self.link is not None:
            self.link.close()

    def _hand_in(self) -> bool:
        answer = self.ask("POST", f"/vi/learn/attempts/{self.code}/submit/", "", "application/x-www-form-urlencoded")
        return answer is not None and answer[0] == 302

    def _until(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not done():
            if self.wrong or time.monotonic() > deadline:
                self.wrong.append("gave up")
                return
            time.sleep(self.chance.uniform(0.2, 0.6))


@dataclass
class World:
    """The product on a database that can be crashed."""

    product: Product
    running: Running
    database: Database
    folder: Path

    def script(self, *arguments: str) -> None:
        """Run a part of `tests.faults.world` in the product's environment."""
        command = [sys.executable, "-m", "tests.faults.world", *arguments]
        done = subprocess.run(command, env=self.product.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture
def world_(tmp_path: Path) -> Iterator[World]:
    try:
        with database() as own, redis() as broker:
            extra = {"DATABASE_URL": own.url, "BROKER_URL": f"{broker}/0", "CACHE_URL": f"{broker}/1"}
            product = Product(Path(sys.executable), tmp_path, port=free_port(), extra=extra)
            build(product.python)
            product.manage("migrate", "--no-input", "--verbosity", "0")
            # One course is enough to be sat, and quicker read.
            catalogue = tmp_path / "starter"
            others = shutil.ignore_patterns("haccp", "iso-9001", "kaizen", "six-sigma", "schemes")
            shutil.copytree(ROOT / "starter", catalogue, ignore=others)
            product.manage("load_starter", "--folder", str(catalogue))
            running = Running(product)
            try:
                running.start()
                running.wait_until_ready()
                yield World(product, running, own, tmp_path)
            finally:
                running.stop()
    except NotToBeHad as reason:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL or Redis: {reason}")


def break_things(world: World, over: threading.Event, broken: list[str]) -> None:
    """PostgreSQL crashes, the web server is killed, the broker forgets: FAULTS times each, while people write.

    What was broken is added to `broken`.
    """
    span = QUESTIONS * ROUNDS * PACE
    dice = random.Random(11)
    kinds = [*KINDS] * FAULTS
    begin = time.monotonic()
    for number, kind in enumerate(kinds, start=1):
        if over.wait(max(0.0, begin + number * span / (len(kinds) + 2) - time.monotonic())):
            return
        if kind == "database":
            world.database.crash()
            time.sleep(dice.uniform(0.5, 2.0))
            world.database.restart()
        elif kind == "web":
            os.killpg(world.running.processes["web"].pid, signal.SIGKILL)
            time.sleep(dice.uniform(0.2, 1.0))
            world.running.start_one("web")
        else:
            with Redis.from_url(world.product.extra["BROKER_URL"]) as broker:
                broker.flushall()
        broken.append(kind)


def test_no_acknowledged_answer_is_lost(world_: World, capsys: pytest.CaptureFixture[str]) -> None:
    prepared = world_.folder / "takers.json"
    world_.script("prepare", str(TAKERS), str(QUESTIONS), str(prepared))
    begin = time.monotonic()
    takers = [
        Taker(world_.product.port, chance=random.Random(number), **row)
        for number, row in enumerate(json.loads(prepared.read_text()))
    ]
    for taker in takers[: max(1, int(len(takers) * CUT_SHARE))]:
        taker.cut_from = begin + taker.chance.uniform(0.1, 0.6) * QUESTIONS * ROUNDS * PACE
        taker.cut_until = taker.cut_from + taker.chance.uniform(*CUTS)
    over = threading.Event()
    broken: list[str] = []
    breaker = threading.Thread(target=break_things, args=(world_, over, broken))
    threads = [threading.Thread(target=taker.sit) for taker in takers]
    for thread in [*threads, breaker]:
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    breaker.join()

    ledgers = world_.folder / "ledgers.json"
    ledgers.write_text(json.dumps([{"code": taker.code, "saved": taker.saved} for taker in takers]))
    told = world_.folder / "faults.json"
    world_.script("check", str(ledgers), str(told))
    faults = json.loads(told.read_text())
    with capsys.disabled():
        print(ledger(takers, broken, faults, time.monotonic() - begin))  # noqa: T201  (the ledger is to be shown)
    assert [fault for taker in takers for fault in taker.wrong] == []
    assert faults == []
    assert sum(len(taker.saved) for taker in takers) == TAKERS * QUESTIONS * ROUNDS
    # Faults that did not happen, or that nobody noticed, would prove nothing.
    assert len(broken) == len(KINDS) * FAULTS
    assert sum(taker.resent for taker in takers) > 0


def ledger(takers: list[Taker], broken: list[str], faults: list[str], seconds: float) -> str:
    """What happened and what the database says, in lines to show."""
    waits = sorted(wait * 1000 for taker in takers for wait in taker.waits) or [0.0]
    half, most = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    cut = sum(taker.cut_until > 0 for taker in takers)
    saved, resent = sum(len(taker.saved) for taker in takers), sum(taker.resent for taker in takers)
    happened = ", ".join(f"{words} {broken.count(kind)}×" for kind, words in KINDS.items())
    return "\n".join(
        (
            f"\nledger: {len(takers)} takers × {QUESTIONS} questions in {seconds:.0f} s",
            f"  {happened}; {cut} lines cut for {CUTS[0]:.0f} to {CUTS[1]:.0f} s",
            f"  answers acknowledged: {saved}, tries that failed and were made again: {resent}",
            f"  from sending to “saved”: half within {half:.0f} ms, 95 % within {most:.0f} ms",
            f"  missing, other or twice in the database: {len(faults)}",
        )
    )
