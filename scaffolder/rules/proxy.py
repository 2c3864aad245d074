"""The proxy in front of the web process."""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.decisions import FRAMEWORK, PORT, PROXY, SERVER
from scaffolder.knowledge.servers import SERVERS
from scaffolder.model.decision import Decision, Decisions
from scaffolder.model.message import Level, Message
from scaffolder.rules.context import Context, default, inferred
from scaffolder.rules.static_files import django_project, whitenoise, why_not_collected, why_not_served


def decide_proxy(context: Context, decisions: Decisions) -> Decision[str]:
    """nginx where nothing else would serve the static files of Django, else none."""
    if not decisions[PORT]:
        return default(PROXY, "none", "nothing listens")
    django = django_project(context, decisions)
    if django is None:
        return default(PROXY, "none", "the server answers by itself")
    serving = whitenoise(context, decisions, django)
    if serving is not None:
        return inferred(PROXY, "none", f"{django.settings}: WhiteNoise serves static files")
    why_not = why_not_collected(django) or why_not_served(django)
    if why_not:
        return default(PROXY, "none", why_not)
    return inferred(PROXY, "nginx", f"{django.settings}: STATIC_ROOT, and no WhiteNoise that serves it")


def proxy_remarks(context: Context, decisions: Decisions) -> Iterator[Message]:
    """Static files that nobody serves, and a server that does not listen to what the proxy tells it."""
    if not decisions[PORT]:
        return
    yield from _unserved(context, decisions)
    server = SERVERS.get(decisions[SERVER])
    if decisions[PROXY] != "none" and server is not None and not server.believes_proxies:
        django = 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")'
        yield Message(
            level=Level.INFO,
            code="forwarded-unread",
            text=f"The server {decisions[SERVER]} does not read X-Forwarded-For and X-Forwarded-Proto: the application"
            " sees the proxy's address, and http where a client used https.",
            hint=f"In the settings: {django}" if decisions[FRAMEWORK] == "django" else "Read them in the application.",
        )


def _unserved(context: Context, decisions: Decisions) -> Iterator[Message]:
    django = django_project(context, decisions)
    if django is None or whitenoise(context, decisions, django) is not None or not django.settings:
        return
    why_not = why_not_collected(django)
    if why_not and (django.static_root or "STATIC_ROOT" not in why_not):
        return  # there are none, or they are stored elsewhere
    why_not = why_not or why_not_served(django)
    if not why_not and decisions[PROXY] == "none":
        why_not = "there is neither a proxy nor WhiteNoise"
    if why_not:
        yield Message(
            level=Level.WARNING,
            code="static-unserved",
            text=f"Nothing serves Django's static files: {why_not}.",
            hint='Set STATIC_ROOT = BASE_DIR / "staticfiles" and STATIC_URL = "static/", or add WhiteNoise.',
        )
