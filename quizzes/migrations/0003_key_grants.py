"""Seeing keys became a permission of its own: whoever could see them before may go on."""

from django.db import migrations
from django.db.models import Q
from django.utils import timezone

REASON = "Đã xem được đáp án trước khi có quyền riêng."


def grant(apps, schema_editor):
    """Instructors of the bank's course, content reviewers and administrators, each once per bank."""
    bank_model = apps.get_model("quizzes", "Bank")
    grants = apps.get_model("quizzes", "KeyGrant")
    person_model = apps.get_model("people", "User")
    at = timezone.now()
    held = Q(grants__role__in=["reviewer", "administrator"], grants__ended_at=None)
    everywhere = set(
        person_model.objects.filter(held | Q(is_superuser=True), is_active=True).values_list("pk", flat=True)
    )
    for bank in bank_model.objects.select_related("course"):
        people = set(everywhere)
        if bank.course is not None:
            people |= set(bank.course.instructors.filter(is_active=True).values_list("pk", flat=True))
        people -= set(grants.objects.filter(bank=bank, until=None).values_list("person", flat=True))
        grants.objects.bulk_create(
            grants(bank=bank, person_id=person, since=at, reason=REASON) for person in sorted(people)
        )


class Migration(migrations.Migration):
    """Data only; taking it back leaves the grants, which the older code does not read."""

    dependencies = [("quizzes", "0002_programme_office")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
