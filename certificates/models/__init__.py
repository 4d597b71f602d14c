"""Schemes, applications and decisions; certificates and their register."""

from certificates.models.application import Application, ApplicationEvent, Decision, Evidence, Proposal
from certificates.models.certificate import Certificate, CertificateEvent
from certificates.models.register import RegisterBook, RegisterLine, RegisterYear
from certificates.models.scheme import Scheme, SchemeVersion

__all__ = [
    "Application",
    "ApplicationEvent",
    "Certificate",
    "CertificateEvent",
    "Decision",
    "Evidence",
    "Proposal",
    "RegisterBook",
    "RegisterLine",
    "RegisterYear",
    "Scheme",
    "SchemeVersion",
]
