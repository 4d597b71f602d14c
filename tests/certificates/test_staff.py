"""Staff's pages: who sees what, who may do what, and what is refused on the screen."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from certificates import actions
from certificates.models import Application, Certificate, Decision, RegisterLine
from lms.lib.access import Role
from people.models import User
from tests.certificates.conftest import (
    BASIS,
    make_completion,
    make_consultant,
    make_draft,
    make_proposed,
    make_submitted,
    signed_in,
)
from tests.factories import AT, enrol, make_course, make_person, make_run

pytestmark = pytest.mark.django_db
ROOT = "/admin/certification/"


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def staff(person: User) -> Client:
    """A browser of a member of staff whom Wagtail's admin lets in."""
    group, _created = Group.objects.get_or_create(name="back office")
    group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    person.groups.add(group)
    return signed_in(person)


def test_officers_see_what_was_handed_in_and_no_draft(applicant: User, officer: User) -> None:
    handed_in = make_submitted(applicant)
    draft = make_draft(make_person("Người Khác"))
    page = words(staff(officer).get(f"{ROOT}applications/"))
    assert handed_in.code in page and draft.code not in page
    assert staff(officer).get(f"{ROOT}applications/{draft.code}/").status_code == 404


def test_the_file_shows_lines_evidence_and_history(applicant: User, officer: User) -> None:
    application = make_submitted(applicant)
    browser = staff(officer)
    page = words(browser.get(f"{ROOT}applications/{application.code}/"))
    kept = application.evidence.first()
    assert "bang.pdf" in page and "ISO/IEC 17024" in page
    got = browser.get(f"/vi/certification/applications/{application.code}/evidence/{kept.pk}/")
    assert b"".join(got.streaming_content).startswith(b"%PDF-")


def test_the_officer_sends_back_and_proposes(applicant: User, officer: User) -> None:
    application, browser = make_submitted(applicant), staff(officer)
    short = browser.post(f"{ROOT}applications/{application.code}/give-back/", {"give_back-note": "ngắn"})
    assert short.status_code == 409
    assert browser.post(f"{ROOT}applications/{application.code}/propose/", {}).status_code == 422
    assert browser.post(f"{ROOT}applications/{application.code}/propose/", {"propose-note": BASIS}).status_code == 302
    application.refresh_from_db()
    assert application.state == Application.State.PROPOSED
    again = browser.post(f"{ROOT}applications/{application.code}/give-back/", {"give_back-note": BASIS})
    assert again.status_code == 409
    assert 'role="alert"' in words(again)


def test_the_decider_grants(applicant: User, officer: User, decider: User) -> None:
    application, browser = make_proposed(applicant, officer), staff(decider)
    page = words(browser.get(f"{ROOT}applications/{application.code}/"))
    assert 'name="outcome"' in page and "checked" not in page
    data = {"outcome": "grant", "basis": BASIS}
    assert browser.post(f"{ROOT}applications/{application.code}/decide/", data).status_code == 302
    certificate = Certificate.objects.get(person=applicant)
    assert certificate.kind == Certificate.Kind.CONSULTANT
    assert certificate.number in words(browser.get(f"{ROOT}applications/{application.code}/"))
    twice = browser.post(f"{ROOT}applications/{application.code}/decide/", data)
    assert twice.status_code == 409
    assert Decision.objects.count() == 1


def test_a_decider_who_taught_is_refused_on_the_screen_and_by_the_door_behind(
    applicant: User, officer: User, decider: User
) -> None:
    run = make_run(make_course("HACCP"), instructors=(decider,))
    enrol(applicant, run)
    free = make_person("Lê Minh Quân", roles=(Role.DECIDER,))
    application, browser = make_proposed(applicant, officer), staff(decider)
    page = words(browser.get(f"{ROOT}applications/{application.code}/"))
    assert 'class="refuse"' in page and run.code in page and free.full_name in page
    assert 'name="outcome"' not in page
    response = browser.post(f"{ROOT}applications/{application.code}/decide/", {"outcome": "grant", "basis": BASIS})
    assert response.status_code == 403
    assert 'class="refuse"' in words(response)
    assert not Decision.objects.exists() and not Certificate.objects.exists()
    assert 'name="outcome"' in words(staff(free).get(f"{ROOT}applications/{application.code}/"))


def test_whoever_proposes_does_not_decide(applicant: User) -> None:
    both = make_person("Hai Vai", roles=(Role.OFFICER, Role.DECIDER))
    application = make_proposed(applicant, both)
    browser = staff(both)
    assert 'class="refuse"' in words(browser.get(f"{ROOT}applications/{application.code}/"))
    response = browser.post(f"{ROOT}applications/{application.code}/decide/", {"outcome": "grant", "basis": BASIS})
    assert response.status_code == 403
    assert not Decision.objects.exists()


def test_nobody_checks_their_own_file() -> None:
    own = make_person("Cán bộ Tự Nộp", roles=(Role.OFFICER,))
    application = make_submitted(own)
    browser = staff(own)
    assert "propose-note" not in words(browser.get(f"{ROOT}applications/{application.code}/"))
    assert browser.post(f"{ROOT}applications/{application.code}/propose/", {"propose-note": BASIS}).status_code == 409


@pytest.mark.parametrize("role", [Role.DECIDER, Role.INSPECTOR, Role.PROGRAMME, Role.ADMINISTRATOR, Role.INSTRUCTOR])
def test_only_officers_check_and_end(applicant: User, role: Role) -> None:
    application, certificate = make_submitted(applicant), make_completion(applicant)
    browser = staff(make_person("Vai Khác", roles=(role,)))
    for address in (
        f"{ROOT}applications/{application.code}/propose/",
        f"{ROOT}applications/{application.code}/give-back/",
        f"{ROOT}certificates/{certificate.code}/end/",
    ):
        assert browser.post(address, {"propose-note": BASIS}).status_code == 403
    application.refresh_from_db()
    certificate.refresh_from_db()
    assert application.state == Application.State.SUBMITTED
    assert certificate.state == Certificate.State.ISSUED


def test_the_inspector_reads_everything_and_is_offered_nothing(applicant: User, officer: User, decider: User) -> None:
    application, certificate = make_proposed(applicant, officer), make_completion(applicant)
    browser = staff(make_person("Thanh Tra", roles=(Role.INSPECTOR,)))
    for address in (
        "applications/",
        f"applications/{application.code}/",
        "certificates/",
        f"certificates/{certificate.code}/",
        "register/",
        "register/?check=1",
    ):
        response = browser.get(ROOT + address)
        assert response.status_code == 200, address
        assert 'method="post" action="/admin/certification' not in words(response)
    assert browser.post(f"{ROOT}applications/{application.code}/decide/", {"outcome": "grant"}).status_code == 403


def test_trainees_do_not_come_in(applicant: User, client: Client) -> None:
    for address in ("applications/", "certificates/", "register/"):
        assert signed_in(applicant).get(ROOT + address).status_code == 403
        assert client.get(ROOT + address).status_code == 302


def test_certificates_are_found_by_number_name_kind_and_state(applicant: User, officer: User) -> None:
    first, second = make_completion(applicant), make_completion(make_person("Trần Văn Học"))
    consultant = make_consultant(applicant)
    browser = staff(officer)

    def listed(**query: str) -> set[str]:
        page = words(browser.get(f"{ROOT}certificates/", query))
        return {item.number for item in (first, second, consultant) if item.number in page}

    assert listed() == {first.number, second.number, consultant.number}
    assert listed(q="bao chau") == {first.number, consultant.number}
    assert listed(q=second.number.lower()) == {second.number}
    assert listed(kind="consultant") == {consultant.number}
    assert listed(state="revoked") == set()


def test_ending_asks_for_reason_and_the_typed_number(applicant: User, officer: User) -> None:
    certificate, browser = make_completion(applicant), staff(officer)
    address = f"{ROOT}certificates/{certificate.code}/end/"
    assert browser.get(address).status_code == 200
    for data in (
        {"how": "revoke", "reason": BASIS, "number": "HT-1999-00001"},
        {"how": "revoke", "reason": BASIS},
        {"how": "withdraw", "reason": BASIS, "number": certificate.number},
        {"reason": BASIS, "number": certificate.number},
    ):
        assert browser.post(address, data).status_code == 422
    assert browser.post(address, {"how": "revoke", "reason": "ngắn", "number": certificate.number}).status_code == 409
    certificate.refresh_from_db()
    assert certificate.state == Certificate.State.ISSUED
    assert (
        browser.post(address, {"how": "revoke", "reason": BASIS, "number": certificate.number.lower()}).status_code
        == 302
    )
    certificate.refresh_from_db()
    assert certificate.state == Certificate.State.REVOKED
    assert RegisterLine.objects.filter(certificate=certificate).count() == 2
    assert BASIS in words(browser.get(f"{ROOT}certificates/{certificate.code}/"))


def test_the_second_of_two_officers_is_told(applicant: User, officer: User) -> None:
    certificate = make_completion(applicant)
    second = staff(make_person("Cán bộ Hai", roles=(Role.OFFICER,)))
    data = {"how": "revoke", "reason": BASIS, "number": certificate.number}
    actions.revoke(certificate=Certificate.objects.get(pk=certificate.pk), reason=BASIS, by=officer, at=AT)
    response = second.post(f"{ROOT}certificates/{certificate.code}/end/", data)
    assert response.status_code == 409
    assert 'role="alert"' in words(response)
    assert RegisterLine.objects.filter(certificate=certificate).count() == 2


def test_a_consultant_is_withdrawn(applicant: User, officer: User) -> None:
    certificate = make_consultant(applicant)
    response = staff(officer).post(
        f"{ROOT}certificates/{certificate.code}/end/",
        {"how": "withdraw", "reason": BASIS, "number": certificate.number},
    )
    assert response.status_code == 302
    certificate.refresh_from_db()
    assert certificate.state == Certificate.State.WITHDRAWN


def test_the_register_is_read_and_checked(applicant: User, officer: User) -> None:
    certificate = make_completion(applicant)
    browser = staff(officer)
    page = words(browser.get(f"{ROOT}register/"))
    assert certificate.number in page
    assert "alert--ok" in words(browser.get(f"{ROOT}register/?check=1"))


def test_the_register_says_where_it_was_altered(applicant: User, officer: User, monkeypatch: Any) -> None:
    make_completion(applicant)
    line = RegisterLine.objects.get()
    monkeypatch.setattr("certificates.register.digest", lambda **kwargs: "0" * 64)
    page = words(staff(officer).get(f"{ROOT}register/?check=1"))
    assert "alert--bad" in page and str(line.sequence) in page


def test_the_menu_shows_what_the_role_opens(applicant: User, officer: User) -> None:
    shown = words(staff(officer).get("/admin/"))
    assert "/admin/certification/applications/" in shown
    hidden = words(staff(make_person("Giảng viên", roles=(Role.INSTRUCTOR,))).get("/admin/"))
    assert "/admin/certification/" not in hidden


def test_a_list_costs_the_same_at_one_row_and_at_three(
    applicant: User, officer: User, django_assert_max_num_queries: Any
) -> None:
    browser = staff(officer)
    make_submitted(applicant)
    make_completion(applicant)
    for address in ("applications/", "certificates/", "register/"):
        browser.get(ROOT + address)
    counts = {}
    for address in ("applications/", "certificates/", "register/"):
        with django_assert_max_num_queries(40) as one:
            browser.get(ROOT + address)
        counts[address] = len(one)
    for number in range(2):
        person = make_person(f"Người {number}")
        make_submitted(person)
        make_completion(person, at=AT + timedelta(hours=number))
    for address, before in counts.items():
        with django_assert_max_num_queries(40) as three:
            browser.get(ROOT + address)
        assert len(three) == before, address
