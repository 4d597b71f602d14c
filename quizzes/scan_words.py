"""What is said of a picture of an answer sheet."""

from django.utils.translation import gettext_lazy as _

DOUBTS = {
    "several": _("more than one is filled"),
    "faint": _("a mark is faint"),
    "written": _("written by hand: type what stands there"),
    "unreadable": _("the code of the sheet cannot be read"),
    "not_here": _("this sheet is not of this session"),
    "page": _("this page is not one of the form's"),
    "other": _("another form than was handed out is marked"),
    "none": _("it is not known which form was sat"),
}
FAULTS = {
    "no_marks": _("The four black corner marks were not found. Take the picture again, with the whole page on it."),
    "not_a_picture": _("This file cannot be read as a picture."),
    "undrawn": _("No picture could be made of this page of the PDF file. Scan it again."),
    "gone": _("This picture was put aside."),
    "too_large": _("This picture has too many points. Scan it with 300 dpi."),
    "too_small": _("This picture has too few points. Scan it with 150 dpi at least."),
}
BAD_PDF = {
    "locked": _("“%(name)s” is locked with a password. Save it without one and send it again."),
    "broken": _("“%(name)s” cannot be read as PDF. Scan the sheets again, or send pictures."),
    "too_much": _("“%(name)s” takes too much work to read. Scan with 200 dpi in grey, in several files."),
}
