# One stage: Poetry and its export plugin from the index, its export installed by pip.
FROM python:3.12-slim-trixie
WORKDIR /app
RUN pip install --no-cache-dir poetry==2.1.4 poetry-plugin-export
COPY pyproject.toml poetry.lock ./
RUN poetry export --without-hashes --output requirements.txt && \
    pip install --no-cache-dir --requirement requirements.txt
COPY . .
EXPOSE 8000
CMD ["uvicorn", "forecast.main:app", "--host", "0.0.0.0", "--port", "8000"]
