"""Questions of Word that are no plain choices: statements, columns to match, gaps, options without letters."""

import re
from collections.abc import Sequence

from quizzes.formats.build import Maker, pattern
from quizzes.formats.prose import squeeze
from quizzes.formats.result import Item, Json
from quizzes.formats.word_file import Text
from quizzes.formats.word_tables import Grid, gaps_in, pairs_told
from quizzes.formats.word_truths import marked, statements, truths_of

ASKS_TRUTH = re.compile(r"đúng\s*(?:hay|hoặc|/|,|-)\s*sai|true\s*(?:or|/)\s*false", re.IGNORECASE)


def truths(
    maker: Maker,
    item: Item,
    stem: str,
    texts: Sequence[str],
    said: Sequence[str],
    letters: Sequence[str] | None,
    *,
    sure: bool,
) -> bool:
    """Make statements out of options, if these are such.

    Their answers stand behind each, below all (`said`), in the key, or are the marked `letters`, which tell only where
    it is `sure` that these are statements (None: nothing is marked). Says whether it made them.
    """
    behind = [marked(text) for text in texts]
    below = next((told for words in said if len(told := truths_of(words)) == len(texts)), [])
    if len(texts) >= 2 and all(one is not None for one in behind):
        statements(maker, item, stem, [one for one in behind if one is not None])
    elif below:
        statements(maker, item, stem, list(zip(texts, below, strict=True)))
    elif sure and len(texts) >= 2:
        if letters is None:
            item.fault("no_truths")
        statements(maker, item, stem, [(text, chr(ord("A") + at) in (letters or ())) for at, text in enumerate(texts)])
    else:
        return False
    return True


def of_grid(maker: Maker, item: Item, stem: str, grid: Grid, said: Sequence[str]) -> None:
    """A table of statements with crosses, or two columns with `1-b, 2-a` below."""
    if grid.statements:
        below = next((found for words in said if len(found := truths_of(words)) == len(grid.statements)), None)
        crosses = [answer for _text, answer in grid.statements]
        if below is None and None in crosses:
            item.fault("no_truths")
        answers = zip(grid.statements, below or crosses, strict=True)
        statements(maker, item, stem, [(squeeze(text), bool(answer)) for (text, _cross), answer in answers])
        return
    pairs: dict[str, str] = next(filter(None, map(pairs_told, said)), {})
    made = [(text, grid.rights[pairs[key]]) for key, text in grid.lefts.items() if pairs.get(key) in grid.rights]
    if len(made) < len(grid.lefts):
        item.fault("no_pairs")
    used = set(pairs.values())
    maker.matching(item, stem, made, [text for key, text in grid.rights.items() if key not in used])


def gaps(maker: Maker, item: Item, stem: str, said: Sequence[str]) -> bool:
    """Several dotted lines with as many answers are a text with gaps. Says whether it made one."""
    places = gaps_in(stem)
    answers = [part.strip() for words in said for part in re.split(r"\s*[;|]\s*|\n", words) if part.strip()]
    if len(answers) != len(places) and len(said) == 1:
        answers = [part.strip() for part in re.split(r"\s*[,;]\s*", said[0]) if part.strip()]
    if len(places) < 2 or len(answers) != len(places):
        return False
    text, last = "", 0
    for number, (start, end) in enumerate(places, 1):
        text += f"{stem[last:start]}{{g{number}}}"
        last = end
    plain = [re.sub(r"^\(?\d{1,2}\)?\s*[.):]\s*", "", words) for words in answers]
    made: list[Json] = [
        {"id": f"g{number}", "kind": "text", "accept": [{maker.language: pattern(words)}]}
        for number, words in enumerate(plain, 1)
    ]
    asked = "Điền vào chỗ trống." if maker.language == "vi" else "Fill in the gaps."
    maker.other(item, "cloze", asked, text=maker.say(text + stem[last:]), gaps=made)
    return True


def without_letters(stem: Sequence[Text]) -> tuple[list[Text], list[tuple[Text, bool]]]:
    """The stem, and options that carry no letters where one or more begin with `#`."""
    lines = [line for line in stem if str(line).strip() or line.pictures]
    first = next((place for place, line in enumerate(lines) if place and str(line).lstrip().startswith("#")), 0)
    if not first or len(lines) < 3:
        return list(stem), []
    made = []
    for line in lines[1:]:
        words = str(line)
        right = words.lstrip().startswith("#")
        made.append((line.cut(len(words) - len(words.lstrip(" #"))) if right else line, right))
    return lines[:1], made
