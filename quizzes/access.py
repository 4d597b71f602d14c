"""Who may do what at the addresses of quizzes."""

from lms.lib.access import EVERYONE, SIGNED_IN, Role, Rule, Table, may

BANK_STAFF = may(Role.INSTRUCTOR, Role.REVIEWER, Role.ADMINISTRATOR)

ANALYSTS = BANK_STAFF | may(Role.EXAMINER)

WORK_LOOKERS = may(Role.INSTRUCTOR, Role.ADMINISTRATOR)
WORK_READERS = WORK_LOOKERS | may(Role.PROGRAMME, Role.INSPECTOR)

HALL = may(Role.INVIGILATOR, Role.EXAMINER, Role.ADMINISTRATOR)
HALL_READERS = HALL | may(Role.INSTRUCTOR)
PLANNERS = may(Role.EXAMINER, Role.ADMINISTRATOR)
INSPECTS = PLANNERS | may(Role.INSPECTOR)

EXAM_RELEASERS = may(Role.INSTRUCTOR, Role.EXAMINER, Role.ADMINISTRATOR)
EXAM_SETTERS = EXAM_RELEASERS | may(Role.OFFICER)
EXAM_READERS = EXAM_SETTERS | may(Role.REVIEWER)
SITTING_GIVERS = may(Role.OFFICER, Role.ADMINISTRATOR)
SITTING_ARRANGERS = EXAM_SETTERS | SITTING_GIVERS

CORRECTION_READERS = may(Role.EXAMINER, Role.OFFICER, Role.INSPECTOR, Role.ADMINISTRATOR)

PAPER = may(Role.INSTRUCTOR, Role.EXAMINER, Role.ADMINISTRATOR)

TABLE: Table = {
    "hall:halls": Rule(get=HALL_READERS),
    "hall:hall": Rule(get=HALL_READERS),
    "hall:all": Rule(post=HALL),
    "hall:one": Rule(post=HALL),
    "hall:tickets": Rule(post=HALL),
    "hall:minutes": Rule(get=HALL_READERS),
    "hall:minutes_file": Rule(get=HALL_READERS),
    "quizzes_admin:sessions": Rule(get=PLANNERS),
    "quizzes_admin:session_new": Rule(get=PLANNERS, post=PLANNERS),
    "quizzes_admin:session": Rule(get=PLANNERS, post=PLANNERS),
    "quizzes_admin:session_people": Rule(post=PLANNERS),
    "quizzes_admin:session_invigilators": Rule(post=PLANNERS),
    "quizzes_admin:session_cancel": Rule(post=PLANNERS),
    "quizzes_admin:papers": Rule(get=PAPER),
    "quizzes_admin:paper_exam": Rule(get=PAPER),
    "quizzes_admin:paper_print": Rule(post=PAPER),
    "quizzes_admin:paper_session": Rule(get=PAPER, post=PAPER),
    "quizzes_admin:paper_template": Rule(get=PAPER),
    "quizzes_admin:paper_upload": Rule(post=PAPER),
    "quizzes_admin:paper_type": Rule(get=PAPER, post=PAPER),
    "quizzes_admin:paper_batch": Rule(get=PAPER, post=PAPER),
    "quizzes_admin:paper_scan": Rule(get=PAPER, post=PAPER),
    "quizzes_admin:paper_cut": Rule(get=PAPER),
    "quizzes_admin:attempts": Rule(get=INSPECTS),
    "quizzes_admin:attempt": Rule(get=INSPECTS),
    "quizzes_admin:attempt_file": Rule(get=INSPECTS),
    "quizzes_admin:late_decide": Rule(post=PLANNERS),
    "quizzes:exams": Rule(get=SIGNED_IN),
    "quizzes:before": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "quizzes:attempt": Rule(get=SIGNED_IN, post=SIGNED_IN),
    # The script's addresses answer a lost session themselves: 401 in JSON, where a
    # redirect to the sign-in page would be taken for an answer.
    "quizzes:answers": Rule(post=EVERYONE),
    "quizzes:flag": Rule(post=EVERYONE),
    "quizzes:device": Rule(post=EVERYONE),
    "quizzes:presence": Rule(post=EVERYONE),
    "quizzes:paused": Rule(get=SIGNED_IN),
    "quizzes:comfort": Rule(post=SIGNED_IN),
    "quizzes:answer_file": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "quizzes:review": Rule(get=SIGNED_IN),
    "quizzes:submit": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "quizzes:result": Rule(get=SIGNED_IN),
    "quizzes:outcome": Rule(get=SIGNED_IN),
    "quizzes:appeal": Rule(post=SIGNED_IN),
    "quizzes:work": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "quizzes:work_of": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "quizzes:work_file": Rule(get=SIGNED_IN),
    "quizzes_admin:works": Rule(get=WORK_READERS),
    "quizzes_admin:work": Rule(get=WORK_READERS, post=WORK_LOOKERS),
    "quizzes_admin:blueprint": Rule(get=EXAM_READERS, post=EXAM_SETTERS),
    "quizzes_admin:exam_forms": Rule(get=EXAM_READERS, post=EXAM_SETTERS),
    "quizzes_admin:exam_form": Rule(get=ANALYSTS, post=ANALYSTS),
    "quizzes_admin:analyses": Rule(get=ANALYSTS),
    "quizzes_admin:analysis": Rule(get=ANALYSTS),
    "quizzes_admin:analysis_file": Rule(get=ANALYSTS),
    "quizzes_admin:analysis_item": Rule(get=ANALYSTS, post=ANALYSTS),
    "quizzes_admin:flag_settle": Rule(post=ANALYSTS),
    "quizzes_admin:exams": Rule(get=EXAM_READERS),
    "quizzes_admin:exam_new": Rule(get=EXAM_SETTERS, post=EXAM_SETTERS),
    "quizzes_admin:exam": Rule(get=EXAM_READERS, post=EXAM_SETTERS),
    "quizzes_admin:exam_password": Rule(post=EXAM_SETTERS),
    "quizzes_admin:exam_release": Rule(post=EXAM_RELEASERS),
    "quizzes_admin:sittings": Rule(get=SITTING_ARRANGERS),
    "quizzes_admin:sitting": Rule(get=SITTING_ARRANGERS, post=SITTING_ARRANGERS),
    "quizzes_admin:sitting_give": Rule(get=SITTING_GIVERS, post=SITTING_GIVERS),
    "quizzes_admin:sitting_take_back": Rule(post=SITTING_GIVERS),
    "quizzes_admin:integrity": Rule(get=may(Role.EXAMINER, Role.ADMINISTRATOR)),
    "quizzes_admin:marking": Rule(get=may(Role.EXAMINER)),
    "quizzes_admin:marking_question": Rule(get=may(Role.EXAMINER), post=may(Role.EXAMINER)),
    "quizzes_admin:marking_file": Rule(get=may(Role.EXAMINER)),
    "quizzes_admin:appeals": Rule(get=may(Role.EXAMINER)),
    "quizzes_admin:appeal": Rule(get=may(Role.EXAMINER), post=may(Role.EXAMINER)),
    "quizzes_admin:corrections": Rule(get=CORRECTION_READERS),
    "quizzes_admin:correction": Rule(get=CORRECTION_READERS, post=may(Role.EXAMINER)),
    "quizzes_admin:correction_exam": Rule(get=may(Role.EXAMINER)),
    "quizzes_admin:correction_new": Rule(get=may(Role.EXAMINER), post=may(Role.EXAMINER)),
    "quizzes_admin:banks": Rule(get=BANK_STAFF),
    "quizzes_admin:bank_new": Rule(get=may(Role.ADMINISTRATOR), post=may(Role.ADMINISTRATOR)),
    "quizzes_admin:bank": Rule(get=BANK_STAFF),
    "quizzes_admin:bank_bulk": Rule(post=BANK_STAFF),
    "quizzes_admin:bank_keys": Rule(get=BANK_STAFF, post=may(Role.ADMINISTRATOR)),
    "quizzes_admin:bank_topics": Rule(get=BANK_STAFF, post=BANK_STAFF),
    "quizzes_admin:bank_imports": Rule(get=BANK_STAFF, post=BANK_STAFF),
    "quizzes_admin:bank_import": Rule(get=BANK_STAFF),
    "quizzes_admin:bank_export": Rule(post=BANK_STAFF),
    "quizzes_admin:import_template": Rule(get=BANK_STAFF),
    "quizzes_admin:import_choices": Rule(post=BANK_STAFF),
    "quizzes_admin:import_take": Rule(post=BANK_STAFF),
    "quizzes_admin:import_drop": Rule(post=BANK_STAFF),
    "quizzes_admin:bank_topic": Rule(get=BANK_STAFF, post=BANK_STAFF),
    "quizzes_admin:bank_duplicates": Rule(get=BANK_STAFF, post=BANK_STAFF),
    "quizzes_admin:question_new": Rule(get=BANK_STAFF, post=BANK_STAFF),
    # Opening the editor is a look at the key, which is logged: never by GET.
    "quizzes_admin:question_edit": Rule(post=BANK_STAFF),
    "quizzes_admin:question_step": Rule(post=BANK_STAFF),
    "quizzes_admin:question_set": Rule(post=BANK_STAFF),
    "quizzes_admin:question_compare": Rule(get=BANK_STAFF, post=BANK_STAFF),
    "quizzes_admin:question": Rule(get=BANK_STAFF),
    "quizzes_admin:question_key": Rule(post=BANK_STAFF),
}
