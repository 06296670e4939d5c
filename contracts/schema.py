"""JSON Schema 2020-12 of every event as it stands on the wire: envelope and data together."""

import inspect
from typing import Any, Final

from contracts.catalog import CONSUMERS
from contracts.envelope import Envelope, Event

Schema = dict[str, Any]

#: Where the schemas are published; `dataschema` of an envelope points here.
BASE: Final = "https://alur.id/schemas/"


def schema_of(event: type[Event]) -> Schema:
    """The whole message of one event type: what a subscriber may rely on."""
    data = event.model_json_schema(mode="serialization")
    definitions: Schema = data.pop("$defs", {})
    envelope = envelope_schema()
    envelope.pop("$defs")  # only Privacy, which `constants` makes one fixed value
    definitions[event.__name__] = data
    properties = envelope["properties"]
    properties |= constants(event)
    properties["data"] = {"$ref": f"#/$defs/{event.__name__}"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{BASE}{event.type}.json",
        "title": event.type,
        "description": describe(event),
        "x-alur": facts(event),
        "type": "object",
        "properties": properties,
        "required": envelope["required"],
        "$defs": dict(sorted(definitions.items())),
    }


def envelope_schema(template: str = "#/$defs/{model}") -> Schema:
    """The envelope alone. `specversion` is always on the wire, so it is required here."""
    schema = Envelope.model_json_schema(mode="serialization", ref_template=template)
    return schema | {"required": ["specversion", *schema["required"]]}


def constants(event: type[Event]) -> Schema:
    """The attributes of the envelope that never differ between two messages of a type."""
    return {
        "type": {"const": event.type, "type": "string"},
        "source": {"const": f"/alur/{event.producer()}", "type": "string"},
        "dataschema": {"const": f"{BASE}{event.type}.json", "type": "string"},
        "privacy": {"const": event.privacy.value, "type": "string"},
    }


def facts(event: type[Event]) -> Schema:
    """What is not in the shape: who says it, who acts on it, what keeps its order."""
    return {
        "producer": event.producer(),
        "consumers": list(CONSUMERS[event]),
        "keyed_by": event.keyed_by,
        "privacy": event.privacy.value,
    }


def describe(event: type[Event]) -> str:
    """The sentence of the class, or else of the family it belongs to."""
    text = inspect.getdoc(event) or ""
    return "" if text == inspect.getdoc(Event) else text
