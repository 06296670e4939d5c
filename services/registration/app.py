"""Registration put together: its HTTP side and its message side."""

from fastapi import FastAPI

from chassis.service import House, Worker

from . import api, domain, handlers, models, pages
from .settings import RegistrationSettings

NAME = "registration"
metadata = models.metadata


def create_api(house: House) -> FastAPI:
    RegistrationSettings()  # a mistake in them stops the start, not the first who signs in
    return house.api(NAME, (api.router, pages.router), domain.RIGHTS)


def create_worker(house: House) -> Worker:
    return house.worker(NAME, handlers.handlers)
