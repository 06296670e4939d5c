"""Stages b to i: each function gives the complaint that follows, or says why not.

The order is always the same: may this be done now (409), and is what it needs there (422).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from chassis.errors import Conflict, Invalid
from contracts.facility import Complaints, Facility

from .complaint import Complaint, missing_details, next_deadline, resolve_due
from .deadlines import Holidays, due, working_days_between
from .guards import require, require_category
from .stages import MACHINE

#: Monitoring is routine (Tarik 2, letter i): a later review is a typing error.
LONGEST_REVIEW: Final = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Details:
    """What the reporter was asked (letter b). An empty field keeps what is already known."""

    reporter_known: bool = False
    history: str | None = None
    location: str | None = None
    officer_on_duty: str | None = None
    anonymous_reason: str | None = None
    incomplete_reason: str | None = None


def _move(complaint: Complaint, state: str, **changes: object) -> Complaint:
    moved = replace(complaint, state=state, **changes)  # type: ignore[arg-type]
    return replace(moved, due_on=next_deadline(moved))


def detail(
    complaint: Complaint, given: Details, today: date, rules: Complaints, holidays: Holidays
) -> Complaint:
    """b: complete details go on to analysis; what is missing keeps it here, clock paused."""
    MACHINE.after(complaint.state, "detail")
    known = _with_details(complaint, given)
    missing = missing_details(known)
    # Nobody can be asked about an anonymous note: a reason stands in for what stays unknown.
    if missing and not (known.anonymous_reason and known.incomplete_reason):
        state = MACHINE.after(complaint.state, "detail_partly")
        waiting_since = complaint.waiting_since or today
        return _move(
            known, state, waiting_since=waiting_since, responded_on=_answered(known, today)
        )
    since = complaint.waiting_since or today
    paused = complaint.paused_days + working_days_between(since, today, holidays)
    known = replace(known, paused_days=paused, waiting_since=None)
    return _move(
        known,
        MACHINE.after(complaint.state, "detail"),
        responded_on=_answered(known, today),
        resolve_due=resolve_due(known, rules, holidays),
    )


def _with_details(complaint: Complaint, given: Details) -> Complaint:
    if given.anonymous_reason and given.reporter_known:
        raise Invalid(
            "Pelapor bernama tidak memerlukan alasan anonim: isi salah satu",
            field="anonymous_reason",
        )
    known = complaint.reporter_known or given.reporter_known
    return replace(
        complaint,
        reporter_known=known,
        anonymous_reason=None if known else given.anonymous_reason or complaint.anonymous_reason,
        incomplete_reason=given.incomplete_reason or complaint.incomplete_reason,
        history=given.history or complaint.history,
        location=given.location or complaint.location,
        officer_on_duty=given.officer_on_duty or complaint.officer_on_duty,
    )


def _answered(complaint: Complaint, today: date) -> date:
    """The first answer stays the first."""
    return complaint.responded_on or today


def assign(
    complaint: Complaint,
    facility: Facility,
    *,
    unit: str,
    summary: str,
    category: str | None,
    holidays: Holidays,
) -> Complaint:
    """c: the unit concerned learns what happened; analysis may change the class, so the clock."""
    state = MACHINE.after(complaint.state, "assign")
    if facility.unit(unit) is None:
        raise Invalid("Unit ini tidak ada di puskesmas ini", field="unit")
    told = require(summary, "summary", "Tulis ringkasan untuk unit, tanpa identitas pelapor")
    classed = replace(complaint, category=require_category(category or complaint.category))
    return _move(
        classed,
        state,
        unit=unit,
        summary=told,
        resolve_due=resolve_due(classed, facility.complaints, holidays),
    )


def clarify(complaint: Complaint, *, clarification: str, plan: str) -> Complaint:
    """d: without a plan of improvement it does not go on."""
    state = MACHINE.after(complaint.state, "clarify")
    require(clarification, "clarification", "Tulis klarifikasi dari unit")
    require(
        plan, "plan", "Tulis rencana perbaikan: tanpa rencana pengaduan tidak dapat dilanjutkan"
    )
    return _move(complaint, state)


def remedy(complaint: Complaint, *, compensation: str, right_of_reply: str) -> Complaint:
    """e: compensation, the right of reply, or both."""
    state = MACHINE.after(complaint.state, "remedy")
    if not (compensation.strip() or right_of_reply.strip()):
        raise Invalid("Tentukan kompensasi, hak menjawab, atau keduanya", field="compensation")
    return _move(complaint, state)


def improve(
    complaint: Complaint,
    *,
    evidence: str,
    improved_on: date,
    owner: str,
    received_on: date,
    today: date,
) -> Complaint:
    """f: what was done, proven by evidence, on a day since the receipt, by somebody named."""
    state = MACHINE.after(complaint.state, "improve")
    require(evidence, "evidence", "Tulis bukti perbaikan")
    require(owner, "owner", "Tulis penanggung jawab perbaikan")
    if improved_on > today:
        raise Invalid("Tanggal perbaikan tidak boleh di masa depan", field="improved_on")
    if improved_on < received_on:
        raise Invalid(
            "Tanggal perbaikan tidak boleh sebelum pengaduan diterima", field="improved_on"
        )
    return _move(complaint, state)


def acknowledge(complaint: Complaint, today: date) -> Complaint:
    """g: the head has taken note; the handling clock stops here."""
    return _move(complaint, MACHINE.after(complaint.state, "report"), resolved_on=today)


def escalate(complaint: Complaint, *, reason: str, letter_no: str) -> Complaint:
    """h: an obstacle goes to the Dinas by letter. The deadline stays as it is."""
    state = MACHINE.after(complaint.state, "escalate")
    require(reason, "reason", "Tulis kendala yang disampaikan ke Dinas Kesehatan")
    letter = require(letter_no, "letter_no", "Tulis nomor surat ke Dinas Kesehatan")
    return _move(complaint, state, letter_no=letter)


def resume(complaint: Complaint, *, answer: str) -> Complaint:
    """h, answered: the improvement goes on."""
    state = MACHINE.after(complaint.state, "resume")
    require(answer, "answer", "Tulis jawaban Dinas Kesehatan")
    return _move(complaint, state)


def review_days(today: date) -> tuple[date, date]:
    """The first and the last day a review may be set for."""
    return today + timedelta(days=1), today + LONGEST_REVIEW


def monitor(
    complaint: Complaint, *, effective: bool, next_review: date | None, today: date
) -> Complaint:
    """i: effective closes it, otherwise it is looked at again on a day of the coming year."""
    state = MACHINE.after(complaint.state, "close" if effective else "review")
    if effective:
        return _move(complaint, state, next_review=None)
    first, last = review_days(today)
    if next_review is None or next_review < first:
        raise Invalid("Pilih tanggal monev berikutnya, setelah hari ini", field="next_review")
    if next_review > last:
        raise Invalid(
            "Monev berikutnya paling lambat satu tahun lagi: periksa tahunnya", field="next_review"
        )
    return _move(complaint, state, next_review=next_review)


def reopen(
    complaint: Complaint, *, reason: str, today: date, rules: Complaints, holidays: Holidays
) -> Complaint:
    """A closed complaint comes back, with a clock of its own."""
    state = MACHINE.after(complaint.state, "reopen")
    require(reason, "reason", "Tulis alasan pengaduan dibuka kembali")
    again = replace(
        complaint,
        clock_from=today,
        paused_days=0,
        waiting_since=None,
        resolved_on=None,
        responded_on=None,
        letter_no=None,
        response_due=due(today, rules.first_response_days, holidays),
    )
    return _move(again, state, resolve_due=resolve_due(again, rules, holidays))


def duplicate(complaint: Complaint, original: Complaint | None, today: date) -> Complaint:
    """The same incident reported twice is linked, and only the first keeps its clock."""
    state = MACHINE.after(complaint.state, "duplicate")
    if original is None or original.id == complaint.id:
        raise Invalid("Tulis nomor pengaduan lain yang sama kejadiannya", field="duplicate_of")
    if original.state == "duplicate":
        raise Conflict(
            "Pengaduan itu sendiri duplikat: tautkan ke pengaduan aslinya", field="duplicate_of"
        )
    answered = _answered(complaint, today)
    return _move(complaint, state, duplicate_of=original.id, responded_on=answered)


def out_of_scope(complaint: Complaint, *, reason: str, today: date) -> Complaint:
    """Not about this health centre; the reason is what the reporter is told."""
    state = MACHINE.after(complaint.state, "out_of_scope")
    require(reason, "reason", "Tulis alasan dan ke mana pelapor diarahkan")
    return _move(complaint, state, responded_on=_answered(complaint, today))
