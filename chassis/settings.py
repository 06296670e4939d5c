"""What an installation may set: environment variables that begin with `ALUR_`."""

from pathlib import Path
from typing import Literal

from pydantic import PositiveInt, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

DRIVERS = frozenset({"postgresql+asyncpg", "sqlite+aiosqlite"})


class Settings(BaseSettings):
    """Settings of one process. `database_url` may hold `{service}`."""

    model_config = SettingsConfigDict(env_prefix="ALUR_", frozen=True, extra="ignore")

    mode: Literal["embedded", "distributed"] = "embedded"
    data_dir: Path = Path(".alur")
    database_url: str | None = None
    database_pool: PositiveInt = 8
    amqp_url: str = "amqp://guest:guest@127.0.0.1:5672/"
    #: First word of every exchange and queue, so that several systems share one broker.
    amqp_namespace: str = "alur"
    #: False where the broker's definitions hold exchange, queues and bindings (deploy/broker): a
    #: service then needs no right to make them.
    amqp_declare: bool = True
    facilities_dir: Path = Path("deploy/facilities")
    #: Public address; rooms link to each other below it unless `room_urls` says otherwise.
    public_url: str = ""
    room_urls: dict[str, str] = {}
    issuer: str = "alur"
    audience: str = "alur"
    #: File or https address of the public keys; without it the key in `data_dir` is used.
    jwks: str | None = None
    token_minutes: PositiveInt = 12 * 60
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    trace: bool = False

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, url: str | None) -> str | None:
        try:
            known = not url or make_url(url).drivername in DRIVERS
        except ArgumentError:
            known = False
        if not known:
            raise ValueError(
                "should be like postgresql+asyncpg://user:password@host/alur_{service}"
            )
        return url

    @field_validator("amqp_url")
    @classmethod
    def _is_a_broker(cls, url: str) -> str:
        if not url.startswith(("amqp://", "amqps://")):
            raise ValueError("should be like amqp://user:password@host:5672/alur")
        return url

    def database(self, service: str) -> str:
        """The SQLAlchemy address of one service's database."""
        if self.database_url:
            return self.database_url.replace("{service}", service)
        if self.mode == "distributed":
            return f"postgresql+asyncpg://postgres@127.0.0.1:5432/alur_{service}"
        return f"sqlite+aiosqlite:///{self.data_dir / service}.sqlite3"

    def room_url(self, service: str) -> str:
        return self.room_urls.get(service, f"{self.public_url.rstrip('/')}/{service}")


def in_words(error: ValidationError) -> str:
    """What is wrong with which variable, a line each; never the value, which may be a password."""
    service = error.title.removesuffix("Settings").upper()
    prefix = f"ALUR_{service}_" if service else "ALUR_"
    return "\n".join(
        f"{prefix}{'.'.join(map(str, item['loc'])).upper()}: {item['msg']}"
        for item in error.errors()
    )
