"""Makes the key pair of an installation: `python -m deploy.keys PRIVATE_FOLDER PUBLIC_FOLDER`.

Registration signs tokens with `signing-key.json`; the others need `jwks.json` alone (`ALUR_JWKS`).
A key that is there already is kept.
"""

import json
import sys
from pathlib import Path

from chassis.auth import local_keys


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    private, public = map(Path, arguments)
    keys, _ = local_keys(private)
    public.mkdir(parents=True, exist_ok=True)
    (public / "jwks.json").write_text(json.dumps(keys.as_dict(private=False)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
