"""Whatever is written in a format reads back equal, for every type; what a format cannot hold is named."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from quizzes.formats import recognising, writing
from quizzes.formats.checking import Chosen, Known, judge
from quizzes.formats.prose import squeeze

# Letters that formats give a meaning to, Vietnamese ones, and line breaks.
LETTERS = "ab1 AB.):=~#{}\\->%*|[]<&>'\"@$/ăâđêôơưÀỆỹ≤²—\n"
WORDS = st.text(LETTERS, min_size=1, max_size=24).map(squeeze).filter(lambda text: any(sign.isalnum() for sign in text))
PLAIN = st.text("abcdefghăâđêôơư ", min_size=1, max_size=14).map(squeeze).filter(bool)
NUMBERS = st.one_of(st.integers(-(10**6), 10**6), st.decimals(-1000, 1000, places=3).map(float))


def both(words: st.SearchStrategy[str] = WORDS) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({"vi": words, "en": words})


LINES = WORDS.map(lambda text: " ".join(text.split()))


def criteria(most: int) -> st.SearchStrategy[list[dict[str, str]]]:
    return st.lists(both(LINES), min_size=1, max_size=most, unique_by=lambda one: one["vi"])


def distinct(least: int, most: int) -> st.SearchStrategy[list[dict[str, str]]]:
    return st.lists(both(), min_size=least, max_size=most, unique_by=(lambda one: one["vi"], lambda one: one["en"]))


@st.composite
def choices(draw: Any, multiple: bool) -> dict[str, Any]:
    options = [{"id": "abcdefgh"[place], **texts} for place, texts in enumerate(draw(distinct(3, 5)))]
    right = (
        draw(st.sets(st.integers(0, len(options) - 1), min_size=2, max_size=len(options) - 1))
        if multiple
        else {draw(st.integers(0, len(options) - 1))}
    )
    for place, option in enumerate(options):
        if place in right:
            option["correct"] = True
        if draw(st.booleans()):
            option["feedback"] = draw(both())
    if not multiple:
        return {"type": "single", "options": options}
    return {"type": "multiple", "options": options, "scoring": draw(st.sampled_from(["partial", "all", "balanced"]))}


@st.composite
def cloze(draw: Any) -> dict[str, Any]:
    kinds = draw(st.lists(st.sampled_from(["text", "number", "choice"]), min_size=1, max_size=3))
    gaps: list[dict[str, Any]] = []
    for place, kind in enumerate(kinds, 1):
        gap: dict[str, Any] = {"id": f"g{place}", "kind": kind}
        if kind == "text":
            gap["accept"] = [draw(both(PLAIN))]
        elif kind == "number":
            gap |= {"answer": draw(NUMBERS), "tolerance": 0.5}
        else:
            gap["options"] = [
                {**texts, **({"correct": True} if not at else {})} for at, texts in enumerate(draw(distinct(2, 4)))
            ]
        gaps.append(gap)
    text = {name: " ".join(f"{draw(PLAIN)} {{{gap['id']}}}" for gap in gaps) for name in ("vi", "en")}
    return {"type": "cloze", "text": text, "gaps": gaps}


@st.composite
def categories(draw: Any) -> dict[str, Any]:
    found = draw(distinct(2, 3))
    ids = "abc"[: len(found)]
    items = [{**texts, "in": draw(st.sampled_from(ids))} for texts in draw(distinct(3, 6))]
    return {
        "type": "categories",
        "categories": [{"id": name, **texts} for name, texts in zip(ids, found, strict=True)],
        "items": items,
    }


@st.composite
def matching(draw: Any) -> dict[str, Any]:
    lefts, rights = draw(distinct(3, 5)), draw(distinct(6, 6))
    pairs = [{"left": left, "right": right} for left, right in zip(lefts, rights, strict=False)]
    extra = rights[len(pairs) :][: draw(st.integers(0, 1))]
    return {"type": "matching", "pairs": pairs, **({"extra": extra} if extra else {})}


KINDS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "single": choices(multiple=False),
    "multiple": choices(multiple=True),
    "truefalse": st.booleans().map(lambda answer: {"type": "truefalse", "answer": answer}),
    "numeric": st.tuples(NUMBERS, st.sampled_from([0, 0.5, 2])).map(
        lambda pair: {
            "type": "numeric",
            "answer": pair[0],
            "tolerance": pair[1],
            "unit": {"vi": "kg", "en": "kg"},
            "decimals": 1,
        }
    ),
    "matching": matching(),
    "ordering": distinct(3, 6).map(lambda items: {"type": "ordering", "items": items}),
    "shorttext": st.lists(both(PLAIN), min_size=1, max_size=3, unique_by=lambda one: one["vi"]).map(
        lambda accept: {"type": "shorttext", "accept": accept}
    ),
    "cloze": cloze(),
    "categories": categories(),
    "essay": criteria(3).map(
        lambda rows: {"type": "essay", "points": 2 * len(rows), "rubric": [{**row, "points": 2} for row in rows]}
    ),
    "file": criteria(2).map(
        lambda rows: {"type": "file", "points": 3 * len(rows), "rubric": [{**row, "points": 3} for row in rows]}
    ),
}


@st.composite
def question(draw: Any, kind: str) -> dict[str, Any]:
    node = {
        "code": "Q-1", "use": "exam", "topic": "nen-tang", "difficulty": draw(st.sampled_from(["recall", "apply", "analyse"])),  # noqa: E501
        "stem": draw(both()), **draw(KINDS[kind]),
    }  # fmt: skip
    if draw(st.booleans()):
        node["explanation"] = draw(both())
    return node


KNOWN = Known("B", {"nen-tang": ("Nền tảng", "Basics")}, (), frozenset(), {})
CHOSEN = Chosen("nen-tang", "recall", "exam")
STRICT = ("moodle", "qti22", "qti30", "yaml")
"""Formats with a place for everything: whatever type they take comes back equal, whatever the letters."""


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_what_is_written_reads_back_equal(kind: str, data: st.DataObject) -> None:
    node = data.draw(question(kind))
    for name, form in writing.FORMS.items():
        written = writing.write(name, [node], "vi")
        named = {said.code for said in written.left}
        if kind not in form.types:
            assert named >= {"type_not_held"}
            continue
        assert written.count == 1 or "not_equal" in named
        if name in STRICT:
            assert written.count == 1, (name, node)
        if not written.count:
            continue
        found = recognising.read(written.content, "vi", form.reads)
        # What reads back is a question that the author's own checker takes, or says why.
        one = judge(found, KNOWN, CHOSEN)[0]
        assert one.verdict in ("good", "fault")
        assert one.item.node["type"] == kind


def test_questions_of_several_paragraphs_and_spaces_before_stops() -> None:
    node = {
        "code": "Q-1", "use": "exam", "topic": "nen-tang", "difficulty": "apply", "type": "cloze",
        "stem": {"vi": "Đọc .\n\nRồi điền ?", "en": "Read, then fill in ."}, "text": {"vi": "a {g1} !", "en": "b{g1}c"},
        "gaps": [{"id": "g1", "kind": "number", "answer": 1.5, "tolerance": 0.5}],
    }  # fmt: skip
    for name in STRICT:
        assert writing.write(name, [node], "vi").count == 1, name


def test_all_types_in_one_file_and_what_is_lost_is_named() -> None:
    texts = {"vi": "Một", "en": "One"}
    node = {"code": "Q-1", "topic": "t", "difficulty": "apply", "stem": texts, "explanation": texts}
    options = [
        {"id": name, "vi": name, "en": name, **({"correct": True, "feedback": texts} if name == "a" else {})}
        for name in "abc"
    ]
    nodes = [{**node, "type": "single", "options": options}, {**node, "code": "Q-2", "type": "hotspot", "regions": []}]
    written = writing.write("aiken", nodes, "vi")
    told = {said.code: said.facts for said in written.left}
    assert set(told) == {"type_not_held", "language_not_held", "parts_not_held"}
    assert told["type_not_held"]["code"] == "Q-2"
    assert "explanation (1)" in told["parts_not_held"]["parts"]
    assert written.content.decode() == "Một\nA) a\nB) b\nC) c\nANSWER: A\n"
