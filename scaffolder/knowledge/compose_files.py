"""Names of Compose files, in the order in which Compose looks for them, and of what they mount.

https://github.com/compose-spec/compose-go/blob/main/cli/options.go (DefaultFileNames, DefaultOverrideFileNames)
"""

from __future__ import annotations

#: The first that exists is read.
COMPOSE_FILES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
#: And beside it, the first of these.
OVERRIDE_FILES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
#: Where the images of databases look for what to run when their volume is new: https://hub.docker.com/_/postgres, and
#: the same of mysql, mariadb and mongo.
INIT_FOLDER = "/docker-entrypoint-initdb.d"
