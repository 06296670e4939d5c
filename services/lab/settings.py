"""What the laboratory lets an installation set, beyond what every service shares."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class LabSettings(BaseSettings):
    """Environment variables that begin with `ALUR_LAB_`."""

    model_config = SettingsConfigDict(env_prefix="ALUR_LAB_", frozen=True, extra="ignore")

    #: Orders that the bench shows at once; the rest are counted.
    bench_rows: int = 40
