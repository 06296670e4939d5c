"""The laboratory: from the request of a unit to the result it reads."""
