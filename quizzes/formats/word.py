"""Questions as Vietnamese teachers write them in Word: `Câu 1: …`, `A. …`, the key marked, below or in a table."""

import re
from collections.abc import Iterable, Sequence

from people.imports import legacy
from quizzes.formats import table
from quizzes.formats.build import Maker, difficulty
from quizzes.formats.result import BadFile, Place, Read
from quizzes.formats.word_file import PICTURE, Document, Paragraph, Table, Text
from quizzes.formats.word_keys import pairs_of, table_pairs
from quizzes.formats.word_question import OPTION_START, Question, options_in

NAMED = re.compile(
    r"\s*(?:Câu(?:\s*hỏi)?|Question|Bài(?:\s*tập)?|Item|Q)\s*(?:số\s*)?\.?\s*(\d{1,4})\s*(?:[.:)/\]\-–—]+|(?=\s|\(|\[)|$)\s*",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"\s*(?:(\d{1,4})\s*[.)/:\]]+(?!\d)\s*|\((\d{1,4})\)\s*)(?=\S|$)")
_KEY_HEADING = re.compile(
    r"\s*(?:PHẦN\s+)?(?:BẢNG\s+)?(?:ĐÁP\s*ÁN|ANSWER\s*KEYS?|ANSWERS|KEYS?)\b(?!\s*[A-H]\b)[^.:?]{0,60}[:.]?\s*",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"\s*(?:(?:PHẦN|CHƯƠNG|CHỦ ĐỀ|CHUYÊN ĐỀ|MỤC|PART|SECTION|MODULE|CHAPTER|TOPIC|UNIT)\s*(?:[IVXLC]+|\d+|[A-Z])?\b\s*[.:)–-]?\s*(.*)"  # noqa: E501
    r"|[IVX]{1,5}\s*[.)–-]\s*(\S.*))",
    re.IGNORECASE,
)  # fmt: skip
_TOPIC = re.compile(r"\s*(?:CHƯƠNG|CHỦ ĐỀ|CHUYÊN ĐỀ|MODULE|CHAPTER|TOPIC|UNIT)\b", re.IGNORECASE)
_END = re.compile(r"[\s\-–—*_.=]*(?:H[ẾÊ]T|THE END|END)[\s\-–—*_.=]*", re.IGNORECASE)
_LEVEL = re.compile(r"\s*[\[(]\s*([^\[\]()]{1,20})\s*[\])]\s*[:.]?\s*")


class Line:
    """A line of the document with its place; rows of a table are never taken for options."""

    def __init__(self, text: Text, place: Place, *, of_table: bool = False) -> None:
        self.text = text
        self.words = str(text)
        self.place = place
        self.of_table = of_table


def read(content: bytes, language: str) -> Read:
    """The questions of a .docx. Raises BadFile."""
    found = Read("word")
    document = Document(content, found)
    return _Reader(found, language).read(document.blocks)


def read_text(text: str, language: str) -> Read:
    """The same out of plain text, where only stars and answers written down tell the key."""
    found = Read("text")
    blocks: list[Paragraph | Table] = []
    for number, words in enumerate(text.split("\n"), 1):
        made = Text()
        made.add(words)
        blocks.append(Paragraph(number, made))
    return _Reader(found, language, place="line").read(blocks)


class _Reader:
    def __init__(self, found: Read, language: str, place: str = "paragraph") -> None:
        self.found = found
        self.maker = Maker(language)
        self.place = place
        self.keys: dict[int, list[str]] = {}
        self.twice: set[int] = set()
        self.questions: list[Question] = []
        self.category = ""
        self.in_keys = False

    def read(self, blocks: Sequence[Paragraph | Table]) -> Read:
        lines = self._lines(blocks)
        _refuse_old_letters(line.words for line in lines)
        pattern = _pattern(lines)
        for line in lines:
            self._take(line, pattern)
        for question in self.questions:
            number = question.number
            keys = self.keys.get(number) if number in self.keys and number not in self.twice else None
            if number in self.twice:
                question.item.fault("key_number_twice", number=number)
            question.finish(self.maker, keys)
            self.found.add(question.item)
        told = {question.number for question in self.questions}
        for number in sorted(set(self.keys) - told):
            self.found.leave("key_without_question", number=number)
        return self.found

    # --- Lines ----------------------------------------------------------------------------

    def _lines(self, blocks: Sequence[Paragraph | Table]) -> list[Line]:
        lines: list[Line] = []
        for block in blocks:
            if isinstance(block, Paragraph):
                lines += self._of_paragraph(block)
            else:
                lines += self._of_table(block, bool(lines))
        return lines

    def _of_paragraph(self, paragraph: Paragraph, *, of_table: bool = False) -> list[Line]:
        text = paragraph.text
        if paragraph.label:
            labelled = Text()
            labelled.add(f"{paragraph.label} ", text.marks[0] if text.marks else 0)
            labelled.letters += text.letters
            labelled.marks += text.marks
            labelled.pictures = text.pictures
            text = labelled
        place = Place(self.place, paragraph.number)
        return [Line(part, place, of_table=of_table) for part in text.lines()]

    def _of_table(self, block: Table, late: bool) -> list[Line]:
        cells = [[" ".join(str(one.text) for one in cell) for cell in row] for row in block.rows]
        keys = table_pairs(cells)
        if keys:
            self._learn(keys)
            return []
        place = Place(self.place, block.number)
        rows = [(block.number + index, [cell.strip() for cell in row]) for index, row in enumerate(cells)]
        columns = table.columns_of([words for _number, words in rows[:1]])
        if columns is not None and len(rows) > 1:
            for number, words in rows[1:]:
                table.take_row(self.found, columns[1], words, Place("row", number), self.maker)
            return []
        flat = [one for row in block.rows for cell in row for one in cell]
        starts = [str(one.text) if not one.label else f"{one.label} {one.text}" for one in flat]
        if any(NAMED.match(words) or OPTION_START.match(words) for words in starts):
            return [line for one in flat for line in self._of_paragraph(one)]
        lines = []
        for row in block.rows:
            joined = Text()
            for index, cell in enumerate(row):
                if index:
                    joined.add(" | ")
                for one in cell:
                    part = one.text
                    joined.letters += [" " if letter == "\n" else letter for letter in part.letters]
                    joined.marks += part.marks
                    joined.pictures += part.pictures
            lines.append(Line(joined, place, of_table=True))
        return lines

    # --- What a line is -------------------------------------------------------------------

    def _learn(self, pairs: Sequence[tuple[int, list[str]]]) -> None:
        for number, letters in pairs:
            if self.keys.get(number, letters) != letters:
                self.twice.add(number)
            self.keys[number] = letters

    def _take(self, line: Line, pattern: re.Pattern[str] | None) -> None:
        current = self.questions[-1] if self.questions else None
        words = line.words.strip()
        if not words:
            if current is not None:
                current.blank()
            return
        if not line.of_table and self._is_key_line(words, current):
            return
        start = pattern.match(line.words) if pattern is not None and not line.of_table else None
        if start is not None and not self._is_list(start, pattern, current):
            self.in_keys = False
            self._begin(line, start)
            return
        if _END.fullmatch(words):
            return
        if not line.of_table and self._is_heading(words, current):
            return
        if pattern is None and (current is None or current.is_over(line.text)) and not line.of_table:
            self._begin(line, None)
            return
        if current is not None:
            current.take(line.text, line.place, of_table=line.of_table)
        elif not self.keys:
            self.found.leave("before_first", line.place, text=words[:60])

    def _is_key_line(self, words: str, current: Question | None) -> bool:
        if _KEY_HEADING.fullmatch(words) and (current is None or current.options or current.answers):
            self.in_keys = True
            return True
        pairs = pairs_of(words, least=1 if self.in_keys else 2)
        if pairs:
            self._learn(pairs)
        return bool(pairs)

    def _is_list(self, start: re.Match[str], pattern: re.Pattern[str] | None, current: Question | None) -> bool:
        """Whether a number begins a line of a list within the question: it does not go on where questions are."""
        if pattern is not NUMBERED or current is None or current.options:
            return False
        number = int(start[1] or start[2])
        return not (current.number and number == current.number + 1) and number <= max(current.listed + 1, 1)

    def _is_heading(self, words: str, current: Question | None) -> bool:
        if current is not None and not (current.options or current.answers):
            return False
        heading = _HEADING.fullmatch(words)
        shouted = (
            len(words) >= 8 and words == words.upper() and words != words.lower() and not OPTION_START.match(words)
        )
        if not heading and not (shouted and current is None):
            return False
        if heading and not (words[0].isupper() and (heading[2] is None or heading[2] == heading[2].upper())):
            return False
        if heading and _TOPIC.match(words) and heading[1]:
            self.category = heading[1].strip(" .:–-")
        return True

    def _begin(self, line: Line, start: re.Match[str] | None) -> None:
        number = int(next((group for group in start.groups() if group), "0")) if start else len(self.questions) + 1
        question = Question(number, line.place, self.found)
        question.item.category = self.category
        rest = line.text.cut(start.end()) if start else line.text
        level = _LEVEL.match(str(rest))
        if level and difficulty(level[1]):
            question.item.difficulty = difficulty(level[1])
            rest = rest.cut(level.end())
        self.questions.append(question)
        question.take(rest, line.place)


def _refuse_old_letters(lines: Iterable[str]) -> None:
    """Letters typed for the fonts of before Unicode, where no font's name told it."""
    samples: dict[str, list[tuple[str, str]]] = {}
    words = 0
    for line in lines:
        for word in re.findall(r"[^\s\d.,;:()/\"]+", line):
            if word.isascii() or word == PICTURE:
                continue
            words += 1
            known = legacy.recognise(word)
            if known:
                samples.setdefault(known[0], []).append((word, known[1]))
    for name, found in samples.items():
        if len(found) * 3 >= words and len(found) >= 3:
            raise BadFile("legacy_encoding", encoding=name, sample=found[0][0], meant=found[0][1])


def _pattern(lines: Sequence[Line]) -> re.Pattern[str] | None:
    """How questions begin here: the way that most often has options after it."""
    counts = {pattern: _useful(lines, pattern) for pattern in (NAMED, NUMBERED)}
    best = NAMED if counts[NAMED] * 2 >= counts[NUMBERED] and counts[NAMED] else NUMBERED
    if counts[best]:
        return best
    plain = [pattern for pattern in (NAMED, NUMBERED) if any(pattern.match(one.words) for one in lines)]
    return plain[0] if plain else None


def _useful(lines: Sequence[Line], pattern: re.Pattern[str]) -> int:
    count, waiting = 0, 0
    for line in lines:
        if line.of_table or not line.words.strip():
            continue
        if pattern.match(line.words) and not pairs_of(line.words.strip(), least=1):
            waiting = 12
        elif waiting:
            waiting -= 1
            if options_in(line.text, 0, upper=None):
                count, waiting = count + 1, 0
    return count


def looks(text: str) -> bool:
    """Whether plain text is written that way."""
    lines = text.split("\n")
    starts = sum(bool(NAMED.match(line)) for line in lines)
    numbered = sum(bool(NUMBERED.match(line)) for line in lines)
    options = sum(bool(OPTION_START.match(line)) for line in lines)
    return bool(starts) or (numbered > 0 and options > 1)


def is_docx(content: bytes) -> bool:
    """Whether a zip is a Word document."""
    return b"word/document" in content or b"word/_rels" in content
