"""What every service counts. No label holds an unbounded value: types and routes, never keys."""

from collections.abc import Iterable

from prometheus_client import Counter, Gauge, Histogram

from contracts.catalog import EVENTS

SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600)

PUBLISHED = Counter("alur_outbox_published", "Events confirmed by the bus", ["service", "type"])
PUBLISH_FAILURES = Counter("alur_outbox_publish_failures", "Publishes refused", ["service"])
OUTBOX_WAITING = Gauge("alur_outbox_waiting", "Events not yet on the bus", ["service"])
OUTBOX_AGE = Gauge("alur_outbox_oldest_seconds", "Age of the oldest waiting event", ["service"])
HANDLED = Counter("alur_inbox_handled", "Events handled", ["service", "type"])
DUPLICATES = Counter("alur_inbox_duplicates", "Deliveries already handled", ["service"])
PARKED = Counter("alur_inbox_parked", "Messages set aside", ["service", "code"])
PARKED_NOW = Gauge("alur_inbox_parked_waiting", "Messages that wait for a person", ["service"])
BATCH_SECONDS = Histogram(
    "alur_inbox_batch_seconds", "One micro-batch, to its commit", ["service"], buckets=SECONDS
)
LAG_SECONDS = Histogram(
    "alur_inbox_lag_seconds", "From commit to handled", ["service"], buckets=SECONDS
)
HTTP_SECONDS = Histogram(
    "alur_http_seconds",
    "Answers by route",
    ["service", "method", "route", "status"],
    buckets=SECONDS,
)


def begin_at_zero(service: str, handled: Iterable[str], causes: Iterable[str]) -> None:
    """A series that appears with its first event has no rate: Prometheus saw no increase.

    `handled`: the types of its inbox, `causes`: the codes of what may be parked.
    """
    for type_, event in EVENTS.items():
        if event.producer() == service:
            PUBLISHED.labels(service, type_)
    for type_ in handled:
        HANDLED.labels(service, type_)
    for code in causes:
        PARKED.labels(service, code)
    PUBLISH_FAILURES.labels(service)
    DUPLICATES.labels(service)
