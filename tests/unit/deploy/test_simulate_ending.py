"""A run is told to end: it cleans up, once and to the end, however often it is told."""

import asyncio
import signal

import pytest

from deploy.simulate.ending import stoppable, to_the_end


async def loops(times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


async def test_the_first_signal_ends_a_run_and_later_ones_wait_until_it_has_cleaned_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    begun, cleaning, cleaned = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def clean_up() -> None:
        cleaning.set()
        await loops(50)
        cleaned.set()

    async def work() -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            await to_the_end(clean_up())

    run = asyncio.create_task(stoppable(work()))
    await begun.wait()
    signal.raise_signal(signal.SIGINT)
    await cleaning.wait()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.raise_signal(number)
    with pytest.raises(asyncio.CancelledError):
        await run

    assert cleaned.is_set()
    assert capsys.readouterr().err.count("a moment, please") == 2


async def test_a_run_that_ends_by_itself_cleans_up_although_it_is_told_to_end_meanwhile() -> None:
    cleaning, cleaned = asyncio.Event(), asyncio.Event()

    async def clean_up() -> None:
        cleaning.set()
        await loops(50)
        cleaned.set()

    run = asyncio.create_task(stoppable(to_the_end(clean_up())))
    await cleaning.wait()
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(asyncio.CancelledError):
        await run

    assert cleaned.is_set()


async def test_what_goes_wrong_in_the_cleaning_up_is_said() -> None:
    async def clean_up() -> None:
        raise OSError("no database")

    with pytest.raises(OSError, match="no database"):
        await to_the_end(clean_up())
