"""Questions in the authored form made out of what a file says; and words that files use for the same things."""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from quizzes.formats.prose import squeeze
from quizzes.formats.result import Item, Json

LANGUAGES = ("vi", "en")
OWN = "nscl."
"""Begins the tags in which our exports keep what a format has no place for."""
_DIFFICULTIES = {
    "recall": "recall", "nhan biet": "recall", "thong hieu": "recall", "nb": "recall", "th": "recall",
    "de": "recall", "easy": "recall", "remember": "recall", "understand": "recall", "nho": "recall", "hieu": "recall",
    "muc 1": "recall", "muc 2": "recall",
    "apply": "apply", "van dung": "apply", "application": "apply", "vd": "apply", "trung binh": "apply",
    "vua": "apply", "medium": "apply", "moderate": "apply", "ap dung": "apply", "muc 3": "apply", "vdt": "apply",
    "analyse": "analyse", "analyze": "analyse", "analysis": "analyse", "van dung cao": "analyse", "vdc": "analyse",
    "kho": "analyse", "hard": "analyse", "difficult": "analyse", "phan tich": "analyse", "muc 4": "analyse",
}  # fmt: skip
ALT = {"vi": "Hình của câu hỏi", "en": "Figure of the question"}
CRITERION = {"vi": "Nội dung bài làm", "en": "Content of the answer"}
_IN_TAGS = ("difficulty", "points", "scoring", "decimals", "accents")
_TRUE = frozenset({"dung", "d", "true", "t", "yes", "y", "co", "1", "x", "right", "correct"})
_FALSE = frozenset({"sai", "s", "false", "f", "no", "n", "khong", "0", "wrong", "incorrect"})


def folded(text: str) -> str:
    """Without marks and capitals, for comparing words."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return re.sub(r"[^a-z0-9]+", " ", "".join(c for c in plain if not unicodedata.combining(c)).lower()).strip()


def difficulty(words: str) -> str:
    """Our code of a difficulty for the words of a file; empty where they say none."""
    return _DIFFICULTIES.get(folded(words), "")


def truth(words: str) -> bool | None:
    """Đúng or Sai in their many spellings; None for neither."""
    plain = folded(words)
    return True if plain in _TRUE else False if plain in _FALSE else None


@dataclass
class Option:
    """An option as a file has it."""

    text: str
    right: bool = False
    feedback: str = ""


def number(text: str) -> int | float | None:
    """A number as the authored form holds it; comma or point for decimals."""
    plain = text.strip().replace("−", "-").replace("\u00a0", "").replace(" ", "")
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d+", plain):
        plain = plain.replace(".", "")
    if not re.fullmatch(r"[+-]?(\d{1,30}([.,]\d{0,30})?|[.,]\d{1,30})([eE][+-]?\d{1,2})?", plain):
        return None
    try:
        value = Decimal(plain.replace(",", "."))
    except InvalidOperation:
        return None
    return int(value) if value == value.to_integral_value() and abs(value) < 10**15 else float(value)


@dataclass(frozen=True)
class Maker:
    """Makes questions in one language."""

    language: str = "vi"

    def say(self, text: Any) -> Json:
        """A text by language; one that has languages already stays."""
        return dict(text) if isinstance(text, Mapping) else {self.language: squeeze(str(text))}

    def choice(self, item: Item, stem: Any, options: Sequence[Option], *, multiple: bool = False) -> None:
        """Single or multiple choice, by how many are right; Đúng and Sai as the only options make a true/false."""
        right = [option.right for option in options]
        words = [truth(option.text) if isinstance(option.text, str) else None for option in options]
        if not any(right):
            item.fault("no_key")
        for letter, option in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", options, strict=False):
            if not any(self.say(option.text).values()):
                self._empty(item, letter)
        if not multiple and sorted(map(str, words)) == ["False", "True"] and sum(right) == 1:
            said = [option.feedback for option in options if option.feedback]
            if said:
                item.leave("feedback", count=len(said))
            self.truefalse(item, stem, bool(words[right.index(True)]))
            return
        made: list[Json] = []
        for letter, option in zip("abcdefghijklmnopqrstuvwxyz", options, strict=False):
            one: Json = {"id": letter, **self.say(option.text)}
            if option.right:
                one["correct"] = True
            if option.feedback:
                one["feedback"] = self.say(option.feedback)
            made.append(one)
        item.node |= {"type": "multiple" if multiple or sum(right) > 1 else "single", "stem": self.say(stem)}
        item.node["options"] = made

    @staticmethod
    def _empty(item: Item, letter: str) -> None:
        """An option without words: only a picture, or nothing."""
        if any(said.facts.get("letter") == letter and said.code.startswith("option_") for said in item.said):
            return
        pictured = any(said.code == "picture_in_option" for said in item.said)
        item.fault("option_is_picture" if pictured else "option_empty", letter=letter)

    def truefalse(self, item: Item, stem: Any, answer: bool) -> None:
        """True or false."""
        item.node |= {"type": "truefalse", "stem": self.say(stem), "answer": answer}

    def numeric(self, item: Item, stem: Any, answer: float, tolerance: float = 0, unit: Any = "") -> None:
        """A number; a unit of several languages stays as it is."""
        item.node |= {"type": "numeric", "stem": self.say(stem), "answer": answer, "tolerance": tolerance}
        item.node["unit"] = self.say(unit)

    def matching(self, item: Item, stem: Any, pairs: Sequence[tuple[Any, Any]], extra: Sequence[Any] = ()) -> None:
        """Pairs, and right sides that match nothing."""
        item.node |= {"type": "matching", "stem": self.say(stem)}
        item.node["pairs"] = [{"left": self.say(left), "right": self.say(right)} for left, right in pairs]
        if extra:
            item.node["extra"] = [self.say(text) for text in extra]

    def ordering(self, item: Item, stem: Any, items: Sequence[Any]) -> None:
        """Items in the right order."""
        item.node |= {"type": "ordering", "stem": self.say(stem), "items": [self.say(text) for text in items]}

    def short(self, item: Item, stem: Any, answers: Sequence[tuple[Any, float, Any]], *, accents: bool = False) -> None:
        """A word or a few: accepted answer (`*` for any run of signs), percent, feedback."""
        accept: list[Json] = []
        for text, percent, feedback in answers:
            share = round(percent)
            said = self.say(text)
            if share <= 0 and all(squeeze(one) in ("*", "") for one in said.values()):
                # What is told of any other answer: there is no place for it.
                item.leave("feedback", count=1)
                continue
            one: Json = {language: pattern(words) for language, words in said.items()}
            if share != 100:
                one["share"] = max(0, min(share, 100))
            if any(self.say(feedback).values()):
                one["feedback"] = self.say(feedback)
            accept.append(one)
        item.node |= {"type": "shorttext", "stem": self.say(stem), "accept": accept}
        if accents:
            item.node["accents"] = True

    def other(self, item: Item, kind: str, stem: Any, **parts: Any) -> None:
        """A question of another type, with the type's own keys."""
        item.node |= {"type": kind, "stem": self.say(stem), **parts}

    def figure(self, item: Item, name: str, alt: Any = "") -> None:
        """The question's one picture; a second one is named."""
        if "figure" in item.node:
            item.leave("more_pictures", count=1)
            return
        said = self.say(alt)
        if not any(said.values()):
            said = {self.language: ALT.get(self.language, ALT["vi"])}
        item.node |= {"figure": name, "alt": said}

    def essay(self, item: Item, stem: Any, rubric: Sequence[tuple[Any, int]] = (), kind: str = "essay") -> None:
        """A text or a file that people grade; without a rubric one criterion stands for all points."""
        points = item.node.get("points", 1)
        criteria = [{**self.say(text), "points": worth} for text, worth in rubric]
        if not criteria or sum(worth for _text, worth in rubric) != points:
            item.note("rubric_made")
            criteria = [{self.language: CRITERION.get(self.language, CRITERION["vi"]), "points": points}]
        item.node |= {"type": kind, "stem": self.say(stem), "rubric": criteria}

    def explain(self, item: Item, text: Any) -> None:
        """The explanation, if there is one."""
        said = self.say(text)
        if any(said.values()):
            item.node["explanation"] = said


def percent(node: Json, option: Json) -> float:
    """What an option earns or costs, in percent, by the question's scoring rule."""
    right = sum(bool(one.get("correct")) for one in node["options"])
    scoring = node.get("scoring", "partial")
    if node["type"] == "single":
        return 100.0 if option.get("correct") else 0.0
    if scoring == "weights":
        return float(option.get("weight", 0))
    if option.get("correct"):
        return 100 / right
    return -100 / (len(node["options"]) - right if scoring == "balanced" else right)


def take_percents(item: Item, percents: Sequence[float]) -> None:
    """The scoring rule of a multiple choice out of what its options earn and cost.

    Where ticking everything would earn something, which no question may, wrong options together cost what the
    right ones earn, and that is said.
    """
    node = item.node
    right = [value for value in percents if value > 0]
    wrong = [value for value in percents if value <= 0]
    share = 100 / len(right) if right else 0

    def near(values: Sequence[float], aim: float) -> bool:
        return all(abs(value - aim) < 0.6 for value in values)

    if node.get("scoring") != "weights":
        if near(right, share) and near(wrong, -share):
            return
        if near(right, share) and wrong and near(wrong, -100 / len(wrong)):
            node["scoring"] = "balanced"
            return
    weights = _hundred(percents)
    if sum(weights) > 0 and wrong:
        item.leave("scoring_stricter")
        if near(right, share):
            node["scoring"] = "balanced"
            return
        weights = [value if value > 0 else -math.ceil(100 / len(wrong)) for value in weights]
    if abs(sum(right) - 100) > 1.5:
        item.leave("weights_scaled")
    node["scoring"] = "weights"
    for option, value in zip(node["options"], weights, strict=False):
        if value:
            option["weight"] = value


def _hundred(percents: Sequence[float]) -> list[int]:
    """Whole weights, those of the right options adding up to 100: three thirds are 34, 33 and 33."""
    total = sum(value for value in percents if value > 0) or 1
    made = [max(1, int(100 * value / total)) if value > 0 else max(-100, round(value)) for value in percents]
    gaps = sorted(
        (place for place, value in enumerate(percents) if value > 0),
        key=lambda place: int(100 * percents[place] / total) - 100 * percents[place] / total,
    )
    for turn in range(100 - sum(value for value in made if value > 0)):
        made[gaps[turn % len(gaps)]] += 1
    return made


def level(node: Any, languages: Sequence[str]) -> Any:
    """`node` with every text in exactly `languages`; one that is missing is taken from another language."""
    if isinstance(node, list):
        return [level(part, languages) for part in node]
    if not isinstance(node, dict):
        return node
    spoken = [name for name in node if name in LANGUAGES and isinstance(node[name], str)]
    made = {name: level(part, languages) for name, part in node.items() if name not in spoken}
    if not spoken:
        return made
    some = next((node[name] for name in spoken if node[name]), "")
    return {**{language: node.get(language) or some for language in languages}, **made}


def languages_of(node: Json) -> list[str]:
    """The languages in which the question is asked."""
    stem = node.get("stem")
    return [name for name in LANGUAGES if isinstance(stem, dict) and stem.get(name)]


def pattern(words: str) -> str:
    """An accepted answer of other systems, where only `*` means more than itself, as a pattern of ours."""
    return re.sub(r"(\\)(?!\*)|([?|])", lambda found: "\\" + found[0], words)


def words_of(ours: str) -> list[str] | None:
    """Accepted answers of other systems for a pattern of ours; None where it asks for one unknown sign."""
    found = [""]
    signs = iter(ours)
    for sign in signs:
        if sign == "\\":
            after = next(signs, "\\")
            found[-1] += "\\*" if after == "*" else after
        elif sign == "?":
            return None
        elif sign == "|":
            found.append("")
        else:
            found[-1] += sign
    return found


def tags_of(node: Json) -> list[str]:
    """What a format without a place for it keeps in tags of ours."""
    tags = [f"{OWN}{name}={node[name]}" for name in _IN_TAGS if name in node]
    return [*tags, *(str(tag) for tag in node.get("tags", ()))]


def take_tags(item: Item, tags: Sequence[str]) -> None:
    """The inverse of `tags_of`; other tags are kept as tags, one that names a difficulty sets it."""
    for tag in tags:
        name, _equals, value = tag.removeprefix(OWN).partition("=")
        if not tag.startswith(OWN):
            item.difficulty = item.difficulty or difficulty(tag)
            if not difficulty(tag):
                item.tags.append(tag)
        elif name == "difficulty":
            item.difficulty = value
        elif name in ("points", "decimals") and value.isascii() and value.isdigit():
            item.node[name] = int(value[:6])
        elif name == "scoring":
            item.node[name] = value
        elif name == "accents":
            item.node[name] = True
