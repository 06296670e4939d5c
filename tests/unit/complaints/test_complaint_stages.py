"""Whatever is tried in whatever order, a complaint only walks the stages of the procedure."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Conflict, IllegalTransition, Invalid
from contracts.facility import Facility
from services.complaints import domain
from tests.unit.complaints.samples import NewComplaint

Step = Callable[[domain.Complaint], domain.Complaint]
HOLIDAYS = domain.indonesian_holidays()
START = date(2026, 11, 2)
COMPLETE = domain.Details(
    reporter_known=True, history="Terlewat", location="Loket", officer_on_duty="Petugas 1"
)


def attempts(facility: Facility, original: domain.Complaint, on: date) -> dict[str, Step]:
    """Every step with good input, and a few with bad, as functions of the complaint."""
    rules, unit = facility.complaints, facility.units[0].code
    assign = partial(
        domain.assign, facility=facility, summary="Ringkasan", category=None, holidays=HOLIDAYS
    )
    tomorrow = on + timedelta(days=1)
    return {
        "ask": lambda c: domain.detail(c, domain.Details(), on, rules, HOLIDAYS),
        "detail": lambda c: domain.detail(c, COMPLETE, on, rules, HOLIDAYS),
        "assign": lambda c: assign(c, unit=unit),
        "assign nowhere": lambda c: assign(c, unit="bulan"),
        "clarify": lambda c: domain.clarify(c, clarification="Ramai", plan="Tambah petugas"),
        "no plan": lambda c: domain.clarify(c, clarification="Ramai", plan=" "),
        "remedy": lambda c: domain.remedy(c, compensation="", right_of_reply="Surat"),
        "no remedy": lambda c: domain.remedy(c, compensation=" ", right_of_reply=""),
        "improve": lambda c: domain.improve(
            c, evidence="Foto", improved_on=on, owner="Koordinator", received_on=START, today=on
        ),
        "report": lambda c: domain.acknowledge(c, on),
        "escalate": lambda c: domain.escalate(c, reason="Alat", letter_no="440/1"),
        "resume": lambda c: domain.resume(c, answer="Dikirim"),
        "again": lambda c: domain.monitor(c, effective=False, next_review=tomorrow, today=on),
        "close": lambda c: domain.monitor(c, effective=True, next_review=None, today=on),
        "reopen": lambda c: domain.reopen(
            c, reason="Lagi", today=on, rules=rules, holidays=HOLIDAYS
        ),
        "duplicate": lambda c: domain.duplicate(c, original, on),
        "scope": lambda c: domain.out_of_scope(c, reason="Rumah sakit", today=on),
    }


GOOD = [
    "ask",
    "detail",
    "assign",
    "clarify",
    "remedy",
    "improve",
    "report",
    "escalate",
    "resume",
    "again",
    "close",
    "reopen",
    "duplicate",
    "scope",
]
BAD = ["assign nowhere", "no plan", "no remedy"]
moves = st.lists(st.tuples(st.sampled_from(GOOD + BAD), st.integers(0, 9)), max_size=40)


@given(moves)
def test_every_step_taken_is_in_the_table_and_every_refusal_changes_nothing(
    new_complaint: NewComplaint, facility: Facility, moves: list[tuple[str, int]]
) -> None:
    complaint, on = new_complaint(), START
    original = new_complaint(id=UUID(int=2))
    pairs = {(a, b) for (a, _), b in domain.MACHINE.transitions.items()}
    for name, later in moves:
        on += timedelta(days=later)
        try:
            following = attempts(facility, original, on)[name](complaint)
        except (Conflict, Invalid):
            continue
        assert name not in BAD
        assert (complaint.state, following.state) in pairs
        assert following.due_on.weekday() < 5 or following.state in (
            "monitoring",
            "closed",
            "reopened",
        )
        complaint = following
        shown = domain.overview(complaint, on, HOLIDAYS)
        assert sum(mark == "now" for _, mark in shown.trail) == (complaint.state in domain.OPEN)


def test_the_straight_way_walks_a_to_i(new_complaint: NewComplaint, facility: Facility) -> None:
    complaint, on = new_complaint(), START
    way = ["detail", "assign", "clarify", "remedy", "improve", "report", "again", "close"]
    states = []
    for name in way:
        complaint = attempts(facility, complaint, on)[name](complaint)
        states.append(complaint.state)
    assert states == [
        "analysis",
        "clarification",
        "remedy",
        "improvement",
        "reported",
        "monitoring",
        "monitoring",
        "closed",
    ]
    trail = domain.trail("closed", escalated=False)
    assert [letter for letter, mark in trail if mark == "done"] == list("abcdefgi")


def test_only_a_new_complaint_can_be_a_duplicate_or_out_of_scope() -> None:
    for action in ("duplicate", "out_of_scope"):
        assert [s for s, a in domain.MACHINE.transitions if a == action] == ["received"]


def test_a_duplicate_ends_and_its_clock_with_it(new_complaint: NewComplaint) -> None:
    complaint = new_complaint()
    original = new_complaint(id=UUID(int=2))
    linked = domain.duplicate(complaint, original, START)
    shown = domain.overview(linked, date(2028, 1, 1), HOLIDAYS)
    assert linked.duplicate_of == original.id
    assert (shown.late, shown.days_left, shown.next_actions) == (False, None, ())


def test_a_duplicate_of_itself_of_nothing_or_of_a_duplicate_is_refused(
    new_complaint: NewComplaint,
) -> None:
    complaint = new_complaint()
    second = new_complaint(id=UUID(int=2), state="duplicate")
    with pytest.raises(Invalid):
        domain.duplicate(complaint, complaint, START)
    with pytest.raises(Invalid):
        domain.duplicate(complaint, None, START)
    with pytest.raises(Conflict):
        domain.duplicate(complaint, second, START)


@pytest.mark.parametrize("field", ["reporter_known", "history", "location", "officer_on_duty"])
def test_one_missing_detail_keeps_it_in_stage_b_and_is_named(
    new_complaint: NewComplaint, facility: Facility, field: str
) -> None:
    given = domain.Details(
        **{**vars(COMPLETE), field: False if field == "reporter_known" else None}
    )
    kept = domain.detail(new_complaint(), given, START, facility.complaints, HOLIDAYS)
    name = "reporter_name" if field == "reporter_known" else field
    assert kept.state == "detail"
    assert domain.missing_details(kept) == (name,)


def test_anonymous_needs_a_reason(new_complaint: NewComplaint, facility: Facility) -> None:
    given = {**vars(COMPLETE), "reporter_known": False}
    rules = facility.complaints
    without = domain.detail(new_complaint(), domain.Details(**given), START, rules, HOLIDAYS)
    given["anonymous_reason"] = "Takut"
    with_reason = domain.detail(new_complaint(), domain.Details(**given), START, rules, HOLIDAYS)
    assert (without.state, with_reason.state) == ("detail", "analysis")


def test_an_anonymous_note_that_nobody_can_be_asked_about_may_skip_stage_b_with_a_reason(
    new_complaint: NewComplaint, facility: Facility
) -> None:
    given = domain.Details(anonymous_reason="Kotak saran", incomplete_reason="Tanpa kontak")
    moved = domain.detail(new_complaint(), given, START, facility.complaints, HOLIDAYS)
    assert moved.state == "analysis"


def test_a_named_reporter_is_not_anonymous(new_complaint: NewComplaint, facility: Facility) -> None:
    given = domain.Details(**{**vars(COMPLETE), "anonymous_reason": "Takut"})
    with pytest.raises(Invalid) as refused:
        domain.detail(new_complaint(), given, START, facility.complaints, HOLIDAYS)
    assert refused.value.field == "anonymous_reason"


@pytest.mark.parametrize(
    ("days_later", "accepted"), [(-1, False), (0, True), (7, True), (8, False)]
)
def test_an_improvement_was_made_since_the_receipt_and_not_tomorrow(
    new_complaint: NewComplaint, days_later: int, accepted: bool
) -> None:
    improve = partial(
        domain.improve,
        new_complaint(state="improvement"),
        evidence="Foto",
        improved_on=START + timedelta(days=days_later),
        owner="Koordinator",
        received_on=START,
        today=START + timedelta(days=7),
    )
    if accepted:
        assert improve().state == "reported"
        return
    with pytest.raises(Invalid) as refused:
        improve()
    assert refused.value.field == "improved_on"


@pytest.mark.parametrize(
    "next_review",
    [None, START, START - timedelta(days=1), START + timedelta(days=367), date.max],
)
def test_not_effective_needs_a_review_in_the_coming_year(
    new_complaint: NewComplaint, next_review: date | None
) -> None:
    watched = new_complaint(state="monitoring")
    with pytest.raises(Invalid) as refused:
        domain.monitor(watched, effective=False, next_review=next_review, today=START)
    assert refused.value.field == "next_review"


@pytest.mark.parametrize(("reason", "letter"), [("", "440/1"), ("Alat", " ")])
def test_an_obstacle_needs_a_reason_and_a_letter(
    new_complaint: NewComplaint, reason: str, letter: str
) -> None:
    with pytest.raises(Invalid):
        domain.escalate(new_complaint(state="reported"), reason=reason, letter_no=letter)


def test_what_may_not_be_done_now_is_refused_before_its_input_is_looked_at(
    new_complaint: NewComplaint,
) -> None:
    with pytest.raises(IllegalTransition):
        domain.clarify(new_complaint(), clarification="", plan="")


def test_every_action_has_its_letter_and_every_state_its_form() -> None:
    actions = {action for _, action in domain.MACHINE.transitions}
    assert actions <= domain.STAGE_OF_ACTION.keys()
    assert domain.MACHINE.terminal == {"duplicate", "out_of_scope"}
    assert all(domain.next_actions(state) for state in domain.OPEN)


def test_the_diagram_of_the_canvas_is_the_table() -> None:
    canvas = Path("services/complaints/README.md").read_text("utf-8")
    assert domain.MACHINE.mermaid() in canvas
