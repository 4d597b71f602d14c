"""Aiken: a stem, lettered options, `ANSWER: B`. The plainest of formats."""

import re

from quizzes.formats.build import Maker, Option
from quizzes.formats.encodings import decode
from quizzes.formats.prose import squeeze
from quizzes.formats.result import Item, Json, Place, Read, Written

_OPTION = re.compile(r"\s*([A-Za-z])\s?[.)]\s+(\S.*)|\s*([A-Z])[.)](\S.*)")
_ANSWER = re.compile(r"\s*(?:ANSWER|Answer|answer|ANS|ĐÁP ÁN|Đáp án|đáp án)\s*[:：]\s*(.*)")
_LETTERS = re.compile(r"[A-Za-z](?:\s*(?:,|;|và|and|\s)\s*[A-Za-z])*[.)]?")


def looks(text: str) -> bool:
    """Whether a text file seems to be Aiken: answer lines, no braces around answers, no numbered questions in Vietnamese."""  # noqa: E501
    if re.search(r"::.*::|\{[\s]*[=~#]|(?m:^\s*Câu\s*\d)", text):
        return False
    return bool(re.search(r"(?m)^\s*(ANSWER|ĐÁP ÁN|Đáp án)\s*[:：]", text))


def read(content: bytes, language: str) -> Read:
    """The questions of an Aiken file. Raises BadFile."""
    text, encoding = decode(content)
    found = Read("aiken")
    found.note("encoding_taken", encoding=encoding)
    one = _Question(1)
    for number, line in enumerate(text.split("\n"), 1):
        answer = _ANSWER.fullmatch(line)
        option = _OPTION.fullmatch(line)
        if answer:
            one.finish(found, answer[1], number, language)
            one = _Question(number + 1)
        elif option and (option[1] or option[3]).upper() == one.next_letter:
            one.options.append(option[2] or option[4])
        elif line.strip() and one.options:
            one.options[-1] += "\n" + line.strip()
        elif line.strip() or one.stem:
            one.start = number if not one.stem else one.start
            one.stem.append(line.strip())
    if any(one.stem) or one.options:
        one.finish(found, None, one.start, language)
    return found


class _Question:
    def __init__(self, start: int) -> None:
        self.start = start
        self.stem: list[str] = []
        self.options: list[str] = []

    @property
    def next_letter(self) -> str:
        return chr(ord("A") + len(self.options)) if any(self.stem) else ""

    def finish(self, found: Read, answer: str | None, line: int, language: str) -> None:
        item = Item({}, Place("line", self.start))
        stem = squeeze("\n".join(self.stem))
        made = Maker(language)
        if answer is None:
            item.fault("no_answer_line")
            letters: set[str] = set()
        else:
            plain = squeeze(answer)
            letters = set(re.findall(r"[A-Z]", plain.upper())) if _LETTERS.fullmatch(plain) else set()
            if not letters:
                item.fault("bad_answer", Place("line", line), answer=plain[:40])
        known = {chr(ord("A") + index) for index in range(len(self.options))}
        for letter in sorted(letters - known):
            item.fault("no_such_option", Place("line", line), letter=letter)
        if not stem:
            item.fault("no_stem")
        options = [Option(squeeze(text), chr(ord("A") + index) in letters) for index, text in enumerate(self.options)]
        if not options:
            item.fault("no_options")
        if letters & known or answer is None:
            made.choice(item, stem, options)
        else:
            made.other(item, "single", stem)
        found.add(item)


CARRIES = frozenset({"type", "stem", "options", "answer"})


def write(nodes: list[Json], language: str) -> Written:
    """Single and multiple choice and true/false as Aiken; the caller leaves out what does not come back equal."""
    blocks = []
    for node in nodes:
        lines = [node["stem"][language]]
        if node["type"] == "truefalse":
            lines += ["A) Đúng", "B) Sai"] if language == "vi" else ["A) True", "B) False"]
            right = ["A" if node["answer"] else "B"]
        else:
            letters = [chr(ord("A") + index) for index in range(len(node["options"]))]
            pairs = list(zip(letters, node["options"], strict=True))
            lines += [f"{letter}) {option[language]}" for letter, option in pairs]
            right = [letter for letter, option in pairs if option.get("correct")]
        blocks.append("\n".join([*lines, f"ANSWER: {', '.join(right)}"]))
    return Written(("\n\n".join(blocks) + "\n").encode(), "txt", "text/plain; charset=utf-8", count=len(nodes))


TYPES = frozenset({"single", "multiple", "truefalse"})
