# The speed limit: two stages and uv, which reads a requirements.txt kept beside the lock; no Poetry at all.
FROM python:3.12-slim-trixie AS builder
RUN pip install --no-cache-dir uv==0.13.8
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy
RUN uv venv /opt/venv
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache/uv uv pip install --python /opt/venv --requirement requirements.txt

FROM python:3.12-slim-trixie
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
COPY --from=builder /opt/venv /opt/venv
COPY . .
EXPOSE 8000
CMD ["uvicorn", "forecast.main:app", "--host", "0.0.0.0", "--port", "8000"]
