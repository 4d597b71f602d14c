"""Enterprises and people of the synthetic world."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count as counting
from random import Random
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.conf import settings
from stdnum.vn import mst

from cms.load.rows import take_ids, write
from lms.lib.access import Role
from lms.lib.periods import local_date
from people import consents
from people.actions import grant_role, prepare_enterprise
from people.models import AdministrativeUnit, Consent, Enterprise, Membership, Province, Sector, User

PREFIX = "load-"
"""Begins the username of everybody who was made here."""
FAMILY = (
    "Nguyễn Trần Lê Phạm Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Mai Trương Lâm Cao Thạch Sơn Kim".split()
)
MIDDLE = {
    "female": "Thị Ngọc Thu Mỹ Kim Bích Thúy Hồng Thanh Minh Phương Tuyết".split(),
    "male": "Văn Hữu Minh Quốc Thanh Hoàng Đức Công Trọng Gia Tấn Phước".split(),
}
GIVEN = {
    "female": "Thắm Hoa Lan Mai Hương Hạnh Nga Yến Oanh Phượng Trang Uyên Vy Diễm Đào Sương Ửng Ái Cúc Gấm".split(),
    "male": "Hùng Dũng Tuấn Nam Phong Khoa Lộc Phúc Đạt Thịnh Trường Vinh Tài Sang Ổn Ân Đông Giàu Lành Khải".split(),
}
TRADES = "Thủy sản,Chế biến trái cây,Cơ khí,Nông sản,May mặc,Bao bì,Lương thực,Thực phẩm".split(",")
PLACES = "Hậu Giang,Sông Hậu,Ngã Bảy,Vị Thanh,Cái Răng,Phụng Hiệp,Ô Môn,Thốt Nốt,Kế Sách,Mỹ Tú".split(",")
JOBS = "Công nhân,Tổ trưởng sản xuất,Nhân viên kiểm tra chất lượng,Kỹ thuật viên,Quản đốc,Thủ kho".split(",")
STAFF = {
    **{f"instructor{number}": Role.INSTRUCTOR for number in range(1, 7)},
    "officer": Role.OFFICER,
    "decider": Role.DECIDER,
    "programme": Role.PROGRAMME,
}
TRAINEES = 3
"""So many of the people can sign in with the password."""


class Firm(NamedTuple):
    """What an enrolment copies of an enterprise."""

    id: int
    name: str
    sector: int
    size: str
    commune: int | None


class Person(NamedTuple):
    """What an enrolment and a certificate copy of a person."""

    id: int
    name: str
    search_key: str
    commune: int | None
    firm: Firm | None


@dataclass(frozen=True)
class Crowd:
    """Everybody, and staff by what they are."""

    people: list[Person]
    staff: dict[str, User]

    @property
    def instructors(self) -> list[User]:
        """Who teaches."""
        return [person for name, person in self.staff.items() if name.startswith("instructor")]


def gather(*, people: int, seed: int, password: str, at: datetime) -> Crowd:
    """Make `people` people, their enterprises and the staff; nine of staff and three trainees can sign in."""
    chance = Random(f"{seed}:crowd")  # noqa: S311  (repeatable on purpose)
    long_ago = at - timedelta(days=760)
    province = Province.current().profile.get("unit_code", "")
    here = AdministrativeUnit.objects.communes().filter(parent_code=province).on(local_date(at))
    communes: Sequence[int | None] = list(here.order_by("code").values_list("pk", flat=True)) or [None]
    firms = _firms(max(people // 40, 2), seed, chance, communes, long_ago)
    crowd = _people(people, seed, chance, communes, firms, long_ago)
    staff = {name: _staff(name, role, seed, password, long_ago) for name, role in STAFF.items()}
    for number, person in enumerate(User.objects.filter(pk__in=[person.id for person in crowd[:TRAINEES]]), start=1):
        person.set_password(password)
        person.save(update_fields=["password"])
        _address(person, f"trainee{number}", seed)
    return Crowd(crowd, staff)


def _firms(count: int, seed: int, chance: Random, communes: Sequence[int | None], at: datetime) -> list[Firm]:
    sectors = list(Sector.objects.order_by("order", "pk"))
    forms = Enterprise.LegalForm.values
    made = []
    codes = _tax_codes(seed)
    for number, pk in enumerate(take_ids(Enterprise, count), start=1):
        staff = int(chance.lognormvariate(3.6, 1.2)) + 1
        enterprise = Enterprise(
            pk=pk,
            name=f"Công ty {chance.choice(TRADES)} {chance.choice(PLACES)} {number} (mẫu)",
            tax_code=next(codes),
            legal_form=chance.choice(forms),
            sector=chance.choice(sectors),
            vsic=chance.choice("ACCCCG"),
            products=chance.choice(TRADES).lower(),
            commune_id=chance.choice(communes),
            staff=staff,
            revenue_bn=Decimal(max(int(staff * chance.uniform(0.2, 1.4)), 1)),
        )
        made.append(prepare_enterprise(enterprise, on=local_date(at)))
    Enterprise.objects.bulk_create(made, batch_size=500)
    return [Firm(item.pk, item.name, item.sector_id, item.size, item.commune_id) for item in made]


def _tax_codes(seed: int) -> Iterator[str]:
    """Codes with a valid check digit, of a range that no province uses."""
    for number in counting(1):
        base = f"9{seed % 1000:03d}{number:05d}"
        digit = mst.calc_check_digit(base)
        if len(digit) == 1:
            yield base + digit


def _people(
    count: int, seed: int, chance: Random, communes: Sequence[int | None], firms: list[Firm], at: datetime
) -> list[Person]:
    ids = take_ids(User, count)
    made: list[Person] = []
    rows, posts = [], []
    since = local_date(at)
    for number, pk in enumerate(ids):
        sex = "female" if chance.random() < 0.54 else "male"
        middle = chance.sample(MIDDLE[sex], chance.choice((1, 1, 2)))
        named = User()
        named.set_name(" ".join([chance.choice(FAMILY), *middle, chance.choice(GIVEN[sex])]))
        firm = chance.choice(firms) if chance.random() < 0.9 else None
        commune = chance.choice(communes)
        job = chance.choice(JOBS)
        rows.append(
            (
                pk,
                f"{PREFIX}{seed}-{number}",
                f"!{PREFIX}{chance.getrandbits(128):032x}",
                named.full_name,
                named.given_name,
                named.sort_key,
                named.search_key,
                sex,
                chance.randint(1965, 2006),
                commune,
                job,
                settings.DEMO,
                at,
            )
        )
        made.append(Person(pk, named.full_name, named.search_key, commune, firm))
        if firm is not None:
            posts.append((pk, firm.id, number % 40 == 3, job, since))
    columns = (
        "id", "username", "password", "full_name", "given_name", "sort_key", "search_key", "sex", "birth_year",
        "commune_id", "job", "is_demo", "date_joined",
    )  # fmt: skip
    write(User, columns, rows)
    write(Membership, ("person_id", "enterprise_id", "is_contact", "job", "since"), posts)
    terms, version = Consent.Purpose.TERMS.value, consents.current(Consent.Purpose.TERMS)
    write(Consent, ("person_id", "purpose", "text_version", "given_at"), ((pk, terms, version, at) for pk in ids))
    return made


def _staff(name: str, role: Role, seed: int, password: str, at: datetime) -> User:
    person: User = User.objects.create_user(
        full_name=f"Cán bộ {name} {seed} (mẫu)",
        password=password,
        username=f"{PREFIX}{seed}-{name}",
        is_demo=settings.DEMO,
        birth_date=date(1980, 1, 1),
        date_joined=at,
    )
    grant_role(person=person, role=role, by=None, at=at)
    _address(person, name, seed)
    return person


def _address(person: User, name: str, seed: int) -> None:
    email = f"{PREFIX}{seed}-{name}@{settings.DEMO_DOMAIN}"
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
