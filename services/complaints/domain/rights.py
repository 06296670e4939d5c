"""Who may do what at the complaints desk; what is not named here is denied."""

from typing import Final

_DESK: Final = frozenset({"complaints_officer", "head"})
_CARE: Final = frozenset({"clerk", "medical_record", "nurse", "midwife", "doctor"})
_STAFF: Final = _DESK | _CARE | {"analyst", "pharmacist", "admin"}

RIGHTS: Final[dict[str, frozenset[str]]] = {
    # A complaint may reach anybody, so any staff member may enter one on behalf.
    "complaint.receive": _STAFF - {"admin"},
    "complaint.summary": _STAFF,
    # Reading shows who complained: nobody but these two roles (Perpres 76/2013).
    "complaint.read": _DESK,
    "complaint.list": _DESK,
    "complaint.handle": _DESK,
    # Stage g is the head's own acknowledgement.
    "complaint.report": frozenset({"head"}),
}
