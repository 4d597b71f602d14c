"""Questions in rows: columns known by their headings in any order, in workbooks and in tables of Word."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from quizzes.formats.build import Maker, Option, difficulty, folded, number, truth
from quizzes.formats.prose import line, squeeze
from quizzes.formats.result import Item, Json, Place, Read

_WORDS: dict[str, str] = {
    "code": "ma cau hoi|ma cau|ma|code|id|question id|question code",
    "type": "loai cau hoi|loai|dang|dang cau hoi|kieu|type|question type",
    "topic": "chu de|chuyen de|chuong|hang muc|noi dung|linh vuc|topic|category|subject|module|bai",
    "difficulty": "muc do|do kho|cap do|muc do nhan thuc|difficulty|level",
    "stem": "cau hoi|noi dung cau hoi|de bai|question|question text|stem|cau dan|noi dung cau|cau hoi trac nghiem",
    "options": "phuong an tra loi|cac phuong an|cac phuong an tra loi|phuong an|cac lua chon|lua chon|cac dap an|"
    "options|choices|answer options",
    "number": "stt|tt|so tt|so thu tu|no|so",
    "key": "dap an dung|dap an|key|answer|answers|correct answer|correct answers|correct|correct option|"
    "phuong an dung|tra loi dung|cau tra loi dung|answer key|correct option number|da dung|da|ket qua",
    "explanation": "giai thich|loi giai|huong dan giai|explanation|answer explanation|feedback|can cu|"
    "loi giai chi tiet|giai thich dap an|ghi chu dap an",
    "points": "diem|so diem|points|point|score|marks",
    "tags": "the|nhan|tu khoa|tags|tag|keywords",
    "tolerance": "sai so|dung sai|tolerance",
    "unit": "don vi|don vi tinh|unit",
    "scoring": "cach tinh diem|cach cham|scoring",
    "right": "phan hoi khi dung|feedback right",
    "wrong": "phan hoi khi sai|feedback wrong",
}
NAMES = {word: name for name, words in _WORDS.items() for word in words.split("|")}
_OPTION = re.compile(
    r"(?:phuong an|lua chon|dap an|pa|da|option|answer|answer option|choice|cau tra loi|tra loi|ý|y)\s*(?:so\s*)?"
    r"([a-h]|[1-8])|([a-h])"
)
_FEEDBACK = re.compile(r"(?:phan hoi|feedback)\s*([a-h]|[1-8])")
_ENGLISH = re.compile(r"\s*\(?\s*(?:tieng anh|english|en|anh)\s*\)?$")
TYPES: dict[str, str] = {
    "single": "mot dap an|mot lua chon|trac nghiem|chon mot|quiz|single answer|trac nghiem 1 dap an|single|"
    "single choice|multiple choice|mcq|mc|1 dap an",
    "multiple": "nhieu dap an|nhieu lua chon|chon nhieu|trac nghiem nhieu dap an|hop kiem|multiple select|multiple|"
    "multiple answer|multiple answers|multiple response|checkbox|checkboxes|multi select|ma",
    "truefalse": "dung sai|true false|truefalse|tf|dung hoac sai",
    "numeric": "so|dien so|numeric answer|numeric|number|numerical|tinh toan",
    "matching": "ghep cap|ghep noi|noi cot|matching|match",
    "ordering": "sap xep|thu tu|ordering|order|sequence|reorder",
    "shorttext": "tra loi ngan|dien tu|dien khuyet|short text|shorttext|short answer|fill in the blank|"
    "fill in|fill in the blanks|type answer|dien vao cho trong|tu luan ngan|text",
    "essay": "tu luan|essay|open ended|open|viet|open ended question|long answer|cau hoi tu luan",
    "categories": "phan loai|categories|categorise|categorize|xep nhom",
}
_TYPES = {word: name for name, words in TYPES.items() for word in words.split("|")}
_SPLIT = re.compile(r"\s*(?:=>|->|→|⇒|↔|<->)\s*")


def column(heading: str) -> str:
    """The name of a column by its heading: `stem`, `option:b`, `stem@en` …; empty for an unknown one."""
    # `Answer 1 - max 75 characters`, `Correct answer(s) - choose at least one`, `Question *`
    plain = folded(re.sub(r"\s+[-–(*:].*$|\(s\)", "", heading.strip()) or heading)
    english = _ENGLISH.search(plain)
    if english and english.start() > 0:
        base = column(plain[: english.start()])
        return f"{base}@en" if base else ""
    if plain == "correct option number" or re.match(r"correct answer\(s\)\s*-", heading.strip(), re.IGNORECASE):
        # Kahoot counts the options; a number is never their words.
        return "place"
    if plain in NAMES:
        return NAMES[plain]
    for pattern, name in ((_FEEDBACK, "feedback"), (_OPTION, "option")):
        found = pattern.fullmatch(plain)
        if found:
            letter = next(group for group in found.groups() if group)
            return f"{name}:{chr(ord('a') + int(letter) - 1) if letter.isdigit() else letter}"
    return ""


def columns_of(rows: Sequence[Sequence[str]]) -> tuple[int, dict[int, str]] | None:
    """Which of the first rows holds headings, and its columns; None where there is no question and no key or option."""
    for index, row in enumerate(rows):
        columns = _repeated(row)
        for place, heading in enumerate(row):
            name = column(heading) if place not in columns else ""
            if name and name not in columns.values():
                columns[place] = name
        names = set(columns.values())
        if "stem" not in names:
            # “Nội dung” is a topic beside “Câu hỏi”, and the question where there is no such column.
            columns |= {place: "stem" for place, heading in enumerate(row) if folded(heading) == "noi dung"}
            names = set(columns.values())
        if "stem" in names and (names & {"key", "place"} or any(name.startswith("option") for name in names)):
            return index, columns
    return None


def _repeated(row: Sequence[str]) -> dict[int, str]:
    """Headings that stand several times are the options, in their order; the key has a heading of its own."""
    plain = [folded(heading) for heading in row]
    for word in ("dap an", "phuong an", "lua chon", "tra loi", "option", "answer", "choice"):
        places = [place for place, heading in enumerate(plain) if heading == word]
        if 2 <= len(places) <= 8:
            return {place: f"option:{chr(ord('a') + at)}" for at, place in enumerate(places)}
    return {}


def take_row(found: Read, columns: Mapping[int, str], cells: Sequence[str], place: Place, maker: Maker) -> None:
    """The question of a row; an empty row is none."""
    told = {name: squeeze(cells[index]) for index, name in columns.items() if index < len(cells)}
    if not any(told.values()):
        return
    if told.get("place"):
        told["key"] = re.sub(r"\b[1-8]\b", lambda found: chr(ord("A") + int(found[0]) - 1), told["place"])
    if not told.get("stem") and not told.get("stem@en") and not told.get("key"):
        found.leave("row_without_question", place, text=line(" ".join(value for value in told.values() if value))[:60])
        return
    _split_options(told)
    item = Item({}, place, name=told.get("code", ""), category=told.get("topic", ""))
    _Row(item, told, maker).make()
    found.add(item)


_LETTER = re.compile(r"(?:^|\n|(?<=\s))\s*([A-H])\s*[.)/:]\s*(?=\S)")


def _split_options(told: dict[str, str]) -> None:
    """Options that stand together in one cell, their own or the question's: `A. …`, `B. …`."""
    if any(value for name, value in told.items() if name.startswith("option:")):
        return
    for name in ("options", "stem"):
        words = told.get(name, "")
        places: list[re.Match[str]] = []
        for found in _LETTER.finditer(words):
            if found[1] == chr(ord("A") + len(places)):
                places.append(found)
        if len(places) < 2:
            continue
        ends = [place.start() for place in places[1:]] + [len(words)]
        for place, end in zip(places, ends, strict=True):
            told[f"option:{place[1].lower()}"] = squeeze(words[place.end() : end])
        if name == "stem":
            told["stem"] = squeeze(words[: places[0].start()])
        return
    lines = [line for line in told.get("options", "").split("\n") if line.strip()]
    for letter, text in zip("abcdefgh", lines, strict=False):
        told[f"option:{letter}"] = squeeze(text)


class _Row:
    def __init__(self, item: Item, told: Mapping[str, str], maker: Maker) -> None:
        self.item = item
        self.told = told
        self.maker = maker
        letters = [name[7:] for name in told if name.startswith("option:") and "@" not in name]
        used = [letter for letter in sorted(letters) if told[f"option:{letter}"] or told.get(f"option:{letter}@en")]
        self.letters = used

    def _both(self, name: str) -> Json:
        """A text in the file's language, and in English where there is a column for it."""
        said = {self.maker.language: self.told.get(name, "")}
        other = self.told.get(f"{name}@en", "")
        if other:
            said["en"] = other
        return said

    def make(self) -> None:
        item, told = self.item, self.told
        self._about()
        kind = _TYPES.get(folded(told.get("type", "")), "")
        if told.get("type") and not kind:
            item.fault("type_unknown", type=told["type"][:40])
        stem = self._both("stem")
        if not any(stem.values()):
            item.fault("no_stem")
        if any(self._both("explanation").values()):
            item.node["explanation"] = self._both("explanation")
        made = {"matching": self._matching, "ordering": self._ordering, "numeric": self._numeric, "essay": self._essay,
                "shorttext": self._short, "truefalse": self._truefalse, "categories": self._categories}.get(kind)  # fmt: skip  # noqa: E501
        if made is None and not kind:
            made = self._guess()
        if made is not None:
            made(stem)
        else:
            self._choice(stem, multiple=kind == "multiple")

    def _about(self) -> None:
        item, told = self.item, self.told
        item.difficulty = difficulty(told.get("difficulty", ""))
        if told.get("difficulty") and not item.difficulty:
            item.note("difficulty_unknown", words=told["difficulty"][:40])
        item.tags = [tag.strip() for tag in told.get("tags", "").split(",") if tag.strip()]
        points = number(told["points"]) if told.get("points") else None
        if isinstance(points, int):
            item.node["points"] = points
        elif told.get("points"):
            item.note("points_not_whole", points=told["points"][:20])
        for name in ("right", "wrong"):
            if told.get(name):
                item.node.setdefault("feedback", {})[name] = self._both(name)
        if told.get("scoring"):
            item.node["scoring"] = told["scoring"]

    def _guess(self) -> Any:
        key = self.told.get("key", "")
        if not self.letters:
            return self._truefalse if truth(key) is not None else self._numeric if _number_of(key) else self._short
        if sum(bool(_SPLIT.search(self.told[f"option:{letter}"])) for letter in self.letters) == len(self.letters) > 1:
            return self._matching if not key else None
        return None

    def _right(self) -> list[str]:
        """Letters out of the key: `B`, `A, C`, `2`, `B. words`, or the words of an option."""
        key = self.told.get("key", "")
        plain = re.sub(r"(?i)^(?:đáp án|phương án|câu|option|answer)\s*:?\s+(?=\S)", "", key.strip().rstrip("."))
        if self._same(plain):
            letters = self._same(plain)
        elif re.fullmatch(r"[A-H]{2,8}|[A-Ha-h](?:\s*(?:[,;&/+]|và|and|\s)\s*[A-Ha-h])*", plain):
            letters = re.findall(r"[a-h]", re.sub(r"và|and", " ", plain.lower()))
        elif re.fullmatch(r"[1-8](?:\s*[,;&/+ ]\s*[1-8])*", plain) and not self._same(plain):
            letters = [chr(ord("a") + int(digit) - 1) for digit in re.findall(r"\d", plain)]
        else:
            led = re.match(r"([A-H])\s*[.):]\s", plain)
            letters = self._same(plain) or ([led[1].lower()] if led else [])
            if not letters:
                letters = [name for part in re.split(r"[;\n|]", plain) for name in self._same(part)]
        return list(dict.fromkeys(letters))

    def _same(self, words: str) -> list[str]:
        plain = folded(words)
        return [letter for letter in self.letters if plain and folded(self.told[f"option:{letter}"]) == plain]

    def _choice(self, stem: Json, *, multiple: bool) -> None:
        item = self.item
        key = self.told.get("key", "")
        right = self._right()
        place = chr(ord("a") + int(key) - 1) if re.fullmatch("[1-8]", key) else ""
        if place in self.letters and right != [place]:
            item.fault("key_ambiguous", key=key)
        if key and not right:
            item.fault("bad_answer", answer=key[:40])
        for letter in right:
            if letter not in self.letters:
                item.fault("no_such_option", letter=letter.upper())
        if not self.letters:
            item.fault("no_options")
        options = []
        for letter in self.letters:
            option = Option("", letter in right)
            words = self._both(f"option:{letter}")
            # Without a type of its own, a row with Đúng and Sai to choose from is a true/false.
            plain = len(words) == 1 and not self.told.get("type")
            option.text = words[self.maker.language] if plain else words  # type: ignore[assignment]
            option.feedback = self._both(f"feedback:{letter}") if self.told.get(f"feedback:{letter}") else ""  # type: ignore[assignment]
            options.append(option)
        if key and not set(right) & set(self.letters):
            self.maker.other(item, "single", stem)
            return
        self.maker.choice(item, stem, options, multiple=multiple)

    def _truefalse(self, stem: Json) -> None:
        key = self.told.get("key", "")
        answer = truth(key)
        if answer is None:
            right = self._right()
            answer = truth(self.told[f"option:{right[0]}"]) if len(right) == 1 and right[0] in self.letters else None
        if answer is None:
            self.item.fault("bad_answer" if key else "no_key", answer=key[:40])
        self.maker.truefalse(self.item, stem, answer is True)

    def _numeric(self, stem: Json) -> None:
        told = _number_of(self.told.get("key", ""))
        value, off, unit = told or (None, 0, "")
        tolerance = number(self.told["tolerance"]) if self.told.get("tolerance") else off
        if value is None or tolerance is None:
            self.item.fault("bad_number", text=self.told.get("key", "")[:40])
        units = self._both("unit")
        if not any(units.values()):
            units = {self.maker.language: unit}
        for language in stem:
            units.setdefault(language, next(iter(units.values())))
        self.maker.numeric(self.item, stem, value or 0, tolerance or 0, units)

    def _short(self, stem: Json) -> None:
        answers = [
            part.strip() for part in re.split(r"\s*[|\n]\s*|\s+hoặc\s+", self.told.get("key", "")) if part.strip()
        ]
        answers += [self.told[f"option:{letter}"] for letter in self.letters] if not answers else []
        if not answers:
            self.item.fault("no_options" if not self.told.get("type") else "no_key")
        said = [(dict.fromkeys(stem, answer), 100.0, "") for answer in answers]
        self.maker.short(self.item, stem, said)

    def _essay(self, stem: Json) -> None:
        self.maker.essay(self.item, stem)

    def _sides(self) -> list[tuple[Json, Json]]:
        """Left and right sides of the options, in each language."""
        sides: list[tuple[Json, Json]] = []
        for letter in self.letters:
            left: Json = {}
            right: Json = {}
            for language, words in self._both(f"option:{letter}").items():
                parts = _SPLIT.split(words, maxsplit=1)
                left[language], right[language] = (
                    (parts[0].strip(), parts[-1].strip()) if len(parts) > 1 else (words, "")
                )
            if not any(right.values()):
                self.item.fault("no_pair", letter=letter.upper())
            sides.append((left, right))
        return sides

    def _matching(self, stem: Json) -> None:
        sides = self._sides()
        pairs = [side for side in sides if any(side[0].values())]
        self.maker.matching(self.item, stem, pairs, [right for left, right in sides if not any(left.values())])

    def _categories(self, stem: Json) -> None:
        categories: list[Json] = []
        items = []
        for left, right in self._sides():
            if right not in categories:
                categories.append(right)
            items.append({**left, "in": f"c{categories.index(right) + 1}"})
        named = [{"id": f"c{place}", **texts} for place, texts in enumerate(categories, 1)]
        self.maker.other(self.item, "categories", stem, categories=named, items=items)

    def _ordering(self, stem: Json) -> None:
        self.maker.ordering(self.item, stem, [self._both(f"option:{letter}") for letter in self.letters])


OR = re.compile(r"\b(?:hoặc|hay|or)\s", re.IGNORECASE)
"""Between answers: “2 hoặc 3” is no number with a unit."""
_OFF = r"(?:±|\+/-|\+-|sai số:?)\s*([\d.,]+(?:[eE][-+]?\d+)?)"


def _number_of(text: str) -> tuple[int | float, int | float, str] | None:
    """A number with tolerance and unit: `4,5 ± 0,1 kg`."""
    told = re.fullmatch(
        rf"([-−+]?[\d.,]*\d(?:[eE][-+]?\d+)?)\s*(?:{_OFF})?\s*([^\d\s].{{0,20}})?",
        # `4,5 kg ± 0,1 kg` says the same as `4,5 ± 0,1 kg`.
        re.sub(rf"^([-−+\d.,eE]*\d)\s*([^\d\s±+][^\d±]{{0,19}}?)\s*{_OFF}\s*(?:\2)?$", r"\1 ± \3 \2", text.strip()),
    )
    if told is None:
        return None
    value, off = number(told[1]), number(told[2]) if told[2] else 0
    unit = (told[3] or "").strip()
    return None if value is None or off is None or OR.search(unit) else (value, off, unit)
