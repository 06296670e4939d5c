"""The shapes of the clinical JSON API and of its forms."""

from .requests import Assess, CallNext, Cancel, Complete, Identify, Prescribe, RequestLab, Step
from .views import (
    AccessView,
    AskedView,
    AssessedView,
    CallView,
    CancelledView,
    CompletedView,
    EncounterView,
    FiledView,
    IdentifiedView,
    NoticeView,
    PlacedView,
    ReadView,
    UnitView,
    WorklistView,
)

__all__ = [
    "AccessView",
    "AskedView",
    "Assess",
    "AssessedView",
    "CallNext",
    "CallView",
    "Cancel",
    "CancelledView",
    "Complete",
    "CompletedView",
    "EncounterView",
    "FiledView",
    "IdentifiedView",
    "Identify",
    "NoticeView",
    "PlacedView",
    "Prescribe",
    "ReadView",
    "RequestLab",
    "Step",
    "UnitView",
    "WorklistView",
]
