"""Papers of a Mac, of the web and of Brightspace; numbers, keys and cells as people mean them."""

import io
import unicodedata
from typing import Any

import openpyxl
import pytest

from quizzes.formats import recognising
from quizzes.formats.result import BadFile, Item
from quizzes.formats.word_signs import coloured, sign
from tests.quizzes.formats.making import W, docx, paragraph, run, zipped


def codes(item: Item, kind: str = "") -> list[str]:
    return [said.code for said in item.said if not kind or said.kind == kind]


def items(content: str | bytes, language: str = "en") -> list[Item]:
    return recognising.read(content.encode() if isinstance(content, str) else content, language).items


# --- Word ---------------------------------------------------------------------------------


def test_a_paper_written_on_a_mac() -> None:
    words = "Câu 1: Đâu là đáp án đúng?\nA. Được\nB. Không được\nC. Cả hai\nĐáp án: B\nGiải thích: vì thế"
    for content in (docx(unicodedata.normalize("NFD", words)), unicodedata.normalize("NFD", words).encode()):
        item = items(content, "vi")[0]
        assert [option.get("correct") for option in item.node["options"]] == [None, True, None]
        assert item.node["explanation"] == {"vi": "vì thế"}


def test_signs_of_symbol_fonts_and_greys_of_the_web() -> None:
    assert [sign(code) for code in ("F067", "2265", "F0B3", "63", "")] == ["γ", "≥", "≥", "χ", "\ufffd"]
    assert [coloured(colour) for colour in ("1f1f1f", "202124", "auto", "FF0000", "00B050", "1F3864", "7030A0")] == [
        False, False, False, True, True, True, True
    ]  # fmt: skip
    stem = (
        paragraph("Câu 1: Góc ")[:-6]
        + '<w:r><w:sym w:font="Symbol" w:char="F067"/></w:r>'
        + run(" \uf0b3 2?")
        + "</w:p>"
    )
    item = items(_with_first(stem, "A. một", "B. [b|hai]", "C. ba"), "vi")[0]
    assert item.node["stem"] == {"vi": "Góc γ ≥ 2?"}


def _with_first(first: str, *others: str) -> bytes:
    body = first + "".join(paragraph(text) for text in others)
    document = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": document.encode()})


def test_a_key_in_small_letters() -> None:
    content = docx("Câu 1: x?\na) một\nb) hai\nc) ba\nCâu 2: y?\na) một\nb) hai\nc) ba\nĐÁP ÁN\n1b 2c")
    right = [[option["id"] for option in item.node["options"] if "correct" in option] for item in items(content, "vi")]
    assert right == [["b"], ["c"]]


# --- Numbers and workbooks ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("4,5 kg ± 0,1 kg", (4.5, 0.1, "kg")),
        ("4,5 kg ± 0,1", (4.5, 0.1, "kg")),
        ("4,5 ± 0,1 kg", (4.5, 0.1, "kg")),
        ("10 m2", (10, 0, "m2")),
        ("5 sai số 0,1", (5, 0.1, "")),
        ("83,8% ± 0,1", (83.8, 0.1, "%")),
    ],
)
def test_numbers_with_units_before_their_tolerance(key: str, expected: tuple[float, float, str]) -> None:
    for content in (docx(f"Câu 1: Bao nhiêu?\nĐáp án: {key}"), f"Câu hỏi;Đáp án;Điểm\nBao nhiêu?;{key};1\n".encode()):
        node = items(content, "vi")[0].node
        assert (node["answer"], node["tolerance"], node["unit"]["vi"]) == expected


def test_two_numbers_are_two_answers() -> None:
    for content in (docx("Câu 1: Mấy?\nĐáp án: 2 hoặc 3"), "Câu hỏi;Đáp án;Điểm\nMấy?;2 hoặc 3;1\n".encode()):
        node = items(content, "vi")[0].node
        assert (node["type"], [one["vi"] for one in node["accept"]]) == ("shorttext", ["2", "3"])


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in book.active.iter_rows():
        for cell in cells:
            if isinstance(cell.value, float):
                cell.number_format = "0.0%"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def test_a_key_that_is_words_of_one_option_and_the_number_of_another() -> None:
    rows = [
        ["Câu hỏi", "A", "B", "C", "D", "Đáp án"],
        ["Lớn nhất?", "4", "3", "2", "1", 4],
        ["Hai?", "1", "2", "3", "4", 2],
    ]
    read = items(workbook(*rows), "vi")
    assert [codes(item, "fault") for item in read] == [["key_ambiguous"], []]
    heads = ["Question", "Answer 1", "Answer 2", "Answer 3", "Answer 4", "Correct answer(s) - choose at least one"]
    item = items(workbook(heads, ["Smallest?", 4, 3, 2, 1, 4]))[0]
    assert [option["en"] for option in item.node["options"] if "correct" in option] == ["1"]


def test_percent_and_truth_in_cells_are_what_people_see() -> None:
    rows = [["Câu hỏi", "A", "B", "C", "Đáp án"], ["OEE?", 0.838, 0.05, 1.0, "A"], ["5S tốt?", True, False, None, True]]
    share, told = items(workbook(*rows), "vi")
    assert [option["vi"] for option in share.node["options"]] == ["83.8%", "5%", "100%"]
    assert (told.node["type"], told.node["answer"]) == ("truefalse", True)
    node = items(workbook(["Câu hỏi", "Đáp án", "Điểm"], ["OEE?", 0.838, 1]), "vi")[0].node
    assert (node["answer"], node["unit"]["vi"]) == (83.8, "%")


# --- Brightspace and H5P ------------------------------------------------------------------

BRIGHTSPACE = """//MULTIPLE CHOICE QUESTION TYPE,,,,
NewQuestion,MC,,,
ID,CHEM110-236,,,
QuestionText,"Which, one?",,,
Points,2,,,
Difficulty,4,,,
Option,100,right,,Yes.
Option,0,<b>wrong</b>,HTML,
Option,25,partly,,
Hint,Think.,,,
Feedback,General.,,,
,,,,
NewQuestion,TF
QuestionText,True?
TRUE,0,No.
FALSE,100,Yes.
NewQuestion,SA
QuestionText,Capital?
InputBox,3,40
Answer,100,Oslo
Answer,50,Kristiania
NewQuestion,M
QuestionText,Match
Choice,1,one
Match,1,eins
Choice,2,two
Match,2,zwei
NewQuestion,MS
QuestionText,Several
Scoring,RightMinusWrong
Option,1,a
Option,0,b
Option,1,c
Option,0,d
NewQuestion,O
QuestionText,Order
Item,one
Item,two
NewQuestion,WR
QuestionText,Write
AnswerKey,key
NewQuestion,LIK
QuestionText,Like it?
"""


def test_the_question_import_of_brightspace() -> None:
    for text in (BRIGHTSPACE, BRIGHTSPACE.replace(",", "\t").replace('"Which\t one?"', "Which, one?")):
        found = recognising.read(text.encode(), "en")
        assert found.format == "brightspace"
        made = found.items
        assert [item.node["type"] for item in made] == [
            "single", "truefalse", "shorttext", "matching", "multiple", "ordering", "essay", ""
        ]  # fmt: skip
        single = made[0]
        assert (single.name, single.node["points"], single.difficulty) == ("CHEM110-236", 2, "analyse")
        assert single.node["stem"] == {"en": "Which, one?"}
        assert [(one["en"], one.get("correct")) for one in single.node["options"]] == [
            ("right", True), ("wrong", None), ("partly", None)
        ]  # fmt: skip
        assert codes(single, "left") == ["hints", "weights"]
        assert (made[1].node["answer"], made[1].node["feedback"]["right"]) == (False, {"en": "Yes."})
        assert made[2].node["accept"] == [{"en": "Oslo"}, {"en": "Kristiania", "share": 50}]
        assert made[3].node["pairs"][0] == {"left": {"en": "eins"}, "right": {"en": "one"}}
        assert [one.get("correct") for one in made[4].node["options"]] == [True, None, True, None]
        assert "scoring" not in made[4].node
        assert codes(made[7]) == ["type"]


def test_h5p_is_refused_by_name() -> None:
    with pytest.raises(BadFile) as refused:
        recognising.read(zipped({"h5p.json": b"{}", "content/content.json": b"{}", "l/a.xml": b"<a/>"}), "en")
    assert refused.value.said.code == "h5p"
