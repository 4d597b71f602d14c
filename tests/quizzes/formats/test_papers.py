"""Papers as Vietnamese teachers write them: parts with keys of their own, statements, tables, marks of tools."""

from typing import Any

import pytest

from quizzes.formats import word
from quizzes.formats.result import Item, Read
from tests.quizzes.formats.making import RELATIONS, W, docx, paragraph, run, zipped


def read(*blocks: Any) -> Read:
    return word.read(docx(*blocks), "vi")


def faults(item: Item) -> list[str]:
    return [said.code for said in item.said if said.kind == "fault"]


def left(found: Read) -> list[str]:
    return [said.code for said in found.said if said.kind == "left"]


def chosen(item: Item) -> list[str]:
    return [option["id"].upper() for option in item.node["options"] if option.get("correct")]


def truths(item: Item) -> str:
    assert item.node["type"] == "categories"
    return "".join("Đ" if one["in"] == "t" else "S" for one in item.node["items"])


TWO = "Câu 1: X?\nA. một\nB. hai\nC. ba\nCâu 2: Y?\nA. một\nB. hai\nC. ba"
FOUR = "a) Một.\nb) Hai.\nc) Ba.\nd) Bốn."


def test_every_part_has_numbers_and_a_key_of_its_own() -> None:
    found = read(
        "PHẦN I. Trắc nghiệm nhiều phương án lựa chọn. Thí sinh trả lời từ câu 1 đến câu 2.\n" + TWO,
        f"PHẦN II. Trắc nghiệm đúng sai\nCâu 1. Cho hàm số.\n{FOUR}",
        "PHẦN III. Trả lời ngắn\nCâu 1. Tính 1 + 1?\nCâu 2. Tính 7?\nĐÁP ÁN\nPHẦN I",
        [["Câu", "1", "2"], ["Chọn", "A", "C"]], "PHẦN II", [["Câu", "1"], ["Đáp án", "a) Đ - b) S - c) Đ - d) S"]],
        "PHẦN III", [["Câu", "1", "2"], ["Đáp án", "2", "7,5"]],
    )  # fmt: skip
    assert [chosen(item) for item in found.items[:2]] == [["A"], ["C"]]
    assert truths(found.items[2]) == "ĐSĐS"
    assert [item.node["answer"] for item in found.items[3:]] == [2, 7.5]
    assert not any(faults(item) for item in found.items)


def test_a_key_of_another_part_is_never_taken() -> None:
    found = read(f"PHẦN I. Trắc nghiệm\n{TWO}\nPHẦN II. Trắc nghiệm đúng sai\nCâu 1. Xét.\n{FOUR}\nĐÁP ÁN\n1-A 2-B")
    assert [chosen(item) for item in found.items[:2]] == [["A"], ["B"]]
    assert faults(found.items[2]) == ["no_truths"]


@pytest.mark.parametrize(
    "options",
    [
        "[u|a]) Một.\nb) Hai.\n[u|c]) Ba.\nd) Bốn.", "a) Một. (Đ)\nb) Hai. (S)\nc) Ba. (Đúng)\nd) Bốn. (Sai)",
        f"{FOUR}\nĐáp án: ĐSĐS", f"{FOUR}\nĐáp án: a) Đúng, b) Sai, c) Đúng, d) Sai", f"{FOUR}\nĐ S Đ S",
    ],
)  # fmt: skip
def test_statements_of_the_exam_of_2025(options: str) -> None:
    found = read(f"PHẦN II. Câu trắc nghiệm đúng sai\nCâu 1. Xét nhà xưởng.\n{options}")
    assert truths(found.items[0]) == "ĐSĐS"
    assert not faults(found.items[0])


def test_statements_down_the_side_of_a_key() -> None:
    grid = [["Câu", "1", "2"], ["a)", "Đ", "S"], ["b)", "S", "S"], ["c)", "Đ", "Đ"], ["d)", "S", "Đ"]]
    found = read(f"PHẦN II. Trắc nghiệm đúng sai\nCâu 1. Xét.\n{FOUR}\nCâu 2. Xét nữa.\n{FOUR}\nBẢNG ĐÁP ÁN", grid)
    assert [truths(item) for item in found.items] == ["ĐSĐS", "SSĐĐ"]


def test_a_table_of_statements_with_crosses() -> None:
    rows = [
        ["STT", "Phát biểu", "Đúng", "Sai"],
        ["1", "5S là dọn dẹp.", "", "X"],
        ["2", "Kaizen là cải tiến.", "X", ""],
    ]
    assert truths(read("Câu 1. Đánh dấu X vào ô thích hợp.", rows).items[0]) == "SĐ"
    rows[1][3] = ""
    assert faults(read("Câu 1. Đánh dấu X.", rows).items[0]) == ["no_truths"]


def test_two_columns_to_match() -> None:
    rows = [["Cột A", "Cột B"], ["1. Sàng lọc", "a. Kẻ vạch"], ["2. Sắp xếp", "b. Bỏ đồ thừa"], ["", "c. Lau máy"]]
    item = read("Câu 1. Ghép cột A với cột B.", rows, "Đáp án: 1-b, 2-a").items[0]
    assert item.node["pairs"][0] == {"left": {"vi": "Sàng lọc"}, "right": {"vi": "Bỏ đồ thừa"}}
    assert item.node["extra"] == [{"vi": "Lau máy"}]
    assert faults(read("Câu 1. Ghép cột A với cột B.", rows).items[0]) == ["no_pairs"]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Câu 1: X?\n@A. một\nB. hai\nC. ba", "A"), ("Câu 1: X?\nA. một\nB. hai (đúng)\nC. ba", "B"),
        ("Câu 1: X?\nA. một\nB. hai ✓\nC. ba", "B"), ("Câu 1: X? (Đáp án: B)\nA. một\nB. hai\nC. ba", "B"),
        ("Câu 1: X?\nA. một\nB. hai\nC. ba\n=> C", "C"), ("Câu 1: X?\nA. một\nB. hai\nLời giải\nTa có. Chọn A", "A"),
        ("Câu 1: X?\n#một\nhai\nba", "A"), ("Câu 1: X?\nA. một\nB. hai\nC. ba\nĐáp án: AC", "AC"),
    ],
)  # fmt: skip
def test_further_ways_to_mark(text: str, right: str) -> None:
    item = read(text).items[0]
    assert ("".join(chosen(item)), faults(item)) == (right, [])
    assert item.node["stem"] == {"vi": "X?"}


def test_marks_of_tools_that_shuffle_part_the_questions() -> None:
    found = read("[<br>]\nX?\n#A. một\nB. hai\nC. ba\n[<br>]\nY?\nA. một\n[u|B]. hai\nC. ba\n[<br>]")
    assert [(item.node["stem"]["vi"], chosen(item)) for item in found.items] == [("X?", ["A"]), ("Y?", ["B"])]


def test_what_stands_around_questions_is_in_none_of_them() -> None:
    found = read(f"Mã đề: 102\n{TWO}\nThí sinh không được sử dụng tài liệu.\nTrang 2/4\nHƯỚNG DẪN CHẤM\n1-A 2-C")
    assert [option["vi"] for option in found.items[1].node["options"]] == ["một", "hai", "ba"]
    assert [chosen(item) for item in found.items] == [["A"], ["C"]]
    assert left(found) == ["before_first", "around", "around"]
    assert read("Câu 1. Tính?\nThí sinh không dùng tài liệu.\nĐáp án: 7").items[0].node["stem"] == {"vi": "Tính?"}


def test_the_key_of_this_code_of_the_paper() -> None:
    table = [["Câu", "Mã 101", "Mã 102"], ["1", "A", "B"], ["2", "B", "C"]]
    found = read(f"Mã đề thi 102\n{TWO}\nĐÁP ÁN", table)
    assert [chosen(item) for item in found.items] == [["B"], ["C"]]
    assert next(said.facts["taken"] for said in found.said if said.code == "key_codes") == "Mã 102"


def test_figures_in_a_table_are_no_key() -> None:
    found = read("Câu 1: Xem bảng.", [["Tháng", "1", "2"], ["Lỗi", "3", "5"]], "A. một\n[b|B. hai]\nC. ba")
    assert found.items[0].node["stem"]["vi"].endswith("Tháng | 1 | 2\nLỗi | 3 | 5")


def test_gaps_essays_and_answers_behind() -> None:
    found = read(
        "Câu 1. 5S gồm ..... và ......\nĐáp án: Seiri; Seiton\nCâu 2. Nước sôi ở 100 độ. [Đ]\nII. TỰ LUẬN\nCâu 3. Trình bày 5S."  # noqa: E501
    )
    assert [item.node["type"] for item in found.items] == ["cloze", "truefalse", "essay"]
    assert found.items[0].node["text"] == {"vi": "5S gồm {g1} và {g2}"}


def test_a_formula_as_a_drawing_leaves_a_mark_and_heads_of_pages_are_named() -> None:
    drawing = '<w:r><w:object><v:imagedata xmlns:v="v" r:id="rId5"/></w:object></w:r>'
    body = f"<w:p>{run('Câu 1: Tính ')}{drawing}{run('?')}</w:p>" + "".join(
        map(paragraph, ("A. một", "*B. hai", "C. ba"))
    )
    relation = RELATIONS.format('<Relationship Id="rId5" Type="image" Target="media/i.wmf"/>')
    files = {
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>".encode(),
        "word/_rels/document.xml.rels": relation.encode(), "word/media/i.wmf": b"\xd7\xcd\xc6\x9a" + b"\0" * 40,
        "word/header1.xml": f"<w:hdr {W}>{paragraph('Trường A')}</w:hdr>".encode(),
    }  # fmt: skip
    found = word.read(zipped(files), "vi")
    assert found.items[0].node["stem"] == {"vi": "Tính […]?"}
    assert [said.code for said in found.items[0].said] == ["picture_kind"]
    assert left(found) == ["page_head"]
