"""What one visit writes, step by step: the same rows that the services write for it."""

from dataclasses import dataclass

from deploy.simulate.plan import Route


@dataclass(frozen=True)
class Step:
    """One transaction. `events` are `(type, key)`: the id whose order they keep.

    `waits` names an event type that must have been handled in `service` before this step.
    """

    service: str
    inserts: tuple[str, ...] = ()
    updates: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    events: tuple[tuple[str, str], ...] = ()
    audits: int = 1
    keyed: bool = True
    waits: str = ""


ISSUE = Step(
    "registration",
    ("ticket",),
    (),
    ("counter",),
    (("registration.queue_ticket.issued.v1", "ticket"),),
    audits=0,
)
CALL_TICKET = Step(
    "registration",
    (),
    ("ticket",),
    ("last_call",),
    (("registration.queue_ticket.called.v1", "ticket"),),
    audits=0,
)
REGISTER = Step(
    "registration",
    ("patient",),
    (),
    ("counter",),
    (("registration.patient.registered.v1", "patient"),),
)
OPEN = Step(
    "registration",
    ("visit", "obligation", "route"),
    ("ticket",),
    (),
    (("registration.visit.opened.v1", "visit"), ("registration.patient.routed.v1", "visit")),
)
CALL = Step(
    "clinical",
    ("encounter",),
    ("worklist_entry",),
    (),
    (("clinical.patient.called.v1", "visit"),),
    waits="registration.patient.routed.v1",
)
IDENTIFY = Step(
    "clinical",
    (),
    ("encounter", "worklist_entry"),
    (),
    (("clinical.identity.verified.v1", "visit"),),
)
ASSESS = Step(
    "clinical", ("assessment",), ("encounter",), (), (("clinical.assessment.recorded.v1", "visit"),)
)
CONCLUDE = Step(
    "clinical",
    (),
    ("encounter", "worklist_entry"),
    (),
    (("clinical.encounter.completed.v1", "visit"),),
)
END = Step("registration", keyed=False, waits="end")

REQUEST_LAB = Step("clinical", ("lab_request",), (), (), (("clinical.lab.requested.v1", "order"),))
LAB = (
    Step("lab", keyed=False, waits="clinical.lab.requested.v1"),
    Step("lab", (), ("lab_order",), ("accession",), (("lab.order.accepted.v1", "order"),)),
    Step("lab", ("specimen",), ("lab_order",), (), (("lab.specimen.collected.v1", "order"),)),
    Step("lab", (), ("specimen", "lab_order")),
    Step("lab", ("lab_result",), ("lab_order",)),
    Step("lab", (), ("lab_order",)),
    Step("lab", (), ("lab_order",), (), (("lab.result.released.v1", "order"),)),
    Step(
        "clinical",
        (),
        ("worklist_entry",),
        (),
        (("clinical.patient.called.v1", "visit"),),
        waits="lab.result.released.v1",
    ),
    IDENTIFY,
    Step("clinical", keyed=False),
    Step(
        "clinical",
        (),
        ("lab_request", "lab_result"),
        (),
        (("clinical.lab_result.read.v1", "order"),),
    ),
)

PRESCRIBE = Step(
    "clinical", ("prescription",), (), (), (("clinical.prescription.issued.v1", "rx"),)
)
PHARMACY = (
    Step("pharmacy", keyed=False, waits="clinical.prescription.issued.v1"),
    Step("pharmacy", (), ("prescription",), (), (("pharmacy.prescription.reviewed.v1", "rx"),)),
    Step("pharmacy", (), ("prescription",), (), (("pharmacy.prescription.prepared.v1", "rx"),)),
    Step("pharmacy", ("stock_movement",), ("prescription", "stock_lot"), (),
         (("pharmacy.prescription.dispensed.v1", "rx"),)),
)  # fmt: skip


def steps_of(route: Route) -> tuple[Step, ...]:
    """The steps of a visit on this route, in their order."""
    steps = [ISSUE, CALL_TICKET, REGISTER, OPEN, CALL, IDENTIFY, ASSESS]
    if route.tests:
        steps += [REQUEST_LAB, *LAB]
    if route.drugs:
        steps.append(PRESCRIBE)
    steps.append(CONCLUDE)
    if route.drugs:
        steps += PHARMACY
    return (*steps, END)


_ROUTED = (("registration.patient.routed.v1", "visit"),)
_MOVED = Step("registration", ("route",), ("visit", "obligation"), (), _ROUTED)

#: What a service writes when it handles an event, in one transaction with its inbox row;
#: neither an audit entry nor an Idempotency-Key belongs to it.
EFFECTS: dict[tuple[str, str], Step] = {
    **{
        (service, "registration.patient.registered.v1"): Step(service, ("patient",))
        for service in ("clinical", "lab", "pharmacy")
    },
    ("clinical", "registration.patient.routed.v1"): Step("clinical", ("worklist_entry",)),
    ("clinical", "registration.visit.completed.v1"): Step("clinical", (), ("worklist_entry",)),
    ("lab", "registration.visit.completed.v1"): Step("lab", ("ended_visit",)),
    ("registration", "clinical.patient.called.v1"): Step(
        "registration", (), ("visit",), ("last_call",),
        (("registration.queue_ticket.called.v1", "ticket"),),
    ),
    ("lab", "clinical.lab.requested.v1"): Step(
        "lab", ("lab_order",), (), (), (("lab.order.received.v1", "order"),)
    ),
    ("registration", "clinical.lab.requested.v1"): _MOVED,
    ("lab", "clinical.lab_result.read.v1"): Step("lab", (), ("lab_order",)),
    ("pharmacy", "clinical.prescription.issued.v1"): Step(
        "pharmacy", ("prescription",), (), ("day_number",),
        (("pharmacy.prescription.received.v1", "rx"),),
    ),
    ("registration", "clinical.prescription.issued.v1"): Step("registration", (), ("obligation",)),
    ("registration", "clinical.encounter.completed.v1"): _MOVED,
    ("clinical", "lab.result.released.v1"): Step("clinical", ("lab_result",), ("lab_request",)),
    ("registration", "lab.result.released.v1"): _MOVED,
    **{
        ("clinical", f"lab.{fact}.v1"): Step("clinical", (), ("lab_request",))
        for fact in ("order.received", "order.accepted", "specimen.collected")
    },
    **{
        ("clinical", f"pharmacy.prescription.{fact}.v1"): Step("clinical", (), ("prescription",))
        for fact in ("received", "reviewed", "prepared", "dispensed")
    },
    ("registration", "pharmacy.prescription.dispensed.v1"): Step(
        "registration", (), ("visit", "obligation", "ticket"), (),
        (("registration.visit.completed.v1", "visit"),),
    ),
}  # fmt: skip
#: A visit without a prescription ends with its encounter.
ENDS_AT_ONCE = Step(
    "registration", (), ("visit", "obligation", "ticket"), (),
    (("registration.visit.completed.v1", "visit"),),
)  # fmt: skip
