"""What stands on the broker: one exchange, and for each service a queue with its dead letters."""

from faststream.rabbit import ExchangeType, QueueType, RabbitExchange, RabbitQueue
from faststream.rabbit.schemas.queue import QuorumQueueArgs

from contracts.catalog import handled_by


def events_exchange(namespace: str, *, declare: bool = True) -> RabbitExchange:
    """The one exchange: every event, by `<facility>.<type>`."""
    name = f"{namespace}.events"
    return RabbitExchange(name, type=ExchangeType.TOPIC, durable=True, declare=declare)


def service_queues(
    namespace: str, service: str, *, declare: bool = True
) -> tuple[RabbitQueue, RabbitQueue]:
    """The queue of a service and its dead-letter queue, the last net."""
    dead = RabbitQueue(
        f"{namespace}.{service}.dead", queue_type=QueueType.QUORUM, durable=True, declare=declare
    )
    arguments: QuorumQueueArgs = {
        "x-single-active-consumer": True,
        "x-delivery-limit": 100,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead.name,
    }
    events = RabbitQueue(
        f"{namespace}.{service}.events",
        queue_type=QueueType.QUORUM,
        durable=True,
        declare=declare,
        arguments=arguments,
    )
    return events, dead


def binding_keys(service: str) -> tuple[str, ...]:
    """The types a service handles, of every centre."""
    return tuple(f"*.{type_}" for type_ in handled_by(service))
