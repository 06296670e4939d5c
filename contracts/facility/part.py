"""What every part of a profile is: frozen, and a key it does not know is an error."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
