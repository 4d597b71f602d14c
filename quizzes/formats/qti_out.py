"""Questions written as QTI packages, 2.2 and 3.0: the same items, in the names of either."""

import html
import re
from collections.abc import Callable, Mapping
from typing import Any

from quizzes.formats.build import tags_of, words_of
from quizzes.formats.prose import to_html
from quizzes.formats.qti_words import MARK
from quizzes.formats.result import Json, Written
from quizzes.formats.zipping import zipped

TYPES = frozenset("single multiple truefalse numeric matching ordering shorttext cloze essay file categories".split())
CARRIES = frozenset(
    "code type topic difficulty tags points stem explanation options scoring answer tolerance unit decimals pairs extra "  # noqa: E501
    "items accept accents text gaps rubric words categories feedback figure alt".split()
)
_V2 = "http://www.imsglobal.org/xsd/imsqti_v2p2"
_V3 = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
_RULES = {
    2: "http://www.imsglobal.org/question/qti_v2p2/rptemplates/",
    3: "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/",
}
_OWN_TAG = re.compile(r"<(/?)([a-zA-Z]+)")
_HTML = frozenset("p br img div span object prompt".split())
_ATTRIBUTE = re.compile(r" ([a-z]+[A-Z][a-zA-Z]*)=")


def _dashed(name: str) -> str:
    return re.sub(r"[A-Z]", lambda found: "-" + found[0].lower(), name)


def _third(text: str) -> str:
    """The same markup in the names of QTI 3."""

    def tag(found: re.Match[str]) -> str:
        name = found[2]
        plain = name in _HTML and name != "prompt"
        return f"<{found[1]}{name if plain else 'qti-' + _dashed(name)}"

    parts = re.split(r"(<[^>]*>)", text)
    return "".join(
        _ATTRIBUTE.sub(lambda found: f" {_dashed(found[1])}=", _OWN_TAG.sub(tag, part, count=1))
        if part.startswith("<")
        else part
        for part in parts
    )


def write(nodes: list[Json], language: str, media: Mapping[str, bytes] | None = None, version: int = 2) -> Written:
    """A package with a manifest, an item a question."""
    files: dict[str, bytes] = {}
    resources = []
    for place, node in enumerate(nodes, 1):
        name = f"items/q{place:04d}.xml"
        writer = _Item(node, language, version, media or {})
        text = writer.whole()
        files[name] = (_third(text) if version == 3 else text).encode()
        files.update({f"items/images/{image}": content for image, content in writer.images.items()})
        inside = "".join(f'<file href="items/images/{image}"/>' for image in writer.images)
        kind = "imsqti_item_xmlv2p2" if version == 2 else "imsqti_item_xmlv3p0"
        resources.append(
            f'<resource identifier="r{place}" type="{kind}" href="{name}"><file href="{name}"/>{inside}</resource>'
        )
    schema = ("http://www.imsglobal.org/xsd/imscp_v1p1", "QTIv2.2 Package", "1.0.0") if version == 2 else (
        "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1", "QTI Package", "3.0.0")  # fmt: skip
    manifest = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest xmlns="{schema[0]}" identifier="nscl"><metadata><schema>{schema[1]}'  # noqa: E501
        f"</schema><schemaversion>{schema[2]}</schemaversion></metadata><organizations/><resources>{''.join(resources)}</resources></manifest>\n"
    )
    return Written(zipped({"imsmanifest.xml": manifest.encode(), **files}), "zip", "application/zip", count=len(nodes))


def _attribute(text: Any) -> str:
    return html.escape(str(text), quote=True).replace("\n", " ")


class _Item:
    def __init__(self, node: Json, language: str, version: int, media: Mapping[str, bytes]) -> None:
        self.node = node
        self.language = language
        self.version = version
        self.media = media
        self.images: dict[str, bytes] = {}
        self.declarations: list[str] = []
        self.aside: list[str] = []
        self.rules = f'<responseProcessing template="{_RULES[version]}match_correct{".xml" if version == 3 else ""}"/>'

    def say(self, texts: Json) -> str:
        """Markup of a text."""
        return to_html(texts[self.language])

    def whole(self) -> str:
        """The item's document."""
        node = self.node
        body = _BODIES[node["type"]](self)
        for name, texts in node.get("feedback", {}).items():
            self._told(f"nscl-{name}", texts)
        if node.get("explanation"):
            self._told("nscl-explanation", node["explanation"])
        points = node.get("points", 1)
        outcomes = (
            '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
            f'<outcomeDeclaration identifier="MAXSCORE" cardinality="single" baseType="float"><defaultValue><value>{points}</value>'  # noqa: E501
            "</defaultValue></outcomeDeclaration>"
        )
        outcomes += (
            '<outcomeDeclaration identifier="FEEDBACK" cardinality="multiple" baseType="identifier"/>'
            if self.aside
            else ""
        )
        title = _attribute(node["stem"][self.language][:80])
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentItem xmlns="{_V2 if self.version == 2 else _V3}" '
            f'identifier="{_attribute(node["code"])}" title="{title}" label="{_attribute(self._label())}" adaptive="false" '  # noqa: E501
            f'timeDependent="false" xml:lang="{self.language}">{"".join(self.declarations)}{outcomes}<itemBody>{body}</itemBody>'  # noqa: E501
            f"{self.rules}{''.join(self.aside)}</assessmentItem>\n"
        )

    def _label(self) -> str:
        """What QTI has no place for, as our tags."""
        node = self.node
        own = {
            "type": node["type"] if node["type"] in ("truefalse", "categories", "cloze") else "",
            "topic": node.get("topic", ""),
        }
        own["unit"] = node["unit"][self.language] if "unit" in node else ""
        own |= {name: str(node["words"][name]) for name in ("least", "most") if "words" in node}
        told = [f"nscl.{name}={value.replace('|', '¦')}" for name, value in own.items() if value]
        return "|".join([*(told or ["nscl.type="]), *(tag.replace("|", "¦") for tag in tags_of(node))])

    def _told(self, name: str, texts: Json) -> None:
        content = (
            f"<contentBody><p>{self.say(texts)}</p></contentBody>" if self.version == 3 else f"<p>{self.say(texts)}</p>"
        )
        self.aside.append(
            f'<modalFeedback outcomeIdentifier="FEEDBACK" showHide="show" identifier="{name}">{content}</modalFeedback>'
        )

    def stem(self) -> str:
        """The stem with the figure."""
        node = self.node
        made = f"<p>{self.say(node['stem'])}</p>"
        name = next((name for name in self.media if name.rpartition(".")[0] == node.get("figure")), "")
        if name:
            short = re.sub(r"[^\w.\-]", "_", name.rpartition("/")[2])
            self.images[short] = self.media[name]
            made += f'<p><img src="images/{short}" alt="{_attribute(node["alt"][self.language])}"/></p>'
        return made

    def declare(self, name: str, cardinality: str, base: str, values: list[str], mapping: str = "") -> None:
        """A response with its right values."""
        right = "".join(f"<value>{html.escape(value, quote=False)}</value>" for value in values)
        self.declarations.append(
            f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="{base}">'
            f"<correctResponse>{right}</correctResponse>{mapping}</responseDeclaration>"
        )
        if mapping:
            self.rules = self.rules.replace("match_correct", "map_response")


def _mapped(rows: list[tuple[str, Any]], default: Any = 0) -> str:
    entries = "".join(f'<mapEntry mapKey="{_attribute(key)}" mappedValue="{value}"/>' for key, value in rows)
    return f'<mapping lowerBound="0" defaultValue="{default}">{entries}</mapping>'


def _choice(item: _Item) -> str:
    node = item.node
    names = [f"o{place}" for place in range(len(node["options"]))]
    right = [name for name, option in zip(names, node["options"], strict=True) if option.get("correct")]
    multiple = node["type"] == "multiple"
    item.declare(
        "RESPONSE", "multiple" if multiple else "single", "identifier", right, _weights(node, names) if multiple else ""
    )
    choices = ""
    for name, option in zip(names, node["options"], strict=True):
        choices += f'<simpleChoice identifier="{name}">{item.say(option)}</simpleChoice>'
        if option.get("feedback"):
            item._told(name, option["feedback"])
    most = 0 if multiple else 1
    return f'{item.stem()}<choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="{most}">{choices}</choiceInteraction>'  # noqa: E501


def _weights(node: Json, names: list[str]) -> str:
    scoring = node.get("scoring", "partial")
    right = sum(bool(option.get("correct")) for option in node["options"])
    if scoring == "all":
        return ""
    if scoring == "weights":
        return _mapped([(name, option.get("weight", 0)) for name, option in zip(names, node["options"], strict=True)])
    cost = -1 if scoring == "partial" else -round(right / (len(names) - right), 6)
    return _mapped(
        [(name, 1 if option.get("correct") else cost) for name, option in zip(names, node["options"], strict=True)]
    )


def _truefalse(item: _Item) -> str:
    words = ("Đúng", "Sai") if item.language == "vi" else ("True", "False")
    item.declare("RESPONSE", "single", "identifier", ["true" if item.node["answer"] else "false"])
    choices = "".join(
        f'<simpleChoice identifier="{name}">{word}</simpleChoice>'
        for name, word in zip(("true", "false"), words, strict=True)
    )
    return f'{item.stem()}<choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="1">{choices}</choiceInteraction>'  # noqa: E501


def _order(item: _Item) -> str:
    items = item.node["items"]
    item.declare("RESPONSE", "ordered", "identifier", [f"o{place}" for place in range(len(items))])
    choices = "".join(
        f'<simpleChoice identifier="o{place}">{item.say(one)}</simpleChoice>' for place, one in enumerate(items)
    )
    return f'{item.stem()}<orderInteraction responseIdentifier="RESPONSE" shuffle="true">{choices}</orderInteraction>'


def _match(item: _Item) -> str:
    node = item.node
    if node["type"] == "categories":
        rights = node["categories"]
        lefts = node["items"]
        ids = [one["id"] for one in rights]
        pairs = [ids.index(one["in"]) for one in lefts]
    else:
        lefts = [pair["left"] for pair in node["pairs"]]
        every = [*(pair["right"] for pair in node["pairs"]), *node.get("extra", ())]
        rights = [one for place, one in enumerate(every) if one not in every[:place]]
        pairs = [rights.index(pair["right"]) for pair in node["pairs"]]
    values = [f"l{place} r{right}" for place, right in enumerate(pairs)]
    item.declare("RESPONSE", "multiple", "directedPair", values, _mapped([(value, 1) for value in values]))

    def side(letter: str, texts: list[Json], most: int) -> str:
        inner = "".join(
            f'<simpleAssociableChoice identifier="{letter}{place}" matchMax="{most}">{item.say(one)}</simpleAssociableChoice>'  # noqa: E501
            for place, one in enumerate(texts)
        )
        return f"<simpleMatchSet>{inner}</simpleMatchSet>"

    return (
        f'{item.stem()}<matchInteraction responseIdentifier="RESPONSE" shuffle="true" maxAssociations="{len(lefts)}">'
        f"{side('l', lefts, 1)}{side('r', rights, len(lefts))}</matchInteraction>"
    )


def _within(name: str, tolerance: Any) -> str:
    return (
        f'<responseCondition><responseIf><equal toleranceMode="absolute" tolerance="{tolerance} {tolerance}"><variable identifier="{name}"/>'  # noqa: E501
        f'<correct identifier="{name}"/></equal><setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/>'
        f'<baseValue baseType="float">1</baseValue></sum></setOutcomeValue></responseIf></responseCondition>'
    )


def _numeric(item: _Item) -> str:
    item.declare("RESPONSE", "single", "float", [str(item.node["answer"])])
    item.rules = f"<responseProcessing>{_within('RESPONSE', item.node['tolerance'])}</responseProcessing>"
    unit = item.node["unit"][item.language]
    shown = '<span class="nscl-unit" hidden="hidden"></span>' if unit else ""
    return f'{item.stem()}<p><textEntryInteraction responseIdentifier="RESPONSE" expectedLength="12"/>{shown}</p>'


def _accepted(accept: list[Json], language: str) -> list[tuple[str, Any]]:
    return [(words, one.get("share", 100)) for one in accept for words in words_of(one[language]) or [one[language]]]


def _short(item: _Item) -> str:
    rows = _accepted(item.node["accept"], item.language)
    item.declare("RESPONSE", "single", "string", [text for text, share in rows if share == 100][:1], _mapped(rows))
    return f'{item.stem()}<p><textEntryInteraction responseIdentifier="RESPONSE" expectedLength="30"/></p>'


def _cloze(item: _Item) -> str:
    node = item.node
    text = item.say(node["text"])
    conditions = ""
    for place, gap in enumerate(node["gaps"], 1):
        name = f"RESPONSE{place}"
        if gap["kind"] == "choice":
            right = [f"o{at}" for at, option in enumerate(gap["options"]) if option.get("correct")]
            item.declare(name, "single", "identifier", right)
            inner = "".join(
                f'<inlineChoice identifier="o{at}">{item.say(one)}</inlineChoice>'
                for at, one in enumerate(gap["options"])
            )
            shown = (
                f'<inlineChoiceInteraction responseIdentifier="{name}" shuffle="true">{inner}</inlineChoiceInteraction>'
            )
        elif gap["kind"] == "number":
            item.declare(name, "single", "float", [str(gap["answer"])])
            conditions += _within(name, gap["tolerance"])
            shown = f'<textEntryInteraction responseIdentifier="{name}" expectedLength="12"/>'
        else:
            rows = _accepted(gap["accept"], item.language)
            item.declare(name, "single", "string", [words for words, share in rows if share == 100][:1], _mapped(rows))
            shown = f'<textEntryInteraction responseIdentifier="{name}" expectedLength="20"/>'
        text = text.replace(f"{{{gap['id']}}}", shown)
        if gap["kind"] != "number":
            conditions += f'<setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/><mapResponse identifier="{name}"/></sum></setOutcomeValue>'  # noqa: E501
    item.rules = f"<responseProcessing>{conditions}</responseProcessing>"
    return f'{item.stem()}<p class="nscl-between">{MARK}</p><p>{text}</p>'


def _manual(item: _Item) -> str:
    rows = "".join(f"<p>{item.say(one)} ({one['points']})</p>" for one in item.node["rubric"])
    rubric = f'<rubricBlock view="scorer">{rows}</rubricBlock>' if item.version == 2 else (
        f'<rubricBlock use="scoring" view="scorer"><contentBody>{rows}</contentBody></rubricBlock>')  # fmt: skip
    base = "string" if item.node["type"] == "essay" else "file"
    item.declarations.append(f'<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="{base}"/>')
    item.rules = ""
    kind = "extendedTextInteraction" if base == "string" else "uploadInteraction"
    return f'{item.stem()}{rubric}<{kind} responseIdentifier="RESPONSE"/>'


_BODIES: dict[str, Callable[[_Item], str]] = {
    "single": _choice, "multiple": _choice, "truefalse": _truefalse, "ordering": _order, "matching": _match,
    "categories": _match, "numeric": _numeric, "shorttext": _short, "cloze": _cloze, "essay": _manual, "file": _manual,
}  # fmt: skip
