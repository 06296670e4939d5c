"""What the clinical rooms answer with."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AliasPath, BaseModel, BeforeValidator, ConfigDict, Field

from contracts.values import LabResult, Observation, PrescriptionItem, ZScore

EntryState = Literal[
    "waiting", "called", "in_service", "absent", "done", "away", "closed", "cancelled"
]


#: The tests of a request in one text.
Names = Annotated[str, BeforeValidator(", ".join)]


class View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class UnitView(View):
    """A unit of the caller. `oldest`: since when the longest waiting patient waits."""

    code: str = Field(validation_alias=AliasPath("unit", "code"))
    name: str = Field(validation_alias=AliasPath("unit", "name"))
    waiting: int
    in_room: int
    oldest: datetime | None


class WorklistView(View):
    """One line of a worklist, in calling order. Identity is empty until registration's event."""

    visit_id: UUID = Field(validation_alias="id")
    patient_id: UUID
    unit: str
    state: EntryState
    ticket_no: str
    number: int
    priority_class: str
    reason: str
    attempt: int
    routed_at: datetime
    called_at: datetime | None
    mrn: str | None
    full_name: str | None
    birth_date: date | None
    sex: str | None


class CallView(View):
    visit_id: UUID
    encounter_id: UUID
    ticket_no: str
    unit: str
    room: str
    attempt: int
    state: EntryState


class PlacedView(View):
    visit_id: UUID
    unit: str
    state: EntryState


class IdentifiedView(View):
    visit_id: UUID
    encounter_id: UUID
    match: bool
    version: int


class AssessedView(View):
    """`doubtful`: z-scores (WAZ, HAZ, WHZ) beyond WHO's limits; measure again."""

    id: UUID
    visit_id: UUID
    encounter_id: UUID
    assessment_version: int
    observations: list[Observation]
    zscores: list[ZScore]
    doubtful: list[str]
    version: int


class AskedView(View):
    """`state` is what the sender sees: waiting, sent, received ... (see EncounterView)."""

    id: UUID
    visit_id: UUID
    encounter_id: UUID
    unit: str
    state: str
    requested_at: datetime


class CancelledView(View):
    id: UUID
    visit_id: UUID
    state: str
    version: int


class ReadView(View):
    order_id: UUID
    visit_id: UUID
    result_version: int
    state: str
    version: int


class CompletedView(View):
    visit_id: UUID
    encounter_id: UUID
    unit: str
    disposition: str
    version: int


class PatientView(View):
    patient_id: UUID
    mrn: str
    full_name: str
    birth_date: date
    sex: str


class AssessmentView(View):
    id: UUID
    encounter_id: UUID
    version: int
    complaint: str
    complaint_code: str | None
    history: str
    allergies: list[str]
    observations: list[Observation]
    zscores: list[ZScore]
    recorded_at: datetime
    recorded_by: str


class ResultView(View):
    """One version of a result; the highest is the valid one, older ones stay."""

    version: int
    results: list[LabResult]
    validated_by: str
    validator_name: str
    released_at: datetime
    read_at: datetime | None
    read_by: str | None


class LabRequestView(View):
    """A lab order in the sender's view; `filed`: the result came after the unit was done.

    `recollect`: why a specimen was rejected that has not been taken again yet. `cancellable`: the
    unit may still take it back.
    """

    id: UUID
    unit: str
    tests: list[str]
    names: list[str]
    priority: str
    clinical_note: str
    state: Literal[
        "waiting",
        "sent",
        "received",
        "accepted",
        "in_progress",
        "returned",
        "read",
        "rejected",
        "cancelled",
    ]
    overdue: bool
    cancellable: bool
    unread: bool
    filed: bool
    requested_at: datetime
    state_at: datetime
    accession_no: str | None
    reason: str | None
    cancel_reason: str | None
    recollect: Literal["haemolysed", "mislabelled", "insufficient"] | None
    results: list[ResultView]
    version: int


class PrescriptionView(View):
    id: UUID
    unit: str
    items: list[PrescriptionItem]
    allergies: list[str]
    state: Literal[
        "waiting",
        "sent",
        "received",
        "reviewed",
        "prepared",
        "dispensed",
        "rejected",
        "cancelled",
    ]
    overdue: bool
    cancellable: bool
    issued_at: datetime
    state_at: datetime
    reason: str | None
    cancel_reason: str | None
    version: int


class ObstaclesView(View):
    """Names of requests that have not come back, of results nobody has read, and of prescriptions
    the pharmacy rejected that are neither replaced nor taken back."""

    outstanding: list[Names]
    unread: list[Names]
    rejected: list[str]


class CurrentEncounterView(View):
    id: UUID
    unit: str
    state: Literal["open", "completed"]
    identity_match: bool | None
    assessment_version: int
    weight_kg: float | None
    allergies: list[str]
    icd10: list[str]
    care_categories: list[str]
    disposition: str | None


class EncounterView(View):
    """The record of a visit. `version` is the encounter's, for If-Match."""

    visit_id: UUID
    state: EntryState
    unit: str = Field(validation_alias=AliasPath("entry", "unit"))
    ticket_no: str = Field(validation_alias=AliasPath("entry", "ticket_no"))
    patient: PatientView | None
    age_days: int | None
    age_months: int | None
    encounter: CurrentEncounterView | None
    assessments: list[AssessmentView]
    lab_requests: list[LabRequestView]
    prescriptions: list[PrescriptionView]
    obstacles: ObstaclesView
    version: int | None


class NoticeView(View):
    """A complaint the unit is asked to clarify."""

    id: UUID
    unit: str
    number: str
    summary: str
    received_at: datetime


class FiledView(View):
    """A result that came after the unit was done; reading it takes it off this list."""

    order_id: UUID = Field(validation_alias="id")
    visit_id: UUID
    unit: str
    tests: list[str]
    state_at: datetime


class AccessView(View):
    """One audit entry; `actor` is `staff_id;role;unit`."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: str
