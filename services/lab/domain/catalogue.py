"""How this laboratory does the shared tests (`contracts.lab_tests`): units, ranges, limits.

Reference ranges are a convention that the centre's own decree overrides. They are those of adults
and judge nobody younger: a value without a range for its patient is `unjudged`, never "normal".
Glucose and HbA1c are judged from one year on, since the limits of impaired glucose are the same in
children (consensus of SIEDP and SIP, 2018, doi 10.1186/s13052-018-0525-6, table 3).

Critical limits follow one Puskesmas decree. A child older than 30 days takes the adult critical
limit where the decree names none for children: a missing alarm is the worse error. `plausible` only
catches typing errors.

Lower limits of haemoglobin: WHO, Guideline on haemoglobin cutoffs to define anaemia in individuals
and populations, Geneva 2024, ISBN 978-92-4-008854-2. It names no upper limits, and other
lower ones in pregnancy (11, 10.5 and 11 g/dL by trimester), at altitude and for smokers: a request
says none of these, so the clinician allows for them.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from chassis.errors import Invalid
from contracts.lab_tests import SPECIMENS
from contracts.values import Sex

from .results import Interval, LabTest, months

F, M = Sex.FEMALE, Sex.MALE
NEWBORN: Final = 30
CHILD: Final = months(12)
ADULT: Final = months(18 * 12)

_NEGATIVE_POSITIVE = ("negative", "positive")
_REACTIVE = ("non_reactive", "reactive")
_MALARIA = ("negative", "positive_pf", "positive_pv", "positive_mixed")
_GLUCOSE_CRITICAL = (
    Interval(at_least=40, at_most=200, until_days=NEWBORN),
    Interval(at_least=50, at_most=500, from_days=NEWBORN),
)
_GLUCOSE_PLAUSIBLE = Interval(at_least=5, at_most=1500)
_BELOW_140 = (Interval(below=140, from_days=CHILD),)

#: Lower limits of WHO 2024 by age and sex, not pregnant, at sea level.
_HAEMOGLOBIN = (
    Interval(at_least=10.5, from_days=months(6), until_days=months(24)),
    Interval(at_least=11, from_days=months(24), until_days=months(5 * 12)),
    Interval(at_least=11.5, from_days=months(5 * 12), until_days=months(12 * 12)),
    Interval(at_least=12, from_days=months(12 * 12), until_days=months(15 * 12)),
    Interval(at_least=12, at_most=16, sex=F, from_days=months(15 * 12)),
    Interval(at_least=13, at_most=18, sex=M, from_days=months(15 * 12)),
)


def _adults(*limits: Interval) -> tuple[Interval, ...]:
    return tuple(replace(each, from_days=ADULT) for each in limits)


_HAEMATOLOGY = (
    LabTest(
        loinc="718-7",
        ucum="g/dL",
        reference=_HAEMOGLOBIN,
        critical=(
            Interval(at_least=8, at_most=24, until_days=NEWBORN),
            Interval(at_least=6, at_most=21, from_days=NEWBORN),
        ),
        plausible=Interval(at_least=1, at_most=30),
    ),
    LabTest(
        loinc="4544-3",
        ucum="%",
        reference=_adults(
            Interval(at_least=35, at_most=45, sex=F),
            Interval(at_least=40, at_most=50, sex=M),
        ),
        critical=(Interval(at_least=20, at_most=65),),
        plausible=Interval(at_least=5, at_most=80),
    ),
    LabTest(
        loinc="6690-2",
        ucum="10*3/uL",
        reference=_adults(Interval(at_least=3.2, at_most=10)),
        critical=(Interval(at_least=0.5, at_most=100),),
        plausible=Interval(at_least=0, at_most=500),
    ),
    LabTest(
        loinc="777-3",
        ucum="10*3/uL",
        reference=_adults(Interval(at_least=150, at_most=400)),
        critical=(
            Interval(at_least=60, at_most=1000, until_days=ADULT),
            Interval(at_least=40, at_most=1000, from_days=ADULT),
        ),
        plausible=Interval(at_least=0, at_most=3000),
    ),
    LabTest(
        loinc="4548-4",
        ucum="%",
        reference=(Interval(below=5.7, from_days=CHILD),),
        plausible=Interval(at_least=2, at_most=25),
    ),
    LabTest(
        loinc="883-9",
        answers=("a", "b", "ab", "o"),
    ),
)

_GLUCOSE = (
    LabTest(
        loinc="2339-0",
        ucum="mg/dL",
        reference=_BELOW_140,
        critical=_GLUCOSE_CRITICAL,
        plausible=_GLUCOSE_PLAUSIBLE,
    ),
    LabTest(
        loinc="41653-7",
        ucum="mg/dL",
        reference=_BELOW_140,
        critical=_GLUCOSE_CRITICAL,
        plausible=_GLUCOSE_PLAUSIBLE,
    ),
    LabTest(
        loinc="1558-6",
        ucum="mg/dL",
        reference=(Interval(at_least=70, at_most=99, from_days=CHILD),),
        critical=_GLUCOSE_CRITICAL,
        plausible=_GLUCOSE_PLAUSIBLE,
    ),
    LabTest(
        loinc="1521-4",
        ucum="mg/dL",
        reference=_BELOW_140,
        critical=_GLUCOSE_CRITICAL,
        plausible=_GLUCOSE_PLAUSIBLE,
    ),
)


def _chemistry(loinc: str, ucum: str, most: float, *reference: Interval) -> LabTest:
    plausible = Interval(above=0, at_most=most)
    return LabTest(loinc=loinc, ucum=ucum, reference=_adults(*reference), plausible=plausible)


_CHEMISTRY = (
    _chemistry("2093-3", "mg/dL", 1500, Interval(below=200)),
    _chemistry("2571-8", "mg/dL", 5000, Interval(below=150)),
    _chemistry("2085-9", "mg/dL", 250, Interval(above=40)),
    _chemistry(
        "3084-1",
        "mg/dL",
        30,
        Interval(at_least=2.4, at_most=6, sex=F),
        Interval(at_least=3.4, at_most=7, sex=M),
    ),
    _chemistry("2160-0", "mg/dL", 40, Interval(at_least=0.6, at_most=1.3)),
    _chemistry("1920-8", "U/L", 20000, Interval(at_most=35)),
    _chemistry("1742-6", "U/L", 20000, Interval(at_most=40)),
)


def _coded(loinc: str, answers: tuple[str, ...], *normal: str) -> LabTest:
    return LabTest(loinc=loinc, answers=answers, normal_answers=normal)


_SEROLOGY_AND_MICROSCOPY = (
    _coded("80387-4", _REACTIVE, "non_reactive"),
    _coded("75410-1", _REACTIVE, "non_reactive"),
    _coded("20507-0", _REACTIVE, "non_reactive"),
    _coded("70569-9", _MALARIA, "negative"),
    _coded("32700-7", _MALARIA, "negative"),
    _coded("11545-1", ("negative", "scanty", "1+", "2+", "3+"), "negative"),
    _coded("75377-2", _NEGATIVE_POSITIVE, "negative"),
    _coded("2106-3", _NEGATIVE_POSITIVE),
    _coded("20454-5", ("negative", "trace", "1+", "2+", "3+", "4+"), "negative", "trace"),
)

CATALOGUE: Final[dict[str, LabTest]] = {
    test.loinc: test for test in (*_HAEMATOLOGY, *_GLUCOSE, *_CHEMISTRY, *_SEROLOGY_AND_MICROSCOPY)
}


def known(loinc: str) -> LabTest | None:
    return CATALOGUE.get(loinc)


def find_test(loinc: str, field: str) -> LabTest:
    """The test, or Invalid on `field` where this laboratory does not do it."""
    test = CATALOGUE.get(loinc)
    if test is None:
        raise Invalid("Pemeriksaan %(loinc)s tidak ada di katalog", field=field, loinc=loinc)
    return test


def specimens_for(loincs: Iterable[str]) -> tuple[str, ...]:
    """The specimen types these tests need, each once, in catalogue order."""
    needed = {CATALOGUE[loinc].specimen for loinc in loincs}
    return tuple(code for code in SPECIMENS if code in needed)
