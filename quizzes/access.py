"""Who may do what at the addresses of quizzes."""

from lms.lib.access import EVERYONE, SIGNED_IN, Role, Rule, Table, may

BANK_STAFF = may(Role.INSTRUCTOR, Role.REVIEWER, Role.ADMINISTRATOR)

WORK_LOOKERS = may(Role.INSTRUCTOR, Role.ADMINISTRATOR)
WORK_READERS = WORK_LOOKERS | may(Role.PROGRAMME, Role.INSPECTOR)

TABLE: Table = {
    "quizzes:before": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "quizzes:attempt": Rule(get=SIGNED_IN, post=SIGNED_IN),
    # The script's addresses answer a lost session themselves: 401 in JSON, where a
    # redirect to the sign-in page would be taken for an answer.
    "quizzes:answers": Rule(post=EVERYONE),
    "quizzes:flag": Rule(post=EVERYONE),
    "quizzes:device": Rule(post=EVERYONE),
    "quizzes:review": Rule(get=SIGNED_IN),
    "quizzes:submit": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "quizzes:result": Rule(get=SIGNED_IN),
    "quizzes:work": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "quizzes:work_of": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "quizzes:work_file": Rule(get=SIGNED_IN),
    "quizzes_admin:works": Rule(get=WORK_READERS),
    "quizzes_admin:work": Rule(get=WORK_READERS, post=WORK_LOOKERS),
    "quizzes_admin:banks": Rule(get=BANK_STAFF),
    "quizzes_admin:bank": Rule(get=BANK_STAFF),
    "quizzes_admin:question": Rule(get=BANK_STAFF),
    "quizzes_admin:question_key": Rule(post=BANK_STAFF),
}
