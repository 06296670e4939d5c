"""Synthetic patients: invented from a seed, the same ones every time."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_GIVEN = (
    "Aulia Bima Citra Dewi Eko Fitri Gilang Hana Indra Joko Kartika Lestari Mega Nanda Oki Putri"
    " Rahma Sari Tegar Utami Wulan Yoga Zahra Arif Bayu Dian Galih Intan Laras Rizky"
)
_FAMILY = (
    "Nugroho Wibowo Santoso Saputra Lestari Pratama Hidayat Kusuma Wijaya Setiawan Handayani"
    " Rahayu Susanto Utomo Maulana Firmansyah Anggraini Permata Siregar Wardani"
)
#: Days of birth are written 40 higher in the NIK of women.
_FEMALE_DAY = 40


@dataclass(frozen=True)
class Person:
    """Who comes, and what the papers in their hand say."""

    full_name: str
    birth_date: date
    sex: str
    nik: str
    payer: str

    @property
    def facts(self) -> dict[str, Any]:
        """As the desk enters them."""
        return {
            "full_name": self.full_name,
            "birth_date": self.birth_date.isoformat(),
            "sex": self.sex,
            "nik": self.nik,
            "village_code": "3323010001",
        }


def invent(rng: random.Random, today: date, months: tuple[int, int], serial: int) -> Person:
    """Somebody whose age lies between `months`; `serial` keeps two people of one run apart."""
    age_days = rng.randint(months[0] * 31, months[1] * 30)
    born = today - timedelta(days=age_days)
    sex = rng.choice("MF")
    day = born.day + (_FEMALE_DAY if sex == "F" else 0)
    region = f"33{rng.randint(1, 76):02d}{rng.randint(1, 40):02d}"
    nik = f"{region}{day:02d}{born:%m%y}{serial % 10_000:04d}"
    name = (
        f"{rng.choice(_GIVEN.split())} {rng.choice(_GIVEN.split())} {rng.choice(_FAMILY.split())}"
    )
    payer = "jkn" if rng.random() < 0.7 else "general"
    return Person(name, born, sex, nik, payer)
