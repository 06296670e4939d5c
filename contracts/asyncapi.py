"""The AsyncAPI 3 document of the bus, generated from the catalogue."""

from typing import Any, Final

from pydantic.json_schema import models_json_schema

from contracts.catalog import CONSUMERS
from contracts.envelope import Event, Privacy
from contracts.schema import constants, describe, envelope_schema, facts

Document = dict[str, Any]

EXCHANGE: Final = "alur.events"
CONTENT_TYPE: Final = "application/cloudevents+json"
_TEMPLATE: Final = "#/components/schemas/{model}"

_PRIVACY: Final = {
    Privacy.NONE: "no personal data",
    Privacy.PSEUDONYMOUS: "pseudonymous identifiers",
    Privacy.IDENTITY: "identity of a patient",
    Privacy.HEALTH: "health data",
    Privacy.HEALTH_SPECIAL: "specially protected health data, as a reference only",
    Privacy.COMPLAINANT: "a complaint; the complainant's identity never travels",
}

_ABOUT: Final = (
    "Every event that the services of a community health centre (Puskesmas) publish. "
    "Messages are CloudEvents 1.0 in structured JSON mode on one durable topic exchange; the "
    "routing key is `<facility>.<type>`. Delivery is at least once: drop an `id` you have seen, "
    "order by `source`, `partitionkey` and `sequence`, and ignore fields you do not know."
)


def document(examples: dict[str, list[Document]]) -> Document:
    """The whole document; `examples` holds the envelopes of each event type."""
    return {
        "asyncapi": "3.0.0",
        "id": "urn:alur:events",
        "info": {
            "title": "Alur events",
            "version": "1.0.0",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {"rabbitmq": _server("amqp", 5672), "rabbitmq_tls": _server("amqps", 5671)},
        "channels": {_slug(event): _channel(event) for event in CONSUMERS},
        "operations": _operations(),
        "components": {
            "messages": {event.__name__: _message(event, examples) for event in CONSUMERS},
            "schemas": _schemas(),
            "securitySchemes": {"user": {"type": "userPassword"}},
        },
    }


def _server(protocol: str, port: int) -> Document:
    return {
        "host": "{broker}",
        "pathname": "/{vhost}",
        "protocol": protocol,
        "protocolVersion": "0.9.1",
        "description": "RabbitMQ 3.10 or later; one user per service or subscriber.",
        "variables": {
            "broker": {"default": f"localhost:{port}"},
            "vhost": {
                "default": "alur",
                "description": "The virtual host; empty for the broker's default one.",
            },
        },
        "security": [{"$ref": "#/components/securitySchemes/user"}],
    }


def _channel(event: type[Event]) -> Document:
    exchange = {"name": EXCHANGE, "type": "topic", "durable": True, "autoDelete": False}
    return {
        "address": f"{{facility}}.{event.type}",
        "title": event.type,
        "description": describe(event),
        "parameters": {
            "facility": {
                "description": "Code of the health centre; bind `*` for every centre.",
                "examples": ["dharma_rini"],
            }
        },
        "messages": {event.__name__: {"$ref": f"#/components/messages/{event.__name__}"}},
        "tags": _tags(event),
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, "bindingVersion": "0.3.0"}},
    }


def _operations() -> Document:
    found: Document = {}
    for event, consumers in CONSUMERS.items():
        slug = _slug(event)
        found[f"{event.producer()}_send_{slug}"] = _operation(
            event, "send", f"{event.producer()} publishes {event.type}"
        )
        for service in consumers:
            found[f"{service}_receive_{slug}"] = _operation(
                event, "receive", f"{service} acts on {event.type}"
            )
    return found


def _operation(event: type[Event], action: str, summary: str) -> Document:
    amqp: Document = {"bindingVersion": "0.3.0"}
    if action == "send":
        amqp |= {"deliveryMode": 2, "mandatory": bool(CONSUMERS[event])}
    else:
        amqp |= {"ack": True}
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": f"#/channels/{_slug(event)}"},
        "messages": [{"$ref": f"#/channels/{_slug(event)}/messages/{event.__name__}"}],
        "tags": _tags(event),
        "bindings": {"amqp": amqp},
    }


def _message(event: type[Event], examples: dict[str, list[Document]]) -> Document:
    return {
        "name": event.type,
        "title": event.__name__,
        "summary": describe(event),
        "contentType": CONTENT_TYPE,
        "correlationId": {"location": "$message.payload#/correlationid"},
        "tags": _tags(event),
        "x-alur": facts(event),
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/Envelope"},
                {
                    "type": "object",
                    "properties": constants(event)
                    | {"data": {"$ref": f"#/components/schemas/{event.__name__}"}},
                },
            ]
        },
        "examples": [
            {"name": f"{event.__name__}_{number}", "payload": example}
            for number, example in enumerate(examples.get(event.type, []), 1)
        ],
    }


def _schemas() -> Document:
    _, shared = models_json_schema(
        [(event, "serialization") for event in CONSUMERS], ref_template=_TEMPLATE
    )
    schemas: Document = shared["$defs"]
    envelope = envelope_schema(_TEMPLATE)
    schemas |= envelope.pop("$defs", {})
    schemas["Envelope"] = envelope
    return dict(sorted(schemas.items()))


def _tags(event: type[Event]) -> list[Document]:
    return [
        {"name": event.producer(), "description": f"published by {event.producer()}"},
        {"name": f"privacy-{event.privacy.value}", "description": _PRIVACY[event.privacy]},
    ]


def _slug(event: type[Event]) -> str:
    return event.type.replace(".", "_")
