"""Anyone verifies: what the page and the JSON say, and what they never say."""

import json
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client

from certificates import actions, queries, throttle
from certificates.models import Certificate
from lms.lib.access import Role
from lms.lib.periods import ZONE
from people.models import User
from tests.certificates.conftest import make_completion, make_consultant, signed_in
from tests.factories import AT, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def completion(applicant: User) -> Certificate:
    return make_completion(applicant)


@pytest.fixture
def consultant(applicant: User) -> Certificate:
    return make_consultant(applicant)


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_valid_completion(client: Client, completion: Certificate) -> None:
    response = client.get(f"/v/{completion.code}")
    assert response.status_code == 200
    page = words(response)
    assert completion.number in page and completion.holder in page
    assert completion.facts["title"]["vi"] in page
    assert "verdict--bad" not in page and "shield-check" in page
    assert f"/learn/certificates/{completion.code}/pdf" not in page
    assert response["Content-Language"] == "vi"


def test_the_page_in_english_by_its_query(client: Client, completion: Certificate) -> None:
    response = client.get(f"/v/{completion.code}?lang=en")
    page = words(response)
    assert '<html lang="en">' in page
    assert completion.facts["title"]["en"] in page
    assert f'href="/v/{completion.code}"' in page  # the way back to Vietnamese
    assert '<html lang="vi">' in words(client.get(f"/v/{completion.code}", headers={"Accept-Language": "en"}))


def test_the_json_of_a_valid_consultant(client: Client, consultant: Certificate) -> None:
    response = client.get(f"/v/{consultant.code}.json")
    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "no-cache"
    told = json.loads(response.content)
    assert told["status"] == "valid" and told["reason_class"] == ""
    assert told["kind"] == "consultant" and told["number"] == consultant.number
    assert told["holder"] == "Lâm Thị Bảo Châu"
    assert told["title"] == "Chuyên gia tư vấn HACCP"
    assert told["scope"].startswith("Tư vấn")
    assert told["issued_on"] == consultant.issued_on.isoformat()
    assert told["expires_on"] == consultant.expires_on.isoformat()
    assert told["issuer"].startswith("Trung tâm Kỹ thuật")
    assert told["checked_at"]
    english = json.loads(client.get(f"/v/{consultant.code}.json?lang=en").content)
    assert english["title"] == "HACCP consultant"


@pytest.mark.parametrize("write", [str.lower, lambda code: "-".join([code[:4], code[4:]]), lambda code: f" {code} "])
def test_a_code_typed_otherwise_leads_to_its_address(client: Client, completion: Certificate, write: Any) -> None:
    response = client.get("/v/" + write(completion.code))
    assert response.status_code == 302
    assert response["Location"] == f"/v/{completion.code}"


def test_the_address_as_the_qr_code_writes_it(client: Client, completion: Certificate) -> None:
    response = client.get(f"/V/{completion.code}", follow=True)
    assert response.redirect_chain[0][0] == f"/v/{completion.code}"
    assert response.status_code == 200


def test_an_unknown_code_is_no_forgery(client: Client, completion: Certificate) -> None:
    code = "A" * 26
    response = client.get(f"/v/{code}")
    assert response.status_code == 404
    page = words(response)
    assert "01/01/2025" in page and "0292 000 0000" in page
    for word in ("giả", "forg", "fake", "không hợp lệ"):
        assert word not in page.lower()
    told = client.get(f"/v/{code}.json")
    assert told.status_code == 404
    assert json.loads(told.content) == {"status": "unknown", "register_complete_since": "2025-01-01"}
    assert told["Access-Control-Allow-Origin"] == "*"


def test_revoked_is_said_at_once_everywhere(client: Client, completion: Certificate, officer: User) -> None:
    assert "shield-check" in words(client.get(f"/v/{completion.code}"))  # and kept by the cache of public pages
    actions.revoke(certificate=completion, reason="Nhập sai tên người học, cấp nhầm.", by=officer, at=AT)
    cache.set("public-generation", "next", None)  # what the commit does; a test's transaction never commits
    response = client.get(f"/v/{completion.code}")
    page = words(response)
    assert response.status_code == 200
    assert "verdict--bad" in page and "23/11/2026" in page
    assert "Nhập sai" not in page
    told = json.loads(client.get(f"/v/{completion.code}.json").content)
    assert told["status"] == "revoked" and told["reason_class"] == "issued_in_error"
    assert "Nhập sai" not in json.dumps(told, ensure_ascii=False)


@pytest.mark.django_db(transaction=True)
def test_the_kept_page_is_forgotten_on_commit(client: Client, completion: Certificate, officer: User) -> None:
    assert "verdict--bad" not in words(client.get(f"/v/{completion.code}"))
    actions.revoke(certificate=completion, reason="Nhập sai tên người học, cấp nhầm.", by=officer, at=AT)
    assert "verdict--bad" in words(client.get(f"/v/{completion.code}"))


def test_withdrawn_is_told_apart(client: Client, consultant: Certificate) -> None:
    other = make_person("Cán bộ Hai", roles=(Role.OFFICER,))
    actions.withdraw(certificate=consultant, reason="Không còn đáp ứng điều kiện.", by=other, at=AT)
    told = json.loads(client.get(f"/v/{consultant.code}.json").content)
    assert (told["status"], told["reason_class"]) == ("revoked", "withdrawn")


def test_expired_is_a_date(client: Client, consultant: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    assert consultant.expires_on is not None
    after = datetime.combine(consultant.expires_on + timedelta(days=1), time(9), ZONE)
    monkeypatch.setattr("django.utils.timezone.now", lambda: after)
    assert json.loads(client.get(f"/v/{consultant.code}.json").content)["status"] == "expired"
    assert "verdict--warn" in words(client.get(f"/v/{consultant.code}"))


def test_by_number_a_consultant_is_found(client: Client, consultant: Certificate) -> None:
    for typed in (consultant.number, consultant.number.lower(), consultant.number.replace("-", " ")):
        response = client.get("/v/", {"q": typed})
        assert response.status_code == 302
        assert response["Location"] == f"/v/{consultant.code}"
    assert client.get(f"/v/{consultant.number}")["Location"] == f"/v/{consultant.code}"


def test_by_number_a_completion_asks_for_the_name(client: Client, completion: Certificate) -> None:
    real = client.get("/v/", {"q": completion.number})
    other = client.get("/v/", {"q": "HT-2026-99999"})
    assert real.status_code == other.status_code == 200
    assert completion.holder not in words(real) and completion.code not in words(real)
    # One answer, whether there is such a paper or not.
    assert words(real).replace(completion.number, "N") == words(other).replace("HT-2026-99999", "N")
    assert client.get(f"/v/{completion.number}").status_code == 404
    found = client.get("/v/", {"q": completion.number, "name": "lam thi bao chau"})
    assert found["Location"] == f"/v/{completion.code}"
    assert client.get("/v/", {"q": completion.number, "name": "Nguyễn Văn An"}).status_code == 404


def test_the_holder_alone_is_offered_the_document(completion: Certificate, applicant: User) -> None:
    assert f"/learn/certificates/{completion.code}/pdf" in words(signed_in(applicant).get(f"/v/{completion.code}"))
    stranger = signed_in(make_person("Người Khác"))
    assert f"/learn/certificates/{completion.code}/pdf" not in words(stranger.get(f"/v/{completion.code}"))


def test_no_database_means_cannot_say(client: Client, completion: Certificate, monkeypatch: Any) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(queries, "by_code", away)
    page = client.get(f"/v/{completion.code}")
    assert page.status_code == 503
    assert "Chưa tra cứu được" in words(page) and "Đang có hiệu lực" not in words(page)
    told = client.get(f"/v/{completion.code}.json")
    assert told.status_code == 503
    assert json.loads(told.content) == {"status": "cannot_say"}
    assert client.get("/v/", {"q": completion.number}).status_code == 503


def test_guessing_is_limited_and_verifying_is_not(client: Client, completion: Certificate, monkeypatch: Any) -> None:
    monkeypatch.setattr(throttle, "MISSES_PER_MINUTE", 5)
    for _try in range(10):
        assert client.get(f"/v/{completion.code}").status_code == 200
    answers = {client.get("/v/" + str(digit) * 26).status_code for digit in range(2, 7)}
    assert answers == {404}
    assert client.get("/v/" + "B" * 26).status_code == 429
    assert client.get("/v/" + "B" * 26 + ".json").status_code == 429
    cache.clear()
    assert client.get(f"/v/{completion.code}").status_code == 200


def test_the_form_by_itself(client: Client) -> None:
    response = client.get("/v/")
    assert response.status_code == 200
    assert client.get("/v/", {"q": ""}).status_code == 200
    assert client.post("/v/").status_code == 405


def test_the_register_names_only_those_who_agreed(client: Client, consultant: Certificate, applicant: User) -> None:
    assert "Lâm Thị Bảo Châu" in words(client.get("/vi/register/"))
    for asked in ("bao chau", "LÂM", consultant.number):
        assert "Lâm Thị Bảo Châu" in words(client.get("/vi/register/", {"q": asked})), asked
    assert "Lâm Thị Bảo Châu" not in words(client.get("/vi/register/", {"q": "tran quoc dat"}))
    assert "Lâm Thị Bảo Châu" in words(client.get("/vi/register/", {"subject": "haccp"}))
    cache.clear()
    applicant.consents.update(withdrawn_at=AT)
    assert "Lâm Thị Bảo Châu" not in words(client.get("/vi/register/"))


def test_the_register_holds_no_completion_and_says_who_lost_it(client: Client, consultant: Certificate) -> None:
    other = make_completion(make_person("Trần Văn Học"))
    page = words(client.get("/en/register/"))
    assert other.number not in page and "Trần Văn Học" not in page
    officer = make_person("Cán bộ Hai", roles=(Role.OFFICER,))
    actions.withdraw(certificate=consultant, reason="Không còn đáp ứng điều kiện.", by=officer, at=AT)
    cache.clear()
    assert "Withdrawn" in words(client.get("/en/register/"))


def test_a_page_of_the_register_costs_the_same_at_one_row_and_at_three(
    client: Client, consultant: Certificate, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8) as one:
        client.get("/vi/register/?q=lam")
    for number in range(2):
        make_consultant(make_person(f"Lâm Số {number}"))
    cache.clear()
    with django_assert_max_num_queries(8) as three:
        client.get("/vi/register/?q=lam")
    assert len(one) == len(three)
