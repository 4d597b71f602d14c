"""App of certification, certificates and their register."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    """Knows quizzes and below; is known by reports and cms."""

    name = "certificates"
    verbose_name = _("Certification")

    def ready(self) -> None:
        """Connect receivers."""
        import_module("certificates.receivers")
        import_module("certificates.personal_data").fill()
        held = import_module("certificates.held")
        import_module("enrolments.prerequisites").register("certificate", held.CertificatesHeld())
        import_module("quizzes.issued_papers").register(import_module("certificates.borne").papers)
        import_module("enrolments.laggards").register(import_module("certificates.laggards").laggards)
