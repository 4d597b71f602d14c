"""Texts of what people are told about classes, by kind."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from people.notices import Group, Text

TEXTS: Mapping[str, Text] = {
    # Places. Facts: course, run, url; held_until, position where named.
    "enrolled": Text(
        _("You are enrolled: %(course)s"),
        _("You hold a place in class %(run)s. Lessons are open now; take up where you like."),
        _("Start learning"),
        Group.CLASS,
        _("Enrolled"),
    ),
    "asked": Text(
        _("Asked for a place: %(course)s"),
        _("The office looks at requests for class %(run)s and will tell you its answer."),
        _("See the class"),
        Group.CLASS,
        _("Asked for a place"),
    ),
    "waiting": Text(
        _("You are on the waiting list: %(course)s"),
        _("Class %(run)s is full. You are number %(position)s in line; you will be told when a place becomes free."),
        _("See the waiting list"),
        Group.CLASS,
        _("On the waiting list"),
    ),
    "offer": Text(
        _("A place is held for you until %(held_until)s"),
        _(
            "A place in class %(run)s, %(course)s, is yours if you take it by %(held_until)s. "
            "Then the next in line is asked."
        ),
        _("Take the place"),
        Group.CLASS,
        _("A place is held"),
    ),
    "nominated": Text(
        _("%(enterprise)s proposes you for a class"),
        _("Class %(run)s, %(course)s. A place is held for you until %(held_until)s: take it or decline it."),
        _("Answer"),
        Group.CLASS,
        _("Proposed by the enterprise"),
    ),
    "nominated_waiting": Text(
        _("%(enterprise)s proposes you for a class"),
        _("Class %(run)s, %(course)s, is full for now. You are on the waiting list and will be told."),
        _("See the class"),
        Group.CLASS,
        _("Proposed, class is full"),
    ),
    "nominated_asked": Text(
        _("%(enterprise)s proposes you for a class"),
        _("Class %(run)s, %(course)s. The office looks at the proposal and will tell you its answer."),
        _("See the class"),
        Group.CLASS,
        _("Proposed, the office decides"),
    ),
    "offer_lapsed": Text(
        _("The place held for you has lapsed"),
        _("Nobody took the place in class %(run)s by %(held_until)s. You may ask for a place again."),
        _("See the class"),
        Group.CLASS,
        _("Held place lapsed"),
    ),
    "request_refused": Text(
        _("No place in class %(run)s"),
        _("The office did not agree to your request. Reason: %(note)s"),
        _("See other classes"),
        Group.CLASS,
        _("Request for a place not approved"),
    ),
    # The class and its meetings. Facts: course, run, url; when, place, reason where named.
    "class_cancelled": Text(
        _("Class %(run)s is cancelled"),
        _("%(course)s. Reason: %(reason)s Places in other classes of this course are on its page."),
        _("See other classes"),
        Group.CLASS,
        _("Class cancelled"),
    ),
    "own_class_cancelled": Text(
        _("Class %(run)s, which you teach, is cancelled"),
        _("%(course)s. Reason: %(reason)s Everybody enrolled or waiting has been told."),
        _("See the class"),
        Group.CLASS,
        _("Class that one teaches cancelled"),
    ),
    "class_changed": Text(
        _("Class %(run)s has changed"),
        _("%(course)s. What is new: %(changes)s"),
        _("See the class"),
        Group.CLASS,
        _("Class changed"),
    ),
    "meetings_planned": Text(
        _("Class %(run)s: dates of meetings"),
        _("%(course)s meets on %(when)s; %(place)s."),
        _("See the timetable"),
        Group.CLASS,
        _("Dates of meetings"),
    ),
    "meeting_restored": Text(
        _("Class %(run)s: the meeting takes place after all"),
        _("It is on %(when)s, %(place)s."),
        _("See the timetable"),
        Group.CLASS,
        _("Meeting takes place after all"),
    ),
    "meeting_changed": Text(
        _("Class %(run)s: new time or place"),
        _("The meeting of %(before)s is now on %(when)s, %(place)s."),
        _("See the timetable"),
        Group.CLASS,
        _("Meeting moved"),
    ),
    "meeting_cancelled": Text(
        _("Class %(run)s: meeting cancelled"),
        _("There is no meeting on %(when)s. Reason: %(reason)s"),
        _("See the timetable"),
        Group.CLASS,
        _("Meeting cancelled"),
    ),
    "starts_in_a_week": Text(
        _("Class %(run)s starts on %(day)s"),
        _("%(course)s starts soon: %(when)s, %(place)s. If you cannot come, leave the class, so that another may."),
        _("See the timetable"),
        Group.REMINDER,
        _("Reminder: the class starts soon"),
    ),
    "meets_tomorrow": Text(
        _("Tomorrow: class %(run)s"),
        _("%(course)s: %(when)s, %(place)s."),
        _("See the timetable"),
        Group.REMINDER,
        _("Reminder: meeting tomorrow"),
    ),
    "not_started": Text(
        _("You have not begun: %(course)s"),
        _("You enrolled in class %(run)s a week ago. The first lesson takes about %(minutes)s minutes."),
        _("Begin the first lesson"),
        Group.REMINDER,
        _("Reminder: not begun"),
    ),
    "deadline_near": Text(
        _("Class %(run)s ends on %(day)s"),
        _("%(course)s. Still missing: %(missing)s"),
        _("Go on learning"),
        Group.REMINDER,
        _("Reminder: the class ends soon"),
    ),
    "completed": Text(
        _("You have completed %(course)s"),
        _("Everything that class %(run)s asks for is done. Your certificate follows by itself."),
        _("See the result"),
        Group.CLASS,
        _("Course completed"),
    ),
    "class_report": Text(
        _("Class %(run)s: where it stands"),
        _("%(enrolled)s enrolled, %(lagging)s behind, %(completed)s completed. %(course)s."),
        _("Open the class"),
        Group.REMINDER,
        _("Weekly report for instructors"),
    ),
    # What is said. Facts: course, run, url, text, by.
    "announcement": Text(
        _("Class %(run)s: %(subject)s"),
        _("%(text)s\n\n%(by)s"),
        _("Open the class"),
        Group.TALK,
        _("Announcement to a class"),
    ),
    "lesson_question": Text(
        _("A question about “%(lesson)s”"),
        _("%(by)s, class %(run)s, asks: %(text)s"),
        _("Answer"),
        Group.TALK,
        _("Question about a lesson"),
    ),
    "lesson_answer": Text(
        _("An answer to your question about “%(lesson)s”"),
        _("%(by)s writes: %(text)s"),
        _("See the answer"),
        Group.TALK,
        _("Answer to a question"),
    ),
    "work_returned": Text(
        _("Your work was returned: %(course)s"),
        _("%(by)s writes: %(note)s Mend it and hand it in again."),
        _("Open the assignment"),
        Group.CLASS,
        _("Assignment returned"),
    ),
    "work_accepted": Text(
        _("Your work was accepted: %(course)s"),
        _("%(by)s accepted what you handed in for class %(run)s."),
        _("See what is still missing"),
        Group.CLASS,
        _("Assignment accepted"),
    ),
    "in_house_answered": Text(
        _("Your request for a class: %(state)s"),
        _("%(course)s for %(enterprise)s. %(answer)s"),
        _("See the request"),
        Group.CLASS,
        _("Request for an own class answered"),
    ),
}
