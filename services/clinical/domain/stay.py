"""A visit as the rooms see it: where the patient is, who it is, and the encounters of each unit."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from . import completion, rights
from .rights import Clinician


@dataclass(frozen=True)
class Patient:
    """Who it is, as registration says."""

    patient_id: UUID
    mrn: str
    full_name: str
    birth_date: date
    sex: str


@dataclass(frozen=True)
class Entry:
    """The visit's place; `id` is the visit."""

    id: UUID
    patient_id: UUID
    unit: str
    state: str
    reason: str
    priority_class: str
    rank: int
    number: int
    ticket_no: str
    attempt: int
    missed: int
    first_routed_at: datetime
    routed_at: datetime
    called_at: datetime | None


@dataclass(frozen=True)
class Encounter:
    id: UUID
    unit: str
    state: str
    opened_at: datetime
    identity_match: bool | None
    identity_at: datetime | None
    assessment_version: int
    weight_kg: float | None
    allergies: list[str]
    icd10: list[str]
    care_categories: list[str]
    disposition: str | None
    completed_at: datetime | None
    version: int


def is_present(entry: Entry, encounter: Encounter) -> bool:
    """The patient was called into the room of this encounter, and has not gone on."""
    return entry.unit == encounter.unit and entry.state in ("called", "in_service")


@dataclass(frozen=True)
class Stay:
    """`encounters` oldest first. `patient` is None until registration's event has arrived."""

    entry: Entry
    patient: Patient | None
    encounters: tuple[Encounter, ...]

    @property
    def units(self) -> frozenset[str]:
        return frozenset({self.entry.unit, *(encounter.unit for encounter in self.encounters)})

    @property
    def is_open(self) -> bool:
        return self.entry.state in rights.OPEN_STATES

    def focus(self, clinician: Clinician) -> Encounter | None:
        """The encounter to show: of the unit the patient is in, else the clinician's newest."""
        mine = [seen for seen in self.encounters if clinician.works_in(seen.unit)]
        here = [seen for seen in mine if seen.unit == self.entry.unit]
        return here[-1] if here else mine[-1] if mine else None

    def require_access(self, clinician: Clinician, *, unread: bool = False) -> None:
        rights.require_access(clinician, self.units, self.entry.state, unread=unread)

    def require_encounter(self, clinician: Clinician) -> Encounter:
        """The open encounter of the clinician's unit, wherever the patient is just now."""
        self.require_access(clinician)
        encounter = self.focus(clinician)
        if encounter is None:
            raise completion.NotPresent("Panggil pasien ini dahulu")
        if encounter.state != "open":
            raise completion.EncounterClosed("Pelayanan di unit ini sudah selesai")
        return encounter

    def require_present(self, clinician: Clinician) -> Encounter:
        """The open encounter of a patient who was called into a unit of the clinician."""
        encounter = self.require_encounter(clinician)
        if not is_present(self.entry, encounter):
            raise completion.NotPresent("Panggil pasien ini dahulu")
        return encounter
