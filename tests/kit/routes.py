"""Every HTTP route of a service as its application knows it, and the rights it asks for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Mount

from chassis.runtime import Service
from deploy.openapi import declared

#: What a path parameter of a text type may be, so that the route is reached.
WORDS: Final = {"unit": "anak", "step": "assign", "code": "en"}


@dataclass(frozen=True)
class HttpRoute:
    """`path` is a template without the prefix; `rights` are those it declares with `allow`."""

    service: str
    method: str
    path: str
    rights: tuple[str, ...]
    #: The model of a JSON body; forms have none, their handler reads them.
    model: Any

    @property
    def label(self) -> str:
        return f"{self.method} /{self.service}{self.path}"

    @property
    def parameters(self) -> list[str]:
        """The names in the path."""
        return [_name(part.partition("}")[0]) for part in self.path.split("{")[1:]]

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")


def routes_of(app: FastAPI) -> Iterator[HttpRoute]:
    """Also those that FastAPI adds by itself, and mounts, which declare nothing."""
    service: Service = app.state.service
    for context in iter_route_contexts(app.routes):
        route: Any = context.original_route
        if isinstance(route, Mount):
            yield HttpRoute(service.name, "GET", f"{route.path}/", (), None)
            continue
        dependant = route.dependant if isinstance(route, APIRoute) else None
        rights = tuple(declared(dependant)) if dependant else ()
        bodies = dependant.body_params if dependant else []
        model = bodies[0].field_info.annotation if bodies else None
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield HttpRoute(service.name, method, str(context.path), rights, model)


def path_of(template: str, known: Mapping[str, str]) -> str:
    """The template with real ids where they are known and random ones elsewhere."""
    parts = template.split("{")
    filled = [parts[0]]
    for part in parts[1:]:
        name, _, rest = part.partition("}")
        filled.append(known.get(_name(name), str(uuid4())) + rest)
    return "".join(filled)


def _name(parameter: str) -> str:
    """`path` of `path:path`."""
    return parameter.partition(":")[0]
