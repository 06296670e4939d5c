"""What people and messages can ask of the laboratory: one function per intent."""

from .reading import list_orders, list_tests, open_order, open_result, summarise
from .requests import (
    accept_order,
    cancel_order,
    cancel_orders,
    correct_patient,
    end_visit,
    reject_order,
    remember_patients,
    return_order,
    take_request,
)
from .results import enter_results, release_result, validate_result
from .specimens import collect_specimens, receive_specimens, reject_specimen

__all__ = [
    "accept_order",
    "cancel_order",
    "cancel_orders",
    "collect_specimens",
    "correct_patient",
    "end_visit",
    "enter_results",
    "list_orders",
    "list_tests",
    "open_order",
    "open_result",
    "receive_specimens",
    "reject_order",
    "reject_specimen",
    "release_result",
    "remember_patients",
    "return_order",
    "summarise",
    "take_request",
    "validate_result",
]
