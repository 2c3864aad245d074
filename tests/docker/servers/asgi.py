"""A quick route and a slow one, by ASGI."""

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route


async def quick(request: Request) -> PlainTextResponse:
    return PlainTextResponse("quick")


async def slow(request: Request) -> PlainTextResponse:
    await asyncio.sleep(2)
    return PlainTextResponse("slow")


app = Starlette(routes=[Route("/", quick), Route("/slow", slow)])
