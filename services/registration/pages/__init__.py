"""The pages of registration: sign in, home, queue machine, display, desk, a visit's journey."""

from fastapi import APIRouter

from . import desk, home, machine, session, visits

router = APIRouter(include_in_schema=False)
for part in (session, home, machine, desk, visits):
    router.include_router(part.router)
