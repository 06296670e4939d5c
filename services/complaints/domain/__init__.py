"""The pure rules of the complaints desk: stages, deadlines, guards and who may see whom."""

from .complaint import Card, Complaint, Identity, Overview, missing_details, overview, today
from .deadlines import Clock, due, indonesian_holidays, working_days_between
from .identity import IdentityRevealed, reveals, withhold
from .receiving import check_receipt, receive
from .rights import RIGHTS
from .stages import (
    CATEGORIES,
    LETTERS,
    MACHINE,
    OPEN,
    STAGE_OF_ACTION,
    STATES,
    next_actions,
    trail,
)
from .steps import (
    Details,
    acknowledge,
    assign,
    clarify,
    detail,
    duplicate,
    escalate,
    improve,
    monitor,
    out_of_scope,
    remedy,
    reopen,
    resume,
)

__all__ = [
    "CATEGORIES",
    "LETTERS",
    "MACHINE",
    "OPEN",
    "RIGHTS",
    "STAGE_OF_ACTION",
    "STATES",
    "Card",
    "Clock",
    "Complaint",
    "Details",
    "Identity",
    "IdentityRevealed",
    "Overview",
    "acknowledge",
    "assign",
    "check_receipt",
    "clarify",
    "detail",
    "due",
    "duplicate",
    "escalate",
    "improve",
    "indonesian_holidays",
    "missing_details",
    "monitor",
    "next_actions",
    "out_of_scope",
    "overview",
    "receive",
    "remedy",
    "reopen",
    "resume",
    "reveals",
    "today",
    "trail",
    "withhold",
    "working_days_between",
]
