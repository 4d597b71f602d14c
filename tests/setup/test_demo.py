"""`make demo` from a fresh clone: up by itself, a certificate by its worker, one Ctrl-C, nothing left, up again."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bin.environment import ROOT
from bin.services import free_port

pytestmark = pytest.mark.slow

SYSTEM_PYTHON = Path("/usr/bin/python3")
FIRST_START = 600.0
SECOND_START = 10.0
ORDINARY = "nobody"


class Demo:
    """A clone of HEAD in a folder with a space in its path, owned by an ordinary user."""

    def __init__(self, folder: Path, environment: Mapping[str, str], port: int, user: str | None) -> None:
        self.folder, self.environment, self.port, self.user = folder, environment, port, user
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """`make demo` in a session of its own, as a terminal gives it."""
        with (self.folder.parent / "demo.log").open("ab") as log:
            self.process = subprocess.Popen(
                ["make", "demo"],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=self.user,
                group=pwd.getpwnam(self.user).pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
            )

    def wait_until_ready(self, seconds: float) -> float:
        """Seconds until `/readyz` answered; the log is shown when it does not."""
        assert self.process is not None
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            assert self.process.poll() is None, f"make demo ended:\n{self.log()}"
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                    if answer.status == 200:
                        return time.monotonic() - start
            except OSError:
                time.sleep(0.1)
        pytest.fail(f"/readyz did not answer in {seconds} s:\n{self.log()}")

    def interrupt(self) -> float:
        """One Ctrl-C, which a terminal sends to the whole foreground group; seconds until everything ended."""
        assert self.process is not None
        start = time.monotonic()
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(30)
        return time.monotonic() - start

    def state(self) -> dict[str, int]:
        """What `manage.py demo_state --json` says: certificates issued and pending."""
        done = subprocess.run(
            [self.folder / ".venv/bin/python", "manage.py", "demo_state", "--json"],
            cwd=self.folder,
            env={**self.environment, "NSCL_DEMO": "1"},
            capture_output=True,
            text=True,
            check=True,
            user=self.user,
        )
        state: dict[str, int] = json.loads(done.stdout)
        return state

    def left(self) -> list[str]:
        """Command lines of processes that still run out of the clone's folder."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_text(errors="replace").replace("\0", " ")
                inside = str(self.folder) in command or str((folder / "cwd").readlink()).startswith(str(self.folder))
            except OSError:
                continue
            if inside:
                found.append(command)
        return found

    def log(self) -> str:
        """What `make demo` and its processes printed last."""
        paths = [self.folder.parent / "demo.log", *(self.folder / "var/log").glob("*.log")]
        return "\n".join("\n".join(path.read_text(errors="replace").splitlines()[-30:]) for path in paths)


@pytest.fixture
def demo() -> Iterator[Demo]:
    """A clone that an ordinary user owns, with the system's Python before any other one."""
    if not SYSTEM_PYTHON.exists() or not (ROOT / ".git").exists():
        pytest.skip("needs the system's Python and a git clone")
    user = ORDINARY if os.geteuid() == 0 else None
    # Not pytest's own temporary folder: only its owner may enter that one.
    base = Path(tempfile.mkdtemp(prefix="nscl demo "))
    folder = base / "a fresh clone"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", f"file://{ROOT}", folder], check=True)
    (base / "home").mkdir()
    if user:
        for path in (base, *base.rglob("*")):
            shutil.chown(path, user, pwd.getpwnam(user).pw_gid)
    port = free_port()
    passed_on = ("LANG", "SSL_", "PIP_", "REQUESTS_CA", "CURL_CA", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
    environment = {name: value for name, value in os.environ.items() if name.upper().startswith(passed_on)}
    environment |= {"PATH": "/usr/bin:/bin", "HOME": str(base / "home"), "PORT": str(port)}
    demo = Demo(folder, environment, port, user)
    yield demo
    if demo.process is not None and demo.process.poll() is None:
        demo.interrupt()
    shutil.rmtree(base, ignore_errors=True)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for left processes in /proc")
def test_demo_from_a_fresh_clone(demo: Demo) -> None:
    demo.start()
    demo.wait_until_ready(FIRST_START)
    deadline = time.monotonic() + 90
    while (state := demo.state())["pending"] and time.monotonic() < deadline:
        time.sleep(1)
    assert state["pending"] == 0, demo.log()
    assert state["certificates"] > 0

    assert demo.interrupt() < 8
    assert demo.left() == []

    demo.start()
    assert demo.wait_until_ready(SECOND_START + 10) < SECOND_START
    # Data are kept; pictures of the certificates may meanwhile have been drawn.
    assert {**demo.state(), "rendered": 0} == {**state, "rendered": 0}
    demo.interrupt()
    assert demo.left() == []


def test_a_used_port_is_named_before_anything_else(demo: Demo) -> None:
    with subprocess.Popen(
        [SYSTEM_PYTHON, "-m", "http.server", str(demo.port), "--bind", "127.0.0.1"], stderr=subprocess.DEVNULL
    ) as taken:
        try:
            for _ in range(100):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{demo.port}/", timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.05)
            demo.start()
            assert demo.process is not None
            assert demo.process.wait(20) != 0
        finally:
            taken.terminate()
    assert f"Port {demo.port} at 127.0.0.1 cannot be used" in demo.log()
    assert not (demo.folder / ".venv").exists()
