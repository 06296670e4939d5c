"""The clinical rooms' own pages: units, worklist and encounter."""

from fastapi import APIRouter

from . import encounters, units

router = APIRouter(include_in_schema=False)
router.include_router(units.router)
router.include_router(encounters.router)

__all__ = ["router"]
