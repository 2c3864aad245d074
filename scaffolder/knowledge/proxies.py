"""The proxies that can stand in front of the web process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Proxy:
    """One proxy, and what its image brings."""

    #: With curl, which the variants named `-slim` lack.
    image: str
    #: The port that it listens on: one that needs no privilege.
    port: int
    #: Who it runs as, a user that the image has.
    user: str
    #: What it answers by itself.
    health_path: str
    #: The folder of static files; below it they lie as their paths say.
    root: str
    memory: str


PROXIES: Mapping[str, Proxy] = {
    # The stable branch, its user and curl: https://github.com/docker-library/repo-info/blob/master/repos/nginx/remote/
    # stable-alpine.md, https://github.com/nginx/docker-nginx/blob/master/stable/alpine/Dockerfile
    "nginx": Proxy(
        image="nginx:1.30-alpine",
        port=8080,
        user="101:101",
        health_path="/nginx-health",
        root="/srv/www",
        memory="256m",
    ),
}
