"""`make demo`: everything from a bare clone to a running product with a small fictional world.

Ends with one Ctrl-C (or SIGTERM, or a closed terminal), and leaves no process behind.
"""

import fcntl
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, NoReturn

from bin.environment import ROOT, CannotSetUp, ensure
from bin.product import Product, Running, build, end_leftovers, fill

ACCOUNTS = (
    ("trainee@nscl.example", "trainee"),
    ("instructor@nscl.example", "instructor"),
    ("examiner@nscl.example", "examiner"),
    ("officer@nscl.example", "certification officer"),
    ("decider@nscl.example", "decider (council member)"),
    ("programme@nscl.example", "programme officer"),
    ("enterprise@nscl.example", "an enterprise's contact"),
    ("admin@nscl.example", "administrator"),
)
PASSWORD = "nscl-demo-2026"  # noqa: S105  (the demo's, public by design; production refuses its accounts)
RESTARTS = 3
"""How often a process that ends by itself within a minute is started again."""


def main() -> int:
    """Run the demo until it is told to stop; 0 after a stop, 1 when it cannot run."""
    stop = Stop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    running: Running | None = None
    try:
        host, port = _address()
        var = ROOT / "var"
        lock = _only_one(var)
        end_leftovers(var)
        _refuse_used_port(host, port)
        product = Product(ensure("app"), var, host, port, os.environ.get("SITE_URL", "").rstrip("/"))
        build(product.python)
        fill(product)
        running = Running(product)
        running.start()
        running.wait_until_ready()
        _greet(product)
        _watch(running)
        lock.close()
    except KeyboardInterrupt:
        pass
    except CannotSetUp as error:
        print(f"make demo: {error}", file=sys.stderr)
        return 1
    finally:
        stop.asked = True
        if running is not None:
            print("\nStopping …", flush=True)
            running.stop()
    print("Stopped. Everything is kept in var/; `make demo` goes on from there, `make clean` removes it.")
    return 0


class Stop:
    """Turns the first signal into KeyboardInterrupt and swallows the rest.

    One Ctrl-C can arrive twice: from the terminal and again through make.
    """

    def __init__(self) -> None:
        self.asked = False

    def __call__(self, number: int, frame: object) -> None:
        """The signal handler."""
        if not self.asked:
            self.asked = True
            raise KeyboardInterrupt


def _address() -> tuple[str, int]:
    """HOST and PORT from the environment."""
    host, port = os.environ.get("HOST", "") or "127.0.0.1", os.environ.get("PORT", "") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise CannotSetUp(f"PORT is {port!r}; it must be a number from 1 to 65535.")
    return host, int(port)


def _only_one(var: Path) -> IO[str]:
    """A lock on the data folder, held while the demo runs; a killed demo's lock falls by itself."""
    try:
        var.mkdir(exist_ok=True)
        lock = (var / "demo.lock").open("a")
    except PermissionError as error:
        raise CannotSetUp(
            f"{error.filename} cannot be written: it may belong to another user, who started the demo before. "
            "Remove var/ as that user (make clean) or start as that user."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise CannotSetUp("A demo of this folder is running already. Stop it first (Ctrl-C where it runs).") from error
    return lock


def _refuse_used_port(host: str, port: int) -> None:
    """Raise CannotSetUp, naming the port, when nothing could listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        raise CannotSetUp(
            f"Port {port} at {host} cannot be used: {error.strerror}. Choose another one: make demo PORT={port + 1}"
        ) from error


def _greet(product: Product) -> None:
    """Tell where it runs and who can sign in."""
    print(f"\n  NSCL runs at {product.url}/   (English: {product.url}/en/)\n")
    print(f"  Demo accounts, all with the password {PASSWORD}:")
    for address, role in ACCOUNTS:
        print(f"    {address:<26} {role}")
    print(f"\n  Mail is kept in {product.var / 'mail'}; logs are in {product.var / 'log'}.")
    print("  Ctrl-C stops everything.", flush=True)


def _watch(running: Running) -> NoReturn:
    """Start again what ends by itself. Raises CannotSetUp when that does not help, KeyboardInterrupt to stop."""
    ended: list[float] = []
    while True:
        time.sleep(0.3)
        for name in running.dead():
            ended = [moment for moment in ended if moment > time.monotonic() - 60] + [time.monotonic()]
            if len(ended) > RESTARTS:
                raise CannotSetUp(f"The {name} process keeps ending:\n{running.tail(name)}")
            print(f"The {name} process ended by itself; starting it again.", flush=True)
            running.start_one(name)


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        sys.exit(main())
