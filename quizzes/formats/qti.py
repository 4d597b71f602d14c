"""QTI 2.0 to 2.2 and 3.0: packages with a manifest, and items on their own. 1EdTech's specifications."""

import posixpath
import re
import urllib.parse
from collections.abc import Mapping

from quizzes.formats import archive, pictures
from quizzes.formats.build import Maker
from quizzes.formats.markup import Node, parse
from quizzes.formats.qti_item import Item as QtiItem, Picture
from quizzes.formats.result import BadFile, Place, Read

_ITEM_TYPE = re.compile(r"imsqti_(?:item|apipitem)|associatedcontent/imsqti_item", re.IGNORECASE)


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
            raise BadFile("qti_old")
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

    def read(self) -> Read:
        topics: Mapping[str, str] = {}
        names = self._listed()
        for name in names:
            root = parse(self.files.read(name), name)
            if is_old(root):
                raise BadFile("qti_old", Place(file=name))
            if looks(root):
                item = QtiItem(camel(root), name, self.found, self.maker, self._picture(name))
                item.read()
            elif root.tag in ("assessmentTest", "qti-assessment-test"):
                topics = _sections(camel(root), posixpath.dirname(name)) or topics
            elif root.tag in ("assessmentStimulus", "qti-assessment-stimulus"):
                self.found.leave("qti_stimulus", Place(file=name))
        for item_ in self.found.items:
            item_.category = item_.category or topics.get(item_.place.file, "")
        if not self.found.items:
            raise BadFile("no_items")
        return self.found

    def _listed(self) -> list[str]:
        """Items by the manifest; without one, every XML file."""
        manifest = next((name for name in self.files.names if posixpath.basename(name) == "imsmanifest.xml"), "")
        every = [name for name in self.files.names if name.lower().endswith(".xml") and name != manifest]
        if not manifest:
            self.found.note("no_manifest")
            return sorted(every)
        root = parse(self.files.read(manifest), manifest)
        folder = posixpath.dirname(manifest)
        names: list[str] = []
        tests: list[str] = []
        for resource in root.deep("resource"):
            href = resource.get("href") or next((file.get("href") for file in resource.all("file")), "")
            name = posixpath.normpath(posixpath.join(folder, urllib.parse.unquote(href)))
            if not href.lower().endswith(".xml"):
                continue
            if name not in self.files:
                self.found.leave("file_missing", Place(file=manifest), name=href[:80])
            elif _ITEM_TYPE.search(resource.get("type")):
                names.append(name)
            else:
                tests.append(name)
        # Some writers list items under other types.
        return list(dict.fromkeys([*names, *tests])) or sorted(every)

    def _picture(self, of: str) -> Picture:
        def picture(address: str) -> tuple[bytes, str] | None:
            name = posixpath.normpath(
                posixpath.join(posixpath.dirname(of), urllib.parse.unquote(re.sub(r"[?#].*", "", address)))
            )
            if name not in self.files:
                return None
            return pictures.taken(self.files.read(name)) or (b"", "")

        return picture


def _sections(test: Node, folder: str) -> dict[str, str]:
    """By item's file the title of the section that draws it."""
    made = {}
    for section in test.deep("assessmentSection"):
        for ref in section.all("assessmentItemRef"):
            made[posixpath.normpath(posixpath.join(folder, urllib.parse.unquote(ref.get("href"))))] = section.get(
                "title"
            )
    return made
