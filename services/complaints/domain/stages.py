"""The stages a to i of the Tarik 2 procedure as one table of states and actions.

A state names the stage that is being worked on: in `analysis` the desk owes stage c. The table
decides, draws the diagram of the docs, and tells the page which one form comes next.
"""

from typing import Final, Literal

from chassis.states import Machine
from contracts.bilingual import Bilingual

Mark = Literal["done", "now", ""]

MACHINE: Final = Machine(
    "complaint",
    {
        ("received", "detail_partly"): "detail",
        ("received", "detail"): "analysis",
        ("received", "duplicate"): "duplicate",
        ("received", "out_of_scope"): "out_of_scope",
        ("detail", "detail_partly"): "detail",
        ("detail", "detail"): "analysis",
        ("analysis", "assign"): "clarification",
        ("clarification", "clarify"): "remedy",
        ("remedy", "remedy"): "improvement",
        ("improvement", "improve"): "reported",
        ("improvement", "escalate"): "escalated",
        ("reported", "report"): "monitoring",
        ("reported", "escalate"): "escalated",
        ("escalated", "resume"): "improvement",
        ("monitoring", "review"): "monitoring",
        ("monitoring", "close"): "closed",
        ("closed", "reopen"): "reopened",
        # What is new is asked first: a reopened complaint passes stage b again on its way to c.
        ("reopened", "detail_partly"): "detail",
        ("reopened", "detail"): "analysis",
    },
    {
        "received": Bilingual("baru", "new"),
        "detail": Bilingual("menunggu rincian", "waiting for details"),
        "analysis": Bilingual("analisa", "analysis"),
        "clarification": Bilingual("klarifikasi unit", "unit's clarification"),
        "remedy": Bilingual("kompensasi atau hak jawab", "compensation or right of reply"),
        "improvement": Bilingual("perbaikan", "improvement"),
        "reported": Bilingual("menunggu Kepala Puskesmas", "waiting for the head"),
        "escalated": Bilingual("di Dinas Kesehatan", "at the Health Office"),
        "monitoring": Bilingual("monev", "monitoring"),
        "closed": Bilingual("selesai", "closed"),
        "reopened": Bilingual("dibuka kembali", "reopened"),
        "duplicate": Bilingual("duplikat", "duplicate"),
        "out_of_scope": Bilingual("di luar lingkup", "out of scope"),
    },
)

STATES: Final = MACHINE.states
ENDED: Final = frozenset({"closed", "duplicate", "out_of_scope"})
#: States in which the desk still owes somebody something.
OPEN: Final = STATES - ENDED
LETTERS: Final = "abcdefghi"
#: How the complaint is classed decides its clock (SP4N; days in the facility profile).
CATEGORIES: Final = ("information", "no_inspection", "with_inspection")

STAGE_OF_ACTION: Final = {
    "receive": "a",
    "duplicate": "a",
    "out_of_scope": "a",
    "detail_partly": "b",
    "detail": "b",
    "assign": "c",
    "clarify": "d",
    "remedy": "e",
    "improve": "f",
    "report": "g",
    "escalate": "h",
    "resume": "h",
    "review": "i",
    "close": "i",
    "reopen": "i",
}

#: The stage that stands open in a state; the states left out owe nothing.
_STAGE_NOW: Final = {
    "received": "b",
    "detail": "b",
    "reopened": "b",
    "analysis": "c",
    "clarification": "d",
    "remedy": "e",
    "improvement": "f",
    "reported": "g",
    "escalated": "h",
    "monitoring": "i",
}


def stage_of(state: str) -> str:
    """The letter a state stands at: the stage being worked on, or the one it ended with."""
    return _STAGE_NOW.get(state, "i" if state == "closed" else "a")


def next_actions(state: str) -> tuple[str, ...]:
    """What may be done now, in the order of the table."""
    return tuple(action for (at, action) in MACHINE.transitions if at == state)


def trail(state: str, escalated: bool) -> tuple[tuple[str, Mark], ...]:
    """Each letter with its mark. h is only walked when something stood in the way."""
    return tuple((letter, _mark(letter, state, escalated)) for letter in LETTERS)


def _mark(letter: str, state: str, escalated: bool) -> Mark:
    if letter == _STAGE_NOW.get(state):
        return "now"
    if letter == "h":
        return "done" if escalated else ""
    # While escalated it is the improvement that is stuck, whatever was reported before.
    reached = "f" if state == "escalated" else stage_of(state)
    return "done" if letter < reached or letter == "a" or state == "closed" else ""
