"""Events about one child as other rooms send them; keyword arguments put other facts in them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from contracts.clinical import LabRequestedV1, PrescriptionIssuedV1
from contracts.formulary import DRUGS
from contracts.lab import ResultReleasedV1
from contracts.registration import (
    PatientRegisteredV1,
    PatientRoutedV1,
    PatientUpdatedV1,
    RouteReason,
    VisitLeftV1,
)
from contracts.values import (
    LabPriority,
    LabResult,
    PatientFacts,
    PrescriptionItem,
    PriorityClass,
    RequestedTest,
    Sex,
)

AGE_DAYS: Final = 430
NAME: Final = "Aisyah Nuraini"
BORN: Final = date.today() - timedelta(days=AGE_DAYS)
#: LOINC codes.
HAEMOGLOBIN: Final = "718-7"
WEIGHT: Final = "29463-7"
LENGTH: Final = "8306-3"
TEMPERATURE: Final = "8310-5"
#: A code of the formulary.
SYRUP: Final = "paracetamol_120_syr"


def registered(**facts: Any) -> PatientRegisteredV1:
    known: dict[str, Any] = {
        "patient_id": uuid4(),
        "mrn": "00-12-47",
        "full_name": NAME,
        "birth_date": BORN,
        "sex": Sex.FEMALE,
    }
    return PatientRegisteredV1(**(known | facts))


def updated(patient: PatientRegisteredV1, **facts: Any) -> PatientUpdatedV1:
    """What was wrong of a patient is put right."""
    return PatientUpdatedV1(**(patient.model_dump() | facts))


def routed(number: int = 1, **facts: Any) -> PatientRoutedV1:
    """From the desk to the child room, with the ticket A-`number`."""
    known: dict[str, Any] = {
        "visit_id": uuid4(),
        "patient_id": uuid4(),
        "route_seq": 1,
        "to_unit": "anak",
        "reason": RouteReason.REGISTRATION,
        "priority_class": PriorityClass.REGULAR,
        "ticket_no": f"A-{number:03d}",
        "number": number,
    }
    return PatientRoutedV1(**(known | facts))


def left(visit_id: UUID, **facts: Any) -> VisitLeftV1:
    """The patient has gone home before the end of the visit."""
    known: dict[str, Any] = {
        "patient_id": uuid4(),
        "unit": "anak",
        "reason": "Tidak dapat menunggu",
        "left_at": datetime.now(UTC),
    }
    return VisitLeftV1(visit_id=visit_id, **(known | facts))


def lab_requested(*tests: str, **facts: Any) -> LabRequestedV1:
    """A request of the child room; of a haemoglobin unless tests are named."""
    known: dict[str, Any] = {
        "order_id": uuid4(),
        "visit_id": uuid4(),
        "patient_id": uuid4(),
        "origin_unit": "anak",
        "tests": tuple(RequestedTest(loinc=loinc) for loinc in tests or (HAEMOGLOBIN,)),
        "priority": LabPriority.ROUTINE,
        "requested_at": datetime.now(UTC),
    }
    return LabRequestedV1(**(known | facts))


def released(
    order_id: UUID, visit_id: UUID, version: int = 1, value: float = 8.1, **facts: Any
) -> ResultReleasedV1:
    """A low haemoglobin, back to the child room."""
    result = LabResult(loinc=HAEMOGLOBIN, value=value, ucum="g/dL", reference="12-16", flag="low")
    known: dict[str, Any] = {
        "origin_unit": "anak",
        "results": (result,),
        "validated_by": "Analis Budi",
        "released_at": datetime.now(UTC) + timedelta(minutes=version),
    }
    return ResultReleasedV1(
        order_id=order_id, visit_id=visit_id, version=version, **(known | facts)
    )


def prescribed(*items: PrescriptionItem, **facts: Any) -> PrescriptionIssuedV1:
    """By the doctor of the child room; a bottle of syrup unless items are named."""
    known: dict[str, Any] = {
        "rx_id": uuid4(),
        "visit_id": uuid4(),
        "patient_id": uuid4(),
        "origin_unit": "anak",
        "prescriber_id": "dr-1",
        "prescriber_name": "dr. Ayu",
        "issued_at": datetime.now(UTC),
        "patient": PatientFacts(age_days=AGE_DAYS, sex=Sex.FEMALE, weight_kg=9.4),
        "items": items or (rx_item(),),
    }
    return PrescriptionIssuedV1(**(known | facts))


def rx_item(code: str = SYRUP, quantity: int = 1, **facts: Any) -> PrescriptionItem:
    """Three days of a drug; what the formulary does not know is a tablet."""
    drug = DRUGS.get(code)
    known: dict[str, Any] = {
        "drug_code": code,
        "form": drug.form if drug else "tablet",
        "strength": drug.strength if drug else "1 mg",
        "dose": "5 mL",
        "frequency": "3 x sehari",
        "route": drug.route if drug else "oral",
        "days": 3,
        "quantity": quantity,
        "unit": drug.unit if drug else "tablet",
    }
    return PrescriptionItem(**(known | facts))
