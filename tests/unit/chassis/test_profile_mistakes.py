"""Whatever a profile says wrongly or against itself stops the start, named by file and line."""

import re
from pathlib import Path

import pytest

from chassis.profiles import ProfileError, load

FOLDER = Path(__file__).parents[3] / "deploy" / "facilities"


def mistakes_of(folder: Path, code: str, *changes: tuple[str, str]) -> list[str]:
    """What is said of a profile with these changes, each at its first place."""
    text = (FOLDER / f"{code}.yaml").read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    (folder / f"{code}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load(folder)
    return caught.value.mistakes


def line_of(code: str, part: str) -> int:
    text = (FOLDER / f"{code}.yaml").read_text(encoding="utf-8")
    return text[: text.index(part)].count("\n") + 1


#: By centre: a change to its profile that keeps the lines, and what is said of that line.
WRONG = {
    "tarik2": [
        ("Asia/Jakarta", "Jakarta", "timezone: 'Jakarta' is not an IANA time zone"),
        ("record_system:", "recordsystem:", "recordsystem: this key is not known"),
        ("missing: warn", "missing: ask", "documents.missing: Input should be 'warn' or"),
        ("[ktp, kk]", "[]", "documents.identity_any_of: Tuple should have at least 1"),
        ("[ktp, kk]", "[ktp, ktp]", "documents.identity_any_of.1: 'ktp' is listed already"),
        ("{code: lab,", "{code: umum,", "units.6: 'umum' is listed already"),
        ("emergency: gawat_darurat", "emergency: igd", "routing.emergency: unit 'igd' is not"),
        ("emergency: gawat_darurat", "emergency: lab", "routing.emergency: unit 'lab' is of"),
        ("[gizi, laktasi]", "[gizi, kosong]", "times.0.units.1: unit 'kosong' is not in"),
        ("kia_mtbs, gizi, laktasi]", "laktasi, gizi, laktasi]", "routing.route.3: 'laktasi' is"),
        ("route: [pendaftaran, ", "route: [apotik, ", "routing.route.0: unit 'apotik' is not"),
        ("visitors: laktasi", "visitors: lab", "programmes.lactation_visitors: unit 'lab' is"),
        ("[elderly, ", "[vip, ", "queue.priority.0: Input should be "),
        ("[elderly, ", "[regular, ", "queue.priority.0: 'regular' has its place already"),
        ("max_calls: 3", "max_calls: 0", "queue.max_calls: Input should be greater than"),
        ("under_months: 72", "under_months: 50", "routing.by_age.1.under_months: 50 is not"),
        ("under_months: 60", "under_months: 61", "routing.by_age.0.group: 'balita' is 0 to"),
        ("under_months: 72", "under_months: 84", "routing.by_age.1.group: 'preschool' is 60"),
        ("group: balita", "group: elderly", "routing.by_age.0.group: 'elderly' is 720 months"),
        ("{unit: umum, g", "{under_months: 900, unit: umum, g", "routing.by_age.4: the last"),
        ("{timing: free}", "{timing: free, legal_basis: X}", "payment.legal_basis: a free"),
        ("{timing: free}", "{timing: free, cashier: general}", "payment.cashier: a free"),
        ("{timing: free}", "{timing: free, surcharge: forbidden}", "payment.surcharge: a free"),
        ("[package]", "[parcel]", "times.0.optional_steps: 'parcel' is not a step"),
        ("history: 3", "history: -3", "times.0.steps.history: Input should be greater"),
        ("total: 20", "total: true", "times.0.total: Input should be a valid integer"),
        ("ucum: kg", "ucum: lb", "vitals.6.ucum: 29463-7 is judged in 'kg', not 'lb'"),
        ("low: 40, high: 300", "low: 300, high: 40", "vitals.0: low 300 is not below high 40"),
        ("low: 40, high: 300", "low: .nan, high: 300", "vitals.0.low: Input should be a finite"),
        ("low: 40, high: 300", "low: 40, high: .inf", "vitals.0.high: Input should be a finite"),
        ("8480-6", "8480-7", "vitals.0.loinc: '8480-7' is no LOINC code"),
        ("{code: wa,", "{code: box,", "complaints.channels.1: 'box' is listed already"),
        (
            "first_response_days: 3",
            "first_response_days: 30",
            "complaints.first_response_days: 30 days are more than the 5 of information_days",
        ),
        ("information_days: 5", "information_days: 15", "complaints.information_days: 15 days"),
        ("    a: Penerimaan", "    z: Penerimaan", "complaints.stages.z"),
    ],
    "dharma_rini": [
        ("maternity: kia", "maternity: apotik", "routing.maternity: unit 'apotik' is of"),
        ("delivery: persalinan", "delivery: lab", "routing.delivery: unit 'lab' is of"),
        ("60, unit: anak", "60, unit: lab", "routing.by_age.0.unit: unit 'lab' is of kind"),
        ("60, unit: anak", "60, unit: pendaftaran", "routing.by_age.0.unit: unit 'pend"),
        ("60, unit: anak", "60, unit: klaster1", "routing.by_age.0.unit: unit 'klaster1'"),
        ("    unit: kia\n", "    unit: lab\n", "programmes.family_planning.unit: unit"),
        ("{unit: kia, pre", "{unit: x, pre", "programmes.immunization.unit: unit 'x' is"),
        ("2024-05-01", "2024-13-01", "procedure.issued: month value is outside"),
    ],
    "kertosari": [
        ("[lab, klaster4]", "[loket, klaster4]", "programmes.internal_referral.targets.0:"),
        ("[lab, klaster4]", "[lab, pustu]", "programmes.internal_referral.targets.1: unit"),
    ],
    "jatibaru": [
        ("prefix: B", "prefix: A", "service_points.1.prefix: 'A' is another point's"),
    ],
}
EVERY = [(code, *row) for code, rows in WRONG.items() for row in rows]


@pytest.mark.parametrize(("code", "before", "after", "mistake"), EVERY)
def test_a_mistake_is_named_with_file_line_and_key(
    tmp_path: Path, code: str, before: str, after: str, mistake: str
) -> None:
    (said,) = mistakes_of(tmp_path, code, (before, after))
    assert said.startswith(f"{code}.yaml:{line_of(code, before)}: ")
    assert said.partition(": ")[2].startswith(mistake)


def test_every_visit_needs_a_laboratory(tmp_path: Path) -> None:
    (said,) = mistakes_of(tmp_path, "tarik2", ("kind: lab", "kind: clinical"))
    assert re.match(r"tarik2\.yaml:\d+: units: no unit of kind 'lab'", said)


def test_what_decides_something_is_not_assumed(tmp_path: Path) -> None:
    (said,) = mistakes_of(tmp_path, "tarik2", ("  max_calls: 3\n", ""))
    assert re.match(r"tarik2\.yaml:\d+: queue\.max_calls: Field required", said)


def test_growth_needs_its_measurements(tmp_path: Path) -> None:
    text = (FOLDER / "tarik2.yaml").read_text(encoding="utf-8")
    listed = text[text.index("vitals:\n") : text.index("\ncomplaints:")]
    said = mistakes_of(tmp_path, "tarik2", (listed, "vitals: []\n"))
    assert [re.sub(r"^\S+ ", "", one) for one in said] == [
        f"vitals: {missing} is missing; growth and doses need it"
        for missing in ("height (8302-2)", "length (8306-3)", "weight (29463-7)")
    ]


def test_elderly_means_the_same_in_the_queue_and_in_routing(tmp_path: Path) -> None:
    change = ("elderly_from_years: 60", "elderly_from_years: 65")
    (said,) = mistakes_of(tmp_path, "klungkung2", change)
    assert "routing.by_age.1.group: 'elderly' is 780 months and older, this rule" in said


def test_who_is_charged_is_told_by_which_regulation(tmp_path: Path) -> None:
    basis = "  legal_basis: Peraturan Daerah Kabupaten Klungkung Nomor 8 Tahun 2023\n"
    (said,) = mistakes_of(tmp_path, "klungkung2", (basis, ""))
    assert "payment.timing: who pays is charged by a regulation" in said


def test_a_queue_machine_that_is_spoken_of_stands_somewhere(tmp_path: Path) -> None:
    said = mistakes_of(tmp_path, "jatibaru", (", returning: true", ""))
    assert [re.sub(r"^\S+ ", "", one) for one in said] == [
        "intake.returning: no service point is for returning patients at the machine",
        "programmes.survey.device: no service point is a queue machine (returning: true)",
    ]


def test_who_is_new_finds_a_point_and_who_returns_the_one_of_the_procedure(tmp_path: Path) -> None:
    (said,) = mistakes_of(tmp_path, "jatibaru", ("prefix: A}", "prefix: A, returning: true}"))
    assert "service_points: all are for returning patients" in said
    (said,) = mistakes_of(tmp_path, "jatibaru", ("returning: queue_machine", "returning: desk"))
    assert "service_points.1.returning: returning patients begin at the desk" in said


def test_mistakes_of_all_files_come_together_with_their_lines(tmp_path: Path) -> None:
    text = (FOLDER / "tarik2.yaml").read_text(encoding="utf-8")
    (tmp_path / "other.yaml").write_text(text, encoding="utf-8")
    assert mistakes_of(
        tmp_path, "tarik2", ("record_system:", "recordsystem:"), ("total: 20", "total: twenty")
    ) == [
        "other.yaml:5: code: 'tarik2' must be the name of the file, 'other'",
        f"tarik2.yaml:{line_of('tarik2', 'record_system')}: recordsystem: "
        "this key is not known; look for a typing error",
        f"tarik2.yaml:{line_of('tarik2', 'total: 20')}: times.0.total: "
        "Input should be a valid integer",
    ]


def test_a_folder_without_profiles_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"no \*\.yaml profile"):
        load(tmp_path)


def test_a_profile_that_would_be_overlooked_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "baru.yml").write_text("code: baru\n", encoding="utf-8")
    with pytest.raises(ProfileError, match=r"^baru\.yml:1: file: ends in \.yml"):
        load(tmp_path)
