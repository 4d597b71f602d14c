"""What everything is compared with: a signed-in view through the same middleware that reads one row."""

from django.http import HttpRequest, HttpResponse

from courses.models import Course


def yardstick(request: HttpRequest) -> HttpResponse:
    """Reads one row and says its title to whoever is signed in."""
    course = Course.objects.only("title_vi").order_by("pk")[:1].get()
    return HttpResponse(f"{request.user.pk} {course.title_vi}", content_type="text/plain")
