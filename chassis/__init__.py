"""The plumbing every service stands on; it knows no patient."""
