"""Which accounts are proposed as one person's."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.lib.access import Role
from people import actions, duplicates
from people.models import SaidDistinct, User
from tests.factories import AT, join, make_enterprise, make_person

pytestmark = pytest.mark.django_db
BORN = date(1992, 9, 4)


def proposed():
    return {(pair.first.full_name, pair.second.full_name): pair.reasons for pair in duplicates.proposals()}


def someone(name, **fields):
    return make_person(name, email="", **fields)


def test_the_same_name_however_written_and_birth_date():
    someone("Trần Thị Bé", birth_date=BORN)
    someone("TRAN THI BE", birth_date=BORN)
    someone("Trần Thị Bé", birth_date=date(1993, 9, 4))
    someone("Trần Thị Bé")
    assert proposed() == {("Trần Thị Bé", "TRAN THI BE"): ["born"]}


def test_the_same_phone_or_address_unless_many_share_it():
    someone("Một", phone="+84912000214")
    someone("Hai", phone="+84912000214")
    for number in range(6):
        someone(f"Chung {number}", phone="+84912000999")
    for name in ("Ba", "Bốn"):
        User.objects.filter(pk=someone(name).pk).update(email="chung@nscl.example")
    assert proposed() == {("Một", "Hai"): ["phone"], ("Ba", "Bốn"): ["email"]}


def test_the_same_name_without_accents_in_one_enterprise():
    one, other = make_enterprise(), make_enterprise("Khác (mẫu)")
    for name, where in (("Lê Văn Tư", one), ("Le Van Tu", one), ("Lê Văn Tư", other)):
        join(someone(name), where)
    assert proposed() == {("Lê Văn Tư", "Le Van Tu"): ["enterprise"]}


def test_the_likeliest_come_first():
    own = make_enterprise()
    for name in ("Một", "MOT"):
        join(someone(name, birth_date=BORN), own)
    someone("Hai", phone="+84912000214")
    someone("Ba", phone="+84912000214")
    assert [pair.reasons for pair in duplicates.proposals()] == [["born", "enterprise"], ["phone"]]


def test_merged_erased_and_told_apart_are_not_proposed():
    one, two = someone("Một", birth_date=BORN), someone("Một", birth_date=BORN)
    someone("Một", birth_date=BORN, merged_into=one)
    someone("Một", birth_date=BORN, erased_at=AT)
    assert len(duplicates.proposals()) == 1
    admin = make_person(roles=(Role.ADMINISTRATOR,))
    for _time in range(2):
        actions.tell_apart(one=two, other=one, by=admin, at=AT)
    assert SaidDistinct.objects.count() == 1
    assert duplicates.proposals() == []


def test_it_asks_the_database_as_often_for_one_pair_as_for_five():
    def asked():
        with CaptureQueriesContext(connection) as captured:
            duplicates.proposals()
        return len(captured)

    for _time in range(2):
        someone("Người 0", birth_date=BORN)
    one = asked()
    for number in range(1, 5):
        for _time in range(2):
            someone(f"Người {number}", birth_date=BORN)
    assert len(duplicates.proposals()) == 5
    assert asked() == one == 7


def test_the_office_compares_and_tells_apart(client):
    one, two = someone("Trần Thị Bé", birth_date=BORN), someone("Tran Thi Be", birth_date=BORN, job="Tổ trưởng")
    client.force_login(make_person(roles=(Role.PROGRAMME,)))
    compare = reverse("people_admin:compare", args=[one.pk, two.pk])
    assert compare in client.get(reverse("people_admin:duplicates")).content.decode()
    page = client.get(compare)
    lines = {line["label"]: line for line in page.context["lines"]}
    name = next(line for line in lines.values() if line["left"] == "Trần Thị Bé")
    assert name["differs"]
    assert (page.context["left"], page.context["right"]) == (one, two)
    turned = client.get(reverse("people_admin:compare", args=[two.pk, one.pk]))
    assert turned.context["left"] == one
    client.post(reverse("people_admin:tell_apart", args=[one.pk, two.pk]))
    assert compare not in client.get(reverse("people_admin:duplicates")).content.decode()
    assert client.get(reverse("people_admin:compare", args=[one.pk, one.pk])).status_code == 404
