"""A real profile and a fresh complaint for the rules of the complaints desk."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from chassis.profiles import load
from contracts.facility import Facility
from services.complaints import domain
from tests.unit.complaints.samples import NewComplaint


@pytest.fixture(scope="session")
def facility() -> Facility:
    return load(Path("deploy/facilities"))["tarik2"]


@pytest.fixture(scope="session")
def new_complaint(facility: Facility) -> NewComplaint:
    """A complaint received on Monday 2 November 2026."""

    def make(**facts: object) -> domain.Complaint:
        complaint = domain.receive(
            facility,
            id=UUID(int=1),
            number="PGD-2026-0001",
            channel="wa",
            category="no_inspection",
            received_at=datetime(2026, 11, 2, 3, tzinfo=UTC),
            text="Antrean tidak dipanggil",
            holidays=domain.indonesian_holidays(),
        )
        return replace(complaint, **facts)  # type: ignore[arg-type]

    return make
