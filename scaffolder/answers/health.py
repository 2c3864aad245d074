"""The health check of a process."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from scaffolder.model.answers import Answers
from scaffolder.rules.code_processes import celery_application

#: Seconds; the shutdown of a server must fit in Compose's `stop_grace_period`.
_PROBE_SECONDS = 3


def health_words(health_check: str, port: int, command: Sequence[str], *, follows: bool) -> list[str]:
    """The exec-form words of a health check: Python alone, as a slim image has no curl.

    Where the server follows PORT, as gunicorn.conf.py does, so does the check.
    """
    if health_check == "none":
        return []
    if health_check == "ping":
        # https://docs.celeryq.dev/en/stable/reference/cli.html#celery-inspect
        words = shlex.join(["celery", f"--app={celery_application(command)}", "inspect", "ping"])
        return ["sh", "-c", f"{words} --destination celery@$HOSTNAME"]
    if health_check == "tcp":
        where = f"int(os.environ.get('PORT', {port}))" if follows else str(port)
        code = f"socket.create_connection(('127.0.0.1', {where}), {_PROBE_SECONDS}).close()"
        return ["python", "-c", f"import {'os, ' if follows else ''}socket; {code}"]
    where = f"' + os.environ.get('PORT', '{port}') + '" if follows else str(port)
    code = f"urllib.request.urlopen('http://127.0.0.1:{where}{health_check}', timeout={_PROBE_SECONDS})"
    return ["python", "-c", f"import {'os, ' if follows else ''}urllib.request; {code}"]


def health_timing(health_check: str) -> Answers:
    """How often, and how long it may take; a ping of Celery starts a Python that imports the application."""
    slow = health_check == "ping"
    return {"interval": "30s" if slow else "10s", "timeout": "20s" if slow else "5s"}
