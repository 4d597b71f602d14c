"""`make bench`: a server as in production beside a large world, measured from the outside.

Prints a table and writes bench/results.json. docs/speed.md says what is measured and how.
"""

import argparse
import contextlib
import hashlib
import json
import os
import platform
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench import filed, graded, hall, processes, rush
from bench.client import HOST
from bench.rows import NAMES, Row, judge, table
from bin import services
from bin.environment import ROOT, CannotSetUp, python_of
from bin.product import Product, Running, build

RESULTS = ROOT / "bench" / "results.json"
FOLDER = ROOT / "var" / "bench"
PYTHON = python_of(ROOT / ".venv")
SETTINGS = "bench.settings"
CONNECTIONS = 16
COUNTED_LANE = 17
IMPORT = "import_people"
GRADING = "grading"
IMPORT_ROWS = (1_000, 10_000, 20_000)


@dataclass(frozen=True)
class Size:
    """How much is measured. Seconds are for one connection and for sixteen."""

    people: int
    enrolments: int
    alone: float
    together: float


FULL = Size(10_000, 50_000, 3.0, 6.0)
QUICK = Size(1_000, 5_000, 1.0, 2.0)


class Bench:
    """A running product and the means to ask it and to watch it."""

    def __init__(self, running: Running, database: str, spec: dict[str, Any], size: Size) -> None:
        self.running, self.spec, self.size = running, spec, size
        with psycopg.connect(database) as link:
            backend = link.info.backend_pid
            self.postmaster = processes.parent(backend)

    def job(self, scenario: dict[str, Any], lanes: list[Any], seconds: float) -> dict[str, Any]:
        """Send the lanes' requests for so long. Raises CannotSetUp when an answer is not what it should be."""
        job = {
            "port": self.running.product.port,
            "csrf": self.spec["csrf"],
            "lanes": lanes,
            "repeat": scenario["repeat"],
            "expect": scenario["expect"],
            "seconds": seconds,
            "every": scenario.get("every", 0.0),
        }
        done = subprocess.run(
            [sys.executable, "-m", "bench.client"],
            input=json.dumps(job),
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
        if not done.stdout:
            raise CannotSetUp(f"The load generator failed:\n{done.stderr}")
        measured: dict[str, Any] = json.loads(done.stdout)
        if measured["wrong_count"]:
            raise CannotSetUp(
                f"{scenario['name']}: {measured['wrong_count']} wrong answers, such as {measured['wrong']}"
            )
        return measured

    def measure(self, scenario: dict[str, Any], queries: int) -> Row:
        """Warm up, then one connection, then sixteen, whose processor time is the one that counts."""
        lanes = scenario["lanes"]
        self.job(scenario, lanes[COUNTED_LANE + 1 :], 0.7)
        alone = self.job(scenario, lanes[:1], self.size.alone)
        web = self.running.processes["web"].pid
        before = processes.seconds(web), processes.seconds(self.postmaster)
        together = self.job(scenario, lanes[1 : 1 + CONNECTIONS], self.size.together)
        after = processes.seconds(web), processes.seconds(self.postmaster)
        count = len(together["times"])
        return Row(
            name=scenario["name"],
            queries=queries,
            per_second=count / together["seconds"],
            p50_alone=_share(alone["times"], 0.5),
            p95_alone=_share(alone["times"], 0.95),
            p50=_share(together["times"], 0.5),
            p95=_share(together["times"], 0.95),
            cpu_server=(after[0] - before[0]) / count * 1000,
            cpu_database=(after[1] - before[1]) / count * 1000,
            requests=count,
        )

    def step(self, scenario: dict[str, Any]) -> hall.Step:
        """All requests of a job once, and what they cost."""
        web = self.running.processes["web"].pid
        before = processes.seconds(web) + processes.seconds(self.postmaster)
        done = self.job(scenario, scenario["lanes"], 600.0)
        cpu = processes.seconds(web) + processes.seconds(self.postmaster) - before
        count = len(done["times"])
        return hall.Step(
            done["seconds"], _share(done["times"], 0.5), _share(done["times"], 0.95), cpu / count * 1000, count
        )

    def hall(self, takers: int, span: float) -> hall.Hall:
        """So many start together, write for `span` seconds, are watched, and hand in together."""
        file, rounds = str(FOLDER / f"hall-{takers}.json"), round(span / hall.EVERY)
        made = self.running.product
        _python(made, "bench.candidates", "seat", str(takers), file)
        starts = json.loads(Path(file).read_text())["starts"]
        start = self.step({"name": hall.NAME, "lanes": starts, "repeat": False, "expect": 302})
        _python(made, "bench.candidates", "papers", str(rounds), file)
        jobs = hall.jobs(json.loads(Path(file).read_text()))
        save, watch, hand_in = (self.step(jobs[name]) for name in ("save", "watch", "hand_in"))
        found = json.loads(_python(made, "bench.candidates", "count", file))
        return hall.Hall(takers, start, save, watch, hand_in, **found)

    def rush(self, database: str, spec: dict[str, Any], queries: int) -> dict[str, Any]:
        """Everybody at once for the seats of one class."""
        web = self.running.processes["web"].pid
        before = processes.seconds(web), processes.seconds(self.postmaster)
        scenario = rush.lanes(spec)
        done = self.job(scenario, scenario["lanes"], 300.0)
        after = processes.seconds(web), processes.seconds(self.postmaster)
        return {
            "seconds": done["seconds"],
            "p50": _share(done["times"], 0.5),
            "p95": _share(done["times"], 0.95),
            "cpu_server": (after[0] - before[0]) / rush.PEOPLE * 1000,
            "cpu_database": (after[1] - before[1]) / rush.PEOPLE * 1000,
            "queries": queries,
            **rush.counted(database, spec),
        }


def _share(times: list[float], share: float) -> float:
    """The time, in milliseconds, that `share` of all took at most; `times` are sorted."""
    return times[min(int(len(times) * share), len(times) - 1)] * 1000


def product(database: str, redis: str) -> Product:
    """As production: no demo, no DEBUG, https behind one proxy, Redis for cache and broker."""
    keys = {name: FOLDER / f"{name}.key" for name in ("secret", "signing", "field")}
    for path in keys.values():
        if not path.is_file():
            path.write_text(secrets.token_hex(32))
            path.chmod(0o600)
    return Product(
        python=PYTHON,
        var=FOLDER,
        port=services.free_port(),
        site_url=f"https://{HOST}",
        extra={
            "NSCL_DEMO": "0",
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "SECRET_KEY": keys["secret"].read_text(),
            "SIGNING_KEY_FILE": str(keys["signing"]),
            "FIELD_ENCRYPTION_KEY_FILE": str(keys["field"]),
            "DATABASE_URL": database,
            "CACHE_URL": f"{redis}/1",
            "BROKER_URL": f"{redis}/0",
            "STORAGE_URL": f"file://{FOLDER}/storage",
            "EMAIL_URL": f"filemail:///{FOLDER}/mail",
            "TRUSTED_PROXIES": "1",
        },
    )


def fill(made: Product, database: str, size: Size) -> None:
    """Bring the world in: from the copy kept of the last run of the same code, or made anew."""
    with psycopg.connect(database) as link:
        found = link.execute("SELECT setting FROM pg_config() WHERE name = 'BINDIR'").fetchone()
    tools = Path(found[0]) if found else Path()
    kept = FOLDER / f"world-{size.people}-{size.enrolments}-{_code()}.dump"
    if kept.is_file():
        print(f"Bringing back the world of {size.people:,} people and {size.enrolments:,} enrolments …", flush=True)
        _tool(tools / "pg_restore", "--no-owner", "--jobs=2", f"--dbname={database}", str(kept))
        return
    for old in FOLDER.glob(f"world-{size.people}-{size.enrolments}-*.dump"):
        old.unlink()
    shutil.rmtree(FOLDER / "storage", ignore_errors=True)
    for sentence, command in (
        ("Making the tables", ["migrate", "--no-input", "--verbosity", "0"]),
        ("Loading the starter catalogue", ["load_starter"]),
        (
            f"Making a world of {size.people:,} people and {size.enrolments:,} enrolments",
            ["generate_load", "--people", str(size.people), "--enrolments", str(size.enrolments), "--seed", "1"],
        ),
    ):
        print(f"{sentence} …", flush=True)
        began = time.monotonic()
        made.manage(*command)
        print(f"  {time.monotonic() - began:.1f} s", flush=True)
    if (tools / "pg_dump").is_file() and (tools / "pg_restore").is_file():
        _tool(tools / "pg_dump", "--format=custom", "--compress=1", f"--file={kept}.new", f"--dbname={database}")
        Path(f"{kept}.new").rename(kept)


def _tool(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd=FOLDER, check=False)
    if done.returncode:
        raise CannotSetUp(f"{Path(command[0]).name} failed:\n{done.stderr[-2000:]}")


def _code() -> str:
    """A digest of what makes the world: tables, starter catalogue, generator."""
    digest = hashlib.sha256()
    patterns = (
        "*/models.py",
        "*/models/**/*.py",
        "*/migrations/*.py",
        "starter/**/*",
        "cms/load/*.py",
        "cms/demo/*.py",
    )
    for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def serving(made: Product) -> Iterator[Running]:
    """The web server while the block runs."""
    running = Running(made)
    running.logs.mkdir(parents=True, exist_ok=True)
    running.start_one("web")
    try:
        _wait(running)
        yield running
    finally:
        running.stop()


def _wait(running: Running) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{running.product.port}/readyz", headers={"Host": HOST})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _second in range(300):
        if running.dead():
            break
        with contextlib.suppress(OSError), opener.open(request, timeout=5):
            return
        time.sleep(0.2)
    raise CannotSetUp(f"The server did not start:\n{running.tail('web')}")


def imports(made: Product, sizes: tuple[int, ...]) -> list[dict[str, float]]:
    """Files of people taken in, each in a process of its own: time per row and peak memory (bench.imports)."""
    measured = []
    for rows in sizes:
        file = FOLDER / f"people-{rows}.xlsx"
        _python(made, "bench.imports", "make", str(rows), str(file))
        measured.append(json.loads(_python(made, "bench.imports", "take", str(file))))
        print(".", end="", flush=True)
    print()
    return measured


@dataclass(frozen=True)
class Measured:
    """Everything that was measured; the rush and the imports only where they were asked for."""

    rows: list[Row]
    report: int
    """How many queries the report itself makes."""
    rush: dict[str, Any] | None
    hall: tuple[hall.Hall, hall.Hall] | None
    imports: list[dict[str, float]]
    grading: dict[str, Any] | None


def run(size: Size, only: list[str]) -> Measured:
    """Everything, from the empty servers to the figures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    build(PYTHON)
    with services.postgresql(durable=True) as database, services.redis() as redis:
        made = product(database, redis)
        fill(made, database, size)
        spec_file = FOLDER / "requests.json"
        print("Preparing the requests …", flush=True)
        _python(made, "bench.prepare", str(spec_file))
        queries = json.loads(_python(made, "bench.count", str(spec_file)))
        spec = json.loads(spec_file.read_text())
        wanted = [one for one in spec["scenarios"] if not only or one["name"] in ("yardstick", *only)]
        with serving(made) as running:
            bench = Bench(running, database, spec, size)
            rows = []
            # The yardstick once more at the end: a machine that others slowed down meanwhile shows it.
            for scenario in [*wanted, wanted[0]]:
                rows.append(bench.measure(scenario, queries[scenario["name"]]))
                print(".", end="", flush=True)
            print()
            rushed = bench.rush(database, spec["rush"], queries[rush.NAME]) if not only or rush.NAME in only else None
            halls = None
            if not only or hall.NAME in only:
                span = hall.SPAN if size is FULL else hall.EVERY
                halls = bench.hall(hall.FEW, span), bench.hall(hall.TAKERS, span)
        # Last, for it adds people to the world that the others were measured in.
        files = imports(made, IMPORT_ROWS if size is FULL else IMPORT_ROWS[:2]) if not only or IMPORT in only else []
        marked = (
            json.loads(_python(made, "bench.grading", str(graded.ANSWERS))) if not only or GRADING in only else None
        )
        return Measured(rows, queries["report_itself"], rushed, halls, files, marked)


def _python(made: Product, module: str, *arguments: str) -> str:
    done = subprocess.run(
        [str(PYTHON), "-W", "ignore", "-m", module, *arguments],
        cwd=ROOT, env=made.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise CannotSetUp(f"{module} failed:\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout


def main() -> int:
    """Exit 0 measured; 1 when it could not be, or with --strict when a mark is missed."""
    parser = argparse.ArgumentParser(description="The benchmarks.")
    parser.add_argument("--quick", action="store_true", help="a small world and short measurements")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        choices=[*NAMES, rush.NAME, hall.NAME, IMPORT, GRADING],
        help="these beside the yardstick",
    )
    parser.add_argument("--strict", action="store_true", help="exit 1 when a mark is missed")
    options = parser.parse_args()
    size = QUICK if options.quick else FULL
    began = time.monotonic()
    try:
        found = run(size, options.only)
    except (CannotSetUp, services.NotToBeHad) as error:
        print(error, file=sys.stderr)
        return 1
    met = judge(found.rows, found.report)
    print(table(found.rows))
    if found.rush:
        met[rush.NAME] = rush.right(found.rush)
        print(rush.table(found.rush))
    if found.hall:
        met[hall.NAME] = hall.right(*found.hall)
        print(hall.table(*found.hall))
    if found.imports:
        met[IMPORT] = filed.flat(found.imports)
        print(filed.table(found.imports))
    if found.grading:
        print(graded.table(found.grading))
    print(f"{size.people:,} people, {size.enrolments:,} enrolments; {time.monotonic() - began:.0f} s in all.")
    RESULTS.write_text(
        json.dumps(
            {
                "size": asdict(size),
                "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()},
                "marks_met": met,
                "rows": [asdict(row) for row in found.rows],
                "rush": found.rush,
                "hall": [asdict(one) for one in found.hall] if found.hall else None,
                "imports": found.imports,
                "grading": found.grading,
            },
            indent=1,
        )
        + "\n"
    )
    return 1 if options.strict and not all(met.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
