"""Composition root of the complaints desk."""

from fastapi import FastAPI

from chassis.service import House, Worker

from . import api, domain, handlers, models, pages

NAME = "complaints"
metadata = models.metadata


def create_api(house: House) -> FastAPI:
    return house.api(NAME, (api.router, pages.router), domain.RIGHTS)


def create_worker(house: House) -> Worker:
    return house.worker(NAME, handlers.handlers)
