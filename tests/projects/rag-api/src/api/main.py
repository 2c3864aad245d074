from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel, Field

from api.answer import answer
from api.index import Index
from api.settings import settings


class Document(BaseModel):
    source: str = Field(min_length=1)
    text: str = Field(min_length=1)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.index = Index(settings.data_dir)
    yield


app = FastAPI(title="Questions and answers", lifespan=lifespan)


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/documents", status_code=201)
def add_document(document: Document, request: Request) -> dict[str, int]:
    return {"passages": request.app.state.index.add(document.source, document.text)}


@app.get("/ask")
async def ask(q: str, request: Request) -> dict[str, object]:
    found = request.app.state.index.search(q, settings.top_k)
    text = await answer(q, [passage for _, passage in found], settings)
    if text is None:
        raise HTTPException(404, "nothing that was indexed answers this")
    return {"answer": text, "sources": [{"source": p.source, "score": round(score, 3)} for score, p in found]}
