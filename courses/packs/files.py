"""Reads a pack's files, safely: from a folder or a zip, never outside of it."""

import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from django.utils.translation import gettext as _

MAX_FILES = 2_000
MAX_FILE_BYTES = 5_000_000
MAX_TOTAL_BYTES = 100_000_000


@dataclass(frozen=True)
class Problem:
    """One fault with its place."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


@dataclass
class Problems:
    """Every fault found; nothing is written while there is one."""

    found: list[Problem] = field(default_factory=list)

    def add(self, path: str, line: int, message: Any) -> None:
        """Note a fault at `line` (from 1; 0 for the file as a whole)."""
        self.found.append(Problem(path, line, str(message)))

    def __bool__(self) -> bool:
        return bool(self.found)


class PackRefused(Exception):
    """A pack that is not taken; `problems` lists every fault with its place."""

    def __init__(self, problems: Problems) -> None:
        super().__init__("\n".join(str(problem) for problem in problems.found))
        self.problems = problems.found


class MarkedDict(dict[str, Any]):
    """A YAML mapping that remembers its lines."""

    line: int = 0

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}

    def line_of(self, key: str) -> int:
        """Line of the key, or of the mapping when the key is missing."""
        return self.lines.get(key, self.line)


class MarkedList(list[Any]):
    """A YAML list that remembers its lines."""

    line: int = 0

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


class PackFiles:
    """The files of a pack in memory, by relative path with `/`."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    @classmethod
    def open(cls, path: Path, problems: Problems) -> "PackFiles":
        """Read the folder or zip at `path`. Faults go to `problems`."""
        if path.is_dir():
            return cls._from_folder(path, problems)
        if path.is_file() and zipfile.is_zipfile(path):
            return cls._from_zip(path, problems)
        problems.add(str(path), 0, _("This is neither a folder nor a zip file."))
        return cls({})

    @classmethod
    def _from_folder(cls, path: Path, problems: Problems) -> "PackFiles":
        files: dict[str, bytes] = {}
        total = 0
        root = path.resolve()
        for file in sorted(path.rglob("*")):
            name = file.relative_to(path).as_posix()
            if file.is_symlink() and not file.resolve().is_relative_to(root):
                problems.add(name, 0, _("This link leads out of the pack."))
            elif file.is_file() and not any(part.startswith((".", "__")) for part in PurePosixPath(name).parts):
                size = file.stat().st_size
                total += size
                if not _fits(name, size, len(files), total, problems):
                    break
                files[unicodedata.normalize("NFC", name)] = file.read_bytes()
        return cls(files)

    @classmethod
    def _from_zip(cls, path: Path, problems: Problems) -> "PackFiles":
        files: dict[str, bytes] = {}
        total = 0
        try:
            with zipfile.ZipFile(path) as archive:
                for entry in archive.infolist():
                    name = entry.filename
                    if entry.is_dir():
                        continue
                    if climbs(name) or "\\" in name:
                        problems.add(name, 0, _("This path leads out of the pack."))
                        continue
                    if (entry.external_attr >> 16) & 0o170000 == 0o120000:
                        problems.add(name, 0, _("A pack may not hold links."))
                        continue
                    with archive.open(entry) as stream:
                        content = stream.read(MAX_FILE_BYTES + 1)
                    total += len(content)
                    if not _fits(name, len(content), len(files), total, problems):
                        break
                    if name in files:
                        problems.add(name, 0, _("The zip holds this file twice."))
                    files[unicodedata.normalize("NFC", name)] = content
        except (zipfile.BadZipFile, OSError, RuntimeError, EOFError, zlib.error) as error:
            problems.add(path.name, 0, _("The zip cannot be read: %(error)s") % {"error": error})
        # A zip made of the folder itself holds one folder at its top.
        tops = {name.split("/", 1)[0] for name in files}
        if len(tops) == 1 and "course.yaml" not in files and all("/" in name for name in files):
            files = {name.split("/", 1)[1]: content for name, content in files.items()}
        return cls(files)

    def names(self, folder: str = "") -> list[str]:
        """Paths below `folder`, sorted."""
        return sorted(name for name in self._files if name.startswith(folder))

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def read(self, name: str) -> bytes:
        """The bytes of a file that is there. Raises KeyError otherwise."""
        return self._files[name]

    def text(self, name: str, problems: Problems) -> str | None:
        """A text file's content; None, with a fault noted, if it is missing or no clean UTF-8."""
        if climbs(name):
            problems.add(name, 0, _("This path leads out of the pack."))
            return None
        if name not in self._files:
            problems.add(name, 0, _("This file is missing."))
            return None
        try:
            content = self._files[name].decode("utf-8")
        except UnicodeDecodeError as error:
            problems.add(
                name, 0, _("This is not UTF-8 text (byte %(place)s). Save it as UTF-8.") % {"place": error.start}
            )
            return None
        if content != unicodedata.normalize("NFC", content):
            problems.add(name, 0, _("Accents are stored decomposed. Save the file as NFC."))
        if "\r" in content or "\t" in content:
            problems.add(name, 0, _("Use LF line ends and no tabs."))
        return content

    def yaml(self, name: str, problems: Problems) -> Any:
        """A YAML file as marked mappings and lists; None, with faults noted, if it is refused."""
        content = self.text(name, problems)
        if content is None:
            return None
        try:
            node = yaml.compose(content, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problems.add(name, mark.line + 1 if mark else 0, getattr(error, "problem", None) or error)
            return None
        except RecursionError:
            problems.add(name, 0, _("This is nested too deeply."))
            return None
        if node is None:
            problems.add(name, 1, _("This file is empty."))
            return None
        before = len(problems.found)
        for event in yaml.parse(content, Loader=yaml.SafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else 0
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                problems.add(name, line, _("Anchors and aliases are not taken."))
            elif getattr(event, "tag", None):
                problems.add(name, line, _("Tags (“!…”) are not taken: a pack is plain data."))
        return _marked(node, name, problems) if len(problems.found) == before else None


def climbs(name: str) -> bool:
    """Whether a path is absolute or leads out of its folder."""
    return name.startswith("/") or ".." in PurePosixPath(name).parts or bool(re.match(r"[A-Za-z]:", name))


def _fits(name: str, size: int, count: int, total: int, problems: Problems) -> bool:
    if size > MAX_FILE_BYTES:
        problems.add(name, 0, _("This file is larger than 5 MB."))
        return False
    if count >= MAX_FILES or total > MAX_TOTAL_BYTES:
        problems.add(name, 0, _("The pack holds more than 2,000 files or 100 MB."))
        return False
    return True


def _marked(node: yaml.Node, name: str, problems: Problems) -> Any:
    if isinstance(node, yaml.MappingNode):
        mapping = MarkedDict()
        mapping.line = node.start_mark.line + 1
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in mapping:
                problems.add(name, key_node.start_mark.line + 1, _("“%(key)s” stands twice.") % {"key": key})
            mapping[key] = _marked(value_node, name, problems)
            mapping.lines[key] = key_node.start_mark.line + 1
        return mapping
    if isinstance(node, yaml.SequenceNode):
        items = MarkedList()
        items.line = node.start_mark.line + 1
        for child in node.value:
            items.append(_marked(child, name, problems))
            items.lines.append(child.start_mark.line + 1)
        return items
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        problems.add(name, node.start_mark.line + 1, error)
        return None


def dump_yaml(data: Any) -> bytes:
    """Canonical YAML: what an exported pack is written in, byte for byte."""
    text: str = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10**9, default_flow_style=False)
    return text.encode()
