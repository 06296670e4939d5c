"""What people and events ask of registration, one function per intent."""

from .accounts import create_account as create_account
