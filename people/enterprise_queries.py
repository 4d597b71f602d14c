"""Lists of enterprises, those that look alike, and one enterprise's history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from lms.lib.bilingual import of
from lms.lib.spreadsheets import Workbook
from people import communes, enterprise_data, enterprise_names, vsic
from people.enterprise_data import Fact
from people.enterprise_names import Known, Pair, Reason
from people.models import Enterprise, EnterpriseEvent, Membership, SaidApart, User

_PRESENT = Membership.objects.filter(enterprise=OuterRef("pk"), ended_on=None).order_by()

# --- The list ----------------------------------------


def enterprises(viewer: User, filters: Mapping[str, Any], *, on: date) -> QuerySet[Enterprise]:
    """Standing enterprises that `viewer` may see, narrowed, by name."""
    found = Enterprise.objects.standing().visible_to(viewer)
    if filters.get("q"):
        found = found.matching(filters["q"])
    for name in ("sector", "size", "legal_form", "commune"):
        if filters.get(name):
            found = found.filter(**{name: "" if filters[name] == "none" else filters[name]})
    if filters.get("contact"):
        speaks = Exists(_PRESENT.filter(is_contact=True))
        found = found.filter(speaks if filters["contact"] == "yes" else ~speaks)
    for one in enterprise_data.filters():
        for key, _words, condition in one.choices:
            if filters.get(one.code) == key:
                found = found.filter(condition(on))
    return found.order_by("search_key", "pk")


@dataclass(frozen=True)
class Row:
    """A line of the list."""

    pk: int
    name: str
    tax_code: str
    legal_form: str
    sector: str
    vsic: str
    products: str
    address: str
    commune: str
    former_province: str
    staff: int | None
    revenue_bn: Any
    capital_bn: Any
    size: str
    size_as_of: date | None
    people: int
    contacts: tuple[str, ...]


def rows(page: QuerySet[Enterprise]) -> list[Row]:
    """Lines for the enterprises of one page; two queries however many they are."""
    speakers = (
        Membership.objects.filter(ended_on=None, is_contact=True).select_related("person").order_by("since", "pk")
    )
    number = _PRESENT.values("enterprise").annotate(number=Count("pk")).values("number")
    annotated: Iterable[Any] = (
        page.select_related("sector", "commune")
        .annotate(people=Coalesce(Subquery(number), 0))
        .prefetch_related(Prefetch("memberships", queryset=speakers, to_attr="speakers"))
    )
    return [_row(one) for one in annotated]


def _row(one: Any) -> Row:
    return Row(
        pk=one.pk,
        name=one.name,
        tax_code=one.tax_code or "",
        legal_form=str(one.get_legal_form_display()),
        sector=one.sector.name,
        vsic=vsic.label(one.vsic) if one.vsic else "",
        products=one.products,
        address=one.address,
        commune=communes.dated(one.commune) if one.commune else "",
        former_province=one.commune.former_province if one.commune else "",
        staff=one.staff,
        revenue_bn=one.revenue_bn,
        capital_bn=one.capital_bn,
        size=str(one.get_size_display()) if one.size else "",
        size_as_of=one.size_as_of,
        people=one.people,
        contacts=tuple(speaker.person.full_name for speaker in one.speakers),
    )


def workbook(found: QuerySet[Enterprise], *, on: date) -> bytes:
    """The same rows as the screen, all of them, as XLSX."""
    lines = rows(found)
    added = [(column, column.texts([line.pk for line in lines], on)) for column in enterprise_data.columns()]
    book = Workbook(_("Enterprises"))
    book.sheet(
        _("Enterprises"),
        [
            _("Name"), _("Tax code"), _("Legal form"), _("Sector"), _("VSIC section"), _("Main products"), _("Address"),
            _("Commune or ward"), _("Former province"), _("Staff"), _("Revenue, billion đồng"),
            _("Capital, billion đồng"), _("Size"), _("Size as of"), _("Its people"), _("Contacts"),
            *(str(column.title) for column, _texts in added),
        ],
        [
            [
                line.name, line.tax_code, line.legal_form, line.sector, line.vsic, line.products, line.address,
                line.commune, line.former_province, line.staff, line.revenue_bn, line.capital_bn, line.size,
                line.size_as_of, line.people, ", ".join(line.contacts),
                *(texts.get(line.pk, "") for _column, texts in added),
            ]
            for line in lines
        ],
        title=_("Enterprises"),
        notes=[_("As of %(day)s. Size classes after Decree 80/2021/NĐ-CP.") % {"day": f"{on:%d/%m/%Y}"}],
        widths=[44, 16, 24, 18, 30, 30, 30, 26, 16, 10, 12, 12, 12, 14, 10, 30],
    )  # fmt: skip
    return book.finish()


# --- Duplicates ----------------------------------------


class Proposal(NamedTuple):
    """Two enterprises and why they may be one."""

    first: Enterprise
    second: Enterprise
    why: list[str]


_WHY = {
    Reason.NAME: gettext_lazy("same name, but for accents and the words of the legal form"),
    Reason.HEAD: gettext_lazy("the tax codes share one head office"),
    Reason.OWNER: gettext_lazy("a household's old code of 10 digits and its owner's 12 digits"),
}


def _known(found: QuerySet[Enterprise]) -> list[Known]:
    fields = found.order_by("pk").values_list("pk", "name", "tax_code", "legal_form")
    return [Known(pk, name, code, form == Enterprise.LegalForm.HOUSEHOLD) for pk, name, code, form in fields]


def pairs(viewer: User) -> list[Pair]:
    """Pairs of standing enterprises that look alike and that nobody has told apart, the likeliest first."""
    apart = set(SaidApart.objects.values_list("first_id", "second_id"))
    seen = Enterprise.objects.standing().visible_to(viewer)
    return [pair for pair in enterprise_names.alike(_known(seen)) if (pair.first, pair.second) not in apart]


def proposals(page: Sequence[Pair]) -> list[Proposal]:
    """Names for the pairs of one page: one query."""
    keys = {key for pair in page for key in (pair.first, pair.second)}
    named = Enterprise.objects.select_related("sector", "commune").in_bulk(keys)
    return [
        Proposal(named[pair.first], named[pair.second], [str(_WHY[reason]) for reason in pair.reasons]) for pair in page
    ]


def like(enterprise: Enterprise) -> list[Enterprise]:
    """Standing enterprises of the same bare name as one that is about to be entered, or of its head office."""
    new = Known(0, enterprise.name, enterprise.tax_code, enterprise.legal_form == Enterprise.LegalForm.HOUSEHOLD)
    bare, head = enterprise_names.bare(new.name), enterprise_names.head(new.tax_code)
    found = [
        one.pk
        for one in _known(Enterprise.objects.standing().exclude(pk=enterprise.pk))
        if (bare and enterprise_names.bare(one.name) == bare) or (head and enterprise_names.head(one.tax_code) == head)
    ]
    return list(Enterprise.objects.filter(pk__in=found).order_by("search_key", "pk")[:5])


def facts(enterprise: Enterprise) -> list[Fact]:
    """What is known of one enterprise, to compare it with another."""
    posts = enterprise.memberships
    contacts = posts.filter(ended_on=None, is_contact=True).select_related("person").order_by("since", "pk")
    size = f"{enterprise.get_size_display()} ({enterprise.size_as_of:%d/%m/%Y})" if enterprise.size_as_of else ""
    return [
        Fact(_("Name"), enterprise.name),
        Fact(_("Tax code"), enterprise.tax_code or ""),
        Fact(_("Legal form"), str(enterprise.get_legal_form_display())),
        Fact(_("Sector"), enterprise.sector.name),
        Fact(_("VSIC section"), vsic.label(enterprise.vsic) if enterprise.vsic else ""),
        Fact(_("Main products"), enterprise.products),
        Fact(_("Address"), enterprise.address),
        Fact(_("Commune or ward"), communes.dated(enterprise.commune) if enterprise.commune else ""),
        Fact(_("Size"), size),
        Fact(_("People at present"), str(posts.filter(ended_on=None).count())),
        Fact(_("People earlier"), str(posts.exclude(ended_on=None).count())),
        Fact(_("Contacts"), ", ".join(post.person.full_name for post in contacts)),
        *enterprise_data.facts(enterprise),
    ]


# --- History ----------------------------------------


class Line(NamedTuple):
    """One line of an enterprise's history."""

    at: datetime
    by: str
    what: str
    details: list[str]


_EVENTS = {
    "registered": gettext_lazy("registered"),
    "changed": gettext_lazy("facts changed"),
    "sized": gettext_lazy("size derived"),
    "contact_appointed": gettext_lazy("contact appointed"),
    "contact_ended": gettext_lazy("contact ended"),
    "merged": gettext_lazy("merged into another enterprise"),
    "absorbed": gettext_lazy("another enterprise was merged into it"),
    "system_added": gettext_lazy("system entered"),
    "system_changed": gettext_lazy("system changed"),
    "system_ended": gettext_lazy("system ended"),
    "need_set": gettext_lazy("training rule set"),
    "need_dropped": gettext_lazy("training rule taken away"),
}
_FIELDS = {
    "name": gettext_lazy("Name"),
    "tax_code": gettext_lazy("Tax code"),
    "legal_form": gettext_lazy("Legal form"),
    "sector": gettext_lazy("Sector"),
    "vsic": gettext_lazy("VSIC section"),
    "products": gettext_lazy("Main products"),
    "commune": gettext_lazy("Commune or ward"),
    "address": gettext_lazy("Address"),
}
_NOTHING = pgettext_lazy("a fact before it was changed", "nothing")


def history(enterprise: Enterprise, most: int = 50) -> list[Line]:
    """The last lines of an enterprise's history and of those merged into it, newest first: two queries."""
    events = list(
        EnterpriseEvent.objects.filter(Q(subject=enterprise) | Q(subject__merged_into=enterprise))
        .select_related("by", "subject")
        .order_by("-at", "-pk")[:most]
    )
    people = User.objects.in_bulk({event.data["person"] for event in events if "person" in event.data})
    return [
        Line(
            event.at,
            event.by.full_name if event.by else "",
            str(_EVENTS.get(event.new, event.new)),
            _details(event, people) + ([event.subject.name] if event.subject_id != enterprise.pk else []),
        )
        for event in events
    ]


def _details(event: EnterpriseEvent, people: Mapping[int, User]) -> list[str]:
    data = event.data
    if event.new == "changed":
        return [
            f"{_FIELDS[name]}: {_shown(name, old)} → {_shown(name, new)}"
            for name, (old, new) in data["changes"].items()
        ]
    if event.new == "sized":
        return [_size_line(data)]
    if event.new in ("contact_appointed", "contact_ended") and data.get("person") in people:
        return [people[data["person"]].full_name]
    if event.new == "absorbed":
        return [" · ".join(filter(None, (data["name"], data["tax_code"])))]
    return [data["text"]] if "text" in data else []


def _shown(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return of(value)
    if name == "legal_form" and value in Enterprise.LegalForm.values:
        return str(Enterprise.LegalForm(value).label)
    return str(value or _NOTHING)


def _size_line(data: Mapping[str, Any]) -> str:
    known = [
        (_("staff %(figure)s"), data["staff"]),
        (_("revenue %(figure)s billion đồng"), data["revenue_bn"]),
        (_("capital %(figure)s billion đồng"), data["capital_bn"]),
    ]
    parts = [text % {"figure": floatformat(value, "-2g")} for text, value in known if value is not None]
    said = ", ".join([*parts, *([f"VSIC {data['vsic']}"] if data["vsic"] else [])])
    day = f"{date.fromisoformat(data['as_of']):%d/%m/%Y}"
    return _("%(size)s as of %(day)s: %(figures)s") % {
        "size": Enterprise.Size(data["size"]).label,
        "day": day,
        "figures": said,
    }
