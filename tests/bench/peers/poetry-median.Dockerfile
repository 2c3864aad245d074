# What most public Poetry projects have: one stage, Poetry from the index, no environment of its own.
FROM python:3.12-slim-trixie
WORKDIR /app
RUN pip install poetry==2.1.4
RUN poetry config virtualenvs.create false
COPY pyproject.toml poetry.lock ./
RUN poetry install --only main --no-root --no-interaction
COPY . .
EXPOSE 8000
CMD ["uvicorn", "forecast.main:app", "--host", "0.0.0.0", "--port", "8000"]
