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


@pytest.mark.parametrize("service", SERVICES)
def test_every_command_takes_an_idempotency_key(service: str) -> None:
    for name, operation in _operations(service):
        if not name.startswith("get "):
            names = [parameter.get("name") for parameter in operation["parameters"]]
            assert "Idempotency-Key" in names, name
