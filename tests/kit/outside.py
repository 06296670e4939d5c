"""Another vendor's system beside a centre: a process of its own, admitted as the guide says."""

import asyncio
import os
import shlex
import shutil
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from yarl import URL

from tests.kit.centre import Centre
from tests.kit.tools import run

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
GUIDE = (ROOT / "docs" / "integration.md").read_text(encoding="utf-8")
PASSWORD = "rahasia-mitra"


@dataclass(frozen=True)
class Kind:
    """What the guide says in words: the role of the account, and other keys than in its example."""

    role: str = "analyst"
    keys: str | None = None


KINDS = {
    "lab": Kind(),
    "pharmacy": Kind(
        "pharmacist",
        r"^dharma_rini\.(pharmacy\.prescription\.received|clinical\.prescription\.cancelled"
        r"|registration\.visit\.(cancelled|left))\.v1$",
    ),
}


@dataclass(frozen=True)
class Outside:
    """Its user on the broker and its account at the centre have the same name and password."""

    kind: str
    name: str
    #: False where no rabbitmqctl reaches the broker: it then works with everybody's user.
    is_restricted: bool
    environment: Mapping[str, str]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Process]:
        """The example, from the moment its queue is bound; killed at the end."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(EXAMPLES / f"outside_{self.kind}.py")),
            env={**os.environ, **self.environment},
            stdin=PIPE,
            stdout=PIPE,
        )
        try:
            await says(process, "listening on")
            yield process
        finally:
            process.kill()
            await process.wait()


async def says(process: Process, words: str) -> None:
    """Reads what the program prints until these words have been said."""
    assert process.stdout is not None
    async with asyncio.timeout(30):
        while words not in (line := (await process.stdout.readline()).decode()):
            assert line, f"it ended before it said {words!r}"


async def types(process: Process, *lines: str) -> None:
    """What the person at its keyboard types."""
    assert process.stdin is not None
    process.stdin.write("".join(f"{line}\n" for line in lines).encode())
    await process.stdin.drain()


def commands(program: str) -> list[list[str]]:
    """What the guide tells the operator to type."""
    found = [shlex.split(line) for line in GUIDE.splitlines() if line.startswith(f"{program} ")]
    assert found, f"the guide names no {program}"
    return found


def rabbitmqctl() -> str | None:
    """The program, where it may speak to the broker of this machine."""
    program = shutil.which("rabbitmqctl", path=f"{os.environ['PATH']}:/usr/sbin")
    asked = (program or "false", "-q", "ping")
    return None if subprocess.run(asked, capture_output=True, check=False).returncode else program


def admit(program: str, kind: str, name: str, namespace: str, broker: str) -> str:
    """The address of a user made by the commands of the guide, with the names of this test."""
    vhost, keys = URL(broker).path.strip("/") or "/", KINDS[kind].keys
    for number, words in enumerate(commands("rabbitmqctl")):
        said = [word.replace("outside_lab", name) for word in words[1:]]
        said = [word.replace("alur.events", f"{namespace}.events") for word in said]
        said = [word.replace(r"alur\.events", rf"{namespace}\.events") for word in said]
        said = [vhost if word == "alur" else word for word in said]
        if number == 0:
            said.append(PASSWORD)
        elif number == 2 and keys:
            assert keys in GUIDE
            said[-1] = keys
        run(program, "-q", *said)
    return str(URL(broker).with_user(name).with_password(PASSWORD))


async def make_account(centre: Centre, outside: Outside) -> None:
    """The account, by the command of the guide."""
    (words,) = commands("python -m deploy")
    words = [word.replace("outside_lab", outside.name) for word in words[1:]]
    words[words.index("analyst")] = KINDS[outside.kind].role
    environment = {
        "ALUR_MODE": centre.mode,
        "ALUR_DATABASE_URL": str(centre.settings.database_url),
        "ALUR_PASSWORD": PASSWORD,
    }
    made = await asyncio.create_subprocess_exec(
        sys.executable, *words, env={**os.environ, **environment}, cwd=ROOT
    )
    assert await made.wait() == 0
