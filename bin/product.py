"""Building, filling and running the product: what `make demo`, the browser tests and the bench share."""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bin.environment import ROOT, CannotSetUp, clean_environment

PATIENCE = 4.0
"""Seconds that a process gets to end by itself before it is killed."""

# A demo never uses what is meant for production, even where it stands in the shell.
PRODUCTION = (
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "DATABASE_URL",
    "MIGRATION_DATABASE_URL",
    "BROKER_URL",
    "CACHE_URL",
    "STORAGE_URL",
    "EMAIL_URL",
    "SIGNING_KEY_FILE",
    "FIELD_ENCRYPTION_KEY_FILE",
    "TRUSTED_PROXIES",
    "STAFF_SECOND_FACTOR",
    "DEBUG",
    "LOG_JSON",
    "NSCL_BUILDING",
    "NSCL_MIGRATING",
    "DJANGO_SETTINGS_MODULE",
)


@dataclass(frozen=True)
class Product:
    """One instance: where it keeps its data, where it listens, what its environment is."""

    python: Path
    var: Path = ROOT / "var"
    host: str = "127.0.0.1"
    port: int = 8000
    site_url: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The address that people are told, without a slash at its end."""
        return self.site_url or f"http://{_in_url(_reachable(self.host))}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every process of this instance."""
        kept = {name: value for name, value in clean_environment().items() if name not in PRODUCTION}
        own = {"NSCL_DEMO": "1", "NSCL_VAR": str(self.var), "SITE_URL": self.url}
        return {**kept, **own, **self.extra}

    def manage(self, *arguments: str) -> str:
        """Run a management command and return what it printed. Raises CannotSetUp with its last lines."""
        return _run([str(self.python), "manage.py", *arguments], self.environment)

    def web(self) -> list[str]:
        """The command of the web server."""
        options = ["--bind", f"{_in_url(self.host)}:{self.port}", "--preload", "--no-control-socket"]
        options += ["--worker-class", "gthread", "--workers", "2", "--threads", "6"]
        options += ["--timeout", "60", "--graceful-timeout", "2", "--log-level", "warning"]
        return [str(self.python), "-m", "gunicorn", "lms.wsgi", *options]

    def worker(self) -> list[str]:
        """The command of the worker, with the clock in it: threads suit the embedded broker."""
        options = ["--beat", "--pool", "threads", "--concurrency", "2", "--loglevel", "INFO"]
        return [str(self.python), "-m", "celery", "-A", "lms", "worker", *options]

    def ready(self) -> bool:
        """Whether the web server answers that everything it needs is there."""
        address = f"http://{_in_url(_reachable(self.host))}:{self.port}/readyz"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(address, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def build(python: Path) -> None:
    """Compile the translations and gather the static files, where that is not done yet. Raises CannotSetUp."""
    po = sorted(ROOT.glob("locale*/*/LC_MESSAGES/*.po"))
    if not all(path.with_suffix(".mo").is_file() for path in po):
        _forget(ROOT / "var", "translations")
    if not (ROOT / "static_collected/staticfiles.json").is_file():
        _forget(ROOT / "var", "static")
    static = [*_files("static/**/*"), *_files("*/static/**/*"), ROOT / "requirements/app.lock", ROOT / "lms/static.py"]
    if _due(ROOT / "var", "translations", _contents(po)):
        print("Compiling the translations …", flush=True)
        _run([str(python), "-m", "bin.translations", "compile"], _building())
        _done(ROOT / "var", "translations", _contents(po))
    if _due(ROOT / "var", "static", _contents(static)):
        print("Gathering the static files …", flush=True)
        command = [str(python), "manage.py", "collectstatic", "--no-input", "--clear", "--verbosity", "0"]
        _run(command, _building())
        _done(ROOT / "var", "static", _contents(static))


def fill(product: Product) -> None:
    """Bring the database up to date and load the starter catalogue and the demo world, where not done yet."""
    if "DATABASE_URL" not in product.extra and not (product.var / "nscl.sqlite3").is_file():
        for name in ("tables", "starter", "world"):
            _forget(product.var, name)
    tables = _contents([*_files("*/migrations/*.py"), ROOT / "requirements/app.lock"])
    steps = (
        ("tables", tables, "Making the tables", ("migrate", "--no-input", "--verbosity", "0")),
        ("starter", _contents(_files("starter/**/*")), "Loading the starter catalogue", ("load_starter",)),
        ("world", "", "Making a small fictional world", ("load_demo",)),
    )
    for name, digest, sentence, command in steps:
        if _due(product.var, name, digest):
            print(f"{sentence} …", flush=True)
            product.manage(*command)
            _done(product.var, name, digest)


class Running:
    """The processes of an instance, each in a process group of its own, so that none outlives a stop."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.record = product.var / "processes.json"
        self.logs = product.var / "log"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start the web server and the worker."""
        self.logs.mkdir(parents=True, exist_ok=True)
        for name in ("web", "worker"):
            self.start_one(name)

    def start_one(self, name: str) -> None:
        """Start "web" or "worker"; what its forerunner left behind is ended first."""
        if name in self.processes:
            _kill_group(self.processes[name].pid, signal.SIGKILL)
            self.processes[name].wait()
        command = {"web": self.product.web, "worker": self.product.worker}[name]()
        with (self.logs / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.product.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.record.write_text(json.dumps([process.pid for process in self.processes.values()]))

    def dead(self) -> list[str]:
        """Names of the processes that have ended."""
        return [name for name, process in self.processes.items() if process.poll() is not None]

    def wait_until_ready(self, seconds: float = 90) -> None:
        """Return when the product answers. Raises CannotSetUp when a process ends or time runs out."""
        deadline = time.monotonic() + seconds
        while not self.product.ready():
            if gone := self.dead():
                raise CannotSetUp(f"The {gone[0]} process ended at its start:\n{self.tail(gone[0])}")
            if time.monotonic() > deadline:
                raise CannotSetUp(f"The product did not get ready in {seconds:.0f} s:\n{self.tail('web')}")
            time.sleep(0.1)

    def tail(self, name: str) -> str:
        """The last lines that a process logged."""
        lines = (self.logs / f"{name}.log").read_text(errors="replace").splitlines()[-25:]
        return "\n".join(f"  {line}" for line in lines)

    def stop(self) -> None:
        """End everything within about PATIENCE seconds: asked first, killed then."""
        for process in self.processes.values():
            _kill_group(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while len(self.dead()) < len(self.processes) and time.monotonic() < deadline:
            time.sleep(0.05)
        for process in self.processes.values():
            _kill_group(process.pid, signal.SIGKILL)
            process.wait()
        self.record.unlink(missing_ok=True)


def end_leftovers(var: Path) -> None:
    """End the processes of an instance that was itself killed and could not stop them."""
    record = var / "processes.json"
    if not record.is_file():
        return
    with contextlib.suppress(ValueError):
        for group in json.loads(record.read_text()):
            # Numbers are used again: only a group that runs this project's Python is ours.
            deadline = time.monotonic() + PATIENCE
            while any(str(ROOT) in command for command in _commands_of(group)) and time.monotonic() < deadline:
                _kill_group(group, signal.SIGKILL)
                time.sleep(0.05)
    record.unlink()


def _commands_of(group: int) -> list[str]:
    """Command lines of the processes in a process group."""
    if not Path("/proc/self/stat").exists():
        listed = subprocess.run(["ps", "-A", "-o", "pgid=,args=", "-ww"], capture_output=True, text=True).stdout
        rows = [line.split(maxsplit=1) for line in listed.splitlines()]
        return [row[1] for row in rows if len(row) == 2 and row[0] == str(group)]
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            # "pid (name) state parent group …": the name may hold spaces and brackets.
            if (folder / "stat").read_text().rpartition(")")[2].split()[2] == str(group):
                found.append((folder / "cmdline").read_text(errors="replace").replace("\0", " "))
    return found


def _kill_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _run(command: list[str], environment: Mapping[str, str]) -> str:
    """What a command printed. Raises CannotSetUp with its last lines when it fails."""
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()[-25:]
        raise CannotSetUp("\n".join([f"{' '.join(command[1:])} failed:", *said]))
    return done.stdout


def _building() -> dict[str, str]:
    """The environment in which static files and translations are made: without any secret."""
    kept = {name: value for name, value in clean_environment().items() if name not in PRODUCTION}
    return {**kept, "NSCL_BUILDING": "1"}


def _due(var: Path, name: str, digest: str) -> bool:
    """Whether a step was not yet done with what it depends on as it is now."""
    stamp = var / "stamps" / name
    return not stamp.is_file() or stamp.read_text() != f"done {digest}"


def _done(var: Path, name: str, digest: str) -> None:
    """Remember a step: written only after it succeeded, so that one cut short is done again."""
    stamp = var / "stamps" / name
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(f"done {digest}")


def _forget(var: Path, name: str) -> None:
    (var / "stamps" / name).unlink(missing_ok=True)


def _files(pattern: str) -> list[Path]:
    return [path for path in sorted(ROOT.glob(pattern)) if path.is_file()]


def _contents(paths: Iterable[Path]) -> str:
    """A digest over names and contents."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _reachable(host: str) -> str:
    """An address that this machine reaches `host` at: "every address" is reached at the loopback one."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104  (read, not bound)


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
