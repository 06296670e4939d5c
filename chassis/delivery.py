"""One message as it arrived: its envelope and event, or why it cannot be read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import ValidationError

from chassis.bodies import UNSTORABLE, holds_nul
from chassis.errors import Invalid, Problem
from contracts.catalog import EVENTS
from contracts.envelope import Envelope, Event, Privacy
from contracts.facility import Facility

NO_ID = UUID(int=0)
#: What a handler carries on from the envelope into its own rows, and how long it may be there.
CARRIED = {"correlationid": 120, "actor": 160, "traceparent": 55}


@dataclass(frozen=True)
class Delivery:
    """`problem` is set where the body is no envelope, or no event this service handles."""

    body: bytes
    envelope: Envelope
    event: Event
    problem: Problem | None = None

    @property
    def id(self) -> UUID:
        return self.envelope.id

    @cached_property
    def source(self) -> str:
        """The producing service."""
        return self.envelope.source.rsplit("/", 1)[-1][:40]

    @property
    def columns(self) -> dict[str, Any]:
        """What the plumbing's tables keep of every message."""
        return {
            "event_id": self.id,
            "type": self.envelope.type,
            "source": self.source,
            "partitionkey": self.envelope.partitionkey,
            "sequence": self.envelope.sequence,
        }

    @property
    def key(self) -> tuple[str, str]:
        return self.source, self.envelope.partitionkey


class Unreadable(Event):
    """Stands in for the event of a message that cannot be read."""

    type = "unreadable"


def decode(body: bytes, profiles: Mapping[str, Facility], types: Collection[str]) -> Delivery:
    """Never raises: what is wrong with a body is told in `problem`, for parking."""
    try:
        envelope = Envelope.model_validate_json(body)
    except ValidationError as error:
        return _unreadable(body, _NOTHING, "Bukan pesan CloudEvents: %(fields)s", error)
    if envelope.facility not in profiles:
        nowhere = envelope.model_copy(update={"facility": ""})
        return _refused(body, nowhere, "Puskesmas tidak dikenal di sistem ini")
    if envelope.type not in types:
        return _refused(body, envelope, "Jenis pesan ini tidak ditangani di sini")
    if holds_nul(body):
        return _refused(body, envelope, UNSTORABLE)
    if long := [name for name in CARRIED if len(getattr(envelope, name) or "") > CARRIED[name]]:
        return _refused(body, envelope, f"Terlalu panjang: {', '.join(long)}")
    try:
        event = EVENTS[envelope.type].model_validate(envelope.data)
    except ValidationError as error:
        return _unreadable(body, envelope, "Isi pesan tidak sah: %(fields)s", error)
    if event.partitionkey != envelope.partitionkey:
        return _refused(body, envelope, "Kunci urutan pesan tidak sesuai dengan isinya")
    return Delivery(body, envelope, event)


def _unreadable(body: bytes, envelope: Envelope, message: str, error: ValidationError) -> Delivery:
    if envelope is _NOTHING:
        envelope = envelope.model_copy(update={"id": uuid5(NAMESPACE_URL, _text(body))})
    return Delivery(body, envelope, Unreadable(), Invalid(message, fields=places(error)))


def _refused(body: bytes, envelope: Envelope, message: str) -> Delivery:
    return Delivery(body, envelope, Unreadable(), Invalid(message))


def places(error: ValidationError) -> str:
    """Which fields are wrong, and how; never the values, which may be someone's name."""
    found: list[Any] = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['type']}" for e in found[:5])


def _text(body: bytes) -> str:
    return body.decode("utf-8", "backslashreplace")


#: Stands in for the envelope of what is none.
_NOTHING = Envelope.model_construct(
    id=NO_ID,
    type="unreadable",
    source="/alur/unknown",
    subject="",
    time=datetime.fromtimestamp(0, UTC),
    dataschema="",
    facility="",
    sequence=1,
    partitionkey="",
    correlationid="",
    actor="",
    privacy=Privacy.NONE,
    data={},
)
