"""The site's first pages, and the starter catalogue."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Revision, Site

from certificates.starter import load_schemes
from cms.models import HomePage
from cms.staff import set_up_staff
from courses.actions import Imported
from courses.models import CataloguePage
from courses.starter import load_packs, load_subjects, once
from people.starter import load_programmes, load_provinces, load_sectors, load_units

if TYPE_CHECKING:
    from people.models import User

HOME = {
    "vi": {
        "title": "Trang chủ",
        "headline": "Làm ra hàng tốt hơn, bằng người của mình",
        "lead": "Khóa học về năng suất và chất lượng cho người làm việc tại doanh nghiệp, hợp tác xã trong tỉnh. "
        "Học trên điện thoại, thi tại chỗ, nhận giấy xác nhận ai cũng kiểm tra được.",
        "popular": "HACCP, 5S, thủy sản",
    },
    "en": {
        "title": "Home",
        "headline": "Better products, made by your own people",
        "lead": "Courses on productivity and quality for people in the province’s enterprises and co-operatives. "
        "Learn on a phone, sit the exam, and hold a certificate that anyone can check.",
        "popular": "HACCP, 5S, seafood",
    },
}
CATALOGUE = {
    "vi": {"title": "Khóa học", "slug": "khoa-hoc", "intro": "Chọn theo việc anh/chị đang làm."},
    "en": {"title": "Courses", "slug": "courses", "intro": "Choose by the work that you do."},
}


@dataclass
class Loaded:
    """What loading the starter catalogue did."""

    files: list[str] = field(default_factory=list)
    """What had changed and was loaded."""
    packs: list[Imported] = field(default_factory=list)


def load_starter(*, folder: Path, by: "User | None", at: datetime) -> Loaded:
    """The starter catalogue in `folder`: subjects, places, packs, schemes, and the pages they stand on.

    Safe to repeat: what has not changed is not loaded again, so corrections made
    in the back office stay. Raises PackRefused or Refused.
    """
    done = Loaded()
    set_up_site(by=by, at=at)
    units, sectors, programmes = folder / "units", folder / "sectors.yaml", folder / "programmes.yaml"
    subjects, schemes = folder / "subjects.yaml", folder / "schemes"
    for paths, load in (
        ([units], partial(load_units, units)),
        ([sectors], partial(load_sectors, sectors)),
        ([programmes], partial(load_programmes, programmes)),
        ([folder / "provinces", programmes], partial(load_provinces, folder)),
        ([subjects], partial(load_subjects, subjects)),
    ):
        if once(paths, load, at=at):
            done.files.append(paths[0].name)
    done.packs = load_packs(folder / "courses", by=by, at=at)
    if once([schemes], partial(load_schemes, schemes), at=at):
        done.files.append(schemes.name)
    set_up_staff()
    return done


@transaction.atomic
def set_up_site(*, by: "User | None", at: datetime) -> Site:
    """Home page and catalogue in each language, in place of Wagtail's welcome page; safe to repeat."""
    root = Page.get_first_root_node()
    assert root is not None
    homes: dict[str, HomePage] = {}
    catalogue_key: UUID | None = None
    for language, _name in settings.LANGUAGES:
        locale, _created = Locale.objects.get_or_create(language_code=language)
        home = HomePage.objects.filter(locale=locale).first()
        if home is None:
            home = HomePage(slug=language, locale=locale, **HOME[language])
            if homes:
                home.translation_key = next(iter(homes.values())).translation_key
            _publish(home, root, by, at)
        homes[language] = home
        catalogue = CataloguePage.objects.filter(locale=locale).first()
        if catalogue is None:
            catalogue = CataloguePage(locale=locale, show_in_menus=True, **CATALOGUE[language])
            if catalogue_key:
                catalogue.translation_key = catalogue_key
            _publish(catalogue, home, by, at)
        catalogue_key = catalogue.translation_key
    address = urlsplit(settings.SITE_URL)
    site, _created = Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": address.hostname or "localhost",
            "port": address.port or (443 if address.scheme == "https" else 80),
            "site_name": settings.WAGTAIL_SITE_NAME,
            "root_page": homes[settings.LANGUAGE_CODE],
        },
    )
    # Wagtail's own first page, which nobody wrote.
    for welcome in root.get_children().filter(depth=2).exact_type(Page):
        if not welcome.get_descendants().exists():
            welcome.delete()
    return site


def _publish(page: HomePage | CataloguePage, parent: Page, by: "User | None", at: datetime) -> None:
    parent.add_child(instance=page)
    revision = page.save_revision(user=by)
    Revision.objects.filter(pk=revision.pk).update(created_at=at)
    revision.publish(user=by, skip_permission_checks=True)
    page.refresh_from_db()
