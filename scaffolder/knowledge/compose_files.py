"""Names of Compose files, and of what they mount.

https://docs.docker.com/compose/intro/compose-application-model/#the-compose-file
"""

from __future__ import annotations

#: In the order in which Compose looks for them.
COMPOSE_FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
#: What `docker compose` reads beside the first of those.
OVERRIDE_FILES = (
    "compose.override.yaml",
    "compose.override.yml",
    "docker-compose.override.yaml",
    "docker-compose.override.yml",
)
#: Where the images of databases look for what to run when their volume is new: https://hub.docker.com/_/postgres, and
#: the same of mysql, mariadb and mongo.
INIT_FOLDER = "/docker-entrypoint-initdb.d"
