"""Groups, permissions and the review workflow of the back office. Safe to repeat."""

from collections.abc import Iterable

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from cms.models import HomePage
from courses.models import CataloguePage
from lms.lib.access import STAFF, Role

WORKFLOW = "Duyệt nội dung"
EDITORS = (Role.INSTRUCTOR, Role.REVIEWER, Role.ADMINISTRATOR)
# Reference data that administrators keep through Wagtail's own screens.
KEPT_BY_ADMINISTRATORS = {
    "courses": ("family", "subject", "edition"),
    "people": ("sector", "programme", "fundingsource"),
    "wagtailcore": ("collection", "locale", "workflow", "task", "site"),
    "wagtailredirects": ("redirect",),
}


@transaction.atomic
def set_up_staff() -> None:
    """One Django group per role of staff, named after it, with what Wagtail lets it do."""
    groups = {role: Group.objects.get_or_create(name=role.value)[0] for role in sorted(STAFF)}
    entry = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    for group in groups.values():
        group.permissions.add(entry)
    _pages(groups[Role.INSTRUCTOR], CataloguePage.objects.all(), ["add_page", "change_page"])
    _pages(groups[Role.REVIEWER], CataloguePage.objects.all(), ["add_page", "change_page", "publish_page", "lock_page"])
    _pages(
        groups[Role.ADMINISTRATOR],
        [Page.get_first_root_node()],
        ["add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page", "unlock_page"],
    )
    root = Collection.get_first_root_node()
    for role in EDITORS:
        for app, model in (("wagtailimages", "image"), ("wagtaildocs", "document")):
            for verb in ("add", "change", "choose"):
                permission = Permission.objects.get(content_type__app_label=app, codename=f"{verb}_{model}")
                GroupCollectionPermission.objects.get_or_create(
                    group=groups[role], collection=root, permission=permission
                )
    for app, models in KEPT_BY_ADMINISTRATORS.items():
        for model in models:
            kept = Permission.objects.filter(content_type__app_label=app, content_type__model=model)
            groups[Role.ADMINISTRATOR].permissions.add(*kept)
    _localize(groups)
    _workflow([groups[Role.REVIEWER], groups[Role.ADMINISTRATOR]])


def _pages(group: Group, pages: Iterable[Page], codenames: list[str]) -> None:
    for page in pages:
        for codename in codenames:
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
            GroupPagePermission.objects.get_or_create(group=group, page_id=page.pk, permission=permission)


def _localize(groups: dict[Role, Group]) -> None:
    """Editors may send a page to translation."""
    if not apps.is_installed("wagtail_localize"):
        return
    found = Permission.objects.filter(content_type__app_label="wagtail_localize", codename="submit_translation")
    for role in EDITORS:
        groups[role].permissions.add(*found)


def _workflow(approvers: list[Group]) -> None:
    """One step: a reviewer or an administrator reads and publishes. Wagtail's sample workflow goes."""
    task = GroupApprovalTask.objects.filter(name=WORKFLOW).first()
    if task is None:
        task = GroupApprovalTask.objects.create(name=WORKFLOW, active=True)
    task.groups.set(approvers)
    workflow, _created = Workflow.objects.get_or_create(name=WORKFLOW, defaults={"active": True})
    WorkflowTask.objects.get_or_create(workflow=workflow, task=Task.objects.get(pk=task.pk), defaults={"sort_order": 0})
    for page in HomePage.objects.all():
        WorkflowPage.objects.update_or_create(page_id=page.pk, defaults={"workflow": workflow})
    root = Page.get_first_root_node()
    WorkflowPage.objects.filter(page_id=root.pk).exclude(workflow=workflow).delete()
