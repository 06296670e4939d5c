"""The CloudEvents 1.0 envelope every message travels in (structured JSON mode).

Source: CloudEvents 1.0.2, with the documented extensions `sequence`, `partitioning` and
`distributed tracing`, and this project's own `facility correlationid causationid actor privacy`.
"""

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

#: Facility, unit and drug codes: safe in routing keys, URLs and file names.
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,39}$")]

#: CloudEvents wants `sequence` as a string that sorts; here ten digits, an int inside the program.
Sequence = Annotated[
    int,
    Field(ge=1, le=9_999_999_999),
    PlainSerializer(lambda n: f"{n:010d}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{10}$"}, mode="serialization"),
]


class Privacy(StrEnum):
    """How sensitive the data of an event is (domain.md §3)."""

    NONE = "N"
    PSEUDONYMOUS = "I"
    IDENTITY = "D"
    HEALTH = "S"
    HEALTH_SPECIAL = "S+"
    COMPLAINANT = "K"


class Actor(NamedTuple):
    """Who caused something; travels as the text `staff_id;role;unit`."""

    staff_id: str
    role: str
    unit: str

    def text(self) -> str:
        return ";".join(self)

    @classmethod
    def parse(cls, text: str) -> Self:
        staff_id, _, rest = text.partition(";")
        role, _, unit = rest.partition(";")
        return cls(staff_id, role, unit)


class Event(BaseModel):
    """A fact that one service publishes. Subclasses are additive: a new field has a default.

    `type` is `<producer>.<noun>.<past verb>.v<N>`; events with the same value of the field named
    by `keyed_by` keep their order.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    privacy: ClassVar[Privacy]
    keyed_by: ClassVar[str] = "visit_id"

    @property
    def partitionkey(self) -> str:
        return str(getattr(self, self.keyed_by))

    @classmethod
    def producer(cls) -> str:
        return cls.type.split(".", 1)[0]


class Envelope(BaseModel):
    """What is on the wire. `data` is validated against the class of `type` by the consumer."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    type: str
    source: str
    subject: str
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str
    facility: Code
    sequence: Sequence
    partitionkey: str
    correlationid: str
    causationid: str | None = None
    traceparent: str | None = None
    actor: str
    privacy: Privacy
    data: dict[str, Any]
