"""Renders a service's pages from its templates and the shared ones, in the reader's language."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    pass_context,
)
from jinja2.runtime import Context

from chassis.web import formats
from chassis.web.assets import VERSIONS
from chassis.web.rooms import may_open
from chassis.web.texts import LANGUAGES, Texts, said

WEB: Final = Path(__file__).parent


class Pages:
    """One per service. `folder` holds the service's templates/ and locale/; `room_urls` says where
    each service is reached by a browser, for example {"lab": "/lab"}.
    """

    def __init__(self, service: str, folder: Path, room_urls: Mapping[str, str]) -> None:
        self.service = service
        self.texts = Texts((WEB, folder))
        self._room_urls = dict(room_urls)
        # One environment a language: macros, which see no context, then speak the right one too.
        self._environments = {
            language: self._environment(language, folder) for language in LANGUAGES
        }

    def render(self, template: str, language: str, /, **context: object) -> str:
        environment = self._environments[self.texts.language(language)]
        try:
            return environment.get_template(template).render(context)
        except TemplateNotFound as error:  # an OSError, which would look like a lost database
            raise LookupError(f"{self.service} has no template {error.name}") from error

    def url(self, path: str = "/") -> str:
        return f"/{self.service}{path}"

    def room_url(self, service: str, path: str = "/") -> str:
        return self._room_urls[service] + path

    def asset(self, name: str) -> str:
        return self.url(f"/assets/{name}?v={VERSIONS[name]}")

    def _environment(self, language: str, folder: Path) -> Environment:
        environment = Environment(
            loader=ChoiceLoader(
                [FileSystemLoader(folder / "templates"), FileSystemLoader(WEB / "templates")]
            ),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.policies["ext.i18n.trimmed"] = True
        self._speak(environment, language)
        environment.globals.update(
            url=self.url,
            room_url=self.room_url,
            asset=self.asset,
            service=self.service,
            language=language,
            may_open=may_open,
            new_key=lambda: str(uuid4()),
            # What the edge gives every page, absent where nobody has signed in.
            who=None,
            facility=None,
            at=None,
            zone=None,
            path=self.url(),
            address=self.url(),
        )
        environment.filters.update(_filters(self.texts, language))
        return environment

    def _speak(self, environment: Environment, language: str) -> None:
        environment.install_gettext_callables(  # type: ignore[attr-defined]
            partial(self.texts.gettext, language),
            partial(self.texts.ngettext, language),
            newstyle=True,
            pgettext=partial(self.texts.pgettext, language),
        )


def _filters(texts: Texts, language: str) -> dict[str, Any]:
    """The filters of templates; those that need a time zone take the page's unless given one."""
    say = partial(texts.gettext, language)

    @pass_context
    def age(context: Context, birth: date, at: date, zone: tzinfo | None = None) -> str:
        return formats.age(say, birth, formats.local_date(at, zone or _zone(context)))

    @pass_context
    def clock(context: Context, instant: datetime, zone: tzinfo | None = None) -> str:
        return formats.clock(language, instant, zone or _zone(context))

    @pass_context
    def day(
        context: Context, moment: date, zone: tzinfo | None = None, *, weekday: bool = False
    ) -> str:
        return formats.day(language, moment, zone or _zone(context), weekday=weekday)

    def minutes(duration: timedelta) -> str:
        return formats.minutes(say, duration)

    def rupiah(amount: int) -> str:
        return formats.rupiah(language, amount)

    def number(value: float | Decimal, places: int | None = None) -> str:
        return formats.number(language, value, places)

    def in_words(value: object) -> object:
        return said(language, value)

    named = (age, clock, day, formats.typed_day, minutes, rupiah, number, in_words)
    return {function.__name__: function for function in named}


def _zone(context: Context) -> tzinfo:
    zone = context.get("zone")
    return zone if isinstance(zone, tzinfo) else UTC
