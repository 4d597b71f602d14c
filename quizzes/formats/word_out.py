"""Questions written as a Word document that reads back: `Câu 1. …`, options, `Đáp án: …` below each."""

import html
import re
from collections.abc import Mapping

from quizzes.formats import pictures
from quizzes.formats.build import words_of
from quizzes.formats.result import Json, Written
from quizzes.formats.zipping import zipped

TYPES = frozenset({"single", "multiple", "truefalse", "numeric", "shorttext"})
CARRIES = frozenset(
    "code type topic difficulty tags points stem explanation options answer tolerance unit accept figure alt".split()
)
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = (
    _HEAD + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'  # noqa: E501
    '<Default Extension="png" ContentType="image/png"/><Default Extension="jpg" ContentType="image/jpeg"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_LEVELS = {"recall": "Nhận biết", "apply": "Vận dụng", "analyse": "Vận dụng cao"}
_WIDTH = 5_000_000
"""The greatest width of a picture in EMU: about 14 cm."""


def _run(text: str, *, bold: bool = False) -> str:
    pieces = []
    for place, line in enumerate(text.split("\n")):
        escaped = html.escape(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", line), quote=False)
        pieces.append(("<w:br/>" if place else "") + f'<w:t xml:space="preserve">{escaped}</w:t>')
    return f"<w:r>{'<w:rPr><w:b/></w:rPr>' if bold else ''}{''.join(pieces)}</w:r>"


def _paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def write(nodes: list[Json], language: str, media: Mapping[str, bytes] | None = None) -> Written:
    """A .docx; right answers stand below their questions, so that it is no paper to hand out."""
    files: dict[str, bytes] = {}
    relations = []
    body = []
    for number, node in enumerate(nodes, 1):
        body.append(_paragraph(_run(f"Câu {number}. ", bold=True), _run(node["stem"][language])))
        name = next((name for name in media or {} if name.rpartition(".")[0] == node.get("figure")), "")
        if name and media is not None:
            key = f"rId{len(files) + 1}"
            target = f"media/image{len(files) + 1}.{name.rpartition('.')[2]}"
            files[f"word/{target}"] = media[name]
            relations.append(f'<Relationship Id="{key}" Type="{_RELATIONS}/image" Target="{target}"/>')
            body.append(_paragraph(_picture(key, len(files), pictures.size_of(media[name]), node["alt"][language])))
        body += [_paragraph(_run(line)) for line in _lines(node, language)]
        body.append(_paragraph())
    document = f"{_HEAD}<w:document {_W}><w:body>{''.join(body)}<w:sectPr/></w:body></w:document>"
    parts = {
        "[Content_Types].xml": _TYPES.encode(),
        "_rels/.rels": f'{_HEAD}{_PACKAGE}<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>'.encode(),  # noqa: E501
        "word/document.xml": document.encode(),
        "word/_rels/document.xml.rels": f"{_HEAD}{_PACKAGE}{''.join(relations)}</Relationships>".encode(),
        **files,
    }
    return Written(zipped(parts), "docx", MEDIA_TYPE, count=len(nodes))


def _lines(node: Json, language: str) -> list[str]:
    lines: list[str] = []
    if node["type"] in ("single", "multiple"):
        letters = "ABCDEFGHIJ"
        pairs = list(zip(letters, node["options"], strict=False))
        lines += [f"{letter}. {option[language]}" for letter, option in pairs]
        lines.append("Đáp án: " + ", ".join(letter for letter, option in pairs if option.get("correct")))
    elif node["type"] == "truefalse":
        lines.append("Đáp án: " + ("Đúng" if node["answer"] else "Sai"))
    elif node["type"] == "numeric":
        off = f" ± {node['tolerance']}" if node["tolerance"] else ""
        lines.append(f"Đáp án: {node['answer']}{off} {node['unit'][language]}".rstrip())
    else:
        words = [(words_of(one[language]) or [one[language]])[0] for one in node["accept"]]
        lines.append("Đáp án: " + " | ".join(words))
    lines += [f"Mã câu: {node['code']}"]
    lines += [f"Chủ đề: {node['topic']}"] if node.get("topic") else []
    lines += [f"Mức độ: {_LEVELS[node['difficulty']]}"] if node.get("difficulty") in _LEVELS else []
    lines += [f"Điểm: {node['points']}"] if "points" in node else []
    lines += [f"Thẻ: {', '.join(node['tags'])}"] if node.get("tags") else []
    if node.get("explanation", {}).get(language):
        lines += f"Giải thích: {node['explanation'][language]}".split("\n")
    return lines


def _picture(key: str, number: int, size: tuple[int, int], alt: str) -> str:
    width = min(size[0] * 9_525, _WIDTH)
    height = max(1, width * size[1] // max(1, size[0]))
    name = html.escape(alt, quote=True).replace("\n", " ")
    return (
        f'<w:r><w:drawing><wp:inline><wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{number}" name="Hình {number}" descr="{name}"/>'  # noqa: E501
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="Hình {number}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{key}"/>'  # noqa: E501
        f'<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/>'  # noqa: E501
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>'  # noqa: E501
        "</w:drawing></w:r>"
    )
