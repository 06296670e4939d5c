"""What each rule of the checker says when it is broken, and what to do about it."""

from typing import Final

#: Rule -> sentence for whoever reads the list of violations.
RULES: Final[dict[str, str]] = {
    "lost": "never handled by a service it is for: `python -m deploy resend --lost` sends it again",
    "duplicated": "handled more than once, or both handled and set aside",
    "unproduced": "handled, though nobody sent it or it was not for this service",
    "altered": "handled as something else than what was sent",
    "undecided": "given up or handled again, though the audit log knows of nobody who decided so",
    "unpublished": "still waits to leave: is the service running, is the bus up?",
    "uncatalogued": "of a type that is not in the catalogue",
    "sequence_gap": "the events of this key are not those that were numbered",
    "overtaken": "a later message of the same key was handled before this one",
    "place": "registration and the rooms disagree about where the patient of this visit is",
    "two_places": "a patient has two open visits at one centre",
    "open_obligation": "a visit has ended with this still open",
    "stray": "belongs to a visit that does not exist, or to another patient or centre",
    "no_effect": "an event with this key was handled, but left nothing behind",
    "no_origin": "stands here, but nobody asked for it",
    "untold": "stands here, but no event told the others",
    "ticket_number": "a ticket number was given twice, or a visit has another than its ticket",
    "number": "a number was given twice",
    "stock": "a lot does not hold what was booked",
    "handed_over": "the stock gave something else than the prescription asks for",
    "audit_chain": "an audit entry was changed, removed or put in",
    "audit_unsealed": "audit entries wait to be linked for over a minute: start the service; if it"
    " runs, its sealer has stopped or the log was rewritten",
}
