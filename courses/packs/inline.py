"""Text within a line of a lesson: bold, italic and links, as Markdown and as rich text HTML.

Both are read into runs of equal style and written from them, so that one text has
one spelling in either form whatever wrote it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby

from django.utils.translation import gettext as _

_LINK = re.compile(r"\[((?:\\.|[^\[\]\\])+)\]\(([^()\s]+)\)")
_LIKE_LINK = re.compile(r"\[(?:\\.|[^\[\]\\])+\]\(")
_ADDRESS = re.compile(r"(https?://[^\s()<>\"]+|mailto:[^\s()<>\"]+)")
_TAG = re.compile(r"</?[A-Za-z!?]")
_ESCAPABLE = "\\*[]`<#-.>!|:"


class BadText(ValueError):
    """Text that a lesson may not hold; `str()` says what is wrong and what to do."""


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""

    @property
    def style(self) -> tuple[bool, bool, str]:
        """What neighbours must share to be one run."""
        return self.bold, self.italic, self.link


def tidy(runs: Iterable[Run]) -> list[Run]:
    """Runs merged where the style is the same, with spaces moved out of marks.

    `**word **next` is no bold in any reader of Markdown; editors write it often.
    """
    chars = [Run(char, *run.style) for run in runs for char in run.text]
    chars = _without_edges(chars, lambda run: run.bold, lambda run: replace(run, bold=False))
    chars = _without_edges(chars, lambda run: run.italic, lambda run: replace(run, italic=False))
    return _merged(chars)


def _without_edges(chars: list[Run], marked: Callable[[Run], bool], plain: Callable[[Run], Run]) -> list[Run]:
    """`chars` with the mark taken off spaces at either end of every marked stretch."""
    found: list[Run] = []
    for is_marked, group in groupby(chars, key=marked):
        stretch = list(group)
        if is_marked:
            first = next((at for at, run in enumerate(stretch) if run.text != " "), len(stretch))
            last = next((at for at in range(len(stretch), first, -1) if stretch[at - 1].text != " "), first)
            stretch = [run if first <= at < last else plain(run) for at, run in enumerate(stretch)]
        found += stretch
    return found


def _merged(runs: Iterable[Run]) -> list[Run]:
    filled = (run for run in runs if run.text)
    return [
        Run("".join(run.text for run in group), *style) for style, group in groupby(filled, key=lambda run: run.style)
    ]


def from_markdown(text: str) -> list[Run]:
    """Runs of one line of Markdown. Raises BadText for what lessons may not hold."""
    runs, bold, italic = _styled(text, False, False, "")
    if bold or italic:
        raise BadText(_("A “*” has no partner. Close the bold or italic text, or write “\\*” for the sign itself."))
    return tidy(runs)


def _styled(text: str, bold: bool, italic: bool, link: str) -> tuple[list[Run], bool, bool]:
    runs: list[Run] = []
    plain = ""
    at = 0

    def flush() -> None:
        nonlocal plain
        if plain:
            runs.append(Run(plain, bold, italic, link))
        plain = ""

    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text) and text[at + 1] in _ESCAPABLE:
            plain += text[at + 1]
            at += 2
        elif char == "*":
            count = len(text) - at - len(text[at:].lstrip("*"))
            if count == 1 and _spaced(text, at):
                plain += "*"
            elif count > 3:
                raise BadText(_("Four or more “*” in a row mean nothing. Write “\\*” for the sign itself."))
            else:
                flush()
                bold, italic = bold ^ (count >= 2), italic ^ (count % 2 == 1)
            at += count
        elif char == "[" and not link and (found := _LINK.match(text, at)):
            if not _ADDRESS.fullmatch(found[2]):
                raise BadText(
                    _("The link to “%(address)s” must begin with https://, http:// or mailto:.") % {"address": found[2]}
                )
            if at and text[at - 1] == "!":
                raise BadText(_("A picture stands in a block of its own: ::: figure."))
            flush()
            inner, bold, italic = _styled(found[1], bold, italic, found[2])
            runs += inner
            at = found.end()
        elif char == "[" and _LIKE_LINK.match(text, at):
            raise BadText(_("A link is [words](https://…), without spaces or brackets in its address."))
        elif char == "`":
            raise BadText(_("“`” is not taken. Write the words without it."))
        elif char == "<" and _TAG.match(text, at):
            raise BadText(_("HTML is not taken. Write “\\<” for the sign itself."))
        else:
            plain += char
            at += 1
    flush()
    return runs, bold, italic


def _spaced(text: str, at: int) -> bool:
    """Whether the sign at `at` stands alone between spaces: a sign, not a mark."""
    return (at == 0 or text[at - 1] == " ") and (at + 1 == len(text) or text[at + 1] == " ")


def to_markdown(runs: Iterable[Run]) -> str:
    """One line of Markdown, in its one spelling."""
    out = ""
    bold = italic = False
    for link, group in groupby(tidy(runs), key=lambda run: run.link):
        for index, run in enumerate(group):
            marks = "*" * ((2 if run.bold != bold else 0) + (1 if run.italic != italic else 0))
            bold, italic = run.bold, run.italic
            if index == 0 and link:
                marks += "["
            out += marks + _escaped(run.text)
        if link:
            out += f"]({link})"
    return out + "*" * ((2 if bold else 0) + (1 if italic else 0))


def _escaped(text: str) -> str:
    out = ""
    for at, char in enumerate(text):
        needed = (
            (char == "\\" and at + 1 < len(text) and text[at + 1] in _ESCAPABLE)
            or (char == "*" and not _spaced(text, at))
            or (char == "[" and _LIKE_LINK.match(text, at) is not None)
            or char == "`"
            or (char == "<" and _TAG.match(text, at) is not None)
        )
        out += "\\" + char if needed else char
    return out


def to_html(runs: Iterable[Run]) -> str:
    """Rich text HTML as Wagtail's editor writes it."""
    out = ""
    for link, group in groupby(tidy(runs), key=lambda run: run.link):
        inner = ""
        for run in group:
            text = escape(run.text, quote=False)
            text = f"<i>{text}</i>" if run.italic else text
            inner += f"<b>{text}</b>" if run.bold else text
        out += f'<a href="{escape(link)}">{inner}</a>' if link else inner
    return out
