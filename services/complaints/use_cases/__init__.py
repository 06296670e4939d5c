"""What people want of the complaints desk, one function per intent."""

from .breaches import publish_breaches
from .handling import (
    acknowledge_report,
    assign_to_unit,
    decide_remedy,
    record_clarification,
    record_details,
    record_improvement,
    record_monitoring,
)
from .reading import Record, Summary, list_complaints, open_complaint, summarise
from .receiving import receive_complaint
from .turning import (
    escalate_to_dinas,
    link_duplicate,
    refuse_out_of_scope,
    reopen_complaint,
    resume_improvement,
)

__all__ = [
    "Record",
    "Summary",
    "acknowledge_report",
    "assign_to_unit",
    "decide_remedy",
    "escalate_to_dinas",
    "link_duplicate",
    "list_complaints",
    "open_complaint",
    "publish_breaches",
    "receive_complaint",
    "record_clarification",
    "record_details",
    "record_improvement",
    "record_monitoring",
    "refuse_out_of_scope",
    "reopen_complaint",
    "resume_improvement",
    "summarise",
]
