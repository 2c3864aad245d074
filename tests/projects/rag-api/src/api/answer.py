"""Turn passages into an answer: with a language model where a key is set, else the best passage itself."""

from __future__ import annotations

import httpx

from api.store import Passage
from api.settings import Settings


async def answer(question: str, passages: list[Passage], settings: Settings) -> str | None:
    if not passages:
        return None
    if settings.openai_api_key is None:
        return passages[0].text
    context = "\n\n".join(passage.text for passage in passages)
    async with httpx.AsyncClient(base_url=settings.openai_base_url, timeout=30) as client:
        response = await client.post(
            "/chat/completions",
            headers={"Authorization": f"Bearer {settings.openai_api_key.get_secret_value()}"},
            json={
                "model": settings.openai_model,
                "messages": [
                    {"role": "system", "content": f"Answer from this text only:\n{context}"},
                    {"role": "user", "content": question},
                ],
            },
        )
    response.raise_for_status()
    return response.json()["choices"][0]["message"]["content"]
