"""Translations: compile the catalogues, or check that every text of the product has its Vietnamese.

Runs inside the project's environment. `check` needs GNU gettext.
"""

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from bin.environment import ROOT

SOURCES = ("lms", "people", "courses", "enrolments", "quizzes", "certificates", "reports", "cms", "templates")
MARKS = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext"})
Key = tuple[str, str]
"""Context and text of a message."""


def compile_all() -> int:
    """Write a .mo beside each .po; 1 and a message naming the file if one does not parse."""
    for path in sorted(ROOT.glob("locale*/*/LC_MESSAGES/*.po")):
        try:
            catalog = read(path)
        except (PoFileError, ValueError) as error:
            print(f"{path.relative_to(ROOT)}: {error}", file=sys.stderr)
            return 1
        target = path.with_suffix(".mo")
        # Written beside and moved: a running server never meets half a catalogue.
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as half:
            write_mo(half, catalog)
        Path(half.name).chmod(0o644)
        Path(half.name).replace(target)
    return 0


def read(path: Path) -> Catalog:
    """The catalogue in a file. Raises PoFileError, with the line, where it does not parse."""
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def extracted() -> polib.POFile:
    """Every text in Python and templates, with its places."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source in SOURCES:
            shutil.copytree(
                ROOT / source,
                folder / source,
                ignore=lambda _, names: [n for n in names if n in {"migrations", "static", "__pycache__"}],
            )
        (folder / "locale").mkdir()
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        command = [sys.executable, "-m", "django", "makemessages", "--locale", "vi", "--verbosity", "0"]
        subprocess.run([*command, "--no-wrap"], cwd=folder, env=environment, check=True)
        # Read leniently: xgettext leaves room for two plurals, Vietnamese has one.
        return polib.pofile(str(folder / "locale/vi/LC_MESSAGES/django.po"))


def used() -> dict[Key, str]:
    """Every text with the first place that it stands at."""
    return {(entry.msgctxt or "", entry.msgid): ":".join(entry.occurrences[0]) for entry in extracted()}


def update() -> int:
    """Bring locale/vi in step with the texts: new ones come in empty, old ones go, the rest stays."""
    path = ROOT / "locale/vi/LC_MESSAGES/django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    present = {(entry.msgctxt or "", entry.msgid): entry for entry in polib.pofile(str(path))} if path.exists() else {}
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = {
        "Language": "vi",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for entry in sorted(extracted(), key=lambda entry: (entry.msgid, entry.msgctxt or "")):
        known = present.get((entry.msgctxt or "", entry.msgid))
        plural = {"msgid_plural": entry.msgid_plural} if entry.msgid_plural else {}
        new = polib.POEntry(msgctxt=entry.msgctxt, msgid=entry.msgid, flags=_flags(entry), **plural)
        if entry.msgid_plural:
            new.msgstr_plural = {0: known.msgstr_plural.get(0, "") if known else ""}
        else:
            new.msgstr = known.msgstr if known else ""
        catalogue.append(new)
    catalogue.save(str(path))
    empty = [entry.msgid for entry in catalogue.untranslated_entries()]
    print(f"{len(catalogue)} texts, {len(empty)} without Vietnamese.")
    return 0


def _flags(entry: polib.POEntry) -> list[str]:
    """The flags of an entry that are true: xgettext takes every “% o” for a format; ours are all named."""
    return [flag for flag in entry.flags if flag != "python-format" or "%(" in entry.msgid]


def key(message: Message) -> Key:
    """Context and singular of a message."""
    text = message.id if isinstance(message.id, str) else message.id[0]
    return (message.context or "", text)


def complaints() -> list[str]:
    """What is missing, empty or fuzzy, each with its place."""
    translated: set[Key] = set()
    found: list[str] = []
    for path in sorted(ROOT.glob("locale*/vi/LC_MESSAGES/django.po")):
        for message in read(path):
            if not message.id:
                continue
            texts = message.string if isinstance(message.string, tuple | list) else [message.string]
            place = f"{path.relative_to(ROOT)}: {key(message)[1]!r}"
            if message.fuzzy:
                found.append(f"{place} is fuzzy")
            elif not texts or not texts[0]:
                # Vietnamese has one form: further ones, if a tool added them, may stay empty.
                found.append(f"{place} is not translated")
            else:
                translated.add(key(message))
    for entry, place in sorted(used().items(), key=lambda item: item[1]):
        if entry not in translated:
            found.append(f"{place}: {entry[1]!r} has no Vietnamese")
    return found


def unseen() -> Iterator[str]:
    """Texts that xgettext does not find: inside an f-string, or marked by a function under another name."""
    for path in sorted(path for source in SOURCES for path in (ROOT / source).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                for name in node.names:
                    if name.asname not in (None, "_") and "gettext" in name.name:
                        yield f"{path.relative_to(ROOT)}:{node.lineno}: {name.name} as {name.asname} is not looked for"
            elif isinstance(node, ast.JoinedStr):
                for part in ast.walk(node):
                    if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in MARKS:
                        yield f"{path.relative_to(ROOT)}:{part.lineno}: a text in an f-string is not found"


def check() -> int:
    """Print every complaint; 0 if there is none."""
    if shutil.which("xgettext") is None:
        print("translations: GNU gettext is not installed; missing texts were not looked for.")
        return 1 if os.environ.get("CI") == "true" else 0
    found = [*unseen(), *complaints()]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit({"compile": compile_all, "check": check, "update": update}[sys.argv[1]]())
