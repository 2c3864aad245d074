# The best that is published for Poetry: two stages, the environment in the project's folder, a cache mount.
FROM python:3.12-slim-trixie AS builder
RUN pip install --no-cache-dir poetry==2.1.4
ENV POETRY_NO_INTERACTION=1 \
    POETRY_VIRTUALENVS_IN_PROJECT=1 \
    POETRY_VIRTUALENVS_CREATE=1 \
    POETRY_CACHE_DIR=/tmp/poetry_cache
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN --mount=type=cache,target=/tmp/poetry_cache poetry install --only main --no-root

FROM python:3.12-slim-trixie AS runtime
ENV VIRTUAL_ENV=/app/.venv \
    PATH=/app/.venv/bin:$PATH
WORKDIR /app
COPY --from=builder /app/.venv /app/.venv
COPY . .
EXPOSE 8000
CMD ["uvicorn", "forecast.main:app", "--host", "0.0.0.0", "--port", "8000"]
