"""Questions as Vietnamese teachers write them in Word: `Câu 1: …`, `A. …`, the key marked, below or in a table."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from people.imports import legacy
from quizzes.formats import table
from quizzes.formats.build import Maker, difficulty
from quizzes.formats.result import BadFile, Place, Read
from quizzes.formats.word_file import PICTURE, Document, Paragraph, Table, Text
from quizzes.formats.word_keys import Keys, codes_of, pairs_of, table_pairs
from quizzes.formats.word_lines import (
    KEY_HEADING,
    KEY_LINE,
    NOISE,
    PARTED,
    SECTION,
    is_heading,
    key_line,
    kind_of,
    part_of,
)
from quizzes.formats.word_patterns import OPTION_START
from quizzes.formats.word_question import Question, options_in
from quizzes.formats.word_tables import Grid, grid_of, pairs_told

NAMED = re.compile(
    r"\s*(?:Câu(?:\s*hỏi)?|Question|Bài(?:\s*tập)?|Item|Q)\s*(?:số\s*)?\.?\s*(\d{1,4})\s*(?:[.:)/\]\-–—]+|(?=\s|\(|\[)|$)\s*",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"\s*(?:(\d{1,4})\s*[.)/:\]]+(?!\d)\s*|\((\d{1,4})\)\s*)(?=\S|$)")
_END = re.compile(r"[\s\-–—*_.=]*(?:H[ẾÊ]T|THE END|END)[\s\-–—*_.=]*", re.IGNORECASE)
_LEVEL = re.compile(r"\s*[\[(]\s*([^\[\]()]{1,20})\s*[\])]\s*[:.]?\s*")


class Line:
    """A line of the document with its place; rows of a table are never taken for options."""

    def __init__(self, text: Text, place: Place, *, of_table: bool = False) -> None:
        self.text = text
        self.words = str(text)
        self.place = place
        self.of_table = of_table
        self.grid: Grid | None = None
        self.keys: list[tuple[int, list[str]]] = []


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
        self.keys = Keys()
        self.groups: list[str] = []
        self.parted = self.apart = False
        self.part = self.kind = self.code = ""
        self.questions: list[Question] = []
        self.category = ""
        self.in_keys = False
        self.before: list[Line] = []

    def read(self, blocks: Sequence[Paragraph | Table]) -> Read:
        self.code = _code(blocks)
        lines = self._lines(blocks)
        _refuse_old_letters(line.words for line in lines)
        pattern = _pattern(lines)
        self.apart = sum(bool(PARTED.fullmatch(line.words)) for line in lines) >= 2
        for line in lines:
            self._take(line, pattern)
        self._finish()
        return self.found

    def _finish(self) -> None:
        """Every question with the answers of its own part."""
        sizes = [sum(question.group == group for question in self.questions) for group in range(len(self.groups))]
        own = self.keys.of_groups(sizes, self.groups)
        through = len(own) > 1 and not any(own)
        used: set[tuple[int, int]] = set()
        for place, question in enumerate(self.questions, 1):
            group, number = own[question.group], place if through else question.number
            keys = self.keys.groups[group].get(number) if group >= 0 else None
            used.add((group, number))
            if keys and (group, number) in self.keys.twice:
                question.item.fault("key_number_twice", number=number)
                keys = None
            question.finish(self.maker, keys)
            self.found.add(question.item)
        self._hand_over()
        for line in self.before[:3]:
            self.found.leave("before_first", line.place, text=line.words.replace(PICTURE, "").strip()[:60])
        if len(self.before) > 3:
            self.found.leave("before_more", self.before[3].place, count=len(self.before) - 3)
        for group, answers in enumerate(self.keys.groups):
            for number in sorted(number for number in answers if (group, number) not in used):
                self.found.leave("key_without_question", number=number)

    def _hand_over(self) -> None:
        """What was said of a paragraph of the file is said of the question that it is in."""
        starts = [question.place.number for question in self.questions]
        for said in [one for one in self.found.said if one.kind == "left" and one.place.kind == "paragraph"]:
            place = bisect_right(starts, said.place.number) - 1
            if place >= 0 and said.code in ("part", "picture_kind", "picture_missing"):
                self.found.said.remove(said)
                self.questions[place].item.said.append(said)

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
        codes = codes_of(cells)
        if len(codes) > 1:
            cells = self._of_code(cells, codes)
        keys = table_pairs(cells)
        if keys:
            learned = Line(Text(), Place(self.place, block.number), of_table=True)
            learned.keys = keys
            return [learned]
        place = Place(self.place, block.number)
        rows = [(block.number + index, [cell.strip() for cell in row]) for index, row in enumerate(cells)]
        columns = table.columns_of([words for _number, words in rows[:1]])
        if columns is not None and len(rows) > 1:
            for number, words in rows[1:]:
                table.take_row(self.found, columns[1], words, Place("row", number), self.maker)
            return []
        grid = grid_of(cells)
        if grid is not None:
            asked = Line(Text(), place, of_table=True)
            asked.grid = grid
            return [asked]
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

    def _of_code(self, cells: list[list[str]], codes: Sequence[str]) -> list[list[str]]:
        """A table of answers for several codes of the paper: the column of this paper's code, else the first."""
        head = next(row for row in cells if codes[0] in [cell.strip() for cell in row])
        places = [place for place, cell in enumerate(head) if cell.strip() in codes]
        own = [place for place in places if self.code and re.search(rf"\b{self.code}\b", head[place])] or places[:1]
        self.found.leave("key_codes", taken=head[own[0]].strip(), others=len(places) - 1)
        return [[cell for place, cell in enumerate(row) if place not in places or place == own[0]] for row in cells]

    def _take(self, line: Line, pattern: re.Pattern[str] | None) -> None:
        current = self.questions[-1] if self.questions else None
        words = line.words.strip()
        if line.keys:
            self.keys.learn(line.keys, table=True)
        elif line.grid is not None and current is not None and not self.in_keys:
            current.grid = line.grid
        elif not words:
            if current is not None:
                current.blank()
        elif self.apart and PARTED.fullmatch(words):
            self.parted = True
        elif line.of_table or not (self._is_part(words) or self._is_key_line(words, current)):
            self._take_words(line, pattern, current)

    def _take_words(self, line: Line, pattern: re.Pattern[str] | None, current: Question | None) -> None:
        words = line.words.strip()
        start = pattern.match(line.words) if pattern is not None and not line.of_table else None
        if start is not None and not self._is_list(start, pattern, current):
            self.in_keys = False
            self._begin(line, start)
            return
        if self.parted:
            self._begin(line, None)
            return
        if _END.fullmatch(words):
            return
        if not line.of_table and (self._is_heading(words, current) or self._is_noise(line, current)):
            return
        over = pattern is None and not self.apart and (current is None or current.is_over(line.text))
        if over and not line.of_table:
            self._begin(line, None)
        elif current is not None and not self.in_keys:
            current.take(line.text, line.place, of_table=line.of_table)
        elif self.in_keys or not self.keys.groups:
            if self.in_keys:
                self.found.leave("key_line", line.place, text=words[:60])
            else:
                self.before.append(line)

    def _is_part(self, words: str) -> bool:
        """`PHẦN II. Trắc nghiệm đúng sai`: numbers begin anew, here and in the key."""
        name = part_of(words)
        if not name and not SECTION.fullmatch(words):
            return False
        if self.in_keys:
            self.keys.part(name)
            return True
        self.part, self.kind = name or self.part, kind_of(words)
        return True

    def _is_noise(self, line: Line, current: Question | None) -> bool:
        """What a paper says around its questions."""
        if not NOISE.match(line.words):
            return False
        self.found.leave("before_first" if current is None else "around", line.place, text=line.words.strip()[:60])
        return True

    def _is_key_line(self, words: str, current: Question | None) -> bool:
        if KEY_HEADING.fullmatch(words) and (current is None or current.options or current.answers or words.isupper()):
            self.in_keys = True
            return True
        if current is not None and current.asks_pairs and pairs_told(_bare(words)):
            return False
        led = KEY_LINE.match(words)
        pairs = pairs_of(words[led.end() :], least=2) if led else []
        self.in_keys = self.in_keys or bool(pairs)
        pairs = (
            pairs
            or pairs_of(words, least=2)
            or (pairs_of(words, least=1) if self.in_keys else [])
            or (key_line(words) if self.in_keys else [])
        )
        if pairs:
            self.keys.learn(pairs)
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
        found = is_heading(words, first=current is None)
        self.category = found or self.category
        return found is not None

    def _begin(self, line: Line, start: re.Match[str] | None) -> None:
        number = int(next((group for group in start.groups() if group), "0")) if start else len(self.questions) + 1
        question = Question(number, line.place, self.found, kind=self.kind)
        question.item.category = self.category
        before = self.questions[-1].number if self.questions else 0
        if not self.groups or (start is not None and number <= before) or (self.part and self.part != self.groups[-1]):
            # A number that begins anew, or a part's heading: numbers of the key are told apart by it.
            self.groups.append(self.part)
        question.group = len(self.groups) - 1
        self.parted = False
        rest = line.text.cut(start.end()) if start else line.text
        level = _LEVEL.match(str(rest))
        if level and difficulty(level[1]):
            question.item.difficulty = difficulty(level[1])
            rest = rest.cut(level.end())
        self.questions.append(question)
        question.take(rest, line.place)


def _bare(words: str) -> str:
    return re.sub(r"^\s*(?:Đáp\s*án|Answers?|Key)\s*[:.]?\s*", "", words, flags=re.IGNORECASE)


def _code(blocks: Sequence[Paragraph | Table]) -> str:
    """The code of this paper, where it tells one."""
    for block in blocks[:40]:
        told = (
            re.search(r"(?i)mã\s*đề(?:\s*thi)?\s*[:.]?\s*(\d{2,4})\b", str(block.text))
            if isinstance(block, Paragraph)
            else None
        )
        if told:
            return told[1]
    return ""


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
    parted = sum(bool(PARTED.fullmatch(line)) for line in lines)
    return bool(starts) or (numbered > 0 and options > 1) or (parted > 1 and options > 1)


def is_docx(content: bytes) -> bool:
    """Whether a zip is a Word document."""
    return b"word/document" in content or b"word/_rels" in content
