"""Writes what is generated from the event classes: schemas and the AsyncAPI document.

`python -m contracts.generate` writes, but never over a breaking change;
`python -m contracts.generate --check` writes nothing and exits 1 if anything is not current.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

from contracts.asyncapi import document
from contracts.breaking import breaking
from contracts.catalog import EVENTS
from contracts.schema import schema_of

HERE: Final = Path(__file__).parent
SCHEMAS: Final = HERE / "schemas"
EXAMPLES: Final = HERE / "examples"
ASYNCAPI: Final = HERE.parent / "docs" / "asyncapi.json"


def main(arguments: list[str]) -> int:
    """The exit status: 0 when everything is written or current."""
    if broken := breaking_changes():
        print(*broken, sep="\n")
        print("breaking: leave this class as it is and publish a new version beside it")
        return 1
    stale = {path: text for path, text in generated().items() if _read(path) != text}
    if "--check" in arguments:
        for path in stale:
            print(f"{path.name} is not current: run make contracts")
        return 1 if stale else 0
    for path, text in stale.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"contracts: {len(EVENTS)} events, {len(stale)} files written")
    return 0


def generated() -> dict[Path, str]:
    """Every generated file with the text it should have."""
    files: dict[Path, Any] = {
        SCHEMAS / f"{name}.json": schema_of(event) for name, event in EVENTS.items()
    }
    files[ASYNCAPI] = document(examples())
    return {path: _json(content) for path, content in files.items()}


def examples() -> dict[str, list[dict[str, Any]]]:
    """The committed examples of each event type."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(EXAMPLES.glob("*.json"))
    }


def breaking_changes() -> list[str]:
    """What the classes no longer keep of the committed schemas, each as `type: field: sentence`."""
    found: list[str] = []
    for path in sorted(SCHEMAS.glob("*.json")):
        event = EVENTS.get(path.stem)
        if event is None:
            found.append(
                f"{path.stem}: the event was removed; delete its schema in the same change"
            )
            continue
        old = json.loads(path.read_text(encoding="utf-8"))
        found += [f"{path.stem}: {change}" for change in breaking(old, schema_of(event))]
    return found


def _json(content: Any) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
