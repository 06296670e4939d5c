"""The rooms of the health centre: five services that know each other only by events."""
