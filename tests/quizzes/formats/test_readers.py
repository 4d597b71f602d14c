"""GIFT, Aiken, Moodle XML, QTI and workbooks: what each says is understood, what has no place is named."""

import base64
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from quizzes.formats import aiken, embedded, gift, moodle, prose, qti, recognising, xlsx
from quizzes.formats.result import BadFile, Item
from tests.quizzes.formats.making import docx, png, zipped

SAMPLES = Path(__file__).parents[2] / "data" / "questions"


def codes(item: Item, kind: str = "") -> list[str]:
    return [said.code for said in item.said if not kind or said.kind == kind]


# --- Samples ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "form", "count"),
    [
        ("cau-hoi-5s.docx", "word", 6), ("cau-hoi-5s.xlsx", "xlsx", 8), ("cau-hoi-5s.gift.txt", "gift", 7),
        ("cau-hoi-5s.aiken.txt", "aiken", 3), ("cau-hoi-5s.moodle.xml", "moodle", 7), ("cau-hoi-5s.qti22.zip", "qti", 6),  # noqa: E501
        ("cau-hoi-5s.qti30.zip", "qti", 6), ("cau-hoi-5s.txt", "text", 3), ("cau-hoi-5s.yaml", "yaml", 3),
    ],
)  # fmt: skip
def test_sample_files_read_without_a_fault(name: str, form: str, count: int) -> None:
    found = recognising.read((SAMPLES / name).read_bytes(), "vi")
    assert (found.format, len(found.items)) == (form, count)
    assert [codes(item, "fault") for item in found.items] == [[]] * count


# --- Recognising --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"), (b"%PDF-1.7", "pdf"), (b"{\\rtf1", "rtf"), (b"\x89PNG\r\n", "picture"), (b"<html><p>1</html>", "html"),  # noqa: E501
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "old_word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "old_excel"), (b"Rar!\x1a", "archive"),
        (b"<questestinterop/>", "no_questions"), (b"<rss/>", "xml_unknown"), (b"hello there", "unknown"),
        (zipped({"mimetype": b"x", "content.xml": b"<a/>"}), "open_document"), (zipped({"a.txt": b"x"}), "zip_of_files"),  # noqa: E501
    ],
)  # fmt: skip
def test_what_is_none_of_the_formats_is_refused_with_advice(content: bytes, code: str) -> None:
    with pytest.raises(BadFile) as refused:
        recognising.read(content, "vi")
    assert refused.value.said.code == code


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_letters_of_text_files(codec: str) -> None:
    found = recognising.read("Câu hỏi tiếng Việt?\nA) Đúng rồi\nB) Sai bét\nC) Có lẽ\nANSWER: A\n".encode(codec), "vi")
    assert found.items[0].node["stem"] == {"vi": "Câu hỏi tiếng Việt?"}


def test_letters_of_windows() -> None:
    text = "Qu’est-ce que 5S?\nA) méthode\nB) norme\nC) loi\nANSWER: A\n"
    assert recognising.read(text.encode("cp1252"), "en").items[0].node["options"][0]["en"] == "méthode"


# --- Aiken --------------------------------------------------------------------------------


def test_aiken() -> None:
    text = "Một?\nA) a\nB. b\nANSWER: B\n\nHai\ndòng?\nA) a\nB) b\nC) c\nĐÁP ÁN: A, C\n\nBa?\nA) a\nB) b\nANSWER: D\n\nBốn?\nA) a\nB) b\n"  # noqa: E501
    first, second, third, fourth = aiken.read(text.encode(), "vi").items
    assert [option.get("correct") for option in first.node["options"]] == [None, True]
    assert (second.node["type"], second.node["stem"]) == ("multiple", {"vi": "Hai\ndòng?"})
    assert codes(third) == ["no_such_option"]
    assert "no_answer_line" in codes(fourth)
    assert third.place.number == 13


# --- GIFT ---------------------------------------------------------------------------------


def one_gift(text: str) -> Item:
    return gift.read(text.encode(), "en").items[0]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Q {=a ~b ~c}", "single"), ("Q {~%50%a ~%50%b ~%-100%c}", "multiple"), ("Q {T}", "truefalse"), ("Q {FALSE#no}", "truefalse"),  # noqa: E501
        ("Q {=a =b}", "shorttext"), ("Q {#3:0.5}", "numeric"), ("Q {#1..5}", "numeric"), ("Q {=a -> b =c -> d}", "matching"),  # noqa: E501
        ("Q {}", "essay"), ("Q {>ALL\na\nb\nc}", "ordering"), ("The {=quick ~slow} fox", "single"),
    ],
)  # fmt: skip
def test_gift_types(text: str, kind: str) -> None:
    assert one_gift(text).node["type"] == kind


def test_gift_details() -> None:
    item = one_gift(
        "$CATEGORY: $course$/top/Tools//Old\n\n// [id:G-1] [tag:hard]\n::name::[html]<b>5</b>&times;2 \\= ?{=10#well\\: done ~7####because}"  # noqa: E501
    )
    assert item.node["stem"] == {"en": "5×2 = ?"}
    assert item.node["options"][0] == {"id": "a", "en": "10", "correct": True, "feedback": {"en": "well: done"}}
    assert item.node["explanation"] == {"en": "because"}
    assert (item.category, item.name, item.difficulty) == ("Tools/Old", "G-1", "analyse")
    assert one_gift("Q {#3.141..3.142}").node["tolerance"] == 0.0005
    assert one_gift("The {=quick ~slow} fox").node["stem"] == {"en": "The _____ fox"}
    assert one_gift("Q {=a =%50%b#half ~}").node["accept"][1] == {"en": "b", "share": 50, "feedback": {"en": "half"}}


def test_gift_faults_have_lines() -> None:
    found = gift.read(b"Good {=a ~b ~c}\n\nBad {=a ~b\n\n::next::Q {T}\n\nOnly words\n", "en")
    assert [item.place.number for item in found.items] == [1, 3, 5]
    assert codes(found.items[1]) == ["gift_braces"]
    assert [said.code for said in found.said if said.kind == "left"] == ["description"]


# --- Moodle -------------------------------------------------------------------------------


def one_moodle(inner: str, kind: str = "multichoice", stem: str = "<p>Q?</p>") -> Any:
    text = f'<quiz><question type="{kind}"><name><text>n</text></name><questiontext format="html"><text><![CDATA[{stem}]]></text></questiontext>{inner}</question></quiz>'  # noqa: E501
    return moodle.read(text.encode(), "en")


def answer(percent: float, text: str, more: str = "") -> str:
    return f'<answer fraction="{percent}" format="html"><text><![CDATA[{text}]]></text>{more}</answer>'


def test_moodle_choices() -> None:
    three = answer(100, "<p>a</p>") + answer(0, "b") + answer(0, "c")
    assert one_moodle(f"<single>true</single>{three}").items[0].node["type"] == "single"
    several = one_moodle("<single>false</single>" + answer(50, "a") + answer(50, "b") + answer(-50, "c")).items[0].node
    assert (several["type"], several.get("scoring")) == ("multiple", None)
    weighed = one_moodle("<single>false</single>" + answer(70, "a") + answer(30, "b") + answer(0, "c")).items[0].node
    assert (weighed["scoring"], weighed["options"][0]["weight"]) == ("weights", 70)


def test_moodle_other_types() -> None:
    numeric = one_moodle(
        answer(100, "4.5", "<tolerance>0.1</tolerance>")
        + "<units><unit><multiplier>1</multiplier><unit_name>kg</unit_name></unit><unit><multiplier>1000</multiplier><unit_name>g</unit_name></unit></units>",  # noqa: E501
        "numerical",
    ).items[0]
    assert (numeric.node["answer"], numeric.node["tolerance"], numeric.node["unit"]) == (4.5, 0.1, {"en": "kg"})
    assert codes(numeric) == ["more_units"]
    sub = "".join(
        f"<subquestion><text>{left}</text><answer><text>{right}</text></answer></subquestion>"
        for left, right in (("a", "1"), ("b", "2"), ("", "3"))
    )
    assert one_moodle(sub, "matching").items[0].node["extra"] == [{"en": "3"}]
    assert one_moodle(answer(1, "x") + answer(2, "y"), "ordering").items[0].node["items"] == [{"en": "x"}, {"en": "y"}]
    assert one_moodle("", "essay").items[0].node["type"] == "essay"
    assert codes(one_moodle("", "calculatedmulti").items[0]) == ["type"]
    assert [said.code for said in one_moodle("", "description").said] == ["description"]
    drag = one_moodle(
        "<dragbox><text>cat</text><group>1</group></dragbox><dragbox><text>dog</text><group>1</group></dragbox>",
        "ddwtos",
        "A [[2]] barks.",
    )
    assert drag.items[0].node["text"] == {"en": "A {g1} barks."}
    assert drag.items[0].node["gaps"][0]["options"] == [{"en": "cat"}, {"en": "dog", "correct": True}]


def test_moodle_cloze() -> None:
    item = one_moodle(
        "", "cloze", "<p>Fill.</p><p>It is {1:SHORTANSWER:=Berlin#yes~%50%Bonn}, {:NM:=3:0.5} and {2:MCV:~a~=b\\}}.</p>"
    ).items[0]
    assert item.node["text"] == {"en": "Fill.\nIt is {g1}, {g2} and {g3}."}
    kinds = {gap["id"]: gap["kind"] for gap in item.node["gaps"]}
    assert kinds == {"g1": "text", "g2": "number", "g3": "choice"}
    assert item.node["gaps"][0]["accept"] == [{"en": "Berlin"}, {"en": "Bonn", "share": 50}]
    assert item.node["gaps"][2]["options"] == [{"en": "a"}, {"en": "b}", "correct": True}]
    assert codes(item) == ["feedback", "weights"]
    assert embedded.parts("a {b} {1:XX:=c}")[1] == []


def test_moodle_pictures_and_languages() -> None:
    stem = '<span lang="vi" class="multilang">Hình?</span><span lang="en" class="multilang">Figure?</span><img src="@@PLUGINFILE@@/a%20b.png" alt="x">'  # noqa: E501
    file = f'<file name="a b.png" path="/" encoding="base64">{base64.b64encode(png()).decode()}</file>'
    text = f'<quiz><question type="truefalse"><name><text>n</text></name><questiontext format="html"><text><![CDATA[{stem}]]></text>{file}</questiontext>{answer(100, "true")}{answer(0, "false")}</question></quiz>'  # noqa: E501
    found = moodle.read(text.encode(), "vi")
    assert found.items[0].node["stem"] == {"vi": "Hình?", "en": "Figure?"}
    assert found.items[0].node["figure"] == "media/p1"
    assert found.media["media/p1.png"] == png()
    away = one_moodle(
        answer(100, "a") + answer(0, "b") + answer(0, "c"),
        stem='<img src="https://evil.example/x.png">Q<script>x()</script>',
    )
    assert away.items[0].node["stem"] == {"en": "Q"}
    assert codes(away.items[0]) == ["part", "picture_elsewhere"] or codes(away.items[0]) == [
        "picture_elsewhere",
        "part",
    ]


def test_entities_of_html_in_xml_are_understood_and_declared_ones_refused() -> None:
    plain = b'<quiz><question type="truefalse"><questiontext><text>a&nbsp;&agrave; b</text></questiontext><answer fraction="100"><text>true</text></answer></question></quiz>'  # noqa: E501
    assert moodle.read(plain, "vi").items[0].node["stem"] == {"vi": "a à b"}
    with pytest.raises(BadFile) as refused:
        moodle.read(b'<!DOCTYPE quiz [<!ENTITY x "y">]><quiz>&x;</quiz>', "vi")
    assert refused.value.said.code == "entities"


# --- QTI ----------------------------------------------------------------------------------


def one_qti(body: str, declared: str, more: str = "", third: bool = False) -> Item:
    text = f'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i1" title="T">{declared}<itemBody>{body}</itemBody>{more}</assessmentItem>'  # noqa: E501
    return qti.read(text.encode(), "en").items[0]


def declared(values: str, cardinality: str = "single", base: str = "identifier", mapping: str = "") -> str:
    inner = "".join(f"<value>{value}</value>" for value in values.split("|"))
    return f'<responseDeclaration identifier="R" cardinality="{cardinality}" baseType="{base}"><correctResponse>{inner}</correctResponse>{mapping}</responseDeclaration>'  # noqa: E501


def test_qti_interactions() -> None:
    choices = "".join(f'<simpleChoice identifier="{name}">{name}</simpleChoice>' for name in "ABC")
    single = one_qti(
        f'<p>Why?</p><choiceInteraction responseIdentifier="R" maxChoices="1"><prompt>Say.</prompt>{choices}</choiceInteraction>',  # noqa: E501
        declared("B"),
    )
    assert (single.node["type"], single.node["stem"]) == ("single", {"en": "Why?\nSay."})
    several = one_qti(
        f'<choiceInteraction responseIdentifier="R" maxChoices="0"><prompt>Say.</prompt>{choices}</choiceInteraction>',
        declared("A|B", "multiple"),
        "<responseProcessing/>",
    )
    assert (several.node["type"], several.node["scoring"]) == ("multiple", "all")
    order = one_qti(
        f'<orderInteraction responseIdentifier="R"><prompt>O</prompt>{choices}</orderInteraction>',
        declared("C|A|B", "ordered"),
    )
    assert order.node["items"] == [{"en": "C"}, {"en": "A"}, {"en": "B"}]
    entry = one_qti('<p>Two and two: <textEntryInteraction responseIdentifier="R"/></p>', declared("4", base="integer"))
    assert (entry.node["type"], entry.node["answer"]) == ("numeric", 4)
    inline = one_qti(
        '<p>A <inlineChoiceInteraction responseIdentifier="R"><inlineChoice identifier="x">cat</inlineChoice><inlineChoice identifier="y">dog</inlineChoice></inlineChoiceInteraction> barks.</p>',  # noqa: E501
        declared("y"),
    )
    assert (inline.node["type"], inline.node["stem"]) == ("single", {"en": "A _____ barks."})
    assert one_qti('<p>Write.</p><extendedTextInteraction responseIdentifier="R"/>', "").node["type"] == "essay"
    assert codes(one_qti('<p>x</p><drawingInteraction responseIdentifier="R"/>', "")) == ["type"]


def test_qti_three_is_the_same_in_other_names() -> None:
    text = (
        '<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="x" title="t"><qti-response-declaration identifier="R" cardinality="single" base-type="identifier">'  # noqa: E501
        "<qti-correct-response><qti-value>b</qti-value></qti-correct-response></qti-response-declaration><qti-item-body><p>Why?</p>"
        '<qti-choice-interaction response-identifier="R" max-choices="1"><qti-simple-choice identifier="a">one</qti-simple-choice>'  # noqa: E501
        '<qti-simple-choice identifier="b">two</qti-simple-choice><qti-simple-choice identifier="c">three</qti-simple-choice></qti-choice-interaction></qti-item-body></qti-assessment-item>'  # noqa: E501
    )
    package = zipped(
        {
            "imsmanifest.xml": b'<manifest><resources><resource type="imsqti_item_xmlv3p0" href="q%201.xml"/></resources></manifest>',  # noqa: E501
            "q 1.xml": text.encode(),
        }
    )
    item = recognising.read(package, "en").items[0]
    assert [option.get("correct", False) for option in item.node["options"]] == [False, True, False]
    assert item.place.file == "q 1.xml"


def test_qti_hotspot_in_percent() -> None:
    item = (
        '<assessmentItem identifier="h"><responseDeclaration identifier="R" cardinality="single" baseType="identifier"><correctResponse><value>A</value></correctResponse></responseDeclaration>'  # noqa: E501
        '<itemBody><hotspotInteraction responseIdentifier="R" maxChoices="1"><prompt>Where?</prompt><object type="image/png" width="8" height="6" data="i.png"/>'  # noqa: E501
        '<hotspotChoice shape="rect" coords="2,3,4,6" identifier="A"/></hotspotInteraction></itemBody></assessmentItem>'
    )
    found = recognising.read(zipped({"i.xml": item.encode(), "i.png": png()}), "en")
    assert found.items[0].node["regions"] == [{"en": "A", "rect": [25.0, 50.0, 25.0, 50.0]}]


# --- Workbooks ----------------------------------------------------------------------------


def book(*rows: list[Any]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_workbook_in_any_order_with_other_headings() -> None:
    found = xlsx.read(book(["Đề cương"], ["STT", "Correct answer", "Option 1", "Option 2", "Option 3", "Question text", "Ghi chú"],  # noqa: E501
                           [1, 2, "a", "b", "c", "Gì?", "x"], [2, "c", "a", "b", "c", "Nào?", ""], [], [3, "E", "a", "b", None, "Sai?", ""]), "vi")  # fmt: skip  # noqa: E501
    assert [[option.get("correct", False) for option in item.node["options"]] for item in found.items[:2]] == [
        [False, True, False],
        [False, False, True],
    ]
    assert codes(found.items[2], "fault") == ["no_such_option"]
    assert found.items[2].place.number == 6
    assert [said.code for said in found.said] == ["columns_unknown"]


def test_workbook_without_headings_is_refused() -> None:
    with pytest.raises(BadFile) as refused:
        xlsx.read(book(["a", "b"], [1, 2]), "vi")
    assert refused.value.said.code == "no_columns"


def test_template_reads_back() -> None:
    found = xlsx.read(xlsx.template(), "vi")
    assert {item.node["type"] for item in found.items} == set(xlsx.KINDS) - {"essay"}
    assert not any(item.said for item in found.items)


# --- Text out of HTML ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b</p>", "a\nb"), ("a<br/><br/>b", "a\n\nb"), ("<ul><li>x</li><li>y</li></ul>", "• x\n• y"),
        ("<ol><li><p>x</p></li><li>y</li></ol>", "1. x\n2. y"), ("<table><tr><th>A</th><td>1<br>2</td></tr></table>", "A | 1 2"),  # noqa: E501
        ("H<sub>2</sub>O, m<sup>2</sup>, x<sup>ab</sup>", "H₂O, m², x^(ab)"), ("<style>x</style>a<script>b</script>", "a"),  # noqa: E501
        ("1 &lt; 2 &amp; 3", "1 < 2 & 3"),
    ],
)  # fmt: skip
def test_html_becomes_text(html: str, text: str) -> None:
    assert prose.from_html(html).text == text


def test_a_word_document_is_recognised_by_its_content() -> None:
    assert recognising.recognise(docx("Câu 1: x")) == "word"
