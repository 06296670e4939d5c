"""Numbers of registration that an installation may set (`ALUR_REGISTRATION_…`)."""

from functools import lru_cache

from pydantic_settings import BaseSettings, SettingsConfigDict


class RegistrationSettings(BaseSettings):
    """Sign-in throttling: after `failures` within `window_seconds`, locked for `lock_seconds`."""

    model_config = SettingsConfigDict(env_prefix="ALUR_REGISTRATION_", frozen=True)

    failures: int = 5
    window_seconds: int = 300
    lock_seconds: int = 60


@lru_cache
def settings() -> RegistrationSettings:
    return RegistrationSettings()
