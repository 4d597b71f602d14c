"""A bank's list, what is done to several at once, keys, topics, duplicates and comparing."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Course
from lms.lib.access import Role
from people.models import User
from quizzes import actions
from quizzes.models import Attempt, Bank, ItemFlag, KeyGrant, KeySight, Question, SaidDistinct
from tests.factories import AT, make_course, make_person
from tests.quizzes.conftest import CANARY, bank_files, dump, load, single

pytestmark = pytest.mark.django_db


def address(name: str, *args: str) -> str:
    return reverse(f"quizzes_admin:{name}", args=["HACCP", *args])


LIST = address("bank")


@pytest.fixture
def bank(course: Course) -> Bank:
    return Bank.objects.get(code="HACCP")


@pytest.fixture
def administrator(client: Client, bank: Bank) -> User:
    found = make_person("Trần Quản Trị", roles=(Role.ADMINISTRATOR,))
    actions.grant_keys(bank=bank, person=found, reason="Rà đề", by=None, at=AT)
    client.force_login(found)
    return found


def codes(client: Client, **chosen: Any) -> list[str]:
    return [row["question"].code for row in client.get(LIST, chosen).context["rows"]]


def question(code: str) -> Question:
    return Question.objects.get(code=code)


# --- The list ---------------------------------------------------------------------------------


def test_filters_and_order(client: Client, bank: Bank, administrator: User, attempt: Attempt) -> None:
    by: dict[str, Any] = {"by": administrator, "at": AT}
    below = actions.add_topic(bank=bank, parent=bank.topics.get(code="ccp"), name_vi="Dò kim loại", name_en="")
    below.competence = "giám sát"
    below.save()
    moved = actions.move_topic(question=question("C-1"), topic=below, by=administrator, at=AT + timedelta(days=1))
    Question.objects.filter(code="C-1").update(current=moved, proposed=None)
    actions.set_tags(question=question("A-2"), tags=["Kim loại"], **by)
    actions.set_exposure(question=question("A-3"), exposure="secure", limit=9, **by)
    actions.assign_reviewer(question=question("A-3"), reviewer=administrator, **by)
    ItemFlag.objects.create(version=question("A-4").current, exam=attempt.sitting.exam, kind="facility", raised_at=AT)
    ccp, prp = bank.topics.get(code="ccp"), bank.topics.get(code="prp")
    assert codes(client, topic=ccp.pk) == ["C-1", "C-2", "C-3", "P-2", "P-3"]
    assert codes(client, topic=below.pk) == ["C-1"]
    assert codes(client, competence="giám sát") == ["C-1"]
    assert codes(client, tag="kim loại") == ["A-2"]
    assert codes(client, exposure="secure") == ["A-3"]
    assert codes(client, reviewer=administrator.pk) == ["A-3"]
    assert codes(client, flagged="1") == ["A-4"]
    assert codes(client, q="stem c-2") == ["C-2"]
    assert codes(client, q="câu không có") == []
    assert "C-3" in codes(client, difficulty="apply", topic=ccp.pk)
    drawn = set(attempt.items.values_list("version__question__code", flat=True))
    assert set(codes(client, drawn="yes")) == drawn
    assert not drawn & set(codes(client, drawn="no"))
    assert set(codes(client, sort="drawn")[: len(drawn)]) == drawn
    assert codes(client, sort="new")[0] == "C-1"
    assert len(codes(client, sort="junk", topic="junk", author="x", page="y")) == 12
    assert codes(client, topic=prp.pk, sort="difficulty")
    assert CANARY not in client.get(LIST).content.decode()


def test_a_draft_stands_in_the_list(client: Client, bank: Bank, administrator: User, course: Course) -> None:
    Question.objects.filter(code="A-1").update(current=None, proposed=question("A-1").current, state="draft")
    assert codes(client, state="draft") == ["A-1"]
    assert codes(client, type="single", q="stem a-1", topic=bank.topics.get(code="prp").pk) == ["A-1"]
    assert codes(client, waits="any") == ["A-1"]
    assert codes(client, waits="review") == []


def test_queries_do_not_grow_with_the_list(client: Client, course: Course, administrator: User) -> None:
    def count(where: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(where).status_code == 200
        return len(queries)

    pages = [LIST, address("bank_duplicates"), address("bank_topics"), address("question", "A-1")]
    few = [count(where) for where in pages]
    more = bank_files()
    more["questions/more.yaml"] = dump([single(f"M-{n}", topic="ccp") for n in range(9)])
    load(more, course)
    assert [count(where) for where in pages] == few
    assert max(few) <= 32


# --- Several at once ----------------------------------------------------------------------------


def ticked(*codes: str) -> list[str]:
    rows = [question(code) for code in codes]
    return [f"{row.pk}:{actions.stamp(row.proposed or row.current)}" for row in rows]


def test_several_at_once_say_what_was_done_and_refused(client: Client, bank: Bank, administrator: User) -> None:
    author = make_person(roles=(Role.INSTRUCTOR,))
    ccp = bank.topics.get(code="ccp")
    for code, by in (("A-1", author), ("A-2", administrator)):
        actions.move_topic(question=question(code), topic=ccp, by=by, at=AT)
    page = client.post(address("bank_bulk"), {"verb": "approve", "ticked": ticked("A-1", "A-2", "A-3")})
    assert [one.question.code for one in page.context["done"]] == ["A-1"]
    assert [one.question.code for one in page.context["refused"]] == ["A-2", "A-3"]
    assert all(one.refusal for one in page.context["refused"])
    assert question("A-1").current.topic == ccp
    for data in (
        {"verb": "tag", "tags": "một, hai"},
        {"verb": "topic", "topic": bank.topics.get(code="prp").pk},
        {"verb": "reviewer", "reviewer": administrator.pk},
        {"verb": "exposure", "exposure": "secure"},
        {"verb": "retire"},
    ):
        page = client.post(address("bank_bulk"), {**data, "ticked": ticked("C-1", "C-2")})
        expected = 0 if data["verb"] == "reviewer" else 2
        assert len(page.context["done"]) == expected, data
    done = question("C-1")
    assert (done.tags, done.exposure, done.state) == (["hai", "một"], "secure", "retired")


def test_several_at_once_with_nothing_or_junk(client: Client, bank: Bank, administrator: User) -> None:
    where = address("bank_bulk")
    assert client.post(where, {"verb": "retire"}).status_code == 302
    assert client.post(where, {"verb": "tag", "ticked": ticked("A-1")}).status_code == 422
    assert client.post(where, {"verb": "junk", "ticked": ticked("A-1")}).status_code == 422
    assert client.post(where, {"verb": "retire", "ticked": ["x:y", "999:z"]}).status_code == 200
    assert client.get(where).status_code == 405
    elsewhere = Bank.objects.create(code="5S")
    page = client.post(
        reverse("quizzes_admin:bank_bulk", args=[elsewhere.code]), {"verb": "retire", "ticked": ticked("A-1")}
    )
    assert page.context["done"] == []
    assert question("A-1").state == "approved"


def test_what_is_set_on_the_page(client: Client, bank: Bank, administrator: User) -> None:
    where = address("question_set", "A-1")
    data = {"tags": "ccp, 2026", "exposure": "secure", "exposure_limit": "12", "pilot": "on", "reviewer": ""}
    assert client.post(where, data).status_code == 302
    found = question("A-1")
    assert (found.tags, found.pilot, found.exposure, found.exposure_limit) == (["2026", "ccp"], True, "secure", 12)
    assert client.post(where, {"exposure": "junk"}).status_code == 422
    assert client.post(where, {"exposure": "open", "tags": "x" * 50}).status_code == 422


# --- Banks and keys -----------------------------------------------------------------------------


def test_a_bank_is_made_for_a_course_or_a_scheme(client: Client, administrator: User) -> None:
    course = make_course("5S")
    where = reverse("quizzes_admin:bank_new")
    assert client.post(where, {"code": "5s", "course": course.pk}).status_code == 302
    made = Bank.objects.get(code="5S")
    assert made.course == course
    assert KeyGrant.objects.get(bank=made).person == administrator
    for data in ({"code": "5S", "course": course.pk}, {"code": "X"}, {"code": "X", "course": course.pk, "scheme": "A"},
                 {"code": "a b", "scheme": "A"}):  # fmt: skip
        assert client.post(where, data).status_code == 422, data
    assert client.post(where, {"code": "X", "scheme": "QMS-LA"}).status_code == 302
    client.force_login(make_person(roles=(Role.REVIEWER,)))
    assert client.get(where).status_code == 403


def test_the_permission_is_given_and_ended_on_its_page(client: Client, bank: Bank, administrator: User) -> None:
    reviewer = make_person("Lê Thị Duyệt", roles=(Role.REVIEWER,))
    trainee = make_person("Học Viên")
    where = address("bank_keys")
    assert client.post(where, {"person": reviewer.pk, "reason": ""}).status_code == 422
    assert client.post(where, {"person": trainee.pk, "reason": "x"}).status_code == 422
    assert client.post(where, {"person": reviewer.pk, "reason": "Duyệt đề"}).status_code == 302
    grant = KeyGrant.objects.get(person=reviewer)
    client.force_login(reviewer)
    client.post(address("question_key", "A-1"))
    assert client.post(where, {"person": reviewer.pk, "reason": "x"}).status_code == 403
    assert "Lê Thị Duyệt" in client.get(where).content.decode()
    client.force_login(administrator)
    page = client.get(where)
    assert [sight.person for sight in page.context["page"]] == [reviewer]
    assert client.post(where, {"grant": grant.pk, "reason": " "}).status_code == 422
    assert client.post(where, {"grant": "x", "reason": "a"}).status_code == 404
    assert client.post(where, {"grant": grant.pk, "reason": "Chuyển việc"}).status_code == 302
    assert "Chuyển việc" in client.get(where).content.decode()
    client.force_login(reviewer)
    assert client.post(address("question_key", "A-1")).status_code == 403
    assert KeySight.objects.count() == 1


# --- Topics ---------------------------------------------------------------------------------------


def test_topics_are_a_tree(client: Client, bank: Bank, administrator: User) -> None:
    where = address("bank_topics")
    ccp = bank.topics.get(code="ccp")
    data = {"name_vi": "Dò kim loại", "parent": ccp.pk, "clause": "8.5.4", "competence": "giám sát"}
    assert client.post(where, data).status_code == 302
    assert client.post(where, data).status_code == 302
    one, two = bank.topics.filter(parent=ccp).order_by("pk")
    assert (one.code, two.code, one.name_en, one.local) == ("do-kim-loai", "do-kim-loai-2", "Dò kim loại", True)
    assert [(row.topic, row.depth) for row in client.get(where).context["rows"]][1:] == [(ccp, 0), (one, 1), (two, 1)]
    page = address("bank_topic", one.code)
    assert client.post(page, {"name_vi": "Máy dò", "parent": two.pk, "order": "3"}).status_code == 302
    one.refresh_from_db()
    assert (one.parent, one.name_vi, one.order) == (two, "Máy dò", 3)
    circle = client.post(address("bank_topic", "ccp"), {"name_vi": "CCP", "parent": one.pk})
    assert circle.status_code == 422
    ccp.refresh_from_db()
    assert ccp.parent is None
    assert client.post(address("bank_topic", "ccp"), {"retired": "1"}).status_code == 422
    assert client.post(address("bank_topic", two.code), {"retired": "1"}).status_code == 422
    assert client.post(page, {"retired": "1"}).status_code == 302
    assert client.post(page, {"retired": "0"}).status_code == 302
    assert client.post(where, {"name_vi": ""}).status_code == 422
    assert client.get(address("bank_topic", "nothing")).status_code == 404


# --- Duplicates and comparing ---------------------------------------------------------------------------


def test_duplicates_are_proposed_until_said_to_be_two(client: Client, bank: Bank, administrator: User) -> None:
    texts = {"vi": "Giới hạn tới hạn của công đoạn dò kim loại trong nhà máy là gì?", "en": "x"}
    for code in ("C-1", "A-5"):
        version = question(code).current
        version.content = version.content | {"stem": texts}
        version.save()
    where = address("bank_duplicates")
    twins = client.get(where).context["twins"]
    pair = next(one for one in twins if {one.first.code, one.second.code} == {"C-1", "A-5"})
    assert pair.pair.percent >= 60
    for _twice in range(2):
        assert client.post(where, {"one": pair.second.pk, "other": pair.first.pk}).status_code == 302
    assert SaidDistinct.objects.count() == 1
    assert pair.pair not in [one.pair for one in client.get(where).context["twins"]]
    assert client.post(where, {"one": pair.first.pk, "other": pair.first.pk}).status_code == 404
    assert client.post(where, {"one": "x", "other": pair.first.pk}).status_code == 404


def test_two_versions_word_by_word(client: Client, bank: Bank, administrator: User) -> None:
    changed = single("A-1") | {"stem": {"vi": "Câu A-1 đã sửa", "en": "Stem A-1 changed"}}
    where = address("question_compare", "A-1")
    found = question("A-1")
    moved = actions.set_difficulty(question=found, difficulty="analyse", by=administrator, at=AT)
    moved.content = moved.content | {"stem": changed["stem"]}
    moved.save()
    page = client.get(where, {"old": "1", "new": "2"})
    text = page.content.decode()
    assert "<del>" in text
    assert "<ins>" in text
    assert CANARY not in text
    assert [fact.label for fact in page.context["facts"] if fact.changed]
    assert not KeySight.objects.exists()
    told = client.post(where, {"old": "1", "new": "2"})
    assert f"{CANARY}-explanation-A-1" in told.content.decode()
    assert sorted(KeySight.objects.values_list("version__number", flat=True)) == [1, 2]
    assert client.get(where, {"old": "7"}).status_code == 404


def test_search_finds_words_inside_and_calculated_stems_read_as_numbers(
    client: Client, bank: Bank, administrator: User
) -> None:
    version = question("C-1").current
    assert version is not None
    version.type = "calculated"
    version.content = {
        "stem": {"vi": "Khối lượng trung bình {mean} g.", "en": "The mean is {mean} g."},
        "params": [{"name": "mean", "of": [170.5]}],
        "unit": {"vi": "khối sa mạc", "en": ""},
    }
    version.save()
    page = client.get(address("bank"), {"q": "sa mac"})
    assert [row["question"].code for row in page.context["rows"]] == ["C-1"]
    assert "{mean}" not in page.content.decode() and "170,5" in page.content.decode()


def test_what_has_reached_its_limit_and_lacks_a_language_is_shown(
    client: Client, bank: Bank, administrator: User, attempt: Attempt
) -> None:
    drawn = attempt.items.get(position=1).version.question
    Question.objects.filter(pk=drawn.pk).update(exposure_limit=1)
    assert codes(client, drawn="limit") == [drawn.code]
    version = question("A-1").current
    assert version is not None
    version.content["stem"].pop("en")
    version.save()
    assert codes(client, lacks="en") == ["A-1"]
    assert codes(client, lacks="vi") == []


def test_a_filter_and_ticks_survive_what_is_refused_and_more_is_done_at_once(
    client: Client, bank: Bank, administrator: User
) -> None:
    where = address("bank_bulk") + "?q=A-1"
    page = client.post(where, {"verb": "difficulty", "ticked": ticked("A-1")})
    assert page.status_code == 422
    assert [row["question"].code for row in page.context["rows"]] == ["A-1"] and "checked" in page.content.decode()
    assert client.post(where, {"verb": "retire"})["Location"].endswith("?q=A-1")
    done = client.post(where, {"verb": "difficulty", "difficulty": "analyse", "ticked": ticked("A-1")})
    assert "?q=A-1" in done.content.decode()
    proposed = question("A-1").proposed
    assert proposed is not None and proposed.difficulty == "analyse"
    client.post(where, {"verb": "retire", "ticked": ticked("A-2")})
    client.post(where, {"verb": "take_up", "ticked": ticked("A-2")})
    assert question("A-2").state == "approved"


def test_a_topic_that_a_blueprint_names_stays(client: Client, bank: Bank, administrator: User) -> None:
    Question.objects.update(state=Question.State.RETIRED)
    refused = client.post(address("bank_topic", "ccp"), {"retired": "1"})
    assert refused.status_code == 422 and "Bài thi" in refused.content.decode()
    bank.exams.update(retired=True)
    assert client.post(address("bank_topic", "ccp"), {"retired": "1"}).status_code == 302
