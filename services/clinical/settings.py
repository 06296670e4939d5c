"""The clinical rooms need no settings of their own; their rules are in the profile."""
