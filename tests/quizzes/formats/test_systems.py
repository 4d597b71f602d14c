"""Files of other systems: QTI 1.2 of Canvas and Blackboard, further kinds of QTI 2 and Moodle, many tables."""

import base64
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from quizzes.formats import gift, moodle, prose, qti, recognising
from quizzes.formats.build import Maker, take_percents
from quizzes.formats.result import Item, Json, Place, Read
from tests.quizzes.formats.making import png, zipped

SAMPLES = Path(__file__).parents[2] / "data" / "questions"


def codes(item: Item, kind: str = "") -> list[str]:
    return [said.code for said in item.said if not kind or said.kind == kind]


# --- QTI 1.2 ------------------------------------------------------------------------------


def old(shown: str, rules: str, kind: str = "", more: str = "") -> Item:
    field = (
        f"<qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>{kind}</fieldentry></qtimetadatafield>"
    )
    text = (
        '<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment title="A"><section ident="root_section">'  # noqa: E501
        f'<item ident="i1" title="T"><itemmetadata><qtimetadata>{field}</qtimetadata></itemmetadata><presentation>'
        f'<material><mattext texttype="text/html">&lt;p&gt;Q [a] [b]?&lt;/p&gt;</mattext></material>{shown}</presentation>'  # noqa: E501
        f'<resprocessing><outcomes><decvar maxvalue="100" varname="SCORE"/></outcomes>{rules}</resprocessing>{more}</item>'  # noqa: E501
        "</section></assessment></questestinterop>"
    )
    return recognising.read(text.encode(), "en").items[0]


def label(ident: str, text: str) -> str:
    return f'<response_label ident="{ident}"><material><mattext>{text}</mattext></material></response_label>'


def lid(ident: str, *labels: tuple[str, str], cardinality: str = "Single", words: str = "") -> str:
    inner = "".join(label(*one) for one in labels)
    said = f"<material><mattext>{words}</mattext></material>" if words else ""
    return f'<response_lid ident="{ident}" rcardinality="{cardinality}">{said}<render_choice>{inner}</render_choice></response_lid>'  # noqa: E501


def rule(condition: str, score: str = "100", told: str = "") -> str:
    shown = f'<displayfeedback linkrefid="{told}"/>' if told else ""
    scored = f'<setvar action="Set" varname="SCORE">{score}</setvar>' if score else ""
    return f"<respcondition><conditionvar>{condition}</conditionvar>{scored}{shown}</respcondition>"


def equal(value: str, response: str = "r") -> str:
    return f'<varequal respident="{response}">{value}</varequal>'


ABC = (("1", "x"), ("2", "y"), ("3", "z"))


def test_choices_of_canvas() -> None:
    feedback = (
        '<itemfeedback ident="9_fb"><flow_mat><material><mattext>No.</mattext></material></flow_mat></itemfeedback>'
    )
    single = old(lid("r", *ABC), rule(equal("3"), "", "9_fb") + rule(equal("2")), "multiple_choice_question", feedback)
    assert [option.get("correct") for option in single.node["options"]] == [None, True, None]
    assert single.node["options"][2]["feedback"] == {"en": "No."}
    both = f"<and>{equal('1')}<not>{equal('2')}</not>{equal('3')}</and>"
    several = old(lid("r", *ABC, cardinality="Multiple"), rule(both), "multiple_answers_question")
    assert (several.node["type"], several.node.get("scoring")) == ("multiple", None)
    assert old(lid("r", *ABC, cardinality="Multiple"), rule(both)).node["scoring"] == "all"
    told = old(lid("r", ("1", "True"), ("2", "False")), rule(equal("2")), "true_false_question")
    assert (told.node["type"], told.node["answer"]) == ("truefalse", False)


def test_fields_of_canvas() -> None:
    field = '<response_str ident="r"><render_fib><response_label ident="a"/></render_fib></response_str>'
    short = old(field, rule(equal("Oslo") + equal("oslo")), "short_answer_question")
    assert short.node["accept"] == [{"en": "Oslo"}]
    near = '<or><varequal respident="r">42.0</varequal><and><vargte respident="r">41.5</vargte><varlte respident="r">42.5</varlte></and></or>'  # noqa: E501
    number = old(field, rule(near), "numerical_question")
    assert (number.node["answer"], number.node["tolerance"]) == (42, 0.5)
    assert old(field, rule("<other/>", ""), "essay_question").node["type"] == "essay"
    assert old("", "", "file_upload_question").node["type"] == "file"
    assert codes(old("", "", "text_only_question")) == ["description"]


def test_gaps_pairs_and_formulas_of_canvas() -> None:
    two = lid("response_a", ("1", "x"), ("2", "y")) + lid("response_b", ("3", "v"), ("4", "w"))
    right = rule(equal("2", "response_a"), "50") + rule(equal("3", "response_b"), "50")
    gaps = old(two, right, "multiple_dropdowns_question").node
    assert gaps["text"] == {"en": "Q {g1} {g2}?"}
    assert [option["en"] for gap in gaps["gaps"] for option in gap["options"] if option.get("correct")] == ["y", "v"]
    pairs = lid("c1", *ABC, words="one") + lid("c2", *ABC, words="two")
    matched = old(pairs, rule(equal("2", "c1"), "50") + rule(equal("1", "c2"), "50"), "matching_question").node
    assert matched["pairs"] == [
        {"left": {"en": "one"}, "right": {"en": "y"}}, {"left": {"en": "two"}, "right": {"en": "x"}}
    ]  # fmt: skip
    assert matched["extra"] == [{"en": "z"}]
    formula = (
        '<itemproc_extension><calculated><answer_tolerance>5%</answer_tolerance><formulas decimal_places="2"><formula>{}</formula>'  # noqa: E501
        '</formulas><vars><var name="a" scale="1"><min>1</min><max>9</max></var><var name="b" scale="0"><min>2</min><max>4</max>'  # noqa: E501
        "</var></vars></calculated></itemproc_extension>"
    )
    made = old("", "", "calculated_question", formula.format("a^2 + sqrt(b)"))
    assert (made.node["formula"], made.node["tolerance"], made.node["decimals"]) == ("a^2 + sqrt(b)", {"percent": 5}, 2)
    assert made.node["stem"] == {"en": "Q {a} {b}?"}
    assert codes(old("", "", "calculated_question", formula.format("fact(a)+b"))) == ["type"]


def test_a_pool_of_blackboard_in_its_package() -> None:
    words = '<flow class="Block"><material><mat_extension><mat_formattedtext type="HTML">{}</mat_formattedtext></mat_extension></material>'  # noqa: E501
    empty = "".join(f'<response_label ident="{name}"/>' for name in "xy")
    left = "".join(
        f'{words.format(text)}<response_lid ident="{text}"><render_choice>{empty}</render_choice></response_lid></flow>'
        for text in ("cat", "frog")
    )
    rights = "".join(f"{words.format(text)}</flow>" for text in ("mammal", "amphibian"))
    rules = "".join(
        f'<respcondition><conditionvar>{equal(right, name)}</conditionvar><displayfeedback linkrefid="correct"/></respcondition>'  # noqa: E501
        for name, right in (("cat", "x"), ("frog", "y"))
    )
    item = (
        "<questestinterop><assessment title='P'><section><item><itemmetadata><bbmd_questiontype>Matching</bbmd_questiontype>"  # noqa: E501
        f'</itemmetadata><presentation><flow class="Block"><flow class="QUESTION_BLOCK">{words.format("Classify.")}</flow></flow>'  # noqa: E501
        f'<flow class="RESPONSE_BLOCK">{left}</flow><flow class="RIGHT_MATCH_BLOCK">{rights}</flow></flow></presentation>'  # noqa: E501
        f"<resprocessing>{rules}</resprocessing></item></section></assessment></questestinterop>"
    )
    manifest = '<manifest xmlns:bb="bb"><resources><resource bb:file="res1.dat" type="assessment/x-bb-qti-pool"/></resources></manifest>'  # noqa: E501
    found = recognising.read(zipped({"imsmanifest.xml": manifest.encode(), "res1.dat": item.encode()}), "en")
    assert found.items[0].node["stem"] == {"en": "Classify."}
    assert [pair["right"]["en"] for pair in found.items[0].node["pairs"]] == ["mammal", "amphibian"]


# --- QTI 2 --------------------------------------------------------------------------------


def one(body: str, declared: str, found: Any = None) -> Item:
    text = f'<assessmentItem identifier="i1" title="T">{declared}<itemBody>{body}</itemBody></assessmentItem>'
    files = {"a.xml": text.encode(), "p.png": png(100, 50), **(found or {})}
    return qti.read(zipped(files), "en").items[0]


def key(*values: str, name: str = "R", cardinality: str = "single", more: str = "") -> str:
    told = "".join(f"<value>{value}</value>" for value in values)
    return f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="identifier"><correctResponse>{told}</correctResponse>{more}</responseDeclaration>'  # noqa: E501


def test_words_in_gaps_sliders_and_points() -> None:
    words = '<gapText identifier="W">winter</gapText><gapText identifier="S">summer</gapText>'
    gaps = one(
        f'<gapMatchInteraction responseIdentifier="R"><prompt>Fill.</prompt>{words}<p>Now is the <gap identifier="G"/> of us</p></gapMatchInteraction>',  # noqa: E501
        key("W G", cardinality="multiple"),
    ).node
    assert (gaps["stem"], gaps["text"]) == ({"en": "Fill."}, {"en": "Now is the {g1} of us"})
    assert gaps["gaps"][0]["options"] == [{"en": "winter", "correct": True}, {"en": "summer"}]
    entries = "".join(f'<mapEntry mapKey="{value}" mappedValue="1"/>' for value in (14, 15, 16))
    slider = one(
        '<p>How many?</p><sliderInteraction responseIdentifier="R"/>', key("15", more=f"<mapping>{entries}</mapping>")
    )
    assert (slider.node["answer"], slider.node["tolerance"]) == (15, 1)
    area = '<areaMapping><areaMapEntry shape="circle" coords="50,25,10" mappedValue="1"/></areaMapping>'
    point = one(
        '<selectPointInteraction responseIdentifier="R"><prompt>Where?</prompt><object data="p.png"/></selectPointInteraction>',  # noqa: E501
        key("50 25", more=area),
    )
    corners = point.node["regions"][0]["polygon"]
    assert corners[0] == [60.0, 50.0] and [50.0, 70.0] in corners and len(corners) == 16


def test_several_questions_in_one_item_are_a_case() -> None:
    def choice(name: str, asked: str) -> str:
        return f'<choiceInteraction responseIdentifier="{name}" maxChoices="1"><prompt>{asked}</prompt><simpleChoice identifier="A">x</simpleChoice><simpleChoice identifier="B">y</simpleChoice></choiceInteraction>'  # noqa: E501

    item = one(f"<p>Case.</p>{choice('R', 'One?')}<p>Then.</p>{choice('S', 'Two?')}", key("A") + key("B", name="S"))
    assert (item.node["type"], item.node["points"], item.node["stem"]) == ("case", 2, {"en": "Case."})
    assert [part["stem"]["en"] for part in item.node["parts"]] == ["One?", "Then.\nTwo?"]
    essay = '<extendedTextInteraction responseIdentifier="T"/>'
    assert "type" in codes(one(choice("R", "One?") + essay, key("A")))


def test_shared_passages_and_broken_items_of_a_package() -> None:
    ref = '<assessmentStimulusRef href="s.xml"/>'
    body = '<extendedTextInteraction responseIdentifier="R"><prompt>Why?</prompt></extendedTextInteraction>'
    stimulus = b"<assessmentStimulus><stimulusBody><p>A long text.</p></stimulusBody></assessmentStimulus>"
    item = one(body, ref, {"s.xml": stimulus})
    assert item.node["stem"] == {"en": "A long text.\nWhy?"}
    found = qti.read(zipped({"a.xml": b"<assessmentItem><itemBody>", "b.xml": b"<x/>"}), "en")
    assert codes(found.items[0]) == ["xml_broken"]
    assert found.items[0].place == Place("line", 1, "a.xml")


# --- Moodle and GIFT ----------------------------------------------------------------------


def of_moodle(kind: str, inner: str, stem: str = "<p>Q?</p>") -> Item:
    text = f'<quiz><question type="{kind}"><questiontext format="html"><text><![CDATA[{stem}]]></text></questiontext>{inner}</question></quiz>'  # noqa: E501
    return moodle.read(text.encode(), "en").items[0]


def drawn(name: str, low: str, high: str, decimals: int = 1) -> str:
    return f"<dataset_definition><name><text>{name}</text></name><minimum><text>{low}</text></minimum><maximum><text>{high}</text></maximum><decimals><text>{decimals}</text></decimals></dataset_definition>"  # noqa: E501


def test_calculated_questions_of_moodle() -> None:
    sets = f"<dataset_definitions>{drawn('A', '1', '9')}{drawn('b', '2', '4', 0)}</dataset_definitions>"
    told = "<answer fraction='100'><text>{}</text><tolerance>0.01</tolerance><tolerancetype>1</tolerancetype><correctanswerformat>1</correctanswerformat><correctanswerlength>2</correctanswerlength></answer>"  # noqa: E501
    node = of_moodle("calculated", told.format("pow({A},2)/{b} + pi()") + sets, "<p>{A} and {b}</p>").node
    assert node["formula"].replace(" ", "") == "((a)^(2))/b+3.14159265358979"
    assert (node["stem"], node["tolerance"], node["decimals"]) == ({"en": "{a} and {b}"}, {"percent": 1}, 2)
    assert codes(of_moodle("calculated", told.format("fact({A})*{b}") + sets)) == ["type"]


def test_plugins_of_moodle() -> None:
    rows = "".join(f'<row number="{n}"><optiontext><text>s{n}</text></optiontext></row>' for n in (1, 2))
    columns = "".join(
        f'<column number="{n}"><responsetext><text>{t}</text></responsetext></column>' for n, t in ((1, "T"), (2, "F"))
    )
    weights = "".join(
        f'<weight rownumber="{r}" columnnumber="{c}"><value>{float(r == c)}</value></weight>'
        for r in (1, 2)
        for c in (1, 2)
    )
    method = "<scoringmethod><text>kprime</text></scoringmethod>"
    kprime = of_moodle("kprime", method + rows + columns + weights)
    assert [item["in"] for item in kprime.node["items"]] == ["c1", "c2"]
    assert codes(kprime) == ["scoring_parts"]
    gaps = of_moodle("gapfill", "<delimitchars>[]</delimitchars>", "The cat [sat] on the [mat|rug].").node
    assert (gaps["text"], len(gaps["gaps"][1]["accept"])) == ({"en": "The cat {g1} on the {g2}."}, 2)
    file = f'<file name="a.png" encoding="base64">{base64.b64encode(png(200, 100)).decode()}</file>'
    drop = "<drop><shape>rectangle</shape><coords>20,10;40,30</coords><choice>{}</choice></drop>"
    assert of_moodle("ddmarker", file + drop.format(1)).node["regions"][0]["rect"] == [10.0, 10.0, 20.0, 30.0]
    assert codes(of_moodle("ddmarker", file + drop.format(1) + drop.format(2))) == ["type"]


@pytest.mark.parametrize(
    ("percents", "scoring", "weights", "said"),
    [
        ([50, 50, 0, 0], "balanced", [None] * 4, ["scoring_stricter"]), ([50, 50, -50], None, [None] * 3, []),
        ([33.33333, 33.33333, 33.33333, -100], "balanced", [None] * 4, []),
        ([33.33333, 33.33333, 33.33333, -50, -100], "weights", [34, 33, 33, -50, -100], []),
        ([70, 30, 0], "weights", [70, 30, -100], ["scoring_stricter"]),
        ([100, 50, -100], "weights", [67, 33, -100], ["weights_scaled"]),
    ],
)  # fmt: skip
def test_credits_of_options(percents: list[float], scoring: str, weights: list[Any], said: list[str]) -> None:
    options: list[Json] = [{} for _percent in percents]
    item = Item({"type": "multiple", "options": options}, Place())
    take_percents(item, percents)
    assert (item.node.get("scoring"), [option.get("weight") for option in options]) == (scoring, weights)
    assert codes(item) == said


def test_gift_tells_right_and_wrong_and_embedded_answers() -> None:
    read = gift.read(b"Sky is blue. {T#No.#Yes.}\n\nOne {1:SHORTANSWER:=a} two {1:MC:~x~=y}.", "en")
    assert read.items[0].node["feedback"] == {"wrong": {"en": "No."}, "right": {"en": "Yes."}}
    assert (read.items[1].node["type"], read.items[1].node["text"]) == ("cloze", {"en": "One {g1} two {g2}."})


def test_formulas_of_the_web() -> None:
    root = "<math><mfrac><mi>a</mi><msqrt><mn>2</mn></msqrt></mfrac></math>"
    assert prose.from_html(f"<p>x = {root}.</p>").text == "x = a/√(2)."
    assert prose.from_html('<img class="equation_image" src="/e" alt="LaTeX: x^2">').text == "x^2"
    assert prose.from_html("<p>a <math><mi>b</p>").text == "a b"


# --- Tables -------------------------------------------------------------------------------


def book(rows: list[list[Any]], *merged: str) -> Read:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    content = io.BytesIO()
    made.save(content)
    return recognising.read(content.getvalue(), "vi")


def right(item: Item) -> list[str]:
    return [option["vi"] for option in item.node["options"] if option.get("correct")]


def test_headings_of_other_makers() -> None:
    kahoot = [
        "Question - max 120 characters",
        "Answer 1 - max 75 characters",
        "Answer 2 - max 75 characters",
        "Correct answer(s) - choose",
    ]
    assert right(book([["Kahoot"], kahoot, ["Q?", "a", "b", "2"]]).items[0]) == ["b"]
    assert right(book([["Câu hỏi", "Đáp án", "Đáp án", "Đáp án đúng"], ["Q?", "một", "hai", "2"]]).items[0]) == ["hai"]
    one = book([["STT", "Nội dung", "Phương án trả lời", "Đáp án"], [1, "Q?", "A. một\nB. hai\nC. ba", "C"]]).items[0]
    assert (one.node["stem"], right(one)) == ({"vi": "Q?"}, ["ba"])
    assert right(book([["Câu hỏi", "A", "B", "C", "Đáp án"], ["Q?", "ba", "ab", "c", "ba"]]).items[0]) == ["ba"]


def test_cells_joined_over_rows_and_cells_that_hold_no_words() -> None:
    head = ["Câu hỏi", "A", "B", "Đáp án", "Chương"]
    found = book([head, ["X?", "a", "b", "A", "I"], ["Y?", "a", "#REF!", "A", None]], "E2:E3")
    assert [item.category for item in found.items] == ["I", "I"]
    assert book([head, ["X?", "a", "b", "A", "I", "lạc"]]).said[-1].code == "cell_without_head"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_csv(codec: str) -> None:
    found = recognising.read('Câu hỏi;A;B;Đáp án\n"X; y?";một;hai;B\nX; y?;một;hai;B\n'.encode(codec), "vi")
    assert (found.format, right(found.items[0]), codes(found.items[1])) == ("csv", ["hai"], ["row_too_long"])


def test_an_option_without_words_is_a_fault_by_its_letter() -> None:
    item = of_moodle(
        "multichoice", "<answer fraction='100'><text>a</text></answer><answer fraction='0'><text/></answer>"
    )
    assert codes(item) == ["option_empty"]
    assert Maker("vi").say("x") == {"vi": "x"}
