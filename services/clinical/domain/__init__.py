"""The clinical rules: pure, one module per idea, no I/O and no framework."""

from . import (
    completion,
    growth,
    identity,
    laboratory,
    prescribing,
    queue,
    requests,
    rights,
    stay,
    vitals,
)
from .rights import RIGHTS, Clinician

__all__ = [
    "RIGHTS",
    "Clinician",
    "completion",
    "growth",
    "identity",
    "laboratory",
    "prescribing",
    "queue",
    "requests",
    "rights",
    "stay",
    "vitals",
]
