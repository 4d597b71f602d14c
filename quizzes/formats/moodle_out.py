"""Questions written as Moodle XML; both languages by Moodle's multilang filter."""

import base64
import html
import re
from collections.abc import Callable, Mapping

from quizzes.formats import embedded
from quizzes.formats.build import percent, tags_of, words_of
from quizzes.formats.prose import to_html
from quizzes.formats.result import Json, Written

TYPES = frozenset("single multiple truefalse numeric matching ordering shorttext cloze essay file categories".split())
CARRIES = frozenset(
    "code type topic difficulty tags points stem explanation options scoring answer tolerance unit decimals pairs extra "  # noqa: E501
    "items accept accents text gaps rubric words categories feedback figure alt".split()
)
_KINDS = {
    "single": "multichoice", "multiple": "multichoice", "truefalse": "truefalse", "numeric": "numerical",
    "matching": "matching", "categories": "matching", "ordering": "ordering", "shorttext": "shortanswer",
    "cloze": "cloze", "essay": "essay", "file": "essay",
}  # fmt: skip
BLANK = "\n\n"
_VERDICTS = {"right": "correctfeedback", "part": "partiallycorrectfeedback", "wrong": "incorrectfeedback"}


def _attribute(text: str) -> str:
    return html.escape(re.sub(r"[^\w.\-]", "_", text), quote=True)


def _text(inner: str) -> str:
    closed = inner.replace("]]>", "]]]]><![CDATA[>")
    return f"<text><![CDATA[{closed}]]></text>" if inner else "<text></text>"


def _said(texts: Json, *, always: bool = False) -> str:
    """HTML of a text: in spans by language where the languages differ, or `always`."""
    spoken = {name: to_html(text) for name, text in texts.items() if name in ("vi", "en") and text}
    if len(spoken) < 2 or (len(set(spoken.values())) == 1 and not always):
        return next(iter(spoken.values()), "")
    return "".join(f'<span lang="{name}" class="multilang">{text}</span>' for name, text in spoken.items())


def _element(tag: str, inner: str, more: str = "") -> str:
    return f'<{tag} format="html">{_text(inner)}{more}</{tag}>'


def write(nodes: list[Json], language: str, media: Mapping[str, bytes] | None = None) -> Written:
    """A quiz by category (our topic); pictures stand within."""
    out = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    topic = None
    for node in nodes:
        if node.get("topic", "") != topic:
            topic = node.get("topic", "")
            path = "$course$/top/" + topic.replace("/", "//") if topic else "$course$/top"
            out.append(
                f'<question type="category"><category>{_text(html.escape(path, quote=False))}</category></question>'
            )
        out += _question(node, language, media or {})
    out.append("</quiz>")
    return Written("\n".join([*out, ""]).encode(), "xml", "application/xml", count=len(nodes))


def _question(node: Json, language: str, media: Mapping[str, bytes]) -> list[str]:
    kind = node["type"]
    stem, more = _said(node["stem"], always=True), ""
    if kind == "cloze":
        stem = _said(_cloze(node), always=True)
    if "figure" in node:
        name = next((name for name in media if name.rpartition(".")[0] == node["figure"]), "")
        if name:
            short = _attribute(name.rpartition("/")[2])
            alt = html.escape(node["alt"].get(language) or next(iter(node["alt"].values())))
            stem += f'<p><img src="@@PLUGINFILE@@/{short}" alt="{alt}"/></p>'
            more = f'<file name="{short}" path="/" encoding="base64">{base64.b64encode(media[name]).decode()}</file>'
    tags = [*([f"nscl.type={kind}"] if kind == "categories" else []), *tags_of(node)]
    if kind == "cloze" and any(BLANK in words for words in node["stem"].values()):
        # Where the question ends and the text with the gaps begins: empty lines of the question, by language.
        tags.append("nscl.stem=" + ",".join(f"{name}:{words.count(BLANK)}" for name, words in node["stem"].items()))
    return [
        f'<question type="{_KINDS[kind]}">',
        f"<name>{_text(html.escape(node['code'], quote=False))}</name>",
        _element("questiontext", stem, more),
        _element("generalfeedback", _said(node.get("explanation", {}))),
        f"<defaultgrade>{node.get('points', 1)}</defaultgrade><penalty>0</penalty><hidden>0</hidden>",
        f"<idnumber>{html.escape(node['code'], quote=False)}</idnumber>",
        *_ROWS[kind](node, language),
        *_feedback(node),
        *(
            ["<tags>", *(f"<tag><text>{html.escape(tag, quote=False)}</text></tag>" for tag in tags), "</tags>"]
            if tags
            else []
        ),
        "</question>",
    ]


def _feedback(node: Json) -> list[str]:
    if node["type"] in ("truefalse", "numeric"):
        return []
    told = node.get("feedback", {})
    return [_element(tag, _said(told[name])) for name, tag in _VERDICTS.items() if name in told]


def _answer(worth: float, texts: Json, feedback: Json, more: str = "") -> str:
    written = f"{worth:.5f}".rstrip("0").rstrip(".")
    told = _element("feedback", _said(feedback))
    return f'<answer fraction="{written}" format="html">{_text(_said(texts))}{told}{more}</answer>'


def _choice(node: Json, _language: str) -> list[str]:
    single = "true" if node["type"] == "single" else "false"
    rows = [_answer(percent(node, one), one, one.get("feedback", {})) for one in node["options"]]
    return [
        f"<single>{single}</single><shuffleanswers>true</shuffleanswers><answernumbering>ABCD</answernumbering>",
        *rows,
    ]


def _truefalse(node: Json, _language: str) -> list[str]:
    told = node.get("feedback", {})
    rows = []
    for value in (True, False):
        right = node["answer"] is value
        feedback = told.get("right" if right else "wrong", {})
        rows.append(_answer(100 if right else 0, {"vi": str(value).lower()}, feedback))
    return rows


def _numeric(node: Json, _language: str) -> list[str]:
    answer = _answer(
        100,
        {"vi": str(node["answer"])},
        node.get("feedback", {}).get("right", {}),
        f"<tolerance>{node['tolerance']}</tolerance>",
    )
    unit = node["unit"]
    named = f"<units><unit><multiplier>1</multiplier><unit_name>{_text(_said(unit))}</unit_name></unit></units>"
    return [answer, *([named] if any(unit.values()) else [])]


def _sub(left: Json, right: Json) -> str:
    return f'<subquestion format="html">{_text(_said(left))}<answer>{_text(_said(right))}</answer></subquestion>'


def _matching(node: Json, _language: str) -> list[str]:
    rows = [_sub(pair["left"], pair["right"]) for pair in node["pairs"]]
    return ["<shuffleanswers>true</shuffleanswers>", *rows, *(_sub({}, extra) for extra in node.get("extra", ()))]


def _categories(node: Json, _language: str) -> list[str]:
    names = {one["id"]: one for one in node["categories"]}
    used = {item["in"] for item in node["items"]}
    rows = [_sub(item, names[item["in"]]) for item in node["items"]]
    return [
        "<shuffleanswers>true</shuffleanswers>",
        *rows,
        *(_sub({}, one) for name, one in names.items() if name not in used),
    ]


def _ordering(node: Json, _language: str) -> list[str]:
    rows = [_answer(place, item, {}) for place, item in enumerate(node["items"], 1)]
    return [
        "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><gradingtype>RELATIVE_NEXT_EXCLUDE_LAST</gradingtype>",
        *rows,
    ]


def _short(node: Json, _language: str) -> list[str]:
    rows = []
    for one in node["accept"]:
        by_language = {name: (words_of(text) or [text])[0] for name, text in one.items() if name in ("vi", "en")}
        rows.append(_answer(one.get("share", 100), by_language, one.get("feedback", {})))
    return ["<usecase>0</usecase>", *rows]


def _essay(node: Json, _language: str) -> list[str]:
    rubric: dict[str, list[str]] = {}
    for criterion in node["rubric"]:
        for name in ("vi", "en"):
            if name in criterion:
                rubric.setdefault(name, []).append(f"{criterion[name]} ({criterion['points']})")
    said = _said({name: "\n".join(rows) for name, rows in rubric.items()})
    file = node["type"] == "file"
    words = node.get("words", {})
    limits = (
        [f"<minwordlimit>{words['least']}</minwordlimit><maxwordlimit>{words['most']}</maxwordlimit>"] if words else []
    )
    return [
        f"<responseformat>{'noinline' if file else 'editor'}</responseformat><responserequired>1</responserequired>",
        f"<attachments>{int(file)}</attachments><attachmentsrequired>{int(file)}</attachmentsrequired>",
        *limits,
        _element("graderinfo", said),
    ]


def _cloze(node: Json) -> Json:
    """The text with its gaps as Moodle writes them, by language, below the stem."""
    made = {}
    for language, text in node["text"].items():
        shown = text
        for gap in node["gaps"]:
            words = [
                (said, one.get("share", 100))
                for one in gap.get("accept", ())
                for said in words_of(one[language]) or [one[language]]
            ]
            shown = shown.replace(f"{{{gap['id']}}}", embedded.written(gap, language, words))
        made[language] = f"{node['stem'][language]}\n\n{shown}"
    return made


_ROWS: dict[str, Callable[[Json, str], list[str]]] = {
    "single": _choice, "multiple": _choice, "truefalse": _truefalse, "numeric": _numeric, "matching": _matching,
    "categories": _categories, "ordering": _ordering, "shorttext": _short, "essay": _essay, "file": _essay,
    "cloze": lambda _node, _language: [],
}  # fmt: skip
