"""The style sheet, script and mark that every service serves under its own /assets."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC: Final = Path(__file__).parent / "static"
#: File name -> hash of its content: the address changes with the file, so it may be kept for ever.
VERSIONS: Final = {
    file.name: sha256(file.read_bytes()).hexdigest()[:10] for file in sorted(STATIC.iterdir())
}


class Assets(StaticFiles):
    """Static files that a browser fetches once."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code < 400:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def mount_assets(app: Starlette) -> None:
    app.mount("/assets", Assets(), name="assets")
