"""Codes of what is said about a file, as sentences in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy as later

from quizzes.formats.result import Place, Said

SENTENCES: Mapping[str, Promise] = {
    # --- the file is refused
    "empty": later("The file is empty. Choose it again."),
    "too_large": later("The file has more than %(limit)s MB. Split it."),
    "too_slow": later("Reading the file took more than 10 seconds, so it was stopped. Split the file."),
    "too_much": later("The file needs more memory than questions do. Split it, or take large pictures out."),
    "too_deep": later("The file is nested far deeper than questions are. It is not taken."),
    "too_many_questions": later("The file has more than %(limit)s questions. Split it."),
    "too_many_pictures": later("The file has more than %(limit)s pictures. Split it."),
    "broken": later("The file cannot be read: it is damaged. Open it where it was made, save it anew and send that."),
    "unknown": later(
        "The format of this file cannot be told. Taken are Word (.docx), Excel (.xlsx), GIFT, Aiken, Moodle XML, QTI "
        "and text with “Câu 1: … A. … B. …”."
    ),
    "encoding": later("The letters of this file cannot be made out. Save it as UTF-8 and send that."),
    "legacy_encoding": later(
        "The text is written in the old %(encoding)s letters (“%(sample)s” stands for “%(meant)s”). "
        "Convert it to Unicode, with UniKey's toolbox for instance, and send that."
    ),
    "old_word": later(
        "This is a Word document of the old kind (.doc). Open it and save it as “Word Document (.docx)”."
    ),
    "old_excel": later("This is a workbook of the old kind (.xls). Open it and save it as “Excel Workbook (.xlsx)”."),
    "old_office": later("This is an Office file of the old kind. Save it as .docx or .xlsx."),
    "open_document": later("This is an OpenDocument file. Save it as .docx or .xlsx."),
    "pdf": later("A PDF holds no questions, only their picture. Send the Word document it was made of."),
    "rtf": later("This is an RTF file. Open it in Word and save it as “Word Document (.docx)”."),
    "picture": later("This is a picture. Send the document with the questions."),
    "archive": later("This kind of archive is not read. Send the file itself, or a zip of a QTI package."),
    "html": later("This is a web page. Open it in Word and save it as “Word Document (.docx)”."),
    "moodle_backup": later("This is a Moodle backup. Export the questions instead: question bank, Export, Moodle XML."),
    "zip_of_files": later("This zip holds other files (%(names)s). Send the file with the questions itself."),
    "no_questions": later("No question was found in this file."),
    "no_items": later("The package holds no item that can be read."),
    "no_columns": later(
        "No row with headings was found. A column must be called “Câu hỏi” (Question), another “Đáp án đúng” (Key); "
        "the template has all headings."
    ),
    "not_word": later("This is no Word document, or it is damaged. Open it in Word, save it anew and send that."),
    "xlsx_broken": later("The workbook cannot be read. Open it in Excel, save it anew as .xlsx and send that."),
    "not_moodle": later("This XML is no Moodle quiz: it begins with “%(element)s”."),
    "not_qti": later("This XML is no QTI item: it begins with “%(element)s”."),
    "qti_old": later("This is QTI 1.2. Export the questions as QTI 2.1 or newer, or as Moodle XML."),
    "xml_unknown": later("This XML is neither Moodle's nor QTI: it begins with “%(element)s”."),
    "xml_broken": later("The XML is damaged here. %(reason)s"),
    "yaml": later("The YAML cannot be read here. %(reason)s"),
    "entities": later("The XML declares entities, as files made to do harm do. It is not taken."),
    "zip_broken": later("The zip is damaged, or it is not one. Save the file anew and send that."),
    "zip_bomb": later("The file unpacks to far more than questions need. It is not taken."),
    "zip_entries": later("The zip holds more than %(limit)s files. It is not taken."),
    "zip_slip": later("The zip holds a path that leads out of it. It is not taken."),
    "zip_link": later("The zip holds a link. It is not taken."),
    "zip_twice": later("The zip holds this file twice. It is not taken."),
    "zip_password": later("The file is protected by a password. Take the password off and send it again."),
    # --- a question is not taken
    "no_stem": later("There is no question text."),
    "no_key": later("No right answer is marked."),
    "no_options": later("There are neither options nor an answer."),
    "no_answer_line": later("The line “ANSWER: …” is missing."),
    "no_pair": later("Option %(letter)s has no right side. Write “left => right”."),
    "bad_answer": later("The answer “%(answer)s” is none of the options."),
    "bad_number": later("“%(text)s” is not a number."),
    "no_such_option": later("There is no option %(letter)s."),
    "option_empty": later("Option %(letter)s is empty."),
    "option_is_picture": later(
        "Option %(letter)s is only a picture. Write it as text, or put the options into the figure."
    ),
    "two_keys": later("The marks contradict each other: %(marks)s."),
    "several_marked": later(
        "More than one option is marked (%(letters)s), but the question asks for one. Mark one, or say “choose several”."  # noqa: E501
    ),
    "key_number_twice": later("The key names question %(number)s twice, with different answers."),
    "gift_braces": later("A brace “{” or “}” is missing. A brace that is meant as such is written \\{."),
    "gift_two_answers": later("There are two blocks of answers in braces. One question has one."),
    "gift_answers": later("The answers cannot be read here: “%(text)s”. An answer begins with = or ~."),
    "gap_no_key": later("Gap %(number)s has no right answer."),
    "gap_several": later("Gap %(number)s asks for several choices, which a gap cannot."),
    "gap_none": later("There is no gap in the text."),
    "type_unknown": later("The type “%(type)s” is not known. The template lists the types."),
    # --- a part is left out
    "type": later("Questions of the type “%(type)s” are not supported; this one is left out."),
    "description": later("“%(name)s” is a text without a question; it is left out."),
    "part": later("A part that cannot be shown is left out: %(part)s."),
    "feedback": later("Feedback to %(count)s answers has no place in this type; it is left out."),
    "weights": later("Partial credit for single answers has no place in this type; only full credit is kept."),
    "hints": later("%(count)s hints for further tries are left out."),
    "more_numbers": later("%(count)s further answers with other tolerances are left out."),
    "more_units": later("%(count)s further units are left out; the one with factor 1 is kept."),
    "case_sensitive": later("Capital letters do not count here, unlike in the file."),
    "grader_info": later("The information for graders is left out."),
    "picture_elsewhere": later("A picture is not in the file and is never fetched from elsewhere: %(name)s."),
    "picture_missing": later("A picture is missing in the file: %(name)s."),
    "picture_kind": later("A picture of a kind that is not taken (only PNG, JPEG, GIF, WebP up to 3 MB): %(name)s."),
    "picture_in_option": later("A picture in an option is left out (%(letter)s)."),
    "more_pictures": later("A question shows one picture; %(count)s more are left out."),
    "before_first": later("Text before the first question is left out: “%(text)s”."),
    "key_without_question": later("The key names question %(number)s, which is not in the file."),
    "row_without_question": later("This row has no question: “%(text)s”."),
    "sheet_skipped": later("The sheet “%(sheet)s” has no such headings; it was not read."),
    "columns_unknown": later("Columns not known, not taken in: %(columns)s."),
    "qti_stimulus": later("A shared text is left out; write it into the questions."),
    "file_missing": later("The manifest names a file that is missing: %(name)s."),
    "unmatched": later("%(count)s left sides match nothing; they are left out."),
    # --- said of what was understood
    "encoding_taken": later("Read as %(encoding)s."),
    "old_font": later("Text in the old font %(font)s was converted to Unicode. Look at it closely."),
    "no_manifest": later("The package has no manifest; every item in it was read."),
    "stem_from_title": later("The question text was taken from the title."),
    "rubric_made": later("One criterion was made for grading; write the rubric before approval."),
    "points_not_whole": later("%(points)s points are not a whole number; 1 is taken."),
    "difficulty_unknown": later("The difficulty “%(words)s” is not known; the one chosen for the file is taken."),
    # --- left out when writing
    "type_not_held": later("%(code)s: this format cannot hold the type “%(type)s”."),
    "not_equal": later("%(code)s: its text cannot be written in this format without a change."),
    "parts_not_held": later("Not held by this format: %(parts)s."),
    "language_not_held": later("This format holds one language; the other one is left out."),
}
_PARTS: Mapping[str, Promise] = {
    "audio": later("a sound"), "video": later("a film"), "object": later("an embedded object"),
    "iframe": later("an embedded page"), "svg": later("a drawing (SVG)"), "script": later("a script"),
    "footnote": later("a footnote"), "chart": later("a chart"), "drawing": later("a drawing"),
}  # fmt: skip
_MARKS: Mapping[str, Promise] = {
    "bold": later("bold"), "underlined": later("underlined"), "coloured": later("coloured"),
    "highlighted": later("highlighted"), "star": later("star"), "answer": later("answer below"),
    "table": later("answer table"),
}  # fmt: skip
_PLACES: Mapping[str, Promise] = {
    "line": later("line %(number)s"),
    "row": later("row %(number)s"),
    "paragraph": later("paragraph %(number)s"),
}


def place(of: Place) -> str:
    """Where it stands: `file, line 12`."""
    where = str(_PLACES[of.kind]) % {"number": of.number} if of.kind in _PLACES and of.number else ""
    return ", ".join(part for part in (of.file, where) if part)


def tell(said: Said) -> str:
    """The sentence."""
    facts = dict(said.facts)
    if "part" in facts:
        facts["part"] = str(_PARTS.get(facts["part"], facts["part"]))
    if facts.get("ways"):
        facts["marks"] = "; ".join(f"{_MARKS.get(way, way)}: {', '.join(letters)}" for way, letters in facts["ways"])
    sentence = SENTENCES.get(said.code)
    if sentence is None:
        return _("Something in this file cannot be read (%(code)s).") % {"code": said.code}
    try:
        return (str(sentence) % facts).strip()
    except (KeyError, ValueError, TypeError):
        return str(sentence)
