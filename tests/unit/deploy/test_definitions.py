"""The definitions for RabbitMQ: what each service is given, and how passwords are kept."""

import base64
import hashlib
import json
import re
from typing import Any

import pytest

from contracts.catalog import CONSUMERS, SERVICES
from contracts.envelope import Code
from deploy.broker import FACILITY, __main__, definitions

PASSWORDS = {service: f"secret of {service}" for service in SERVICES}


def entry(part: str, service: str) -> Any:
    found = [e for e in definitions(PASSWORDS)[part] if e["user"] == f"alur_{service}"]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("event", CONSUMERS, ids=lambda event: event.type)
def test_an_event_may_be_published_by_its_producer_alone(event: Any) -> None:
    key = f"dharma_rini.{event.type}"
    writers = [s for s in SERVICES if re.search(entry("topic_permissions", s)["write"], key)]
    assert writers == [event.type.split(".")[0]]


def test_every_consumer_of_the_catalogue_is_bound_and_nobody_else() -> None:
    bound = {(b["destination"], b["routing_key"]) for b in definitions(PASSWORDS)["bindings"]}
    assert bound == {
        (f"alur.{service}.events", f"*.{event.type}")
        for event, services in CONSUMERS.items()
        for service in services
    }
    assert bound


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_its_own_queues_and_makes_nothing(service: str) -> None:
    rights = entry("permissions", service)
    queues = [queue["name"] for queue in definitions(PASSWORDS)["queues"]]
    readable = [name for name in queues if re.search(rights["read"], name)]
    assert readable == [f"alur.{service}.events", f"alur.{service}.dead"]
    assert not [name for name in queues if re.search(rights["configure"], name)]
    assert not re.search(rights["write"], "amq.default")


def test_passwords_are_kept_as_salted_hashes() -> None:
    content = definitions(PASSWORDS)
    assert "secret" not in json.dumps(content)
    for service, user in zip(SERVICES, content["users"], strict=True):
        kept = base64.b64decode(user["password_hash"])
        assert kept[4:] == hashlib.sha256(kept[:4] + PASSWORDS[service].encode()).digest()


def test_the_pattern_of_facilities_is_that_of_their_codes() -> None:
    codes = Code.__metadata__[0].metadata[0].pattern  # type: ignore[attr-defined]
    for code in ("dharma_rini", "tarik2", "2x", "_x", "x.y", ""):
        assert bool(re.fullmatch(FACILITY, code)) == bool(re.search(codes, code)), code


def test_missing_passwords_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLINICAL_AMQP_PASSWORD", "x")
    monkeypatch.delenv("LAB_AMQP_PASSWORD", raising=False)
    assert __main__.main() == 2
    said = capsys.readouterr().err
    assert "LAB_AMQP_PASSWORD" in said
    assert "CLINICAL" not in said
