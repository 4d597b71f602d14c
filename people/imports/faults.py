"""What may be wrong or worth saying about a file of people: codes that become sentences in the reader's language."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FILE: Mapping[str, Promise] = {
    "empty": _("The file is empty. Choose it again."),
    "too_large": _("The file has %(size)s; at most %(limit)s are taken. Split it."),
    "old_excel": _("This is a workbook of the old kind (.xls). Open it and save it as “Excel Workbook (.xlsx)”."),
    "password": _("The workbook is protected by a password. Take the password off (File, Info) and send it again."),
    "binary_excel": _("This is a binary workbook (.xlsb). Save it as “Excel Workbook (.xlsx)”."),
    "open_document": _("This is an OpenDocument sheet. Save it as “Excel Workbook (.xlsx)” or as CSV."),
    "other_kind": _("This is no workbook but %(kind)s. Send an XLSX or CSV file."),
    "broken": _("The workbook cannot be read: it is damaged. Open it, save it anew as XLSX and send that."),
    "bomb": _("The workbook unpacks to far more than a list of people needs. Copy the rows into the template."),
    "no_rows": _("No row of people was found below the headings. Fill the file in, or send the right one."),
    "no_heading": _(
        "No row with the headings was found in the first %(rows)d rows. "
        "A column must be called “Họ và tên” (Full name); the template has all headings."
    ),
    "missing_columns": _("The column “%(columns)s” is missing. The template has all headings."),
    "too_many": _("The file has more than %(limit)s rows of people. Split it."),
    "too_much_text": _("The file holds more text than a list of people needs. Copy the rows into the template."),
    "encoding": _(
        "The letters of this CSV file cannot be made out. Save it as “CSV UTF-8”, or better as XLSX, and send that."
    ),
    "legacy_encoding": _(
        "This CSV file is written in the old %(encoding)s letters (“%(sample)s” stands for “%(meant)s”). "
        "Convert it to Unicode, with UniKey's toolbox for instance, and send that."
    ),
}
"""Faults of a file as a whole: nothing of it is read."""

NOTES: Mapping[str, Promise] = {
    "other_extension": _("The name ends in %(extension)s, but the file is %(kind)s; it was read as that."),
    "unknown_columns": _("Columns not known, not taken in: %(columns)s."),
    "second_column": _("The column “%(heading)s” says the same as another; it counts where that one is empty."),
    "sheet_skipped": _("The sheet has no headings of this kind; it was not read."),
    "sheet_for_help": _("The sheet is the template's own; it was not read."),
    "sheet_hidden": _("The sheet is hidden; it was not read."),
    "formulas": _("%(count)s cells hold formulas; the values last computed were taken."),
    "merged": _("%(count)s merged cells; what stands in one counts for every row that it covers."),
    "blank_tail": _("Below row %(row)s there are only empty rows for a long way; reading ended there."),
    "text_rows": _("%(count)s rows hold nothing in any known column; they were passed over."),
    "far_columns": _("Columns beyond the %(limit)sth were not read."),
    "encoding_taken": _("Read as %(encoding)s with “%(separator)s” between the columns."),
    "date_1904": _("The workbook counts days from 1904; that was allowed for."),
}
"""Said of a file that is read."""

ROW: Mapping[str, Promise] = {
    # --- what cannot be read in a cell
    "error_value": _("The cell shows the error %(text)s. Mend the formula or write the value."),
    "no_value": _("The formula's value was never computed. Open the file in Excel, save it and send it again."),
    "too_long": _("At most %(limit)d characters are taken here."),
    "name_missing": _("The name is missing."),
    "name_short": _("Write the whole name, as on the identity card."),
    "name_characters": _("A name has letters only; take “%(char)s” out."),
    "name_legacy": _(
        "“%(text)s” is typed in the old %(encoding)s letters. Convert the file to Unicode, "
        "with UniKey's toolbox for instance."
    ),
    "sex": _("“%(text)s” is not known. Write Nữ (female) or Nam (male), or leave it empty."),
    "day": _("“%(text)s” is not a day. Write day/month/year, such as 04/09/1992."),
    "no_such_day": _("%(text)s is not in the calendar. Check day and month; the day stands first."),
    "birth": _("“%(text)s” is neither a day (04/09/1992) nor a year (1992)."),
    "birth_range": _("Check the year of birth: %(year)s."),
    "phone": _("“%(text)s” is not a phone number. Write it with its leading 0, such as 0912 000 214."),
    "email": _("“%(text)s” is not an e-mail address."),
    "identity": _("A personal identity number has 12 digits (9 on old cards)."),
    "commune": _(
        "“%(text)s” is not a commune or ward of this province. Leave the cell empty for one of another province."
    ),
    "commune_near": _("“%(text)s” is not a commune or ward of this province. Is it %(near)s?"),
    "commune_former": _("“%(text)s” was merged on %(day)s. Write the present commune or ward."),
    "commune_both": _("“%(text)s” is the name of several. Write %(near)s."),
    "tax_code": _("“%(text)s” is not a tax code: 10 digits, 10-3 for a branch, or 12 digits."),
    "tax_code_digit": _("The check digit of “%(text)s” does not fit: one of the digits is mistyped."),
    "legal_form": _("“%(text)s” is not known. One of: %(choices)s."),
    "sector": _("“%(text)s” is not a sector of the programme. One of: %(choices)s."),
    "future": _("The day lies in the future."),
    # --- what the row lacks
    "who": _("Too little to tell this person from others: add the date of birth, a phone number or an e-mail address."),
    "enterprise_lacks": _("A new enterprise needs %(columns)s too."),
    "enterprise_many": _("There are %(count)s enterprises of this name. Add the tax code."),
    "enterprise_commune": _(
        "An enterprise of this name is registered in %(commune)s without a tax code. If it is the same, "
        "correct the commune; if not, add this one by hand first, with its tax code."
    ),
    "enterprise_contradicts": _("Row %(row)s calls the enterprise of this tax code %(said)s. Correct one of the two."),
    "enterprise_differs": _("Row %(row)s says something else of the same enterprise. Correct one of the two."),
    "other_enterprise": _("The row names another enterprise. Only people of %(enterprise)s are taken in here."),
    # --- doubtful
    "looks_like_birth": _(
        "Looks like %(who)s, with the same phone number or e-mail address but another birth date. Correct one of the "
        "two."
    ),
    "looks_like_year": _(
        "Looks like %(who)s, of the same name and year of birth. Add the whole date of birth or the phone number to "
        "tell them apart."
    ),
    "looks_like_accents": _("Looks like %(who)s, whose name has other accents. Write the name as it is registered."),
    "looks_like_sex": _("Looks like %(who)s, of another sex. Correct one of the two."),
    "looks_like_login": _(
        "Looks like %(who)s, who signs in with this phone number or e-mail address. Write the same name."
    ),
    "looks_like_several": _(
        "Looks like %(count)s people already registered. Add the date of birth or the phone number."
    ),
    "same_as_row": _(
        "The same person as in row %(row)s, where other facts stand: %(columns)s. Leave one of the two rows."
    ),
    "outside": _(
        "Somebody with these facts is registered outside of your enterprise. The programme puts them into it: send "
        "the row to its office."
    ),
    "closed": _("The account of %(who)s is closed. Ask an administrator."),
    "left_before": _("The day lies before the first day in the earlier enterprise, %(day)s."),
    # --- remarks: the row is taken in
    "left_nothing": _("No earlier enterprise is on record."),
    "repeats": _("Repeats row %(row)s."),
    "kept": _("Something else is on record and stays: %(columns)s."),
    "zero_added": _("The leading 0 that the spreadsheet dropped was put back."),
    "phone_taken": _("The number signs in another person; here it is kept for contact, and signing in is by code."),
    "identity_again": _("A personal identity number is on record and stays."),
    "identity_doubt": _("The number is one of another sex or year of birth than the row says. Check it."),
    "form_guessed": _("Taken from the name: %(form)s."),
    "enterprise_name": _("The tax code belongs to %(enterprise)s; that name stays."),
    "enterprise_new": _("A new enterprise."),
    "own_enterprise": _("Joins %(enterprise)s, as every row of this file does."),
    "tax_code_added": _("The tax code is added to %(enterprise)s, which had none."),
    "also_in": _("Also belongs to %(enterprise)s still."),
    "returns": _("Left it on %(day)s; a new membership begins."),
    "was_there": _("Left it on %(day)s; that stays."),
    "left_not_here": _("Ending the time in another enterprise is the programme's; it was not done."),
}
"""Faults and remarks of one row."""

SENTENCES: Mapping[str, Promise] = {**FILE, **NOTES, **ROW}


class Fault(NamedTuple):
    """Something to say: of which column (a key of `columns.COLUMNS`, or empty), which code, with which facts."""

    column: str
    code: str
    facts: dict[str, Any]
    remark: bool = False

    def stored(self) -> dict[str, Any]:
        """For a JSON field."""
        return {"column": self.column, "code": self.code, "facts": self.facts, "remark": self.remark}


def fault(column: str, code: str, **facts: Any) -> Fault:
    """Something that refuses its row, or its file."""
    return Fault(column, code, facts)


def remark(column: str, code: str, **facts: Any) -> Fault:
    """Something worth saying of a row that is taken in."""
    return Fault(column, code, facts, remark=True)
