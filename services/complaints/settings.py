"""Nothing to set beyond the settings of the chassis: the rules stand in the facility profile."""

from chassis.settings import Settings

__all__ = ["Settings"]
