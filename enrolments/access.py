"""Who may do what at the addresses of enrolments."""

from lms.lib.access import EVERYONE, SIGNED_IN, Role, Rule, Table, may

RUNS_CLASSES = may(Role.ADMINISTRATOR, Role.PROGRAMME)
"""Who plans classes, with their money, and says who is in them."""

TAKES_ATTENDANCE = RUNS_CLASSES | may(Role.INSTRUCTOR)
"""Who plans when a class meets and says who was there; an instructor for own classes."""

STARTS_CLASSES = RUNS_CLASSES | may(Role.INSTRUCTOR)
"""Who makes a class out of the last one; an instructor of the courses that they teach, without its money."""

TEACHES_CLASSES = RUNS_CLASSES | may(Role.INSTRUCTOR)
"""Who announces, answers and hides; an instructor in own classes."""

_SEES_CLASSES = RUNS_CLASSES | may(Role.INSTRUCTOR, Role.INSPECTOR)

TABLE: Table = {
    "share:class": Rule(get=EVERYONE),
    "enrolments:enrol": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "enrolments:run": Rule(get=SIGNED_IN),
    "enrolments:resume": Rule(get=SIGNED_IN),
    "enrolments:leave": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "enrolments:lesson": Rule(get=SIGNED_IN),
    "enrolments:lesson_opened": Rule(post=SIGNED_IN),
    "enrolments:lesson_done": Rule(post=SIGNED_IN),
    "enrolments:lesson_beat": Rule(post=SIGNED_IN),
    "enrolments:post_add": Rule(post=SIGNED_IN),
    "enrolments:hours": Rule(get=SIGNED_IN),
    "enrolments:hours_pdf": Rule(get=SIGNED_IN),
    "enrolments:meetings": Rule(get=SIGNED_IN),
    "enrolments:calendar_renew": Rule(post=SIGNED_IN),
    "enrolments:attend": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "enrolments:attend_code": Rule(get=SIGNED_IN, post=SIGNED_IN),
    # Before signing in, for the code would change meanwhile; nothing is marked by it.
    "enrolments:attend_scan": Rule(get=EVERYONE),
    # Programs read it: the key in the address is what opens it.
    "calendar:feed": Rule(get=EVERYONE),
    # The back office
    "enrolments_admin:meetings": Rule(get=_SEES_CLASSES),
    "enrolments_admin:meeting_add": Rule(get=TAKES_ATTENDANCE, post=TAKES_ATTENDANCE),
    "enrolments_admin:meeting_series": Rule(get=TAKES_ATTENDANCE, post=TAKES_ATTENDANCE),
    "enrolments_admin:meeting_calendar": Rule(post=TAKES_ATTENDANCE),
    "enrolments_admin:meeting_edit": Rule(get=TAKES_ATTENDANCE, post=TAKES_ATTENDANCE),
    "enrolments_admin:meeting_cancel": Rule(get=TAKES_ATTENDANCE, post=TAKES_ATTENDANCE),
    "enrolments_admin:meeting_restore": Rule(post=TAKES_ATTENDANCE),
    "enrolments_admin:attendance_table": Rule(get=_SEES_CLASSES),
    "enrolments_admin:attendance": Rule(get=_SEES_CLASSES, post=TAKES_ATTENDANCE),
    "enrolments_admin:attendance_mark": Rule(post=TAKES_ATTENDANCE),
    "enrolments_admin:attendance_close": Rule(post=TAKES_ATTENDANCE),
    "enrolments_admin:attendance_trace": Rule(get=_SEES_CLASSES),
    "enrolments_admin:attendance_sheet": Rule(get=TAKES_ATTENDANCE, post=TAKES_ATTENDANCE),
    "enrolments_admin:sheet_pdf": Rule(get=_SEES_CLASSES),
    "enrolments_admin:sheet_scan": Rule(get=_SEES_CLASSES),
    "enrolments_admin:attendance_template": Rule(get=TAKES_ATTENDANCE),
    "enrolments_admin:attendance_upload": Rule(get=TAKES_ATTENDANCE, post=TAKES_ATTENDANCE),
    "enrolments_admin:screen": Rule(get=TAKES_ATTENDANCE),
    "enrolments_admin:screen_state": Rule(get=TAKES_ATTENDANCE),
    "enrolments_admin:classes": Rule(get=_SEES_CLASSES),
    "enrolments_admin:rules": Rule(get=RUNS_CLASSES),
    "enrolments_admin:course_rules": Rule(get=RUNS_CLASSES, post=RUNS_CLASSES),
    "enrolments_admin:class_add": Rule(get=RUNS_CLASSES, post=RUNS_CLASSES),
    "enrolments_admin:class_new": Rule(get=STARTS_CLASSES, post=STARTS_CLASSES),
    "enrolments_admin:class_copy": Rule(get=RUNS_CLASSES, post=RUNS_CLASSES),
    "enrolments_admin:class_requests": Rule(get=_SEES_CLASSES),
    "enrolments_admin:class_request": Rule(get=RUNS_CLASSES, post=RUNS_CLASSES),
    "enrolments_admin:in_house": Rule(get=RUNS_CLASSES),
    "enrolments_admin:in_house_request": Rule(get=RUNS_CLASSES),
    "enrolments_admin:in_house_link": Rule(post=RUNS_CLASSES),
    "enrolments_admin:in_house_decline": Rule(post=RUNS_CLASSES),
    "enrolments_admin:in_house_new": Rule(get=RUNS_CLASSES, post=RUNS_CLASSES),
    "enrolments_admin:class": Rule(get=_SEES_CLASSES),
    "enrolments_admin:class_edit": Rule(get=RUNS_CLASSES, post=RUNS_CLASSES),
    "enrolments_admin:class_move": Rule(post=RUNS_CLASSES),
    "enrolments_admin:class_enrol": Rule(get=RUNS_CLASSES, post=RUNS_CLASSES),
    "enrolments_admin:class_withdraw": Rule(get=RUNS_CLASSES, post=RUNS_CLASSES),
    "enrolments_admin:class_export": Rule(get=_SEES_CLASSES),
    "enrolments_admin:announcements": Rule(get=_SEES_CLASSES, post=TEACHES_CLASSES),
    "enrolments_admin:questions": Rule(get=_SEES_CLASSES),
    "enrolments_admin:post_answer": Rule(post=TEACHES_CLASSES),
    "enrolments_admin:post_hide": Rule(post=TEACHES_CLASSES),
}
