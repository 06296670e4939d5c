"""The OpenAPI 3.1 document of one service: its JSON routes, their rights and their refusals."""

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from chassis.edge import PUBLIC
from chassis.runtime import Rights, Service

Document = dict[str, Any]

WRITES: Final = frozenset({"post", "put", "patch", "delete"})
_ABOUT: Final = (
    "JSON API of the {name} service of Alur. Answers that hold a version carry it as ETag too; "
    "send it back as If-Match where an operation takes it. Send a fresh Idempotency-Key with every "
    "command: the same key with the same body gives the stored answer. Refusals are problem+json "
    "(RFC 9457)."
)
_PROBLEM: Final[Document] = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "The same error has one code everywhere."},
        "detail": {"type": "string", "description": "What to do next, in the caller's language."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
_COMPONENTS: Final[Document] = {
    "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
    "responses": {
        "Problem": {
            "description": "Refused; the code says why, the detail what to do next.",
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
    },
}
#: They write nothing that could happen twice: signing in, and a search that keeps names out of
#: addresses.
_NO_COMMANDS: Final = frozenset({"/api/session", "/api/patients/search"})
_KEY: Final[Document] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 80},
}
_VERSION: Final[Document] = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The version the change was made on; a stale one is refused with 409.",
    "schema": {"type": "string"},
}


def document(app: FastAPI, name: str) -> Document:
    """What `name` offers to programs; its pages are left out."""
    service: Service = app.state.service
    found: Document = app.openapi()
    rights = dict(_rights(app))
    schemas = found.get("components", {}).get("schemas", {}) | {"Problem": _PROBLEM}
    paths = {
        path: {
            method: _operation(operation, rights.get((path, method)), service.rights)
            | _headers(path, method, operation, schemas)
            for method, operation in operations.items()
        }
        for path, operations in sorted(found["paths"].items())
        if path.startswith("/api/")
    }
    return {
        "openapi": found["openapi"],
        "info": {
            "title": found["info"]["title"],
            "version": found["info"]["version"],
            "description": _ABOUT.format(name=name),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": f"/{name}", "description": "below the centre's public address"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": _COMPONENTS | {"schemas": _used(schemas, paths)},
    }


def _headers(path: str, method: str, operation: Document, schemas: Document) -> Document:
    """The parameters of a command. What changes a row and answers with its version checks it."""
    if method not in WRITES or path in _NO_COMMANDS:
        return {}
    own, takes = operation.get("parameters", ()), [_KEY]
    if "{" in path and "version" in _answered(operation, schemas):
        takes.append(_VERSION)
    return {"parameters": [*own, *takes]}


def _answered(operation: Document, schemas: Document) -> Document:
    """The properties of a good answer."""
    (good,) = (said for code, said in operation["responses"].items() if code.startswith("2"))
    schema = good.get("content", {}).get("application/json", {}).get("schema", {})
    named = schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
    properties: Document = named.get("properties", {})
    return properties


def _operation(operation: Document, right: str | None, rights: Rights) -> Document:
    responses = {code: said for code, said in operation["responses"].items() if code != "422"}
    responses["default"] = {"$ref": "#/components/responses/Problem"}
    changed = operation | {"responses": responses}
    if right == PUBLIC:
        changed["security"] = []
    elif right is not None:
        changed["x-alur-right"] = right
        changed["x-alur-roles"] = sorted(rights[right])
    return changed


def _rights(app: FastAPI) -> Iterator[tuple[tuple[str, str], str]]:
    """The right each route declares with `allow`."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            for right in declared(route.dependant):
                for method in route.methods or ():
                    yield (str(context.path), method.lower()), right


def declared(dependant: Dependant) -> Iterator[str]:
    """The rights that a route asks for with `allow`, also through what it depends on."""
    for dependency in dependant.dependencies:
        if right := getattr(dependency.call, "right", None):
            yield str(right)
        yield from declared(dependency)


def _used(schemas: Document, paths: Document) -> Document:
    """Only the schemas that the paths that are left refer to, also through each other."""
    wanted = set(_references(paths)) | {"Problem"}
    while more := {name for one in wanted for name in _references(schemas[one])} - wanted:
        wanted |= more
    return {name: schemas[name] for name in sorted(wanted)}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(reference := value.get("$ref"), str) and "/schemas/" in reference:
            yield reference.rpartition("/")[2]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
