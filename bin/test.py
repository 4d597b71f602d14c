"""`make test`: the whole suite on a real PostgreSQL, Redis and browser, with whatever it needs started by itself.

What cannot be had is named in one line and left out; with CI=true that is a failure.
Arguments go to pytest: `make test ARGS="tests/people -k name"`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from bin.environment import NEXT, ROOT, VENV, CannotSetUp, clean_environment, ensure, install, python_of
from bin.product import PRODUCTION, build
from bin.services import NotToBeHad, postgresql, redis

NO_TESTS = 5
"""pytest's exit code when nothing was selected."""
TEMPLATE = "nscl_template"
"""The database that others on PostgreSQL are copies of: the migrations take most of a minute each time."""


def main(arguments: list[str]) -> int:
    """Make the environment, go on inside it, run the parts; 0 when all passed and, in CI, nothing was left out."""
    newest, soak = "--next" in arguments, "--soak" in arguments
    arguments = [argument for argument in arguments if argument not in {"--next", "--soak"}]
    venv = NEXT if newest else VENV
    if Path(sys.prefix) != venv:
        try:
            _prepare(venv, newest)
        except CannotSetUp as error:
            print(f"make test: {error}", file=sys.stderr)
            return 1
        flags = [flag for flag, wanted in (("--next", newest), ("--soak", soak)) if wanted]
        os.execve(python_of(venv), [str(python_of(venv)), "-m", "bin.test", *flags, *arguments], clean_environment())
    left_out: list[str] = []
    with ExitStack() as stack:
        environment = _environment(stack, left_out)
        if soak:
            environment["NSCL_SOAK"] = "1"
        codes = _run_parts(environment, arguments)
    for sentence in left_out:
        print(f"Left out: {sentence}")
    if left_out and os.environ.get("CI") == "true":
        print("CI=true: nothing may be left out.")
        return 1
    if all(code == NO_TESTS for code in codes):
        return NO_TESTS
    return next((code for code in codes if code not in {0, NO_TESTS}), 0)


def _prepare(venv: Path, newest: bool) -> None:
    """Packages, translations, static files."""
    python = ensure("dev", venv)
    if newest and not (venv / "installed-next").is_file():
        install(venv, ["--upgrade", "wagtail", "wagtail-localize"])
        (venv / "installed-next").touch()
    build(python)


def _environment(stack: ExitStack, left_out: list[str]) -> dict[str, str]:
    """The tests' environment with the services that could be started; names the others in `left_out`."""
    environment = {name: value for name, value in os.environ.items() if name not in PRODUCTION}
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="nscl-test-"))
    environment |= {"NSCL_VAR": folder, "DJANGO_SETTINGS_MODULE": "lms.settings_test"}
    if given := os.environ.get("TEST_DATABASE_URL"):
        environment["DATABASE_URL"] = given
    else:
        try:
            environment["DATABASE_URL"] = stack.enter_context(postgresql())
        except NotToBeHad as reason:
            left_out.append(f"PostgreSQL ({reason}); the suite ran on SQLite.")
    try:
        url = stack.enter_context(redis())
        environment |= {"BROKER_URL": f"{url}/0", "CACHE_URL": f"{url}/1"}
    except NotToBeHad as reason:
        left_out.append(f"Redis ({reason}); broker and cache were in memory.")
    if chromium := find_chromium():
        environment["CHROMIUM"] = chromium
    else:
        left_out.append("the browser tests (no Chromium is installed).")
    return environment


def find_chromium() -> str | None:
    """The system's Chromium or Chrome; CHROMIUM names another one."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next((found for name in names if (found := shutil.which(name))), None)


def _run_parts(environment: Mapping[str, str], arguments: list[str]) -> list[int]:
    """Run the parts; their exit codes. What takes a core to itself goes on beside the long part."""
    with ThreadPoolExecutor(1) as lane:
        beside = []
        if "DATABASE_URL" in environment:
            alone = _on_sqlite(environment)
            marker = "sqlite and not browser and not slow"
            beside.append(("SQLite, where it differs", lane.submit(_pytest, alone, marker, arguments, keep=True)))
        whole = {**environment, **_template(environment)}
        if "CHROMIUM" in environment:
            browser = lane.submit(_pytest, _apart(whole, 2), "browser", arguments, keep=True)
            beside.append(("a browser, the real server, worker and database", browser))
        clone = lane.submit(_pytest, _on_sqlite(environment), "slow and not browser", arguments, keep=True)
        beside.append(("a clone, from nothing", clone))
        print(f"\n== The suite on {'PostgreSQL' if 'DATABASE_URL' in whole else 'SQLite'} ==", flush=True)
        codes = [_pytest(whole, "not browser and not slow", arguments)[0]]
        for title, other in beside:
            code, output = other.result()
            print(f"\n== On {title} ==\n{output}", flush=True)
            codes.append(code)
    return codes


def _template(environment: Mapping[str, str]) -> dict[str, str]:
    """Make the tables that others on PostgreSQL are copies of; what tells the tests so.

    Where it can't be done, they make their tables themselves and say why they can't.
    """
    if "DATABASE_URL" not in environment:
        return {}
    command = [sys.executable, "-m", "bin.databases", TEMPLATE]
    made = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    return {} if made.returncode else {"NSCL_TEMPLATE": TEMPLATE}


def _on_sqlite(environment: Mapping[str, str]) -> dict[str, str]:
    """The same without the database, and with a cache and a broker of its own."""
    return _apart({name: value for name, value in environment.items() if name != "DATABASE_URL"}, 4)


def _apart(environment: Mapping[str, str], first: int) -> dict[str, str]:
    """The same with Redis's databases `first` and the next one: tests clear theirs while another part runs."""
    alone = dict(environment)
    for name, number in (("BROKER_URL", first), ("CACHE_URL", first + 1)):
        if name in alone:
            alone[name] = urlsplit(alone[name])._replace(path=f"/{number}").geturl()
    return alone


def _pytest(
    environment: Mapping[str, str], marker: str, arguments: list[str], *, keep: bool = False
) -> tuple[int, str]:
    """One run of pytest: its exit code and, if it is kept back, what it printed."""
    command = [sys.executable, "-m", "pytest", "-m", marker, *(arguments or ["tests"])]
    with tempfile.TemporaryDirectory(prefix="nscl-part-") as folder:
        # Data of its own: two parts run at a time.
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**environment, "NSCL_VAR": folder},
            stdout=subprocess.PIPE if keep else None,
            stderr=subprocess.STDOUT if keep else None,
            text=True,
            check=False,
        )
    return done.returncode, done.stdout or ""


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
