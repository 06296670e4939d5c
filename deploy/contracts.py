"""Writes or checks all that is generated: schemas, AsyncAPI, OpenAPI and the state diagrams."""

import asyncio
import importlib
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from chassis.profiles import load
from chassis.service import open_house
from chassis.settings import Settings
from contracts import generate
from contracts.catalog import SERVICES
from deploy.openapi import document
from deploy.states import page

DOCS: Final = Path(__file__).parents[1] / "docs"
FOLDER: Final = DOCS / "openapi"
STATES: Final = DOCS / "states.md"
FACILITIES: Final = Path(__file__).parent / "facilities"


def main(check: bool) -> int:
    """The exit status: 0 when everything is written, or with `check` when it is current."""
    status = generate.main(["--check"] if check else [])
    files = openapi_files() | {STATES: page()}
    stale = {path: text for path, text in files.items() if _read(path) != text}
    for path, text in stale.items():
        if check:
            print(f"{path.name} is not current: run make contracts")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if not check:
        print(f"openapi and states: {len(files)} documents, {len(stale)} written")
    return status or int(check and bool(stale))


def openapi_files(names: Sequence[str] = SERVICES) -> dict[Path, str]:
    """The OpenAPI document of each service, as it should stand in `docs/openapi`."""
    return {
        FOLDER / f"{name}.json": json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        for name, content in asyncio.run(_documents(names)).items()
    }


async def _documents(names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Composes each service on an empty folder; nothing is started and nothing connected."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(mode="embedded", data_dir=Path(folder), database_url=None, jwks=None)
        house = await open_house(settings, load(FACILITIES))
        try:
            return {name: document(_api(house, name), name) for name in names}
        finally:
            await house.close()


def _api(house: Any, name: str) -> Any:
    return importlib.import_module(f"services.{name}.app").create_api(house)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
