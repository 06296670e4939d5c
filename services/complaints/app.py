"""Composition root of the complaints desk."""

from fastapi import FastAPI

from chassis.periodic import Periodic
from chassis.service import House, Worker

from . import api, domain, handlers, models, pages, use_cases

NAME = "complaints"
metadata = models.metadata


def create_api(house: House) -> FastAPI:
    return house.api(NAME, (api.router, pages.router), domain.RIGHTS)


def create_worker(house: House) -> Worker:
    return house.worker(NAME, handlers.handlers, (Periodic(use_cases.publish_breaches, 60),))
