"""The mailbox of the integration examples: each event once, never an older one after a newer."""

import asyncio
import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "outside.py"


def example() -> Any:
    spec = importlib.util.spec_from_file_location("outside", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


OUTSIDE = example()
ARRIVALS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 5)), min_size=1, max_size=20)


def body(key: str, sequence: int) -> bytes:
    event = {"id": f"{key}{sequence}", "source": "/alur/lab", "partitionkey": key}
    return json.dumps(event | {"sequence": f"{sequence:010d}"}).encode()


async def handled(batches: Sequence[Sequence[tuple[str, int]]]) -> list[tuple[str, int]]:
    """What is handled when these arrive, one batch after the other, each fully worked through."""
    mailbox, seen = OUTSIDE.Mailbox(":memory:"), []

    async def handle(event: dict[str, Any]) -> None:
        seen.append((event["partitionkey"], int(event["sequence"])))

    worker = asyncio.create_task(mailbox.work(handle))
    for batch in batches:
        for key, sequence in batch:
            mailbox.keep(body(key, sequence))
        while mailbox.arrived.is_set():  # noqa: ASYNC110 - cleared when all is worked through
            await asyncio.sleep(0)
    worker.cancel()
    return seen


@given(st.lists(ARRIVALS, min_size=1, max_size=4))
def test_whatever_the_order_of_arrival_each_event_is_handled_once_and_none_after_a_newer(
    batches: list[list[tuple[str, int]]],
) -> None:
    seen = asyncio.run(handled(batches))
    arrived = {event for batch in batches for event in batch}
    assert len(seen) == len(set(seen))
    for key in "ab":
        mine = [sequence for k, sequence in seen if k == key]
        assert mine == sorted(mine)
        if newest := max((s for k, s in arrived if k == key), default=0):
            assert mine[-1] == newest


def test_what_was_kept_and_not_yet_handled_is_there_after_a_crash(tmp_path: Path) -> None:
    file = str(tmp_path / "outside.sqlite3")
    OUTSIDE.Mailbox(file).keep(body("a", 1))
    again = OUTSIDE.Mailbox(file)
    (open_,) = again.database.execute(OUTSIDE.NEXT).fetchall()
    assert json.loads(open_[1])["id"] == "a1"
