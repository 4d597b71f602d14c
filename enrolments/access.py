"""Who may do what at the addresses of enrolments."""

from lms.lib.access import SIGNED_IN, Role, Rule, Table, may

RUNS_CLASSES = may(Role.ADMINISTRATOR, Role.PROGRAMME)
"""Who plans classes, with their money, and says who is in them."""

_SEES_CLASSES = RUNS_CLASSES | may(Role.INSTRUCTOR, Role.INSPECTOR)

TABLE: Table = {
    "enrolments:enrol": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "enrolments:run": Rule(get=SIGNED_IN),
    "enrolments:resume": Rule(get=SIGNED_IN),
    "enrolments:leave": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "enrolments:lesson": Rule(get=SIGNED_IN),
    "enrolments:lesson_opened": Rule(post=SIGNED_IN),
    "enrolments:lesson_done": Rule(post=SIGNED_IN),
    "enrolments:lesson_beat": Rule(post=SIGNED_IN),
    "enrolments:hours": Rule(get=SIGNED_IN),
    "enrolments:hours_pdf": Rule(get=SIGNED_IN),
    # The back office
    "enrolments_admin:classes": Rule(get=_SEES_CLASSES),
    "enrolments_admin:class_add": Rule(get=RUNS_CLASSES, post=RUNS_CLASSES),
    "enrolments_admin:class": Rule(get=_SEES_CLASSES),
    "enrolments_admin:class_edit": Rule(get=RUNS_CLASSES, post=RUNS_CLASSES),
    "enrolments_admin:class_move": Rule(post=RUNS_CLASSES),
    "enrolments_admin:class_enrol": Rule(get=RUNS_CLASSES, post=RUNS_CLASSES),
    "enrolments_admin:class_withdraw": Rule(get=RUNS_CLASSES, post=RUNS_CLASSES),
    "enrolments_admin:class_export": Rule(get=_SEES_CLASSES),
}
