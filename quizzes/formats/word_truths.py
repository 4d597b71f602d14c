"""Statements that are each true or false, as the national exam of 2025 asks them, and how their answers are written."""

import re
from collections.abc import Sequence

from quizzes.formats.build import Maker
from quizzes.formats.result import Item, Json

_WORD = r"(?:Đúng|ĐÚNG|đúng|Sai|SAI|sai|Đ|S|True|TRUE|False|FALSE|T|F)"
_LED = re.compile(rf"\s*([a-h])\s*[).:\-–=]*\s*({_WORD})(?![\wÀ-ỹ])\s*[.;,\-–|/]*\s*")
_ROW = re.compile(r"[ĐSTF](?:[\s,;\-–/|]*[ĐSTF]){1,7}\.?")
_MARK = re.compile(rf"\s*[\[(]\s*({_WORD})\s*[\])]\s*[.;]?\s*$")
_BARE = re.compile(r"\s*(?:[-–—:=]|=>|→)\s*(Đúng|ĐÚNG|Sai|SAI|Đ|S)\s*\.?\s*$")


def _true(word: str) -> bool:
    return word.upper() in ("ĐÚNG", "Đ", "TRUE", "T")


def truths_of(text: str) -> list[bool]:
    """`ĐSĐS`, `Đ-S-S-Đ`, `a) Đúng, b) Sai`: true or false in the order of the letters; empty for anything else."""
    plain = text.strip()
    if _ROW.fullmatch(plain):
        return [_true(sign) for sign in re.findall(r"[ĐSTF]", plain)]
    found: list[bool] = []
    place = 0
    while place < len(plain):
        told = _LED.match(plain, place)
        if told is None or told[1] != chr(ord("a") + len(found)):
            return []
        found.append(_true(told[2]))
        place = told.end()
    return found if len(found) >= 2 else []


def marked(text: str) -> tuple[str, bool] | None:
    """A statement with its answer behind it: `5S là dọn dẹp. (S)`."""
    told = _MARK.search(text) or _BARE.search(text)
    return (text[: told.start()].rstrip(), _true(told[1])) if told and text[: told.start()].strip() else None


def statements(maker: Maker, item: Item, stem: str, said: Sequence[tuple[str, bool]]) -> None:
    """Each statement into one of two categories: true and false."""
    names = ("Đúng", "Sai") if maker.language == "vi" else ("True", "False")
    categories: list[Json] = [{"id": key, **maker.say(name)} for key, name in zip(("t", "f"), names, strict=True)]
    items: list[Json] = [{**maker.say(text), "in": "t" if right else "f"} for text, right in said]
    maker.other(item, "categories", stem, categories=categories, items=items)
