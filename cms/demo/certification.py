"""Applications, decisions and certificates of the demo world."""

from datetime import datetime, timedelta

import typst
from django.core.files.uploadedfile import SimpleUploadedFile

from certificates import actions
from certificates.models import Application, Certificate, SchemeVersion
from enrolments.models import Enrolment, RunInstructor
from people.models import User

NOTE = "Hồ sơ đủ: giấy xác nhận khóa học còn hạn, kinh nghiệm và báo cáo cải tiến phù hợp phạm vi."
BASIS = "Hội đồng xem hồ sơ và đề nghị của cán bộ chứng nhận; đủ điều kiện theo chương trình chứng nhận."


def issue_completions(now: datetime) -> list[Certificate]:
    """Certificates of all completions in the order of their dates; the newest is left to the worker."""
    due = list(Enrolment.objects.filter(state=Enrolment.State.COMPLETED, certificate=None).order_by("completed_at"))
    return [
        actions.issue_completion(enrolment=enrolment, at=enrolment.completed_at)
        for enrolment in due[:-1]
        if enrolment.completed_at is not None and enrolment.completed_at < now
    ]


def _paper(title: str) -> bytes:
    """A one-page PDF that stands for a piece of evidence."""
    source = f'#set page(paper: "a4")\n#set document(title: "{title}")\n= {title}\n\nTài liệu mẫu của bản chạy thử.'
    paper: bytes = typst.compile(source.encode(), format="pdf")
    return paper


class Council:
    """Walks applications as far as they shall go."""

    def __init__(self, accounts: dict[str, User], version: SchemeVersion) -> None:
        self.officer, self.decider, self.version = accounts["officer"], accounts["decider"], version

    def apply(self, person: User, at: datetime) -> Application:
        """A complete application, handed in."""
        application = actions.apply(person=person, version=self.version, by=person, at=at)
        actions.save_draft(
            application=application,
            by=person,
            at=at,
            experience_years=4,
            education=person.education or "Kỹ sư công nghệ thực phẩm",
            statement="Phụ trách hệ thống HACCP của xưởng từ năm 2022; đã soạn và thẩm tra hai kế hoạch.",
        )
        for kind in self.version.evidence:
            if kind.get("required"):
                upload = SimpleUploadedFile(f"{kind['code']}.pdf", _paper(kind["name"]["vi"]), "application/pdf")
                actions.add_evidence(application=application, kind=kind["code"], upload=upload, by=person, at=at)
        application.refresh_from_db()
        agreed = [item["code"] for item in self.version.agreements]
        return actions.submit(application=application, agreed=agreed, by=person, at=at + timedelta(days=1))

    def propose(self, person: User, at: datetime) -> Application:
        """Handed in, checked and proposed."""
        application = self.apply(person, at)
        actions.propose(application=application, note=NOTE, by=self.officer, at=at + timedelta(days=6))
        application.refresh_from_db()
        return application

    def grant(self, person: User, at: datetime) -> Application:
        """All the way to a consultant certificate."""
        application = self.propose(person, at)
        actions.decide(
            application=application, outcome="grant", basis=BASIS, by=self.decider, at=at + timedelta(days=14)
        )
        return application


def certify(accounts: dict[str, User], now: datetime) -> None:
    """Some certified consultants, and files at every stage, one of which `decider@` may not decide."""
    version = SchemeVersion.objects.filter(scheme__code="HACCP-TV").order_by("-number").first()
    if version is None:
        return
    council = Council(accounts, version)
    taught = set(
        RunInstructor.objects.filter(person=council.decider).values_list("run__enrolments__person_id", flat=True)
    )
    held = list(
        Certificate.objects.filter(kind=Certificate.Kind.COMPLETION, enrolment__run__course__code="HACCP")
        .select_related("person")
        .order_by("issued_at")
    )
    free = [item for item in held if item.person_id not in taught and item.issued_at < now - timedelta(days=60)]
    barred = [item for item in held if item.person_id in taught]
    for place, item in enumerate(free[:5]):
        council.grant(item.person, max(item.issued_at, now - timedelta(days=260)) + timedelta(days=20 + 30 * place))
    for item in free[5:6]:
        council.propose(item.person, now - timedelta(days=12))
    for item in barred[:1]:
        council.propose(item.person, now - timedelta(days=10))
    for item in free[6:7]:
        council.apply(item.person, now - timedelta(days=4))
    if held:
        actions.revoke(
            certificate=held[0],
            reason="Cấp nhầm: kết quả thi thuộc về người trùng tên trong cùng lớp.",
            by=council.officer,
            at=now - timedelta(days=30),
        )
