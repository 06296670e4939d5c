"""The profile of one health centre: what differs between centres is data here, never an `if`.

One YAML file per centre in `deploy/facilities/`. Unknown keys and contradictions are errors.
"""

from contracts.facility.part import Part
from contracts.facility.profile import Facility
from contracts.facility.programmes import Checklist, Programmes
from contracts.facility.rules import ContradictionError, contradictions, notices
from contracts.facility.service import (
    Channel,
    Complaints,
    Documents,
    LabRules,
    Payment,
    Procedure,
    TimeStandard,
)
from contracts.facility.units import (
    AgeRule,
    Intake,
    Queue,
    Routing,
    ServicePoint,
    Unit,
    UnitKind,
)
from contracts.facility.vitals import VitalLimits

__all__ = [
    "AgeRule",
    "Channel",
    "Checklist",
    "Complaints",
    "ContradictionError",
    "Documents",
    "Facility",
    "Intake",
    "LabRules",
    "Part",
    "Payment",
    "Procedure",
    "Programmes",
    "Queue",
    "Routing",
    "ServicePoint",
    "TimeStandard",
    "Unit",
    "UnitKind",
    "VitalLimits",
    "contradictions",
    "notices",
]
