"""Word documents as teachers write them: how questions begin, how options stand, how keys are marked."""

from typing import Any

import pytest

from quizzes.formats import word
from quizzes.formats.result import BadFile, Read
from tests.quizzes.formats.making import docx, png


def read(*blocks: Any, **kwargs: Any) -> Read:
    return word.read(docx(*blocks, **kwargs), "vi")


def right(found: Read) -> list[str]:
    """The right options' words of each question; what is wrong with it where there are none."""
    told = []
    for item in found.items:
        options = [option["vi"] for option in item.node.get("options", ()) if option.get("correct")]
        faults = [said.code for said in item.said if said.kind == "fault"]
        told.append(",".join(faults) if faults else ",".join(options) or str(item.node.get("answer", "")))
    return told


MARKED = {
    "bold": "Câu 1: Gì?\nA. một\n[b|B. hai]\nC. ba\nD. bốn",
    "bold words, all letters bold": "Câu 1: Gì?\n[b|A.] một\n[b|B. hai]\n[b|C.] ba",
    "underlined letter": "Câu 1: Gì?\nA. một\n[u|B]. hai\nC. ba",
    "red among bold letters": "Câu 1: Gì?\n[b|A.] một\t[b|B.] [red|hai]\t[b|C.] ba",
    "highlighted, in one line": "Câu 1: Gì?\nA. một  [hi|B. hai]  C. ba",
    "bold and red agree": "Câu 1: Gì?\nA. một\n[b red|B. hai]\nC. ba",
    "star before": "Câu 1: Gì?\nA. một\n*B. hai\nC. ba",
    "star behind": "Câu 1: Gì?\nA. một\nB. hai *\nC. ba",
    "below": "Câu 1: Gì?\nA. một\nB. hai\nC. ba\nĐáp án: B",
    "below, short": "Câu 1: Gì?\nA. một\nB. hai\nC. ba\nĐA: B",
    "below, in brackets": "Câu 1: Gì?\nA. một\nB. hai\nC. ba\n(Đáp án: B)",
    "below, with its words": "Câu 1: Gì?\nA. một\nB. hai\nC. ba\nĐáp án đúng là: B. hai",
    "behind the last option": "Câu 1: Gì?\nA. một\nB. hai\nC. ba   Đáp án: B",
    "Chọn": "Câu 1: Gì?\nA. một\nB. hai\nC. ba\nChọn B",
    "English": "Question 1: What?\nA. một\nB. hai\nC. ba\nAnswer: B",
    "list at the end": "Câu 1: Gì?\nA. một\nB. hai\nC. ba\nBẢNG ĐÁP ÁN\n1-B",
    "small letters": "1) Gì?\na) một\nb) hai\nc) ba\nĐáp án: b",
    "black is no colour": "Câu 1: Gì?\n[black|A. một]\n[red|B. hai]\nC. ba",
    "all in one paragraph": "Câu 1. Gì? A. một B. hai C. ba\nĐáp án: B",
}


@pytest.mark.parametrize("text", MARKED.values(), ids=MARKED.keys())
def test_the_marked_option_is_right(text: str) -> None:
    found = read(text)
    assert right(found) == ["hai"]
    assert found.items[0].node["stem"] == {"vi": "Gì?" if "Question" not in text else "What?"}
    assert [option["vi"] for option in found.items[0].node["options"]] == ["một", "hai", "ba"] + ["bốn"] * (
        "bốn" in text
    )


@pytest.mark.parametrize(
    "rows",
    [[["1", "2"], ["B", "A"]], [["Câu", "1", "2"], ["Đáp án", "B", "A"]], [["1-B", "2-A"]], [["1. B"], ["2. A"]],
     [["Câu", "ĐA"], ["1", "B"], ["2", "A"]], [["1", "B"], ["2", "A"]]],
)  # fmt: skip
def test_key_in_a_table_at_the_end(rows: list[list[str]]) -> None:
    questions = "Câu 1: Gì?\nA. một\nB. hai\nC. ba\nCâu 2: Nào?\nA. x\nB. y\nC. z"
    assert right(read(questions, "ĐÁP ÁN", rows)) == ["hai", "x"]


def test_key_in_lines_of_many() -> None:
    found = read("Câu 1: Gì?\nA. a\nB. b\nC. c\nCâu 2: Nào?\nA. x\nB. y\nC. z\nĐÁP ÁN\n1.C 2.B\n3-A")
    assert right(found) == ["c", "y"]
    assert [said.code for said in found.said] == ["key_without_question"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Câu 1: Gì?\nA. một\n[red|B. hai]\n[u|C. ba]", "two_keys"),
        ("Câu 1: Gì?\nA. một\n[b|B. hai]\nC. ba\nĐáp án: A", "two_keys"),
        ("Câu 1: Gì?\nA. một\n*B. hai\n*C. ba", "several_marked"),
        ("Câu 1: Gì?\nA. một\nB. hai\nC. ba", "no_key"),
        ("Câu 1: Gì?\nA. một\nB. hai\nC. ba\nĐáp án: D", "no_such_option"),
        ("Câu 1: Gì?\nA. một\nB. hai\nC. ba\nĐáp án: 7", "bad_answer"),
        ("Câu 1: Gì?", "no_options"),
    ],
)
def test_contradictions_are_faults_of_their_question(text: str, fault: str) -> None:
    found = read(f"{text}\nCâu 2: Tốt?\nA. x\n*B. y\nC. z")
    assert fault in right(found)[0].split(",")
    assert right(found)[1] == "y"
    assert found.items[0].place.kind == "paragraph"


def test_several_right_answers_where_the_question_asks_for_them() -> None:
    found = read(
        "Câu 1: Những việc nào là sàng lọc?\n*A. một\nB. hai\n*C. ba\nCâu 2: Chọn\nA. x\nB. y\nC. z\nĐáp án: A, C"
    )
    assert right(found) == ["một,ba", "x,z"]
    assert {item.node["type"] for item in found.items} == {"multiple"}


def test_automatic_numbers() -> None:
    found = read(("Gì?", 1), ("một", 2), ("[b|hai]", 2), ("ba", 2), ("Nào?", 1), ("[b|x]", 3), ("y", 3), ("z", 3))
    assert right(found) == ["hai", "x"]
    assert found.items[0].node["stem"]["vi"] == "Gì?"


def test_other_types() -> None:
    found = read(
        "Câu 1: 5S chỉ dành cho xưởng (Đúng/Sai)\nĐáp án: Sai\nCâu 2: Trái đất tròn.\nA. Đúng\nB. Sai\nĐáp án: A\n"
        "Câu 3: OEE?\nĐáp án: 83,8 ± 0,1 %\nCâu 4: Seiri là gì?\nĐáp án: sàng lọc | phân loại"
    )
    assert [item.node["type"] for item in found.items] == ["truefalse", "truefalse", "numeric", "shorttext"]
    assert [item.node.get("answer") for item in found.items] == [False, True, 83.8, None]
    assert found.items[2].node["unit"] == {"vi": "%"}
    assert [one["vi"] for one in found.items[3].node["accept"]] == ["sàng lọc", "phân loại"]


def test_pictures_tables_and_formulas() -> None:
    found = read(
        "Câu 1: Hình {picture} bằng {fraction} m[sup|2]?",
        [["x", "1"], ["y", "2"]],
        "A. một\n*B. hai\nC. ba",
        picture=png(),
    )
    node = found.items[0].node
    assert node["stem"]["vi"] == "Hình bằng (a+b)/2 m²?\nx | 1\ny | 2"
    assert node["figure"] == "media/p1"
    assert found.media == {"media/p1.png": png()}


def test_a_drawing_is_named_not_kept() -> None:
    found = read("Câu 1: Hình {picture}?\nA. một\n*B. hai\nC. ba", picture=b"<svg onload='x()'/>", picture_name="i.svg")
    assert not found.media
    assert [said.code for said in found.items[0].said] == ["picture_kind"]
    assert found.items[0].node["stem"] == {"vi": "Hình […]?"}


def test_options_in_cells_and_numbers_in_a_list_of_the_stem() -> None:
    found = read("Câu 1: Gì?", [["A. một", "B. hai"], ["*C. ba", "D. bốn"]])
    assert right(found) == ["ba"]
    listed = read("1. Một\n*A. a\nB. b\nC. c\n2. Gồm:\n1. ý một\n2. ý hai\nA. a\n*B. b\nC. c")
    assert right(listed) == ["a", "b"]
    assert listed.items[1].node["stem"]["vi"] == "Gồm:\n1. ý một\n2. ý hai"


def test_about_lines_and_headings() -> None:
    found = read(
        "CHƯƠNG 1: Nền tảng\nCâu 1 (VD): Gì?\nA. một\n*B. hai\nC. ba\nMã câu: 5S-01\nGiải thích: vì\nthế\n"
        "CHƯƠNG 2: Nâng cao\nCâu 2: Gì nữa?\nA. một\n*B. hai\nC. ba\nMức độ: Vận dụng cao\n--- HẾT ---"
    )
    first, second = found.items
    assert (first.category, first.difficulty, first.name) == ("Nền tảng", "apply", "5S-01")
    assert first.node["explanation"] == {"vi": "vì\nthế"}
    assert (second.category, second.difficulty) == ("Nâng cao", "analyse")
    assert [option["vi"] for option in second.node["options"]] == ["một", "hai", "ba"]


def test_old_fonts_are_converted_and_old_letters_without_a_font_refused() -> None:
    found = read("Câu 1: [vn|§¸p ¸n nµo ®óng?]\nA. [vn|mét]\n*B. hai\nC. ba")
    assert found.items[0].node["stem"]["vi"] == "Đáp án nào đúng?"
    assert [said.code for said in found.said] == ["old_font"]
    with pytest.raises(BadFile) as refused:
        read("C©u 1: §¸p ¸n nµo ®óng nhÊt?\nA. mét\nB. hai\nC. ba m­¬i")
    assert refused.value.said.code == "legacy_encoding"


def test_a_table_with_headings_is_read_by_its_columns() -> None:
    found = read(
        [
            ["STT", "Câu hỏi", "A", "B", "C", "Đáp án"],
            ["1", "5S?", "a1", "b1", "c1", "B"],
            ["2", "ISO?", "a", "b", "c", "A"],
        ]
    )
    assert right(found) == ["b1", "a"]
