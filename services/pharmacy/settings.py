"""The pharmacy needs no settings beyond those of the chassis; its rules are in `domain`."""
