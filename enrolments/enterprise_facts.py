"""What classes know of enterprises: for comparing and merging two of them."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from enrolments.actions.enterprises import move_demand
from enrolments.models import Enrolment, InHouseRequest, SeatRequest, TrainingNeed
from people.enterprise_data import Fact, Keeper
from people.models import Enterprise


def facts(enterprise: Enterprise) -> Iterable[Fact]:
    """Lines to compare two enterprises by."""
    yield Fact(_("Enrolments"), str(Enrolment.objects.filter(enterprise=enterprise).count()))
    yield Fact(_("Requests for places"), str(SeatRequest.objects.filter(enterprise=enterprise).count()))
    yield Fact(_("Requests for classes"), str(InHouseRequest.objects.filter(enterprise=enterprise).count()))
    yield Fact(_("Training needs"), str(TrainingNeed.objects.filter(enterprise=enterprise).count()))


KEEPER = Keeper(floor=20, move=move_demand, facts=facts)
