"""Logs without identity, and traces that follow a visit from HTTP through outbox, bus and inbox."""

import json
import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import structlog
from opentelemetry import trace
from opentelemetry.propagate import extract, inject
from opentelemetry.trace import Status, StatusCode

tracer = trace.get_tracer("alur")


def configure_logs(level: str = "INFO") -> None:
    """One JSON object a line on standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(WithoutValues())
    logging.basicConfig(level=level, handlers=[handler])
    for noisy, quiet in (("aiormq", logging.CRITICAL), ("alembic", logging.WARNING)):
        logging.getLogger(noisy).setLevel(quiet)
    logging.getLogger("aiosqlite").setLevel(logging.INFO)  # below it every parameter is written
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        cache_logger_on_first_use=True,
    )


class WithoutValues(logging.Formatter):
    """What libraries log, as JSON; of an error only its kind and place.

    With an error the arguments and further lines of the message are left out too: asyncio and
    others write the error itself there.
    """

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        said = str(record.msg).splitlines()[0] if error and record.msg else record.getMessage()
        line = {
            "event": said,
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        return json.dumps(line | (fault(error) if error else {}), default=str)


def configure_traces(service: str) -> None:
    """Export spans by the standard OTEL_EXPORTER_OTLP_* variables; only called when asked for."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": f"alur-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def fault(error: BaseException) -> dict[str, object]:
    """What a log may say of an error: its kind and where, never its message.

    Messages of databases and validators quote values, which may be somebody's name.
    """
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames[-8:]]
    return {"error": type(error).__name__, "where": places}


@contextmanager
def handling(service: str, type_: str, traceparent: str | None) -> Iterator[None]:
    """The span of handling one event; its parent is the span that published it."""
    with span(f"{service} handle {type_}", {"traceparent": traceparent} if traceparent else {}):
        yield


@contextmanager
def span(name: str, carrier: Mapping[str, str]) -> Iterator[None]:
    """A span that ends with the kind of an error, never with its message."""
    with tracer.start_as_current_span(
        name, context=extract(carrier), record_exception=False, set_status_on_exception=False
    ):
        try:
            yield
        except Exception as error:
            note_failure(error)
            raise


def note_failure(error: Exception) -> None:
    """The current span has failed, though the error goes no further."""
    trace.get_current_span().set_status(Status(StatusCode.ERROR, type(error).__name__))


def correlation() -> str:
    """What the log lines of one request share: the id of its trace, where it has one."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else uuid4().hex


def traceparent() -> str | None:
    """The W3C trace context of the current span, to be stored with what it publishes."""
    carrier: dict[str, str] = {}
    inject(carrier)
    return carrier.get("traceparent")
