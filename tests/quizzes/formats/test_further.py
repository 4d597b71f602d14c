"""Files of further systems (TAO, OpenOLAT, Brightspace, R/exams, H5P, Macs), and what was once lost of them."""

import base64
import time
from typing import Any

import pytest

from quizzes.formats import checking, recognising
from quizzes.formats.result import Item
from tests.quizzes.formats.making import png, zipped


def codes(item: Item, kind: str = "") -> list[str]:
    return [said.code for said in item.said if not kind or said.kind == kind]


def items(content: str | bytes, language: str = "en") -> list[Item]:
    return recognising.read(content.encode() if isinstance(content, str) else content, language).items


# --- GIFT and Moodle ----------------------------------------------------------------------


def test_the_number_with_the_most_credit_is_the_right_one() -> None:
    text = "Year?{#\n=%50%1820:5 #Close.\n=1822:0 #Right.\n~#Far off.\n}"
    item = items(text)[0]
    assert (item.node["answer"], item.node["tolerance"]) == (1822, 0)
    assert item.node["feedback"] == {"right": {"en": "Right."}, "wrong": {"en": "Far off."}}
    assert codes(item) == ["more_numbers", "feedback"]


def moodle(kind: str, inner: str) -> Item:
    text = "<questiontext format='html'><text><![CDATA[<p>Q?</p>]]></text></questiontext>"
    return items(f"<quiz><question type='{kind}'><name><text>n</text></name>{text}{inner}</question></quiz>")[0]


def answer(share: Any, text: str, told: str = "", more: str = "") -> str:
    return f"<answer fraction='{share}'><text>{text}</text><feedback><text>{told}</text></feedback>{more}</answer>"


def test_moodle_tells_who_wrote_another_number() -> None:
    rows = answer(50, "9", "Near.") + answer(100, "10", "Yes.", "<tolerance>1</tolerance>") + answer(0, "*", "No.")
    item = moodle("numerical", rows)
    assert item.node["feedback"] == {"right": {"en": "Yes."}, "wrong": {"en": "No."}}
    assert "feedback" in codes(item, "left")


def test_moodle_names_what_essays_and_kept_orders_lose() -> None:
    essay = "<attachments>1</attachments><responseformat>editor</responseformat>"
    essay += "<responsetemplate><text>Dear …</text></responsetemplate>"
    parts = [said.facts.get("part") for said in moodle("essay", essay).said]
    assert {"template", "attachments"} <= set(parts)
    kept = "<single>true</single><shuffleanswers>{}</shuffleanswers>"
    rows = answer(0, "a") + answer(0, "b") + answer(100, "{}")
    last = kept.format("false") + rows.format("All of the above")
    assert "order_drawn" in codes(moodle("multichoice", last))
    assert "order_drawn" not in codes(moodle("multichoice", kept.format("false") + rows.format("c")))
    assert "order_drawn" not in codes(moodle("multichoice", kept.format("1") + rows.format("All of the above")))


def test_indented_code_is_named() -> None:
    text = "<quiz><question type='shortanswer'><questiontext format='html'><text><![CDATA[<pre>if a:\n    b()</pre>]]>"
    text += "</text></questiontext><answer fraction='100'><text>b</text></answer></question></quiz>"
    assert [said.facts for said in items(text)[0].said if said.code == "part"] == [{"part": "indent"}]


def test_many_calculations_are_judged_in_seconds() -> None:
    one = "<answer fraction='100'><text>sqrt({a})*exp({b}/10)+{a}^2</text><tolerance>0.01</tolerance>"
    one += "<tolerancetype>1</tolerancetype><correctanswerlength>3</correctanswerlength></answer><dataset_definitions>"
    for name in "ab":
        one += f"<dataset_definition><name><text>{name}</text></name><minimum><text>1</text></minimum>"
        one += "<maximum><text>90</text></maximum><decimals><text>2</text></decimals></dataset_definition>"
    text = "<questiontext><text>Q {a} {b}</text></questiontext>"
    question = f"<question type='calculated'>{text}{one}</dataset_definitions></question>"
    whole = f"<quiz>{question * 400}</quiz>"
    found = recognising.read(whole.encode(), "en")
    known = checking.Known("B", {"t": ["T"]}, [], frozenset(), {})
    begun = time.process_time()
    judged = checking.judge(found, known, checking.Chosen("t", "recall", "exam"))
    assert {one.verdict for one in judged} == {"good"}
    assert time.process_time() - begun < 8


def test_pictures_beside_moodles_texts() -> None:
    file = f'<file name="a b.png" encoding="base64">{base64.b64encode(png()).decode()}</file>'
    shown = '<![CDATA[<img src="@@PLUGINFILE@@/a%20b.png" alt="A">Q]]>'
    text = f'<question type="truefalse"><questiontext format="html"><text>{shown}</text>{file}</questiontext>'
    item = items(f"<quiz>{text}{answer(100, 'true')}{answer(0, 'false')}</question></quiz>")[0]
    assert (item.node["figure"], item.node["alt"], codes(item)) == ("media/p1", {"en": "A"}, [])


# --- QTI ----------------------------------------------------------------------------------

ABCD = "".join(f'<simpleChoice identifier="{letter}">{letter * 2}</simpleChoice>' for letter in "ABCD")
MATCH = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>'
MAP = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"/>'


def declared(right: str = "", mapping: str = "", cardinality: str = "single", base: str = "identifier") -> str:
    values = "".join(f"<value>{value}</value>" for value in right.split(","))
    rows = "".join(
        '<mapEntry mapKey="{}" mappedValue="{}"/>'.format(*one.split("=")) for one in mapping.split(",") if one
    )
    correct = f"<correctResponse>{values}</correctResponse>" if right else ""
    mapped = f'<mapping defaultValue="0">{rows}</mapping>' if rows else ""
    return f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base}">{correct}{mapped}</responseDeclaration>'  # noqa: E501


def qti(declaration: str, body: str, rules: str = "", more: str = "") -> Item:
    return items(
        f'<assessmentItem identifier="i1" title="T">{declaration}<itemBody>{body}</itemBody>{rules}{more}</assessmentItem>'  # noqa: E501
    )[0]


def choice(most: int = 1) -> str:
    return f'<choiceInteraction responseIdentifier="RESPONSE" maxChoices="{most}"><prompt>P?</prompt>{ABCD}</choiceInteraction>'  # noqa: E501


ENTRY = '<p>How much? <textEntryInteraction responseIdentifier="RESPONSE"/></p>'


def test_a_mapping_left_from_before_earns_nothing() -> None:
    """TAO keeps the mapping of an item whose processing asks for the whole right answer."""
    item = qti(declared("A,B", "A=1,B=1,C=-0.25", "multiple"), choice(0), MATCH)
    assert item.node["scoring"] == "all"
    order = '<orderInteraction responseIdentifier="RESPONSE"><prompt>P?</prompt>' + ABCD + "</orderInteraction>"
    assert "scoring_parts" in codes(qti(declared("B,A,C,D", "", "ordered"), order, MATCH))


def test_partial_credit_of_one_choice_is_named_and_points_are_what_a_mapping_earns() -> None:
    item = qti(declared("A", "A=2,B=1"), choice(), MAP)
    assert (item.node["points"], codes(item, "left")) == (2, ["weights"])
    outcome = (
        '<outcomeDeclaration identifier="{}"{}><defaultValue><value>{}</value></defaultValue></outcomeDeclaration>'
    )
    assert "points" not in (half := qti(declared("A") + outcome.format("MAXSCORE", "", "1.5"), choice())).node
    assert codes(half) == ["points_not_whole"]
    most = outcome.format("SCORE", ' normalMaximum="3"', "0")
    assert qti(declared("A") + most, choice(), MATCH).node["points"] == 3


def rules(condition: str) -> str:
    scored = '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>'
    return f"<responseProcessing><responseCondition><responseIf>{condition}{scored}</responseIf></responseCondition></responseProcessing>"  # noqa: E501


def test_answers_that_only_the_processing_tells() -> None:
    asked = '<variable identifier="RESPONSE"/>'
    one = rules(f'<match>{asked}<baseValue baseType="identifier">B</baseValue></match>')
    assert [option.get("correct") for option in qti(declared(), choice(), one).node["options"]] == [
        None,
        True,
        None,
        None,
    ]
    both = "".join(f'<member><baseValue baseType="identifier">{name}</baseValue>{asked}</member>' for name in "AC")
    item = qti(declared(cardinality="multiple"), choice(0), rules(f"<and>{both}</and>"))
    assert [option.get("correct") for option in item.node["options"]] == [True, None, True, None]
    assert item.node["scoring"] == "all"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("<and><gte>{v}<baseValue>9.5</baseValue></gte><lte>{v}<baseValue>10.5</baseValue></lte></and>", (10, 0.5)),
        (
            '<equal toleranceMode="absolute" tolerance="0.5 1">{v}<correct identifier="RESPONSE"/></equal>',
            (10.25, 0.75),
        ),
        ('<equal toleranceMode="relative" tolerance="5 5">{v}<correct identifier="RESPONSE"/></equal>', (10, 0.5)),
    ],
)
def test_bounds_of_numbers(condition: str, expected: tuple[float, float]) -> None:
    processing = rules(condition.format(v='<variable identifier="RESPONSE"/>'))
    node = qti(declared("10", base="float"), ENTRY, processing).node
    assert (node["answer"], node["tolerance"]) == expected


def test_bounds_of_numbers_in_qti_1() -> None:
    text = '<questestinterop><item ident="x"><presentation><material><mattext>n?</mattext></material><response_num ident="r">'  # noqa: E501
    text += '<render_fib fibtype="Decimal"><response_label ident="a"/></render_fib></response_num></presentation><resprocessing>'  # noqa: E501
    text += (
        '<respcondition><conditionvar><or><varequal respident="r">10</varequal><and><vargte respident="r">9.5</vargte>'
    )
    text += '<varlte respident="r">11</varlte></and></or></conditionvar><setvar action="Set">1</setvar></respcondition>'
    node = items(f"{text}</resprocessing></item></questestinterop>")[0].node
    assert (node["answer"], node["tolerance"]) == (10.25, 0.75)


def test_every_accepted_answer_of_a_blank_of_canvas() -> None:
    labels = "".join(
        f'<response_label ident="{place}"><material><mattext>{word}</mattext></material></response_label>'
        for place, word in enumerate(("red", "Red", "rot"))
    )
    field = "<qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>fill_in_multiple_blanks_question</fieldentry></qtimetadatafield>"  # noqa: E501
    text = f"<questestinterop><item ident='x'><itemmetadata><qtimetadata>{field}</qtimetadata></itemmetadata><presentation><material>"  # noqa: E501
    text += f"<mattext>Roses are [a].</mattext></material><response_lid ident='response_a'><render_choice>{labels}</render_choice>"  # noqa: E501
    text += (
        "</response_lid></presentation><resprocessing><respcondition><conditionvar><varequal respident='response_a'>0"
    )
    text += "</varequal></conditionvar><setvar action='Add'>100</setvar></respcondition></resprocessing></item></questestinterop>"  # noqa: E501
    node = items(text)[0].node
    assert node["gaps"][0]["accept"] == [{"en": "Red"}, {"en": "rot"}]


def test_a_test_says_how_much_its_items_count() -> None:
    """TAO weighs items where a test draws them; Inspera tells points only by its rules."""
    item = f'<assessmentItem identifier="i1">{declared("A")}<itemBody>{choice()}</itemBody></assessmentItem>'
    ref = '<assessmentItemRef identifier="i" href="../i/q.xml"><weight identifier="W" value="{}"/></assessmentItemRef>'
    for value, points, said in (("3", 3, []), ("0.5", None, ["points_not_whole"])):
        test = f'<assessmentTest><testPart><assessmentSection title="S">{ref.format(value)}</assessmentSection></testPart></assessmentTest>'  # noqa: E501
        made = items(zipped({"i/q.xml": item.encode(), "t/test.xml": test.encode()}))[0]
        assert (made.node.get("points"), codes(made), made.category) == (points, said, "S")
    essay = item.replace(choice(), '<p>W?</p><extendedTextInteraction responseIdentifier="RESPONSE"/>')
    test = f"<assessmentTest>{ref.format(4)}</assessmentTest>"
    node = items(zipped({"i/q.xml": essay.encode(), "t/test.xml": test.encode()}))[0].node
    assert [node["points"], *(row["points"] for row in node["rubric"])] == [4, 4]
    asked = '<stringMatch><variable identifier="RESPONSE"/><baseValue baseType="string">{}</baseValue></stringMatch>'
    both = rules(f"<or>{asked.format('Oslo')}{asked.format('Christiania')}</or>").replace(">1<", ">2<")
    node = qti(declared(base="string"), ENTRY, both).node
    assert (node["points"], node["accept"]) == (2, [{"en": "Oslo"}, {"en": "Christiania"}])


def test_words_around_gaps_stay_as_they_were() -> None:
    """A space before a stop is the author's; a gap within a word brings none."""
    item = qti(declared("b", base="string"), '<p>Is .5 a<textEntryInteraction responseIdentifier="RESPONSE"/>c ?</p>')
    assert item.node["stem"] == {"en": "Is .5 a_____c ?"}


def test_essays_keep_the_model_answer_and_name_the_graders_notes() -> None:
    body = '<p>Why?</p><rubricBlock view="scorer"><p>Good if X.</p></rubricBlock>'
    body += '<extendedTextInteraction responseIdentifier="RESPONSE"/>'
    item = qti(declared("Because.", base="string"), body)
    assert item.node["explanation"] == {"en": "Because."}
    assert "grader_info" in codes(item, "left")


def test_feedback_that_openolat_shows_by_rules() -> None:
    told = "".join(
        f'<modalFeedback identifier="f{name}" outcomeIdentifier="{outcome}" showHide="show"><p>{name}</p></modalFeedback>'  # noqa: E501
        for name, outcome in (("correct", "FEEDBACKMODAL"), ("incorrect", "FEEDBACKMODAL"), ("sol", "SOLUTIONMODAL"))
    )
    shown = "".join(
        f'<responseCondition><responseIf><and><match><baseValue baseType="identifier">{name}</baseValue><variable identifier="FEEDBACKBASIC"/></match></and>'  # noqa: E501
        f'<setOutcomeValue identifier="FEEDBACKMODAL"><multiple><variable identifier="FEEDBACKMODAL"/><baseValue baseType="identifier">f{name}</baseValue></multiple></setOutcomeValue>'  # noqa: E501
        "</responseIf></responseCondition>"
        for name in ("correct", "incorrect")
    )
    item = qti(declared("A"), choice(), f"<responseProcessing>{shown}</responseProcessing>", told)
    assert item.node["feedback"] == {"right": {"en": "correct"}, "wrong": {"en": "incorrect"}}
    assert item.node["explanation"] == {"en": "sol"}
