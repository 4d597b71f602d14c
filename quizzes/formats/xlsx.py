"""Workbooks of questions: the template to fill in, reading one, writing one."""

import io
from collections.abc import Mapping, Sequence

from lms.lib.spreadsheets import XLSX, Workbook
from people.imports import delimited, grid, xlsx as workbook
from quizzes.formats import encodings, table
from quizzes.formats.build import Maker, words_of
from quizzes.formats.result import BadFile, Item, Json, Place, Read, Written

LETTERS = "ABCDEFGH"
HEADS = (
    "Mã câu hỏi", "Loại câu hỏi", "Chủ đề", "Mức độ", "Điểm", "Câu hỏi", *(f"Phương án {letter}" for letter in LETTERS),
    "Đáp án đúng", "Sai số", "Đơn vị", "Giải thích", "Thẻ", "Câu hỏi (tiếng Anh)",
    *(f"Phương án {letter} (tiếng Anh)" for letter in LETTERS), "Đơn vị (tiếng Anh)", "Giải thích (tiếng Anh)",
    *(f"Phản hồi {letter}" for letter in LETTERS), *(f"Phản hồi {letter} (tiếng Anh)" for letter in LETTERS),
    "Cách tính điểm",
)  # fmt: skip
KINDS = {
    "single": "Một đáp án", "multiple": "Nhiều đáp án", "truefalse": "Đúng/Sai", "numeric": "Số",
    "matching": "Ghép cặp", "ordering": "Sắp xếp", "shorttext": "Trả lời ngắn", "essay": "Tự luận",
    "categories": "Phân loại",
}  # fmt: skip
_LEVELS = {"recall": "Nhận biết", "apply": "Vận dụng", "analyse": "Vận dụng cao"}
TYPES = frozenset(KINDS) - {"essay"}
CARRIES = frozenset(
    "code type topic difficulty points stem explanation tags options answer tolerance unit pairs extra items accept "
    "categories scoring".split()
)
_SAMPLES: tuple[dict[str, str], ...] = (
    {"Loại câu hỏi": "Một đáp án", "Chủ đề": "Nền tảng 5S", "Mức độ": "Nhận biết",
     "Câu hỏi": "Chữ S thứ nhất trong 5S là gì?", "Phương án A": "Sắp xếp", "Phương án B": "Sàng lọc",
     "Phương án C": "Sạch sẽ", "Phương án D": "Săn sóc", "Đáp án đúng": "B",
     "Giải thích": "Sàng lọc (Seiri): bỏ những thứ không cần."},
    {"Loại câu hỏi": "Nhiều đáp án", "Mức độ": "Vận dụng",
     "Câu hỏi": "Những việc nào thuộc sàng lọc? Chọn nhiều đáp án.", "Phương án A": "Gắn thẻ đỏ",
     "Phương án B": "Kẻ vạch lối đi", "Phương án C": "Thanh lý dụng cụ hỏng", "Đáp án đúng": "A, C"},
    {"Loại câu hỏi": "Đúng/Sai", "Câu hỏi": "5S chỉ dành cho nhà xưởng.", "Đáp án đúng": "Sai"},
    {"Loại câu hỏi": "Số", "Câu hỏi": "OEE khi A = 90%, P = 95%, Q = 98% là bao nhiêu phần trăm?",
     "Đáp án đúng": "83,8", "Sai số": "0,1", "Đơn vị": "%"},
    {"Loại câu hỏi": "Ghép cặp", "Câu hỏi": "Ghép chữ S với việc làm.", "Phương án A": "Sàng lọc => Gắn thẻ đỏ",
     "Phương án B": "Sắp xếp => Kẻ vạch vị trí", "Phương án C": "Sạch sẽ => Lau máy đầu ca",
     "Phương án D": "=> Tăng ca"},
    {"Loại câu hỏi": "Sắp xếp", "Câu hỏi": "Xếp các bước PDCA theo thứ tự.", "Phương án A": "Lập kế hoạch",
     "Phương án B": "Thực hiện", "Phương án C": "Kiểm tra", "Phương án D": "Hành động"},
    {"Loại câu hỏi": "Trả lời ngắn", "Câu hỏi": "Tên tiếng Nhật của “sàng lọc” là gì?", "Đáp án đúng": "Seiri"},
    {"Loại câu hỏi": "Phân loại", "Câu hỏi": "Xếp các lãng phí vào nhóm.", "Phương án A": "Chờ linh kiện => Chờ đợi",
     "Phương án B": "Làm dư hàng => Sản xuất thừa", "Phương án C": "Máy hỏng phải chờ => Chờ đợi"},
)  # fmt: skip
GUIDE = (
    ("Câu hỏi", "Bắt buộc. Mỗi dòng một câu; xuống dòng trong ô bằng Alt+Enter."),
    ("Loại câu hỏi", "Bỏ trống thì đoán theo phương án và đáp án. Các loại: " + ", ".join(KINDS.values()) + "."),
    ("Đáp án đúng", "Chữ cái (B, hoặc A, C), chính lời của phương án, Đúng/Sai, hay một số như 4,5."),
    ("Ghép cặp, Phân loại", "Mỗi phương án viết “vế trái => vế phải”; “=> vế phải” là vế thừa của câu ghép cặp."),
    ("Sắp xếp", "Các phương án viết theo đúng thứ tự."),
    ("Trả lời ngắn", "Nhiều cách viết được chấp nhận thì cách nhau bằng dấu |."),
    ("Mức độ", "Nhận biết, Thông hiểu, Vận dụng, Vận dụng cao."),
    ("Cột tiếng Anh", "Không bắt buộc. Cột nào không dùng có thể xóa; thứ tự cột không quan trọng."),
)  # fmt: skip


def template() -> bytes:
    """The workbook to fill in, with an example of each kind and a sheet that explains the columns."""
    book = Workbook("Mẫu câu hỏi NSCL")
    heads = HEADS[: HEADS.index("Câu hỏi (tiếng Anh)")]
    rows = [[sample.get(head, "") for head in heads] for sample in _SAMPLES]
    book.sheet("Câu hỏi", heads, rows, widths=[12, 16, 18, 12, 8, 50])
    book.sheet("Hướng dẫn", ("Cột", "Cách điền"), GUIDE, widths=[24, 90])
    return book.finish()


def read(content: bytes, language: str) -> Read:
    """The questions of a workbook. Raises BadFile."""
    found = Read("xlsx")
    try:
        sheets = workbook.read(io.BytesIO(content))
    except grid.BadFile as bad:
        fault = bad.faults[0]
        known = {"old_excel": "old_excel", "password": "zip_password", "bomb": "zip_bomb", "too_much_text": "too_much"}
        raise BadFile(known.get(fault.code, "xlsx_broken"), reason=fault.code) from bad
    except (LookupError, UnicodeError) as error:
        # An encoding that nobody knows, as a damaged part may name one.
        raise BadFile("xlsx_broken", reason="encoding") from error
    return _of_sheets(found, sheets, language)


def looks_csv(text: str) -> bool:
    """Whether a text file is a table whose headings are those of questions."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    separator = delimited.separator_of("\n".join(lines)) if lines else ","
    return table.columns_of([[cell.strip(' "') for cell in line.split(separator)] for line in lines]) is not None


def read_csv(content: bytes, language: str) -> Read:
    """The questions of a CSV file, by the same headings. Raises BadFile."""
    text, encoding = encodings.decode(content)
    found = Read("csv")
    found.note("encoding_taken", encoding=encoding)
    try:
        sheets = delimited.read(io.BytesIO(text.encode()))
    except grid.BadFile as bad:
        raise BadFile("xlsx_broken", reason=bad.faults[0].code) from bad
    return _of_sheets(found, sheets, language)


def _of_sheets(found: Read, sheets: Sequence[grid.Sheet], language: str) -> Read:
    read_any = False
    for sheet in sheets:
        width = max((max(line.cells) + 1 for line in sheet.lines if line.cells), default=0)
        rows = [(line, [_cell(line, place) for place in range(width)]) for line in sheet.lines]
        heads = table.columns_of([cells for _line, cells in rows[:20]])
        if sheet.hidden or heads is None:
            if rows and sheet.name != "Hướng dẫn":
                found.leave("sheet_skipped", sheet=sheet.name)
            continue
        read_any = True
        first, columns = heads
        where = sheet.name if len(sheets) > 1 else ""
        unknown = [cell for place, cell in enumerate(rows[first][1]) if cell.strip() and place not in columns]
        if unknown:
            found.leave("columns_unknown", Place(file=where), columns=", ".join(unknown[:20]))
        merged = _merged(sheet, columns, rows[first][0].number)
        for line, cells in rows[first + 1 :]:
            place = Place("row", line.number, where)
            _odd_cells(found, line, columns, place)
            stray = [text for index, text in enumerate(cells) if text.strip() and not rows[first][1][index].strip()]
            if stray and found.format == "csv":
                found.add(_shifted(place, cells, stray))
                continue
            if stray:
                found.leave("cell_without_head", place, text=", ".join(stray)[:60])
            for index, text in merged.get(line.number, {}).items():
                cells[index] = cells[index] or text
            table.take_row(found, columns, cells, place, Maker(language))
    if not read_any:
        raise BadFile("no_columns")
    return found


def _shifted(place: Place, cells: Sequence[str], stray: Sequence[str]) -> Item:
    """A row with more cells than there are headings: a separator within a text moved all that follow."""
    item = Item({"type": "single", "stem": {}}, place)
    item.node["stem"] = {"vi": " | ".join(cell for cell in cells if cell)[:200]}
    item.fault("row_too_long", text=", ".join(stray)[:40])
    return item


def _merged(sheet: grid.Sheet, columns: Mapping[int, str], head: int) -> dict[int, dict[int, str]]:
    """By row and column what a cell joined over several rows says of each: a topic, a type, a difficulty."""
    texts: dict[int, dict[int, str]] = {}
    said = {line.number: line for line in sheet.lines}
    for merge in sheet.merges:
        shared = columns.get(merge.left, "") in ("topic", "type", "difficulty", "tags", "points")
        if merge.left == merge.right and merge.top > head and shared and merge.top in said:
            for row in range(merge.top + 1, min(merge.bottom, merge.top + 2_000) + 1):
                texts.setdefault(row, {})[merge.left] = _cell(said[merge.top], merge.left)
    return texts


def _odd_cells(found: Read, line: grid.Line, columns: Mapping[int, str], place: Place) -> None:
    """Errors of formulas are no words, and a long text is cut: both are said."""
    for index in columns:
        cell = line.cells.get(index)
        if cell is not None and cell.kind in (grid.Kind.ERROR, grid.Kind.NO_VALUE):
            found.leave("cell_error", place, column=grid.column_name(index))
        elif cell is not None and len(cell.text) >= grid.MAX_TEXT:
            found.leave("cell_cut", place, column=grid.column_name(index), most=grid.MAX_TEXT)


def _cell(line: grid.Line, place: int) -> str:
    cell = line.cells.get(place)
    if cell is None or cell.kind in (grid.Kind.ERROR, grid.Kind.NO_VALUE):
        return ""
    return cell.text


def write(nodes: list[Json], language: str) -> Written:
    """A workbook that reads back as the same questions; `language` is that of the plain columns."""
    rows = [[cell.get(head, "") for head in HEADS] for cell in (_row(node, language) for node in nodes)]
    used = [place for place, head in enumerate(HEADS) if head in _ALWAYS or any(row[place] for row in rows)]
    book = Workbook("Câu hỏi")
    book.sheet("Câu hỏi", [HEADS[place] for place in used], [[row[place] for place in used] for row in rows])
    return Written(book.finish(), "xlsx", XLSX, count=len(nodes))


_ALWAYS = frozenset(
    {"Mã câu hỏi", "Loại câu hỏi", "Chủ đề", "Mức độ", "Câu hỏi", "Phương án A", "Phương án B", "Đáp án đúng"}
)


def _row(node: Json, language: str) -> dict[str, str]:
    told = {
        "Mã câu hỏi": node["code"], "Loại câu hỏi": KINDS[node["type"]], "Chủ đề": node.get("topic", ""),
        "Mức độ": _LEVELS.get(node.get("difficulty", ""), ""), "Điểm": str(node["points"]) if "points" in node else "",
        "Thẻ": ", ".join(node.get("tags", ())), "Cách tính điểm": node.get("scoring", ""),
    }  # fmt: skip
    _say(told, "Câu hỏi", node["stem"], language)
    _say(told, "Giải thích", node.get("explanation", {}), language)
    _ROWS[node["type"]](told, node, language)
    return told


def _say(told: dict[str, str], head: str, texts: Json, language: str) -> None:
    told[head] = texts.get(language, "")
    if language != "en" and texts.get("en"):
        told[f"{head} (tiếng Anh)"] = texts["en"]


def _options(told: dict[str, str], node: Json, language: str) -> None:
    right = []
    for letter, option in zip(LETTERS, node["options"], strict=False):
        _say(told, f"Phương án {letter}", option, language)
        _say(told, f"Phản hồi {letter}", option.get("feedback", {}), language)
        right += [letter] if option.get("correct") else []
    told["Đáp án đúng"] = ", ".join(right)


def _pairs(told: dict[str, str], node: Json, language: str) -> None:
    names = {category["id"]: category for category in node.get("categories", ())}
    sides = [(pair["left"], pair["right"]) for pair in node.get("pairs", ())]
    sides += [({}, extra) for extra in node.get("extra", ())]
    sides += [(item, names[item["in"]]) for item in node.get("items", ()) if "in" in item]
    for letter, (left, right) in zip(LETTERS, sides, strict=False):
        both = {name: f"{left.get(name, '')} => {right[name]}".strip() for name in right if name in ("vi", "en")}
        _say(told, f"Phương án {letter}", both, language)


def _items(told: dict[str, str], node: Json, language: str) -> None:
    for letter, item in zip(LETTERS, node["items"], strict=False):
        _say(told, f"Phương án {letter}", item, language)


def _numeric(told: dict[str, str], node: Json, language: str) -> None:
    told["Đáp án đúng"], told["Sai số"] = str(node["answer"]), str(node["tolerance"])
    _say(told, "Đơn vị", node["unit"], language)


def _short(told: dict[str, str], node: Json, language: str) -> None:
    told["Đáp án đúng"] = " | ".join((words_of(one[language]) or [one[language]])[0] for one in node["accept"])


def _truth(told: dict[str, str], node: Json, _language: str) -> None:
    told["Đáp án đúng"] = "Đúng" if node["answer"] else "Sai"


_ROWS = {
    "single": _options, "multiple": _options, "matching": _pairs, "categories": _pairs, "ordering": _items,
    "numeric": _numeric, "shorttext": _short, "truefalse": _truth,
}  # fmt: skip
