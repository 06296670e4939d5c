"""How Alur is started, checked and tried out: the only code that knows all five services."""
