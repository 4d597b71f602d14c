"""The project's own Python environment, made once and made again only when the lock changes."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NEXT = ROOT / ".venv-next"
LOCKS = {"app": ROOT / "requirements/app.lock", "dev": ROOT / "requirements/dev.lock"}


class CannotSetUp(Exception):
    """Set-up cannot go on; the message says why and what to do."""


def python_of(venv: Path) -> Path:
    """The interpreter of an environment."""
    return venv / "bin" / "python"


def ensure(kind: str, venv: Path = VENV) -> Path:
    """An environment holding exactly what the lock `kind` ("app" or "dev") pins; returns its Python.

    Costs a few milliseconds when nothing changed. Raises CannotSetUp.
    """
    python = python_of(venv)
    lock = LOCKS[kind]
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    stamps = [venv / f"installed-{kind}"]
    if kind == "dev":
        stamps.append(venv / "installed-app")
    if stamps[0].is_file() and stamps[0].read_text() == wanted and _works(python):
        return python
    print(f"Installing what {lock.relative_to(ROOT)} names into {venv.name} (once) …", flush=True)
    if not _works(python):
        _run([sys.executable, "-m", "venv", "--without-pip", "--clear", str(venv)], "The environment cannot be made")
    install(venv, ["--require-hashes", "-r", str(lock)])
    if kind == "dev":
        stamps[1].write_text(_app_stamp())
    stamps[0].write_text(wanted)
    return python


def install(venv: Path, arguments: list[str]) -> None:
    """Run `pip install` for an environment, with whichever pip there is. Raises CannotSetUp."""
    command = [*_pip(python_of(venv)), "install", "--quiet", "--no-input", "--disable-pip-version-check", *arguments]
    _run(command, "The packages cannot be installed")


def clean_environment() -> dict[str, str]:
    """This process's environment without what would lead Python or pip astray."""
    stray = {"PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV"}
    kept = {name: value for name, value in os.environ.items() if name not in stray}
    return {**kept, "PIP_ROOT_USER_ACTION": "ignore", "PYTHONUNBUFFERED": "1"}


def _app_stamp() -> str:
    """What `ensure("app")` would look for: the larger lock holds the smaller one's pins."""
    return hashlib.sha256(LOCKS["app"].read_bytes() + sys.version.encode()).hexdigest()


def _works(python: Path) -> bool:
    """Whether the environment's interpreter starts and is the same Python as this one."""
    try:
        found = subprocess.run(
            [python, "-c", "import sys; print(sys.version)"], capture_output=True, text=True, env=clean_environment()
        )
    except OSError:
        return False
    return found.returncode == 0 and found.stdout.strip() == sys.version.strip()


def _pip(python: Path) -> list[str]:
    """A command that installs into the environment of `python`: this Python's pip, another one, or its own."""
    candidates = [[sys.executable, "-m", "pip"]]
    candidates += [[found] for name in ("pip3", "pip") if (found := shutil.which(name))]
    for candidate in candidates:
        command = [*candidate, "--python", str(python)]
        if _succeeds([*command, "--version"]):
            return command
    own = [str(python), "-m", "pip"]
    if _succeeds([*own, "--version"]) or (
        _succeeds([str(python), "-m", "ensurepip"]) and _succeeds([*own, "--version"])
    ):
        return own
    raise CannotSetUp(
        f"No pip of version 22.3 or newer was found for {sys.executable}. "
        "Install it (Debian and Ubuntu: apt install python3-pip) and start again."
    )


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, env=clean_environment()).returncode == 0
    except OSError:
        return False


def _run(command: list[str], complaint: str) -> None:
    """Run a command quietly; show what it said only if it fails."""
    with tempfile.TemporaryFile("w+") as output:
        code = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, env=clean_environment()).returncode
        if code:
            output.seek(0)
            raise CannotSetUp(f"{complaint}:\n{''.join(output.readlines()[-25:]).rstrip()}")
