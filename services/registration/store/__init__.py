"""Every query of registration; each one is held to the caller's centre."""
