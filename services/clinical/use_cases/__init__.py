"""What the clinical rooms can do: one function per intent."""

from .calling import call_next, mark_missed, recall
from .cancelling import cancel_lab_request, cancel_prescription
from .encounters import assess, complete, identify, list_accesses, open_encounter
from .facts import (
    close_visit,
    correct_patient,
    end_complaint,
    learn_patients,
    note_collected,
    note_complaint,
    note_lab,
    note_prescription,
    note_rejected_specimen,
    place_patient,
    receive_result,
)
from .records import Record
from .requests import prescribe, read_result, request_lab
from .worklists import (
    UnitQueue,
    count_waiting,
    list_filed,
    list_notices,
    list_units,
    list_worklist,
    look_at_unit,
)

__all__ = [
    "Record",
    "UnitQueue",
    "assess",
    "call_next",
    "cancel_lab_request",
    "cancel_prescription",
    "close_visit",
    "complete",
    "correct_patient",
    "count_waiting",
    "end_complaint",
    "identify",
    "learn_patients",
    "list_accesses",
    "list_filed",
    "list_notices",
    "list_units",
    "list_worklist",
    "look_at_unit",
    "mark_missed",
    "note_collected",
    "note_complaint",
    "note_lab",
    "note_prescription",
    "note_rejected_specimen",
    "open_encounter",
    "place_patient",
    "prescribe",
    "read_result",
    "recall",
    "receive_result",
    "request_lab",
]
