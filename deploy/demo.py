"""Demo accounts and demo data for every facility, so that a fresh start can be tried at once.

Everything here is invented and labelled as demo; loading it twice changes nothing.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from chassis.auth import passwords
from chassis.database import Database
from chassis.settings import Settings
from chassis.work import Work
from contracts.envelope import Actor
from contracts.facility import Facility
from contracts.formulary import DRUGS
from contracts.values import Sex
from services.pharmacy import use_cases as pharmacy
from services.registration.domain.patients import Facts
from services.registration.use_cases.accounts import create_account
from services.registration.use_cases.patients import register_patient

PASSWORD = "alur-demo"
#: Role -> the name shown; every demo account may work in every unit of its facility.
ROLES = {
    "clerk": "Petugas Loket (demo)",
    "medical_record": "Petugas Rekam Medis (demo)",
    "nurse": "Perawat (demo)",
    "midwife": "Bidan (demo)",
    "doctor": "Dokter (demo)",
    "analyst": "Analis Laboratorium (demo)",
    "pharmacist": "Apoteker (demo)",
    "complaints_officer": "Petugas Pengaduan (demo)",
    "head": "Kepala Puskesmas (demo)",
    "admin": "Petugas Sistem (demo)",
    "queue_machine": "Mesin Antrean (demo)",
    "display": "Layar Antrean (demo)",
}
ACTOR = Actor("demo", "admin", "*")
STOCK = 5_000


@dataclass(frozen=True)
class Person:
    name: str
    sex: Sex
    months: int


PEOPLE = (
    Person("Aisyah Nuraini (demo)", Sex.FEMALE, 14),
    Person("Bagas Pratama (demo)", Sex.MALE, 38),
    Person("Citra Wulandari (demo)", Sex.FEMALE, 26 * 12),
    Person("Dimas Aryanto (demo)", Sex.MALE, 9 * 12),
    Person("Eka Sulistyowati (demo)", Sex.FEMALE, 67 * 12),
    Person("Fajar Hidayat (demo)", Sex.MALE, 45 * 12),
)


async def load(settings: Settings, facilities: Sequence[Facility]) -> bool:
    """Write the demo data into migrated databases; False where it is there already."""
    async with database_of(settings, "registration") as database:
        fresh = [await _load_registration(database, facility) for facility in facilities]
    if any(fresh):
        async with database_of(settings, "pharmacy") as database:
            for facility in facilities:
                await _load_pharmacy(database, facility)
    return any(fresh)


async def _load_registration(database: Database, facility: Facility) -> bool:
    async with work_on(database, facility) as work:
        for role, name in ROLES.items():
            created = await create_account(
                work,
                username=username(role, facility.code),
                name=name,
                password_hash=_password_hash(),
                roles=[role],
                units=["*"],
            )
            if not created:
                return False
        for patient in _patients(work.at.astimezone(facility.zone).date()):
            await register_patient(work, patient)
    return True


async def _load_pharmacy(database: Database, facility: Facility) -> None:
    async with work_on(database, facility) as work:
        today = work.at.astimezone(facility.zone).date()
        for code in DRUGS:
            await pharmacy.receive_stock(
                work,
                drug_code=code,
                lot="DEMO-1",
                expiry=date(today.year + 2, 1, 31),
                quantity=STOCK,
            )


def _patients(today: date) -> Iterator[Facts]:
    for person in PEOPLE:
        yield Facts(
            full_name=person.name,
            sex=person.sex,
            birth_date=today - timedelta(days=round(person.months * 30.44)),
            nik_absent_reason="Data demo",
        )


@lru_cache
def _password_hash() -> str:
    """One hash for all demo accounts: sixty honest ones would take seconds at the start."""
    return passwords.hash(PASSWORD)


def username(role: str, facility: str) -> str:
    return f"{role}.{facility}"


@asynccontextmanager
async def database_of(settings: Settings, service: str) -> AsyncIterator[Database]:
    """One service's database, opened for a tool of the launcher."""
    database = Database(settings.database(service), pool=1)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def work_on(database: Database, facility: Facility) -> AsyncIterator[Work]:
    """A unit of work outside any request, committed at the end of the block."""
    async with database.writing() as connection:
        work = Work(database, connection, ACTOR, facility, datetime.now(UTC))
        yield work
        await work.flush()
