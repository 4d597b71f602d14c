"""`make check`: everything that can be judged without running the product, each part named with its verdict.

`make check ARGS="ruff mypy"` runs some parts only; `make format` puts Python and templates in form.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bin.environment import ROOT, VENV, CannotSetUp, clean_environment, ensure, python_of
from bin.product import PRODUCTION, build

TOOLS: dict[str, tuple[str, ...]] = {
    "format": ("ruff", "format", "--check", "--quiet", "."),
    "lint": ("ruff", "check", "--quiet", "."),
    "types": ("mypy",),
    "templates-lint": ("djlint", "templates", "--lint", "--quiet"),
    "directions": ("bin.directions",),
    "migrations": ("django", "makemigrations", "--check", "--dry-run", "--verbosity", "1"),
    "translations": ("bin.translations", "check"),
    "packs": ("django", "lint_packs", "starter/courses"),
}

# Written in two halves so that this file does not find itself.
TRACES = tuple(
    first + second
    for first, second in (
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("file:///", "opt"),
        ("files.python", "hosted.org"),
        ("registry.npm", "js.org"),
        ("deb.deb", "ian.org"),
        ("--index", "-url"),
    )
)
NOT_OURS = {".git", ".venv", ".venv-next", "var", "static_collected", "__pycache__", ".hypothesis", "node_modules"}
LINK = re.compile(r"\]\((?!mailto:)([^)#\s]+)")
LONGEST = 400
"""Lines of a Python file: past that, two nouns would live better in two rooms."""
MAY_BE_LONG = {"lms/settings.py"}
"""Settings are read in one place, by contract."""


def main(arguments: list[str]) -> int:
    """Run the parts asked for, or all; 0 when each of them is content."""
    if Path(sys.prefix) != VENV:
        try:
            build(ensure("dev"))
        except CannotSetUp as error:
            print(f"make check: {error}", file=sys.stderr)
            return 1
        os.execve(python_of(VENV), [str(python_of(VENV)), "-m", "bin.check", *arguments], clean_environment())
    if arguments == ["--format"]:
        return _format()
    parts: dict[str, Callable[[], Iterator[str]]] = {name: Tool(command) for name, command in TOOLS.items()}
    parts |= {"traces": traces, "lengths": lengths, "docs": docs}
    unknown = [name for name in arguments if name not in parts]
    if unknown:
        print(f"make check knows {', '.join(parts)}; not {', '.join(unknown)}.", file=sys.stderr)
        return 2
    failed = []
    for name in arguments or parts:
        start = time.monotonic()
        said = list(parts[name]())
        verdict = "FAILED" if said else "ok"
        print(f"{name:<16}{verdict:<8}{time.monotonic() - start:5.1f} s", flush=True)
        if said:
            failed.append(name)
            print("\n".join(f"    {line}" for line in said), flush=True)
    print(f"\nNot content: {', '.join(failed)}." if failed else "\nAll content.")
    return 1 if failed else 0


class Tool:
    """A tool's run: nothing when it is content, else what it said."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self.command = command

    def __call__(self) -> Iterator[str]:
        """Run it in the project's environment, without any production setting."""
        done = subprocess.run(
            [sys.executable, "-m", *self.command], cwd=ROOT, env=_environment(), capture_output=True, text=True
        )
        if done.returncode:
            yield from (done.stdout + done.stderr).strip().splitlines() or [f"exit code {done.returncode}"]


def traces() -> Iterator[str]:
    """Paths and hosts of one machine in files that others will read."""
    pattern = re.compile("|".join(re.escape(trace) for trace in TRACES))
    for path in own_files():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if found := pattern.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {found.group()}"


def lengths() -> Iterator[str]:
    """Python files that have grown past LONGEST lines."""
    for path in own_files():
        name = str(path.relative_to(ROOT))
        ours = path.suffix == ".py" and "migrations" not in path.parts and not name.startswith("starter/")
        if ours and name not in MAY_BE_LONG:
            count = len(path.read_text().splitlines())
            if count > LONGEST:
                yield f"{name}: {count} lines"


def docs() -> Iterator[str]:
    """Links between Markdown pages that lead to no file."""
    for path in own_files():
        if path.suffix == ".md":
            for number, line in enumerate(path.read_text().splitlines(), 1):
                for address in LINK.findall(line):
                    if "://" not in address and not (path.parent / address).exists():
                        yield f"{path.relative_to(ROOT)}:{number}: {address} is not there"


def own_files() -> Iterator[Path]:
    """Files of the project, without what is built, installed or made by running it."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name not in NOT_OURS and not name.endswith("_cache"))
        yield from (Path(folder) / name for name in sorted(names) if not name.endswith((".mo", ".pyc")))


def _format() -> int:
    """Put Python and templates in form."""
    commands = (("ruff", "check", "--fix", "--quiet", "."), ("ruff", "format", "."))
    codes = [subprocess.run([sys.executable, "-m", *command], cwd=ROOT).returncode for command in commands]
    return max(codes)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in PRODUCTION}
    return {**kept, "NSCL_DEMO": "1", "DJANGO_SETTINGS_MODULE": "lms.settings"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
