"""Removes what a test left on the broker: everything under its namespace."""

import aio_pika

from contracts.catalog import SERVICES


async def remove_namespace(url: str, namespace: str) -> None:
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        for service in SERVICES:
            for queue in (f"{namespace}.{service}.events", f"{namespace}.{service}.dead"):
                await channel.queue_delete(queue)
        await channel.exchange_delete(f"{namespace}.events")
