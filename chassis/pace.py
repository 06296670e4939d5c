"""A pace that makes batches: after work, rest some times as long, so that more can gather.

Alone, a message is handled at once: nobody worked just before. Under load each round takes what
piled up during the rest, and the cost of a transaction is shared instead of paid per message.
"""

import asyncio
import random
from time import monotonic

#: No rest is longer, so that latency stays far below what a person notices.
LONGEST_REST = 0.025
TIMES_THE_WORK = 3
#: After a failure: the first wait, and how often it doubles.
FIRST_WAIT = 0.1
DOUBLINGS = 6


class Pace:
    """Call `rest` before taking a batch and `worked` after it."""

    def __init__(self) -> None:
        self._ready_at = 0.0
        self._started = 0.0

    async def rest(self) -> None:
        pause = self._ready_at - monotonic()
        if pause > 0:
            await asyncio.sleep(pause)
        self._started = monotonic()

    def worked(self) -> None:
        now = monotonic()
        self._ready_at = now + min(LONGEST_REST, TIMES_THE_WORK * (now - self._started))


def back_off(tries: int) -> float:
    """Seconds until something that has failed `tries` times is tried again.

    Longer each time up to some seconds, and not the same for everybody.
    """
    return FIRST_WAIT * float(2 ** min(tries, DOUBLINGS)) * random.uniform(0.5, 1.5)
