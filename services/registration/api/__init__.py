"""The JSON interface of registration: everything its pages do, for other systems too."""

from fastapi import APIRouter

from . import centre, patients, sessions, tickets, visits

router = APIRouter()
for part in (sessions, tickets, patients, visits, centre):
    router.include_router(part.router)
