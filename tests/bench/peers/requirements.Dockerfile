# Two stages: a requirements.txt kept beside the lock, installed by pip into an environment that the second stage copies.
FROM python:3.12-slim-trixie AS builder
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt .
RUN pip install --no-cache-dir --requirement requirements.txt

FROM python:3.12-slim-trixie
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
COPY --from=builder /opt/venv /opt/venv
COPY . .
EXPOSE 8000
CMD ["uvicorn", "forecast.main:app", "--host", "0.0.0.0", "--port", "8000"]
