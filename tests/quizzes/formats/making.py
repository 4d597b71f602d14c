"""Word documents as teachers make them, out of a few marks; and zips of every kind of malice."""

import html
import io
import re
import zipfile
from typing import Any

from PIL import Image

W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
MARKS = {
    "b": "<w:b/>",
    "u": '<w:u w:val="single"/>',
    "red": '<w:color w:val="FF0000"/>',
    "hi": '<w:highlight w:val="yellow"/>',
    "sup": '<w:vertAlign w:val="superscript"/>',
    "vn": '<w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/>',
    "black": '<w:color w:val="000000"/>',
}
NUMBERING = (
    f"<w:numbering {W}>"
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="Câu %1:"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperLetter"/>'
    '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    + "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="1"/></w:num>' for n in range(2, 8))
    + "</w:numbering>"
)


def png(width: int = 8, height: int = 6) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, height), "#00695C").save(made, "PNG")
    return made.getvalue()


def run(text: str, marks: tuple[str, ...] = ()) -> str:
    properties = "".join(MARKS[mark] for mark in marks)
    inner = "".join(
        "<w:tab/>"
        if part == "\t"
        else "<w:br/>"
        if part == "\n"
        else f'<w:t xml:space="preserve">{html.escape(part)}</w:t>'
        for part in re.split(r"([\t\n])", text)
        if part
    )
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{inner}</w:r>"


PICTURE = '<w:r><w:drawing><a:blip r:embed="rId9"/></w:drawing></w:r>'
FRACTION = (
    "<m:oMath><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>"
)


def paragraph(text: str, number: int = 0) -> str:
    """`[b|words]` marks words; `{picture}` and `{fraction}` stand for themselves; `number` is a list's."""
    runs = []
    for part in re.split(r"(\[[a-z ]+\|[^\]]*\]|\{picture\}|\{fraction\})", text):
        marked = re.fullmatch(r"\[([a-z ]+)\|([^\]]*)\]", part)
        if marked:
            runs.append(run(marked[2], tuple(marked[1].split())))
        elif part == "{picture}":
            runs.append(PICTURE)
        elif part == "{fraction}":
            runs.append(FRACTION)
        elif part:
            runs.append(run(part))
    listed = f'<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr></w:pPr>' if number else ""
    return f"<w:p>{listed}{''.join(runs)}</w:p>"


def table(rows: list[list[str]]) -> str:
    cells = "".join(f"<w:tr>{''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in row)}</w:tr>" for row in rows)
    return f"<w:tbl>{cells}</w:tbl>"


def docx(*blocks: Any, picture: bytes | None = None, picture_name: str = "image1.png") -> bytes:
    """Blocks: a text, a pair (text, list number), or rows of a table."""
    body = ""
    for block in blocks:
        if isinstance(block, str):
            body += "".join(paragraph(line) for line in block.split("\n"))
        elif isinstance(block, tuple):
            body += paragraph(*block)
        else:
            body += table(block)
    relation = f'<Relationship Id="rId9" Type="image" Target="media/{picture_name}"/>'
    files = {
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>".encode(),
        "word/_rels/document.xml.rels": RELATIONS.format(relation).encode(),
        "word/numbering.xml": NUMBERING.encode(),
        f"word/media/{picture_name}": png() if picture is None else picture,
    }
    return zipped(files)


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()
