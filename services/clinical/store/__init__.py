"""Every query of the clinical rooms; all of them stay inside the caller's health centre."""

from .changes import (
    add_assessment,
    add_lab_request,
    add_prescription,
    mark_read,
    open_encounter,
    set_entry,
)
from .facts import (
    add_notice,
    add_result,
    advance,
    close_visit,
    locked_prescription,
    locked_request,
    note_recollection,
    patients_upsert,
    place_upsert,
)
from .records import (
    accesses,
    assessments,
    filed_results,
    lab_requests,
    notices,
    prescriptions,
    results,
)
from .visits import load_visit, lock_next, lock_visit, unit_counts, waiting_list

__all__ = [
    "accesses",
    "add_assessment",
    "add_lab_request",
    "add_notice",
    "add_prescription",
    "add_result",
    "advance",
    "assessments",
    "close_visit",
    "filed_results",
    "lab_requests",
    "load_visit",
    "lock_next",
    "lock_visit",
    "locked_prescription",
    "locked_request",
    "mark_read",
    "note_recollection",
    "notices",
    "open_encounter",
    "patients_upsert",
    "place_upsert",
    "prescriptions",
    "results",
    "set_entry",
    "unit_counts",
    "waiting_list",
]
