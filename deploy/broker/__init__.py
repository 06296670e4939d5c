"""What RabbitMQ is told at its start: topology from the catalogue, a user per service, few rights.

A service may publish its own events, and read its own queues; it may make nothing. Services that
start with `ALUR_AMQP_DECLARE=false` need no more than that.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Any, Final

from chassis.topology import binding_keys, events_exchange, service_queues
from contracts.catalog import SERVICES

NOTHING: Final = "^$"
HASHING: Final = "rabbit_password_hashing_sha256"
#: The codes of facilities, as in `contracts.envelope.Code`.
FACILITY: Final = "[a-z0-9][a-z0-9_]*"


def definitions(
    passwords: Mapping[str, str],
    *,
    vhost: str = "alur",
    namespace: str = "alur",
    user_prefix: str = "alur_",
) -> dict[str, Any]:
    """The definitions file; `passwords`: service -> password, kept in it only as a salted hash."""
    users = {service: f"{user_prefix}{service}" for service in SERVICES}
    return {
        "vhosts": [{"name": vhost}],
        "users": [_user(users[service], passwords[service]) for service in SERVICES],
        "permissions": [
            {"vhost": vhost, "user": users[service], **_rights(namespace, service)}
            for service in SERVICES
        ],
        "topic_permissions": [
            {
                "vhost": vhost,
                "user": users[service],
                "exchange": events_exchange(namespace).name,
                "write": rf"^{FACILITY}\.{service}\.",
                "read": NOTHING,  # bindings are made here, not by services
            }
            for service in SERVICES
        ],
        **_topology(vhost, namespace),
        "policies": [_policy(vhost, namespace)],
    }


def _user(name: str, password: str) -> dict[str, Any]:
    salt = secrets.token_bytes(4)
    digest = hashlib.sha256(salt + password.encode()).digest()
    hashed = base64.b64encode(salt + digest).decode()
    return {"name": name, "password_hash": hashed, "hashing_algorithm": HASHING, "tags": []}


def _rights(namespace: str, service: str) -> dict[str, str]:
    own = re.escape(f"{namespace}.{service}.")
    return {
        "configure": NOTHING,
        "write": f"^{re.escape(events_exchange(namespace).name)}$",
        "read": f"^{own}(events|dead)$",
    }


def _topology(vhost: str, namespace: str) -> dict[str, Any]:
    exchange = events_exchange(namespace)
    kept = {"vhost": vhost, "durable": True, "auto_delete": False}
    queues = [queue for service in SERVICES for queue in service_queues(namespace, service)]
    bindings = [
        {
            "vhost": vhost,
            "source": exchange.name,
            "destination": service_queues(namespace, service)[0].name,
            "destination_type": "queue",
            "routing_key": key,
            "arguments": {},
        }
        for service in SERVICES
        for key in binding_keys(service)
    ]
    return {
        "exchanges": [
            {**kept, "name": exchange.name, "type": "topic", "internal": False, "arguments": {}}
        ],
        "queues": [{**kept, "name": q.name, "arguments": dict(q.arguments or {})} for q in queues],
        "bindings": bindings,
    }


def _policy(vhost: str, namespace: str) -> dict[str, Any]:
    """Dead letters are confirmed before they leave their queue; by default they may be lost."""
    return {
        "vhost": vhost,
        "name": f"{namespace}-events",
        "pattern": rf"^{re.escape(namespace)}\.[a-z_]+\.events$",
        "apply-to": "queues",
        "priority": 0,
        "definition": {
            "dead-letter-strategy": "at-least-once",
            "overflow": "reject-publish",
            "queue-leader-locator": "balanced",
        },
    }
