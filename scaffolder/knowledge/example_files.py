"""Files in which projects document their environment variables."""

from __future__ import annotations

#: Best known first: where two name a variable, the first counts. The names are those of public projects.
EXAMPLE_FILES = (
    ".env.example",
    ".env.sample",
    ".env.template",
    ".env.dist",
    ".env.default",
    ".env.defaults",
    ".env.tpl",
    ".env.tmpl",
    ".env-example",
    ".env-sample",
    ".env-template",
    ".env-dist",
    ".env_example",
    ".env_sample",
    ".env_template",
    ".example.env",
    ".sample.env",
    ".template.env",
    "env.example",
    "env.sample",
    "env.template",
    "env.dist",
    "env-example",
    "example.env",
    "sample.env",
    "template.env",
)
