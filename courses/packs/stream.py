"""Between the blocks of a lesson's file and the blocks of Wagtail's StreamField."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from courses.packs import richtext
from courses.packs.inline import BadText
from courses.packs.markdown import Block

AddressOf = Callable[[dict[str, str]], str]
_SPACE = uuid.UUID("6a1c6c5e-5a0e-4a49-9f6b-0c2b6f6c8a11")


def to_stream(blocks: Iterable[Block], images: Mapping[str, int], seed: str) -> list[dict[str, Any]]:
    """Raw data of a StreamField; `images` gives a picture's key by its file name.

    Block ids follow from `seed`, so that the same lesson gives the same data.
    """
    return [
        {"type": block.kind, "value": _value(block, images, f"{seed}/{index}"), "id": _id(f"{seed}/{index}")}
        for index, block in enumerate(blocks)
    ]


def _id(seed: str) -> str:
    return str(uuid.uuid5(_SPACE, seed))


def _value(block: Block, images: Mapping[str, int], seed: str) -> Any:
    data = block.data
    match block.kind:
        case "text":
            return data["html"]
        case "figure":
            return {
                "image": images[data["file"].removeprefix("media/")],
                "alt": data["alt"],
                "caption": data["caption"],
            }
        case "table":
            columns = [
                {"type": "number" if number else "text", "heading": head}
                for head, number in zip(data["heads"], data["numbers"], strict=True)
            ]
            rows = [{"values": row} for row in data["rows"]]
            return {
                "caption": data["caption"],
                "layout": data["layout"],
                "table": {"columns": columns, "rows": rows, "caption": ""},
            }
        case "checklist" | "steps":
            items = [
                {"type": "item", "value": item, "id": _id(f"{seed}/{index}")}
                for index, item in enumerate(data["items"])
            ]
            return {"title": data["title"], "items": items}
        case "callout":
            return {"kind": data["kind"], "title": data["title"], "text": data["html"]}
        case "example":
            return {"title": data["title"], "text": data["html"]}
        case "definition":
            return {"term": data["term"], "text": data["html"]}
        case _:
            return {"code": data["code"]}


def from_stream(raw: Iterable[Mapping[str, Any]], images: Mapping[int, str], address_of: AddressOf) -> list[Block]:
    """Blocks of a StreamField's raw data; `images` gives a picture's file name by its key.

    Raises BadText for what a course pack cannot say.
    """
    blocks: list[Block] = []
    for item in raw:
        kind, value = item["type"], item["value"]
        if kind == "text":
            pieces = richtext.from_html(value, address_of)
            if blocks and blocks[-1].kind == "text":
                pieces = [*richtext.from_html(blocks[-1].data["html"]), *pieces]
                blocks.pop()
            if pieces:
                blocks.append(Block("text", {"html": richtext.html(pieces)}))
        else:
            blocks.append(Block(kind, _data(kind, value, images, address_of)))
    return blocks


def _prose(text: str, address_of: AddressOf) -> str:
    return richtext.html(richtext.from_html(text, address_of))


def _line(text: str, address_of: AddressOf) -> str:
    pieces = richtext.from_html(text, address_of)
    if len(pieces) > 1 or any(piece.kind != "p" for piece in pieces):
        raise BadText(_("This must be a single paragraph."))
    return richtext.line_html(pieces[0].runs) if pieces else ""


def _data(kind: str, value: Mapping[str, Any], images: Mapping[int, str], address_of: AddressOf) -> dict[str, Any]:
    match kind:
        case "figure":
            if value["image"] not in images:
                raise BadText(_("The picture of a figure is missing. Choose it again."))
            return {"alt": value["alt"], "caption": value["caption"] or "", "file": f"media/{images[value['image']]}"}
        case "table":
            table = value["table"] or {"columns": [], "rows": []}
            return {
                "caption": value["caption"] or "",
                "layout": value["layout"],
                "heads": [column["heading"] for column in table["columns"]],
                "numbers": [column["type"] == "number" for column in table["columns"]],
                "rows": [[cell or "" for cell in row["values"]] for row in table["rows"]],
            }
        case "checklist" | "steps":
            items = [item["value"] if isinstance(item, Mapping) else item for item in value["items"]]
            return {"title": value["title"], "items": [_line(item, address_of) for item in items]}
        case "callout":
            return {"title": value["title"] or "", "kind": value["kind"], "html": _prose(value["text"], address_of)}
        case "example":
            return {"title": value["title"], "html": _prose(value["text"], address_of)}
        case "definition":
            return {"term": value["term"], "html": _line(value["text"], address_of)}
        case "practice":
            return {"code": value["code"]}
    raise BadText(_("A block of the kind “%(kind)s” has no form in a course pack.") % {"kind": kind})
