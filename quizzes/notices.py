"""Texts of what people are told about exams, by kind."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from people.notices import Group, Text

TEXTS: Mapping[str, Text] = {
    # Exam sessions. Facts: exam, place, when, seat, reason, url.
    "exam_session": Text(
        _("You sit an exam: %(exam)s"),
        _("%(when)s. Place: %(place)s, seat %(seat)s. Bring an identity document; come a quarter of an hour early."),
        _("To the exam"),
        Group.CERTIFICATE,
        _("Put into an exam session"),
    ),
    "exam_session_changed": Text(
        _("Your exam has another time or place: %(exam)s"),
        _("It is now %(when)s. Place: %(place)s, seat %(seat)s."),
        _("To the exam"),
        Group.CERTIFICATE,
        _("Exam session changed"),
    ),
    "exam_session_cancelled": Text(
        _("The exam session is cancelled: %(exam)s"),
        _("It was planned for %(when)s. Reason: %(reason)s You will be told of a new one."),
        _("To the exam"),
        Group.CERTIFICATE,
        _("Exam session cancelled"),
    ),
    "exam_session_left": Text(
        _("You were taken out of an exam session: %(exam)s"),
        _("It was planned for %(when)s, place: %(place)s. You will be told of another one; ask the office if not."),
        _("To the exam"),
        Group.CERTIFICATE,
        _("Taken out of an exam session"),
    ),
    # Attempts. Facts: exam, reason or outcome, url.
    "attempt_void": Text(
        _("Your attempt was declared void: %(exam)s"),
        _("It does not count and is not one of the attempts that you have. Reason: %(reason)s"),
        _("See what this means"),
        Group.CERTIFICATE,
        _("Attempt declared void"),
    ),
    "late_answer_decided": Text(
        _("Decided about answers that came late: %(exam)s"),
        _("An examiner looked at what your device had kept and decided, with reasons."),
        _("See the decision"),
        Group.CERTIFICATE,
        _("Late answers decided"),
    ),
    # Sittings. Facts: exam, url.
    "sitting_given": Text(
        _("You may sit an exam: %(exam)s"),
        _("The page of the exam says from when until when, and what is needed to start."),
        _("To the exam"),
        Group.CERTIFICATE,
        _("May sit an exam"),
    ),
    "sitting_accommodated": Text(
        _("Arranged for your exam: %(exam)s"),
        _("Time, attempts or other help were arranged for you. The page of the exam says what holds now."),
        _("See what was arranged"),
        Group.CERTIFICATE,
        _("Help in an exam arranged"),
    ),
    "sitting_taken_back": Text(
        _("You no longer have this exam to sit: %(exam)s"),
        _("It was taken back before you began. Ask whoever gave it to you if this is not what was agreed."),
        _("Open my learning"),
        Group.CERTIFICATE,
        _("Exam taken back"),
    ),
    "exam_released": Text(
        _("The results are out: %(exam)s"),
        _("The examiner released them; see on the page of your result what is shown."),
        _("See the result"),
        Group.CERTIFICATE,
        _("Results of an exam released"),
    ),
    # Grades and appeals. Facts: exam, reason, lost, url.
    "grade_changed": Text(
        _("Your result was looked at again: %(exam)s"),
        _("It was graded again. Reason: %(reason)s The result before is kept; the new one is on your page."),
        _("See the result"),
        Group.CERTIFICATE,
        _("Exam graded again"),
    ),
    "appeal_decided": Text(
        _("Your appeal is decided: %(exam)s"),
        _("An examiner who did not mark your attempt looked at it. The answer is on the page of your result."),
        _("See the answer"),
        Group.CERTIFICATE,
        _("Appeal decided"),
    ),
    "passes_lost": Text(
        _("A correction took passes away: %(exam)s"),
        _("%(lost)s passed before and do not any more. No certificate ends by itself: look at whom it concerns."),
        _("See whom it concerns"),
        Group.CERTIFICATE,
        _("Passes lost by a correction"),
    ),
    # Facts: exam, attempt, papers, url.
    "pass_lost": Text(
        _("A pass was taken away on another look: %(exam)s"),
        _(
            "Attempt %(attempt)s was graded again and does not pass any more. Certificates that it may bear: "
            "%(papers)s. None ends by itself: decide whether it stands."
        ),
        _("See what it concerns"),
        Group.CERTIFICATE,
        _("Pass lost by an appeal or a late answer"),
    ),
    # Review of questions. Facts: bank or question, reason, url. Of a bank once a day.
    "questions_wait": Text(
        _("Questions wait for your review: bank %(bank)s"),
        _("Exams do not draw them until they are approved. The list shows those that wait."),
        _("See what waits"),
        Group.REMINDER,
        _("Questions wait for a review"),
    ),
    "question_mended": Text(
        _("Question %(question)s is back for your review"),
        _("It was returned before, and is handed in again."),
        _("Look at the question"),
        Group.REMINDER,
        _("Returned question handed in again"),
    ),
    "question_returned": Text(
        _("Question %(question)s was returned to you"),
        _("What is to be changed: %(reason)s"),
        _("Open the question"),
        Group.REMINDER,
        _("Question returned to its author"),
    ),
    "questions_approved": Text(
        _("Questions of yours were approved: bank %(bank)s"),
        _("Exams draw them from now on."),
        _("See them in the bank"),
        Group.REMINDER,
        _("Questions approved"),
    ),
}
