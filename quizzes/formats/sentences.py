"""Codes of what is said about a file, as sentences in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from quizzes.formats.result import Place, Said

SENTENCES: Mapping[str, Promise] = {
    # --- the file is refused
    "empty": gettext_lazy("The file is empty. Choose it again."),
    "too_large": gettext_lazy("The file has more than %(limit)s MB. Split it."),
    "too_slow": gettext_lazy("Reading the file took more than 10 seconds, so it was stopped. Split the file."),
    "too_much": gettext_lazy("The file needs more memory than questions do. Split it, or take large pictures out."),
    "too_deep": gettext_lazy("The file is nested far deeper than questions are. It is not taken."),
    "too_many_questions": gettext_lazy("The file has more than %(limit)s questions. Split it."),
    "too_many_pictures": gettext_lazy("The file has more than %(limit)s pictures. Split it."),
    "broken": gettext_lazy(
        "The file cannot be read: it is damaged. Open it where it was made, save it anew and send that."
    ),
    "unknown": gettext_lazy(
        "The format of this file cannot be told. Taken are Word (.docx), Excel (.xlsx), CSV, GIFT, Aiken, Moodle XML, "
        "QTI and text with “Câu 1: … A. … B. …”."
    ),
    "encoding": gettext_lazy("The letters of this file cannot be made out. Save it as UTF-8 and send that."),
    "legacy_encoding": gettext_lazy(
        "The text is written in the old %(encoding)s letters (“%(sample)s” stands for “%(meant)s”). "
        "Convert it to Unicode, with UniKey's toolbox for instance, and send that."
    ),
    "old_word": gettext_lazy(
        "This is a Word document of the old kind (.doc). Open it and save it as “Word Document (.docx)”."
    ),
    "old_excel": gettext_lazy(
        "This is a workbook of the old kind (.xls). Open it and save it as “Excel Workbook (.xlsx)”."
    ),
    "old_office": gettext_lazy("This is an Office file of the old kind. Save it as .docx or .xlsx."),
    "open_document": gettext_lazy("This is an OpenDocument file. Save it as .docx or .xlsx."),
    "pdf": gettext_lazy("A PDF holds no questions, only their picture. Send the Word document it was made of."),
    "rtf": gettext_lazy("This is an RTF file. Open it in Word and save it as “Word Document (.docx)”."),
    "picture": gettext_lazy("This is a picture. Send the document with the questions."),
    "archive": gettext_lazy("This kind of archive is not read. Send the file itself, or a zip of a QTI package."),
    "html": gettext_lazy("This is a web page. Open it in Word and save it as “Word Document (.docx)”."),
    "h5p": gettext_lazy(
        "H5P content is not read: it keeps its questions in a form of its own. Type them into the template (Excel), or "
        "build them as a quiz in Moodle and export that as Moodle XML."
    ),
    "moodle_backup": gettext_lazy(
        "This is a Moodle backup. Export the questions instead: question bank, Export, Moodle XML."
    ),
    "zip_of_files": gettext_lazy("This zip holds other files (%(names)s). Send the file with the questions itself."),
    "no_questions": gettext_lazy("No question was found in this file."),
    "no_items": gettext_lazy("The package holds no item that can be read."),
    "no_columns": gettext_lazy(
        "No row with headings was found. A column must be called “Câu hỏi” (Question), another “Đáp án đúng” (Key); "
        "the template has all headings."
    ),
    "not_word": gettext_lazy(
        "This is no Word document, or it is damaged. Open it in Word, save it anew and send that."
    ),
    "xlsx_broken": gettext_lazy("The workbook cannot be read. Open it in Excel, save it anew as .xlsx and send that."),
    "not_moodle": gettext_lazy("This XML is no Moodle quiz: it begins with “%(element)s”."),
    "not_qti": gettext_lazy("This XML is no QTI item: it begins with “%(element)s”."),
    "xml_unknown": gettext_lazy("This XML is neither Moodle's nor QTI: it begins with “%(element)s”."),
    "xml_broken": gettext_lazy("The XML is damaged here. %(reason)s"),
    "yaml": gettext_lazy("The YAML cannot be read here. %(reason)s"),
    "entities": gettext_lazy("The XML declares entities, as files made to do harm do. It is not taken."),
    "zip_broken": gettext_lazy("The zip is damaged, or it is not one. Save the file anew and send that."),
    "zip_bomb": gettext_lazy("The file unpacks to far more than questions need. It is not taken."),
    "zip_entries": gettext_lazy("The zip holds more than %(limit)s files. It is not taken."),
    "zip_slip": gettext_lazy("The zip holds a path that leads out of it. It is not taken."),
    "zip_link": gettext_lazy("The zip holds a link. It is not taken."),
    "zip_twice": gettext_lazy("The zip holds this file twice. It is not taken."),
    "zip_password": gettext_lazy("The file is protected by a password. Take the password off and send it again."),
    # --- a question is not taken
    "no_stem": gettext_lazy("There is no question text."),
    "no_key": gettext_lazy("No right answer is marked."),
    "no_truths": gettext_lazy(
        "It is not told which statements are true. Mark the true ones, or write “Đáp án: ĐSSĐ” below."
    ),
    "no_pairs": gettext_lazy("It is not told what belongs together. Write “Đáp án: 1-b, 2-a, 3-c” below."),
    "no_options": gettext_lazy("There are neither options nor an answer."),
    "no_answer_line": gettext_lazy("The line “ANSWER: …” is missing."),
    "no_pair": gettext_lazy("Option %(letter)s has no right side. Write “left => right”."),
    "bad_answer": gettext_lazy("The answer “%(answer)s” is none of the options."),
    "bad_number": gettext_lazy("“%(text)s” is not a number."),
    "key_ambiguous": gettext_lazy(
        "The key “%(key)s” is the words of one option and the number of another. Write a letter."
    ),
    "no_such_option": gettext_lazy("There is no option %(letter)s."),
    "option_empty": gettext_lazy("Option %(letter)s is empty."),
    "option_is_picture": gettext_lazy(
        "Option %(letter)s is only a picture. Write it as text, or put the options into the figure."
    ),
    "two_keys": gettext_lazy("The marks contradict each other: %(marks)s."),
    "several_marked": gettext_lazy(
        "More than one option is marked (%(letters)s), but the question asks for one. Mark one, or say “choose several”."  # noqa: E501
    ),
    "key_number_twice": gettext_lazy("The key names question %(number)s twice, with different answers."),
    "gift_braces": gettext_lazy("A brace “{” or “}” is missing. A brace that is meant as such is written \\{."),
    "gift_two_answers": gettext_lazy("There are two blocks of answers in braces. One question has one."),
    "gift_answers": gettext_lazy("The answers cannot be read here: “%(text)s”. An answer begins with = or ~."),
    "gap_no_key": gettext_lazy("Gap %(number)s has no right answer."),
    "gap_several": gettext_lazy("Gap %(number)s asks for several choices, but a gap takes one."),
    "gap_none": gettext_lazy("There is no gap in the text."),
    "row_too_long": gettext_lazy(
        "This row has more cells than there are headings (“%(text)s”). Put texts that hold the separator into quotes."
    ),
    "type_unknown": gettext_lazy("The type “%(type)s” is not known. The template lists the types."),
    # --- a part is left out
    "type": gettext_lazy("Questions of the type “%(type)s” are not supported; this one is left out."),
    "description": gettext_lazy("“%(name)s” is a text without a question; it is left out."),
    "part": gettext_lazy("A part that cannot be shown is left out: %(part)s."),
    "feedback": gettext_lazy("Feedback to %(count)s answers has no place in this type; it is left out."),
    "weights": gettext_lazy("Partial credit for single answers has no place in this type; only full credit is kept."),
    "scoring_stricter": gettext_lazy(
        "By the file's scoring, ticking every option would earn something. Here the wrong options together take away "
        "what the right ones earn; look at the scoring before approval."
    ),
    "scoring_parts": gettext_lazy("In the file all lines must be right together; here each line earns its share."),
    "order_drawn": gettext_lazy(
        "In the file the options keep their order; here it is drawn for each taker. Look for options such as “all of "
        "the above”."
    ),
    "weights_scaled": gettext_lazy("The credits of the right options did not add up to 100%; they were scaled."),
    "hints": gettext_lazy("%(count)s hints for further tries are left out."),
    "more_numbers": gettext_lazy("%(count)s further answers with other tolerances are left out."),
    "more_units": gettext_lazy("%(count)s further units are left out; the one with factor 1 is kept."),
    "case_sensitive": gettext_lazy("Capital letters do not count here, unlike in the file."),
    "grader_info": gettext_lazy("The information for graders is left out."),
    "picture_elsewhere": gettext_lazy("A picture is not in the file and is never fetched from elsewhere: %(name)s."),
    "picture_missing": gettext_lazy("A picture is missing in the file: %(name)s."),
    "picture_kind": gettext_lazy(
        "A picture of a kind that is not taken (only PNG, JPEG, GIF, WebP up to 3 MB): %(name)s."
    ),
    "picture_in_option": gettext_lazy("A picture in an option is left out (%(letter)s)."),
    "more_pictures": gettext_lazy("A question shows one picture; %(count)s more are left out."),
    "before_first": gettext_lazy("Text before the first question is left out: “%(text)s”."),
    "before_more": gettext_lazy("%(count)s further lines before the first question are left out."),
    "around": gettext_lazy("This line belongs to no question; it is left out: “%(text)s”."),
    "page_head": gettext_lazy("The head or foot of the pages is left out: “%(text)s”."),
    "key_line": gettext_lazy("This line of the key could not be read: “%(text)s”."),
    "key_codes": gettext_lazy(
        "The key holds several codes of the paper: “%(taken)s” was taken, %(others)s others left out."
    ),
    "key_without_question": gettext_lazy("The key names question %(number)s, which is not in the file."),
    "row_without_question": gettext_lazy("This row has no question: “%(text)s”."),
    "sheet_skipped": gettext_lazy("The sheet “%(sheet)s” has no such headings; it was not read."),
    "cell_error": gettext_lazy("Column %(column)s holds an error or a formula without a value; it is taken as empty."),
    "cell_without_head": gettext_lazy("Cells under no heading are left out: “%(text)s”."),
    "cell_cut": gettext_lazy("Column %(column)s holds more than %(most)s characters; the rest is cut off."),
    "columns_unknown": gettext_lazy("Columns not known, not taken in: %(columns)s."),
    "qti_stimulus": gettext_lazy("A shared text is left out; write it into the questions."),
    "file_missing": gettext_lazy("The manifest names a file that is missing: %(name)s."),
    "file_unreadable": gettext_lazy("A file of the package cannot be read; it is left out."),
    "blackboard_pool": gettext_lazy("A pool of an old Blackboard is left out. Export it as a QTI package."),
    "unmatched": gettext_lazy("%(count)s left sides match nothing; they are left out."),
    # --- said of what was understood
    "encoding_taken": gettext_lazy("Read as %(encoding)s."),
    "old_font": gettext_lazy("Text in the old font %(font)s was converted to Unicode. Look at it closely."),
    "no_manifest": gettext_lazy("The package has no manifest; every item in it was read."),
    "stem_from_title": gettext_lazy("The question text was taken from the title."),
    "drawn_anew": gettext_lazy("The numbers are drawn anew for every attempt, within the bounds that the file gives."),
    "rubric_made": gettext_lazy("One criterion was made for grading; write the rubric before approval."),
    "points_not_whole": gettext_lazy("%(points)s points are not a whole number; 1 is taken."),
    "difficulty_unknown": gettext_lazy(
        "The difficulty “%(words)s” is not known; the one chosen for the file is taken."
    ),
    # --- left out when writing
    "type_not_held": gettext_lazy("%(code)s: this format cannot hold the type “%(type)s”."),
    "not_equal": gettext_lazy("%(code)s: its text cannot be written in this format without a change."),
    "parts_not_held": gettext_lazy("Not held by this format: %(parts)s."),
    "language_not_held": gettext_lazy("This format holds one language; the other one is left out."),
}
_PARTS: Mapping[str, Promise] = {
    "audio": gettext_lazy("a sound"), "video": gettext_lazy("a film"), "object": gettext_lazy("an embedded object"),
    "iframe": gettext_lazy("an embedded page"), "svg": gettext_lazy("a drawing (SVG)"),
    "script": gettext_lazy("a script"),
    "footnote": gettext_lazy("a footnote"), "chart": gettext_lazy("a chart"), "drawing": gettext_lazy("a drawing"),
    "media": gettext_lazy("a sound or a film to play"), "attempt": gettext_lazy("a button for hints or further tries"),
    "template": gettext_lazy("a text to begin the answer with"),
    "attachments": gettext_lazy("files handed in beside the text"),
    "indent": gettext_lazy("the indentation and columns of code"), "symbol": gettext_lazy("a sign of a symbol font"),
    "image": gettext_lazy("a picture"), "applet": gettext_lazy("an embedded object"),
}  # fmt: skip
_MARKS: Mapping[str, Promise] = {
    "bold": gettext_lazy("bold"), "underlined": gettext_lazy("underlined"), "coloured": gettext_lazy("coloured"),
    "highlighted": gettext_lazy("highlighted"), "star": gettext_lazy("star"), "answer": gettext_lazy("answer below"),
    "table": gettext_lazy("answer table"),
}  # fmt: skip
_PLACES: Mapping[str, Promise] = {
    "line": gettext_lazy("line %(number)s"),
    "row": gettext_lazy("row %(number)s"),
    "paragraph": gettext_lazy("paragraph %(number)s"),
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
