"""The programme's figures in the back office."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.lib import periods
from lms.lib.paging import page_of
from lms.lib.periods import BadPeriod, Boundaries, Period, local_date
from people.models import Province
from people.visitors import signed_in
from reports import chart, definitions, drill, exports, reading
from reports.dimensions import BY_CODE
from reports.facts import Facts, facts
from reports.figures import Heat, Report, Row, Table
from reports.forms import PeriodForm

PAGE = 50
MANY = 15
"""More rows than this are folded away until asked for."""
COLUMNS = ("turns", "persons", "completed_turns", "completed_persons", "passed_turns", "hours")


@dataclass(frozen=True)
class Cell:
    """One figure with its name and the address of its rows."""

    value: Any
    name: str
    url: str
    level: int = 0


@dataclass(frozen=True)
class TableView:
    """One dimension's table as it is drawn."""

    code: str
    title: str
    folded: bool
    rows: list[tuple[str, list[Cell]]]


def half_year(request: HttpRequest) -> HttpResponse:
    """A period's report: by default of the half-year in which we are."""
    at = timezone.now()
    boundaries = Province.current().boundaries
    present = periods.current(local_date(at), boundaries)
    asked = "first" in request.GET or "last" in request.GET
    form = PeriodForm(request.GET if asked else None)
    context: dict[str, Any] = {"form": form, "choices": _choices(present, boundaries)}
    if asked:
        if form.is_valid():
            return redirect(_address(form.code))
        return _page(request, "reports/half_year.html", context, status=422)
    try:
        period = reading.period(request.GET.get("period") or present.code, boundaries)
    except BadPeriod as error:
        return _page(request, "reports/half_year.html", {**context, "fault": str(error)}, status=422)
    report = reading.read(signed_in(request), period, {}, at=at)
    context["form"] = PeriodForm(initial={"first": period.first, "last": period.last})
    return _page(request, "reports/half_year.html", {**context, **_drawn(report)}, period)


def rows(request: HttpRequest) -> HttpResponse:
    """The rows behind one figure, as far as the reader may see."""
    period = _period_or_404(request)
    measure = request.GET.get("measure", "")
    if measure not in definitions.BY_CODE:
        raise Http404
    filters = {code: str(key) for code, key in request.GET.items() if code in BY_CODE or code == "scheme"}
    viewer = signed_in(request)
    found = facts(viewer, period, filters, at=timezone.now())
    kept: list[Any] = found.consultants if measure == "consultants" else drill.behind(found, measure)
    page = page_of(kept, PAGE, request)
    context = {
        "period": period,
        "counted": definitions.BY_CODE[measure],
        "narrowed": [(_title(code), _label(found, code, key)) for code, key in filters.items()],
        "page": page,
        "query": urlencode({"period": period.code, "measure": measure, **filters}),
        "persons": len({fact.person for fact in kept}),
        "consultants": measure == "consultants",
        "lines": (
            drill.certificate_lines(viewer, list(page)) if measure == "consultants" else drill.lines(viewer, list(page))
        ),
    }
    return _page(request, "reports/rows.html", context, period, definitions.BY_CODE[measure].name)


def download(request: HttpRequest, kind: str) -> HttpResponse:
    """The report as a file: the same figures as the screen's."""
    if kind not in exports.MEDIA_TYPES:
        raise Http404
    period = _period_or_404(request)
    report = reading.read(signed_in(request), period, {}, at=timezone.now())
    response = HttpResponse(exports.render(report, kind), content_type=exports.MEDIA_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="bao-cao-{period.code.replace("..", "_")}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


# --- Parts ---------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    period: Period | None = None,
    last: Any = "",
    *,
    status: int = 200,
) -> HttpResponse:
    """A page of the back office with its crumbs."""
    crumbs = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    crumbs.append({"url": reverse("reports:half_year"), "label": _("Programme reports")})
    if period is not None:
        crumbs.append({"url": _address(period.code), "label": period.title})
    if last:
        crumbs.append({"url": "", "label": str(last)})
    crumbs[-1]["url"] = ""
    title = period.title if period else _("Programme reports")
    frame = {"breadcrumbs_items": crumbs, "header_title": title, "header_icon": "table"}
    return render(request, template, {**frame, **context}, status=status)


def _period_or_404(request: HttpRequest) -> Period:
    try:
        return reading.period(request.GET.get("period", ""), Province.current().boundaries)
    except BadPeriod as error:
        raise Http404(str(error)) from error


def _address(code: str) -> str:
    return f"{reverse('reports:half_year')}?{urlencode({'period': code})}"


def _choices(present: Period, boundaries: Boundaries) -> list[tuple[Period, str]]:
    """The last half-years and the years that they make up, with their addresses."""
    halves = periods.around(present, 4, boundaries)
    years = sorted({half.code[:4] for half in halves}, reverse=True)
    found = [*halves, *(reading.period(year, boundaries) for year in years)]
    return [(period, _address(period.code)) for period in found]


def _title(code: str) -> str:
    return _("Certification scheme") if code == "scheme" else str(BY_CODE[code].title)


def _label(found: Facts, code: str, key: str) -> str:
    label = found.labels[code].get(key)
    return label.name if label else key


def _drawn(report: Report) -> dict[str, Any]:
    """The report as the template draws it: figures, each with the address of its rows."""
    period = report.period
    base = reverse("reports:rows")

    def to(measure: str, code: str = period.code, **narrowed: str) -> str:
        return f"{base}?{urlencode({'period': code, 'measure': measure, **narrowed})}"

    def cells(row_figures: Any, **narrowed: str) -> list[Cell]:
        return [
            Cell(getattr(row_figures, measure), definitions.BY_CODE[measure].name, to(measure, **narrowed))
            for measure in COLUMNS
        ]

    def table(found: Table) -> TableView:
        drawn = [(row.label.name, cells(row.figures, **{found.code: row.key})) for row in found.rows]
        return TableView(found.code, str(BY_CODE[found.code].title), len(drawn) > MANY, drawn)

    modes: tuple[Row, ...] = report.table("mode").rows
    return {
        "report": report,
        "not_begun": report.counted_to < period.first,
        "cut": period.first <= report.counted_to < period.last,
        "tiles": [
            Cell(report.total.completed_persons, _("people completed a course"), to("completed_persons")),
            Cell(report.total.turns, _("turns"), to("turns")),
            Cell(report.total.persons, _("distinct people"), to("persons")),
            Cell(report.total.enterprises, _("enterprises took part"), to("enterprises")),
            Cell(report.consultants.persons, _("consultants certified"), to("consultants")),
            Cell(report.total.hours, _("learning hours completed"), to("hours")),
        ],
        "columns": [definitions.BY_CODE[measure].name for measure in COLUMNS],
        "tables": [table(found) for found in report.tables],
        "totals": cells(report.total),
        "heat": _heat(report.heat, to),
        "charts": [
            ("only-wide", chart.bars(report.stretches, 640)),
            ("only-narrow", chart.bars(report.stretches, 340)),
        ],
        "stretches": [
            Cell(stretch.completed_persons, f"{stretch.first:%d/%m/%Y}–{stretch.last:%d/%m/%Y}",
                 to("completed_persons", f"{stretch.first}..{stretch.last}"))
            for stretch in report.stretches
        ],
        "modes": [(share, to("turns", mode=share.row.key)) for share in chart.shares(modes)],
        "schemes": [
            (row, to("consultants", scheme=row.key)) for row in report.consultants.by_scheme
        ],
        "measures": [*definitions.MEASURES, definitions.CONSULTANTS],
        "rules": definitions.RULES,
        "downloads": [
            (kind, f"{reverse('reports:download', args=[kind])}?{urlencode({'period': period.code})}")
            for kind in ("xlsx", "csv", "json")
        ],
    }  # fmt: skip


def _heat(heat: Heat, to: Any) -> dict[str, Any]:
    """Five steps of colour, by the highest cell."""
    highest = max((count for row in heat.rows for count in row.cells), default=0)
    return {
        "sectors": [label.name for _key, label in heat.sectors],
        "rows": [
            (
                row.label.name,
                [
                    Cell(
                        count,
                        label.name,
                        to("completed_persons", subject=row.key, sector=sector),
                        -(-5 * count // highest) if highest else 0,
                    )
                    for (sector, label), count in zip(heat.sectors, row.cells, strict=True)
                ],
                Cell(row.total, row.label.name, to("completed_persons", subject=row.key)),
            )
            for row in heat.rows
        ],
        "totals": [
            Cell(total, label.name, to("completed_persons", sector=sector))
            for (sector, label), total in zip(heat.sectors, heat.column_totals, strict=True)
        ],
        "total": Cell(heat.total, _("All"), to("completed_persons")),
    }
