"""Writes RabbitMQ's definitions to standard output; passwords come from the environment.

`python -m deploy.broker > definitions.json`, with LAB_AMQP_PASSWORD and so on for each service.
"""

import json
import os
import sys

from contracts.catalog import SERVICES
from deploy.broker import definitions


def main() -> int:
    names = {service: f"{service.upper()}_AMQP_PASSWORD" for service in SERVICES}
    missing = [name for name in names.values() if not os.environ.get(name)]
    if missing:
        print("not set: " + ", ".join(missing), file=sys.stderr)
        return 2
    passwords = {service: os.environ[name] for service, name in names.items()}
    print(json.dumps(definitions(passwords), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
