"""Who may do what at the addresses of quizzes."""

from lms.lib.access import EVERYONE, SIGNED_IN, Role, Rule, Table, may

BANK_STAFF = may(Role.INSTRUCTOR, Role.REVIEWER, Role.ADMINISTRATOR)

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
    "quizzes_admin:banks": Rule(get=BANK_STAFF),
    "quizzes_admin:bank": Rule(get=BANK_STAFF),
    "quizzes_admin:question": Rule(get=BANK_STAFF),
    "quizzes_admin:question_key": Rule(post=BANK_STAFF),
}
