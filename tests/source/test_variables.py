from __future__ import annotations

import pytest

from scaffolder.model.code import Variable
from scaffolder.source.variables import is_secret
from tests.source.project import read


def variables(text: str) -> dict[str, Variable]:
    return {variable.name: variable for variable in read({"config.py": text}).variables}


@pytest.mark.parametrize(
    ("text", "name", "default", "required", "kind", "via"),
    [
        ("import os\nx = os.environ['A']", "A", None, True, "str", "os.environ"),
        ("import os\nx = int(os.environ['A'])", "A", None, True, "str", "os.environ"),
        ("import os\nx = os.environ.get('A')", "A", None, False, "str", "os.environ"),
        ("import os\nx = os.getenv('A', 'b')", "A", "b", False, "str", "os.environ"),
        ("import os as o\nx = int(o.getenv('A', '5'))", "A", "5", False, "int", "os.environ"),
        ("from os import environ\nx = environ['A']", "A", None, True, "str", "os.environ"),
        ("from os import getenv\nNAME = 'A'\nx = getenv(NAME)", "A", None, False, "str", "os.environ"),
        (
            "import os\ndef env(n, d=None):\n    return os.environ.get(n, d)\nx = env('A', 3)",
            "A",
            "3",
            False,
            "int",
            "os.environ",
        ),
        (
            "from decouple import config\nx = config('A', default=False, cast=bool)",
            "A",
            "false",
            False,
            "bool",
            "decouple",
        ),
        ("from decouple import config\nx = config('A')", "A", None, True, "str", "decouple"),
        ("from environs import Env\nenv = Env()\nx = env.int('A', 3)", "A", "3", False, "int", "environs"),
        ("from environs import env\nx = env.list('A')", "A", None, True, "list", "environs"),
        (
            "from environs import Env\nenv = Env()\nwith env.prefixed('S_'):\n    x = env('A')",
            "S_A",
            None,
            True,
            "str",
            "environs",
        ),
        (
            "import environ\nenv = environ.Env(A=(bool, False))\nx = env('A')",
            "A",
            "false",
            False,
            "bool",
            "django-environ",
        ),
        (
            "import environ\nenv = environ.Env()\nx = env.db('A', default='sqlite:///d/x.db')",
            "A",
            "sqlite:///d/x.db",
            False,
            "url",
            "django-environ",
        ),
        (
            "from starlette.config import Config\nc = Config('.env')\nx = c('A', cast=bool, default=True)",
            "A",
            "true",
            False,
            "bool",
            "starlette",
        ),
        ("import typer\ndef f(x: str = typer.Option('v', envvar='A')): ...", "A", None, False, "str", "cli"),
        ("import click\n@click.option('--x', envvar='A', default=1)\ndef f(x): ...", "A", "1", False, "str", "cli"),
    ],
)
def test_ways_to_read_the_environment(
    text: str, name: str, default: str | None, required: bool, kind: str, via: str
) -> None:
    found = variables(text)
    assert list(found) == [name]
    variable = found[name]
    assert (variable.default, variable.required, variable.via) == (default, required, via)
    assert variable.type == kind


@pytest.mark.parametrize(
    "text",
    [
        "import os\nx = os.environ.get('HOME')",
        "import os\nos.environ['A'] = 'b'",
        "import os\nx = {}\ny = x['A']",
        "import os\n# os.environ['A']",
        "x = config('A')",
        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'x')",
    ],
)
def test_what_is_no_variable(text: str) -> None:
    assert variables(text) == {}


def test_settings_classes() -> None:
    found = variables(
        """
        from typing import Annotated, ClassVar, Optional
        from pydantic import AliasChoices, BaseModel, Field, PostgresDsn, SecretStr
        from pydantic_settings import BaseSettings, SettingsConfigDict

        class Database(BaseModel):
            host: str = "db"
            port: int = 5432

        class Base(BaseSettings):
            model_config = SettingsConfigDict(env_prefix="SHOP_", env_nested_delimiter="__")
            debug: bool = False

        class Settings(Base):
            constant: ClassVar[int] = 3
            dsn: PostgresDsn
            key: SecretStr = Field(...)
            names: list[str] = ["a", "b"]
            optional: Optional[int] = None
            aliased: str = Field("x", validation_alias=AliasChoices("OTHER", "ELSE"))
            annotated: Annotated[str, Field(alias="THIRD")] = "y"
            database: Database = Database()
        """
    )
    assert {name: (item.default, item.required, item.type, item.secret) for name, item in found.items()} == {
        "SHOP_DEBUG": ("false", False, "bool", False),
        "SHOP_DSN": (None, True, "url", True),
        "SHOP_KEY": (None, True, "str", True),
        "SHOP_NAMES": ('["a", "b"]', False, "list", False),
        "SHOP_OPTIONAL": (None, False, "int", False),
        "OTHER": ("x", False, "str", False),
        "THIRD": ("y", False, "str", False),
        "SHOP_DATABASE__HOST": ("db", False, "str", False),
        "SHOP_DATABASE__PORT": ("5432", False, "int", False),
    }


def test_settings_of_pydantic_1() -> None:
    found = variables(
        """
        from pydantic import BaseSettings, Field
        class Settings(BaseSettings):
            port: int = Field(80, env="LISTEN")
            name: str
            class Config:
                env_prefix = "shop_"
        """
    )
    assert {name: (item.default, item.required) for name, item in found.items()} == {
        "LISTEN": ("80", False),
        "SHOP_NAME": (None, True),
    }


def test_reads_of_the_same_name_are_one_variable() -> None:
    code = read(
        {
            "a.py": "import os\nx = os.environ.get('A')\n",
            "b.py": "import os\nx = os.environ['A']\ny = os.environ.get('A', 'z')\n",
            "tests/test_c.py": "import os\nx = os.environ['ONLY_TESTS']\n",
            "scripts/d.py": "import os\nx = os.environ['ONLY_SCRIPTS']\n",
        }
    )
    assert [(item.name, str(item.place), item.default, item.required) for item in code.variables] == [
        ("A", "a.py:2", "z", True)
    ]


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("SECRET_KEY", True),
        ("DB_PASSWORD", True),
        ("OPENAI_API_KEY", True),
        ("GITHUB_TOKEN", True),
        ("SENTRY_DSN", True),
        ("AWS_SECRET_ACCESS_KEY", True),
        ("PRIVATE_KEY", True),
        ("GOOGLE_CREDENTIALS", True),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", False),
        ("PASSWORD_MIN_LENGTH", False),
        ("TOKEN_URL", False),
        ("JWT_ALGORITHM", False),
        ("KEYBOARD", False),
        ("MONKEY", False),
        ("COMPASS", False),
        ("DEBUG", False),
        ("PUBLIC_KEY", False),
        ("MAX_TOKENS", False),
    ],
)
def test_names_of_secrets(name: str, secret: bool) -> None:
    assert is_secret(name) is secret
