"""Paths under which applications say that they are well."""

from __future__ import annotations

from collections.abc import Mapping

#: In order of preference: liveness before readiness, as a container's health check restarts nothing by itself but
#: `depends_on: service_healthy` waits for it. https://kubernetes.io/docs/reference/using-api/health-checks/
HEALTH_PATHS: tuple[str, ...] = (
    "/health",
    "/healthz",
    "/health/",
    "/healthz/",
    "/healthcheck",
    "/healthcheck/",
    "/health-check",
    "/health_check",
    "/_health",
    "/health/live",
    "/live",
    "/livez",
    "/alive",
    "/ping",
    "/ping/",
    "/up",
    "/heartbeat",
    "/__heartbeat__",
    "/__lbheartbeat__",
    "/api/health",
    "/api/health/",
    "/api/healthz",
    "/api/healthcheck",
    "/api/ping",
    "/api/v1/health",
    "/api/v1/healthcheck",
    "/api/v1/ping",
    "/v1/health",
    "/status",
    "/api/status",
    "/health/ready",
    "/ready",
    "/readyz",
)

#: Frameworks that answer on a path of their own.
FRAMEWORK_PATHS: Mapping[str, str] = {
    # https://github.com/streamlit/streamlit/blob/develop/lib/streamlit/web/server/server.py
    "streamlit": "/_stcore/health",
    # The page itself; Gradio has no other static path.
    "gradio": "/",
}

#: Framework → the versions that answer on another path, and that path. Streamlit 1.18 brought the one above:
#: https://github.com/streamlit/streamlit/blob/1.17.0/lib/streamlit/web/server/server.py
FORMER_PATHS: Mapping[str, tuple[str, str]] = {"streamlit": ("<1.18", "/healthz")}
