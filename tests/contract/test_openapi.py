"""The OpenAPI documents are current, valid, and say which right each operation needs."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from contracts.catalog import SERVICES
from deploy.contracts import FOLDER, openapi_files


def _document(service: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / f"{service}.json").read_text(encoding="utf-8"))
    return content


def _operations(service: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, operations in _document(service)["paths"].items():
        for method, operation in operations.items():
            yield f"{method} {path}", operation


@pytest.mark.parametrize("service", SERVICES)
def test_document_is_current(service: str) -> None:
    ((path, text),) = openapi_files((service,)).items()
    assert path.read_text(encoding="utf-8") == text, "run make contracts"


@pytest.mark.parametrize("service", SERVICES)
def test_document_is_valid(service: str) -> None:
    document = _document(service)
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_declares_its_right_or_is_public(service: str) -> None:
    open_ = [
        name
        for name, operation in _operations(service)
        if not operation.get("x-alur-roles") and operation.get("security") != []
    ]
    assert open_ == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_names_how_it_refuses(service: str) -> None:
    for name, operation in _operations(service):
        assert "default" in operation["responses"], name


def _taking(service: str, header: str) -> set[str]:
    return {
        name
        for name, operation in _operations(service)
        if header in {parameter["name"] for parameter in operation.get("parameters", ())}
    }


@pytest.mark.parametrize("service", SERVICES)
def test_every_command_takes_an_idempotency_key_and_nothing_else_does(service: str) -> None:
    writes = {name for name, _ in _operations(service) if not name.startswith("get ")}
    no_commands = {"post /api/session", "post /api/patients/search"}
    assert _taking(service, "Idempotency-Key") == writes - no_commands


def test_only_what_checks_a_version_takes_one() -> None:
    assert _taking("registration", "If-Match") == {
        "put /api/patients/{patient_id}",
        *(
            f"post /api/tickets/{{ticket_id}}/{way}"
            for way in ("call", "missed", "requeue", "void")
        ),
        *(f"post /api/visits/{{visit_id}}/{way}" for way in ("cancel", "leave")),
    }
    encounter, order = "post /api/encounters/{visit_id}", "lab-requests/{order_id}"
    assert _taking("clinical", "If-Match") == {
        *(f"{encounter}/{step}" for step in ("identity", "assessment", "complete")),
        f"{encounter}/{order}/cancel",
        f"{encounter}/prescriptions/{{rx_id}}/cancel",
        f"{encounter}/results/{{order_id}}/read",
    }
    for service in SERVICES:
        assert not {name for name in _taking(service, "If-Match") if "/parked/" in name}
