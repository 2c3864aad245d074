from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.answer import answer
from api.settings import settings
from api.store import Store


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.store = Store(settings.data_dir)
    yield


app = FastAPI(title="Questions about finance", lifespan=lifespan)


def check_key(given: Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]) -> None:
    expected = settings.api_key.get_secret_value().encode()
    if given is None or not secrets.compare_digest(given.credentials.encode(), expected):
        raise HTTPException(401, "the header `Authorization: Bearer <API_KEY>` is needed")


CLOSED = [Depends(check_key)]


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/index", dependencies=CLOSED)
def index(request: Request) -> dict[str, int]:
    return asdict(request.app.state.store.index(settings.documents_dir))


@app.get("/ask", dependencies=CLOSED)
async def ask(q: str, request: Request) -> dict[str, object]:
    found = request.app.state.store.search(q, settings.top_k)
    text = await answer(q, [passage for _, passage in found], settings)
    if text is None:
        raise HTTPException(404, "nothing that was indexed answers this")
    return {"answer": text, "sources": [{"source": p.source, "score": round(score, 3)} for score, p in found]}
