"""QTI 1.2, 2.0 to 2.2 and 3.0: packages with a manifest, and items on their own. 1EdTech's specifications."""

import posixpath
import re
import urllib.parse
from collections.abc import Mapping

from quizzes.formats import archive, pictures, qti_old
from quizzes.formats.build import Maker, number
from quizzes.formats.markup import Node, parse
from quizzes.formats.qti_item import Item as QtiItem
from quizzes.formats.qti_words import Picture
from quizzes.formats.result import BadFile, Item, Place, Read

_ENDINGS = (".xml", ".dat", ".qti")
_ITEM_TYPE = re.compile(r"imsqti_(?:item|apipitem|xmlv1p[12])|imsqti_item|x-bb-qti", re.IGNORECASE)


def camel(root: Node) -> Node:
    """QTI 3 writes `qti-choice-interaction` and `max-choices`: the names of QTI 2 for both."""
    for node in root.walk():
        if node.tag.startswith("qti-"):
            node.tag = _joined(node.tag[4:])
        if any("-" in name for name in node.attrs):
            made = {
                _joined(name) if not name.startswith(("data-", "aria-")) else name: value
                for name, value in node.attrs.items()
            }
            node.attrs = made
    return root


def _joined(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def looks(root: Node) -> bool:
    """Whether the document is an item, or a test that holds none itself."""
    return root.tag in ("assessmentItem", "qti-assessment-item")


def is_old(root: Node) -> bool:
    """QTI 1.2, as Canvas and others write it."""
    return root.tag == "questestinterop"


def read(content: bytes, language: str) -> Read:
    """The items of a package, in the order of its manifest, or the one item of a document. Raises BadFile."""
    found = Read("qti")
    if not archive.is_zip(content):
        root = parse(content)
        if is_old(root):
            qti_old.read(root, "", found, Maker(language), lambda _name: None)
            return found
        if not looks(root):
            raise BadFile("not_qti", element=root.tag[:40])
        QtiItem(camel(root), "", found, Maker(language), lambda _name: None).read()
        return found
    return _Package(archive.Archive(content), found, language).read()


class _Package:
    def __init__(self, files: archive.Archive, found: Read, language: str) -> None:
        self.files = files
        self.found = found
        self.maker = Maker(language)
        self.items: set[str] = set()
        self.passages: set[str] = set()
        self.shown: set[str] = set()

    def read(self) -> Read:
        topics: Mapping[str, str] = {}
        weights: dict[str, float] = {}
        for name in self._listed():
            try:
                root = parse(self.files.read(name), name)
            except BadFile as bad:
                self._broken(name, bad)
                continue
            if is_old(root):
                qti_old.read(root, name, self.found, self.maker, self._picture(name))
            elif looks(root):
                root = self._with_passages(camel(root), name)
                QtiItem(root, name, self.found, self.maker, self._picture(name)).read()
            elif root.tag in ("assessmentTest", "qti-assessment-test"):
                topics = _sections(camel(root), posixpath.dirname(name)) or topics
                weights |= _weights(root, posixpath.dirname(name))
            elif root.tag in ("assessmentStimulus", "qti-assessment-stimulus"):
                self.passages.add(name)
            elif root.tag == "POOL":
                self.found.leave("blackboard_pool", Place(file=name))
        for name in sorted(self.passages - self.shown):
            self.found.leave("qti_stimulus", Place(file=name))
        for item in self.found.items:
            item.category = item.category or topics.get(item.place.file, "")
            if item.place.file in weights:
                _weigh(item, weights[item.place.file])
        if not self.found.items:
            raise BadFile("no_items")
        return self.found

    def _broken(self, name: str, bad: BadFile) -> None:
        """An item that cannot be read is a fault at its place; any other file is named. Malice is never passed over."""
        if bad.said.code not in ("xml_broken", "encoding"):
            raise bad
        if name not in self.items:
            self.found.leave("file_unreadable", Place(file=name))
            return
        item = Item({"type": "single"}, Place("line", bad.said.place.number or 1, name))
        item.fault(bad.said.code, bad.said.place, **bad.said.facts)
        self.found.add(item)

    def _with_passages(self, root: Node, of: str) -> Node:
        """The item with the texts that it shares with others in their place: before its words, or where included."""
        body = root.first("itemBody")
        for node in [one for one in root.walk() if one.tag in ("assessmentStimulusRef", "include")]:
            name = _beside(of, node.get("href"))
            if name not in self.files or body is None:
                self.found.leave("file_missing", Place("line", node.line, of), name=node.get("href")[:80])
                continue
            text = camel(parse(self.files.read(name), name))
            inner = text.first("stimulusBody") or text
            self.shown.add(name)
            node.tag, node.parts, node.attrs = "div", inner.parts, {}
            if node in root.children:
                root.parts.remove(node)
                body.parts.insert(0, node)
        return root

    def _listed(self) -> list[str]:
        """Items by the manifest; without one, every XML file."""
        manifest = next((name for name in self.files.names if posixpath.basename(name) == "imsmanifest.xml"), "")
        every = [name for name in self.files.names if name.lower().endswith(_ENDINGS) and name != manifest]
        if not manifest:
            self.found.note("no_manifest")
            self.items = set(every)
            return sorted(every)
        root = parse(self.files.read(manifest), manifest)
        folder = posixpath.dirname(manifest)
        names: list[str] = []
        tests: list[str] = []
        for resource in root.deep("resource"):
            # Blackboard names the file of a resource in an attribute of its own.
            href = resource.get("href") or resource.get("file")
            href = href or next((file.get("href") for file in resource.all("file")), "")
            name = posixpath.normpath(posixpath.join(folder, urllib.parse.unquote(href)))
            if not href.lower().endswith(_ENDINGS):
                continue
            if name not in self.files:
                self.found.leave("file_missing", Place(file=manifest), name=href[:80])
            elif _ITEM_TYPE.search(resource.get("type")):
                names.append(name)
            else:
                tests.append(name)
        self.items = set(names)
        # Some writers list items under other types.
        return list(dict.fromkeys([*names, *tests])) or sorted(every)

    def _picture(self, of: str) -> Picture:
        def picture(address: str) -> tuple[bytes, str] | None:
            name = self._found(of, address)
            return (pictures.taken(self.files.read(name)) or (b"", "")) if name else None

        return picture

    def _found(self, of: str, address: str) -> str:
        """A file of the package by what a text calls it: beside the text, from the root, or by its name alone."""
        plain = urllib.parse.unquote(re.sub(r"[?#].*", "", address))
        plain = re.sub(r"^(?:\$[A-Z_-]*FILE_?BASE\$|%24IMS-CC-FILEBASE%24)/?", "", plain)
        for name in (_beside(of, plain), posixpath.normpath(plain.lstrip("/"))):
            if name in self.files:
                return name
        # Blackboard calls its files by a number that stands in their names.
        number = re.search(r"xid-\d+_\d+", plain)
        last = number[0] if number else f"/{posixpath.basename(plain)}"
        same = [name for name in self.files.names if (last in name if number else f"/{name}".endswith(last))]
        return next((name for name in same if not name.endswith(".xml")), "") if len(last) > 1 else ""


def _beside(of: str, address: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(of), urllib.parse.unquote(address)))


def _sections(test: Node, folder: str) -> dict[str, str]:
    """By item's file the title of the section that draws it."""
    made = {}
    for section in test.deep("assessmentSection"):
        for ref in section.all("assessmentItemRef"):
            made[posixpath.normpath(posixpath.join(folder, urllib.parse.unquote(ref.get("href"))))] = section.get(
                "title"
            )
    return made


def _weights(test: Node, folder: str) -> dict[str, float]:
    """By item's file how many times its score a test counts."""
    made = {}
    for ref in test.deep("assessmentItemRef"):
        told = next((number(one.get("value")) for one in ref.all("weight")), None)
        if told not in (None, 0, 1):
            made[_beside(f"{folder}/test", ref.get("href"))] = float(told or 1)
    return made


def _weigh(item: Item, times: float) -> None:
    """Multiply its points, and those of what it is made of."""
    inner = [*item.node.get("rubric", ()), *item.node.get("parts", ())]
    made = [number(format(times * one.get("points", 1), ".6g")) for one in (item.node, *inner)]
    if all(isinstance(points, int) and points > 0 for points in made):
        for one, points in zip((item.node, *inner), made, strict=True):
            one["points"] = points
    else:
        item.note("points_not_whole", points=str(made[0]))
