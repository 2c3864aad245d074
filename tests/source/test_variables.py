from __future__ import annotations

import pytest

from scaffolder.knowledge.secret_names import is_secret, looks_secret, without_password
from scaffolder.model.code import Variable
from tests.source.project import read


def variables(text: str) -> dict[str, Variable]:
    return {variable.name: variable for variable in read({"config.py": text}).variables}


@pytest.mark.parametrize(
    ("text", "name", "default", "required", "kind", "via"),
    [
        ("import os\nx = os.environ['A']", "A", None, True, "str", "os.environ"),
        ("import os\nx = int(os.environ['A'])", "A", None, True, "int", "os.environ"),
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
        ("import typer\ndef f(x: str = typer.Option('v', envvar='A')): ...", "A", "v", False, "str", "cli"),
        ("import click\n@click.option('--x', envvar='A', default=1)\ndef f(x): ...", "A", "1", False, "int", "cli"),
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


#: Source → what is found: name → (default, required, type).
FORMS = {
    "a method of what is read": ("import os\nx = os.getenv('A').split(',')", {"A": (None, True, "list")}),
    "a number made of what is read": ("import os\nx = int(os.environ.get('A'))", {"A": (None, True, "int")}),
    "a method of one or the other": ("import os\nx = (os.getenv('A') or '').split()", {"A": (None, False, "words")}),
    "a method of what a helper reads": (
        "import os\ndef env(name):\n    return os.environ.get(name)\nx = env('A').split(',')",
        {"A": (None, True, "list")},
    ),
    "a default that is refused": (
        "from pydantic_settings import BaseSettings as B\nclass S(B):\n    a: str = None\n    b: str | None = None",
        {"A": (None, True, "str"), "B": (None, False, "str")},
    ),
    "a test": ("import os\nx = 'A' in os.environ", {"A": (None, False, "str")}),
    "a test that raises": ("import os\nif 'A' not in os.environ:\n    raise SystemExit", {"A": (None, True, "str")}),
    "a test before": ("import os\nx = os.environ['A'] if 'A' in os.environ else 1", {"A": (None, False, "str")}),
    "an error that is caught": (
        "import os\ntry:\n    x = os.environ['A']\nexcept KeyError:\n    x = 1",
        {"A": (None, False, "str")},
    ),
    "an error that is raised again": (
        "import os\ntry:\n    x = os.environ['A']\nexcept KeyError:\n    raise SystemExit",
        {"A": (None, True, "str")},
    ),
    "setdefault": ("import os\nos.environ.setdefault('A', '1')\nx = os.environ['A']", {"A": ("1", False, "str")}),
    "set by the same file": ("import os\nos.environ['A'] = '1'\nx = os.environ['A']", {"A": (None, False, "str")}),
    "another name": ("import os\nenv = os.environ\nx = env['A']\ny = env.get('B', '1')", {
        "A": (None, True, "str"), "B": ("1", False, "str")}),
    "a copy": ("import os\nenv = {**os.environ, 'X': 1}\nx = env['A']", {"A": (None, True, "str")}),
    "getenv by another name": ("import os\nget = os.environ.get\nx = get('A', 3)", {"A": ("3", False, "int")}),
    "a formatted name": ("import os\nP = 'X'\nx = os.environ[f'{P}_A']", {"X_A": (None, True, "str")}),
    "a loop": (
        "import os\nNAMES = ['A', 'B']\nfor name in NAMES:\n    x = os.environ[name]",
        {"A": (None, True, "str"), "B": (None, True, "str")},
    ),
    "a comprehension": ("import os\nx = {n: os.getenv(n) for n in ('A', 'B')}", {
        "A": (None, False, "str"), "B": (None, False, "str")}),
    "false in os.environ": ("import os\nx = os.getenv('A', False)", {"A": ("", False, "bool")}),
    "false, parsed": ("import os\nx = parse(os.getenv('A', False))", {"A": ("false", False, "bool")}),
    "dotenv": ("from dotenv import dotenv_values\nc = dotenv_values()\nx = c['A']", {"A": (None, True, "str")}),
    "a helper that asks": (
        "import os\ndef must(name):\n    return os.environ[name]\ndef need(key):\n    return must(key)\nx = need('A')",
        {"A": (None, True, "str")},
    ),
    "a method": (
        ("import os\nclass Env:\n    def get_int(self, name, default=None):\n        return os.getenv(name, default)\n"
        "x = Env().get_int('A', 3)"),
        {"A": ("3", False, "int")},
    ),
    "csv": (
        "from decouple import config, Csv\nx = config('A', default=['a', 'b'], cast=Csv())",
        {"A": ("a,b", False, "list")},
    ),
    "a prefix of environs": (
        "from environs import Env\nenv = Env(prefix='X_')\nx = env.bool('A', False)",
        {"X_A": ("false", False, "bool")},
    ),
    "a prefix of starlette": (
        "from starlette.config import Config\nc = Config(env_prefix='X_')\nx = c('A')",
        {"X_A": (None, True, "str")},
    ),
    "a prefix of django-environ": (
        "import environ\nenv = environ.Env()\nenv.prefix = 'X_'\nx = env('A')",
        {"X_A": (None, True, "str")},
    ),
    "names that django-environ knows": (
        "import environ\nenv = environ.Env()\nx = env.db()\ny = env.cache(default='locmem://')",
        {"DATABASE_URL": (None, True, "url"), "CACHE_URL": ("locmem://", False, "url")},
    ),
    "a list of django-environ": (
        "import environ\nenv = environ.Env(A=(list, ['a', 'b']))\nx = env('A')",
        {"A": ("a,b", False, "list")},
    ),
    "dj-database-url": (
        "import dj_database_url\nx = dj_database_url.config(default='sqlite:///x')",
        {"DATABASE_URL": ("sqlite:///x", False, "url")},
    ),
    "django-configurations": (
        ("from configurations import Configuration, values\nclass Base(Configuration):\n"
        "    SECRET_KEY = values.SecretValue()\n    N = values.IntegerValue(3, environ_prefix='X')\n"
        "    DB = values.DatabaseURLValue()\n    OFF = values.Value('x', environ=False)"),
        {"DJANGO_SECRET_KEY": (None, True, "str"), "X_N": ("3", False, "int"), "DATABASE_URL": (None, False, "url")},
    ),
    "Flask": ("def f(app):\n    app.config.from_envvar('A')\n    app.config.from_envvar('B', silent=True)", {
        "A": (None, True, "str"), "B": (None, False, "str")}),
    "a function of an unknown library": (
        "from acme.envs import get_string\nx = get_string('A', 'b')\ny = get_string('lower')",
        {"A": ("b", False, "str")},
    ),
    "an object of an unknown library": (
        "from acme import EnvManager\nwith EnvManager() as env:\n    x = env.get('A', default=None)",
        {"A": (None, False, "str")},
    ),
    "Typer with Annotated": (
        ("import typer\nfrom typing import Annotated\n"
        "def f(x: Annotated[int, typer.Option(envvar='A')], y: Annotated[int, typer.Option(envvar='B')] = 3): ..."),
        {"A": (None, True, "int"), "B": ("3", False, "int")},
    ),
    "a required option": (
        "import click\n@click.option('--x', envvar=['A', 'B'], required=True)\ndef f(x): ...",
        {"A": (None, True, "str")},
    ),
    "auto_envvar_prefix": (
        ("import click\n@click.group()\ndef main(): ...\n@main.command()\n@click.option('--dry-run', default=False)\n"
        "def go(dry_run): ...\nmain(auto_envvar_prefix='X')"),
        {"X_GO_DRY_RUN": ("false", False, "bool")},
    ),
    "the prefix of one command": (
        ("import click\n@click.command(context_settings={'auto_envvar_prefix': 'X'})\n@click.option('-n', '--name')\n"
        "def go(name): ..."),
        {"X_NAME": (None, False, "str")},
    ),
    "Dynaconf": (
        ("from dynaconf import Dynaconf\nsettings = Dynaconf(envvar_prefix='X')\nsettings.reload()\n"
        "a = settings.A.lower()\nb = settings['b']\nc = settings.get('c', 3)\nd = settings.db.host"),
        {"X_A": (None, False, "str"), "X_B": (None, False, "str"), "X_C": ("3", False, "int"),
         "X_DB__HOST": (None, False, "str")},
    ),
    "Dynaconf without a prefix": (
        "from dynaconf import Dynaconf\nsettings = Dynaconf(envvar_prefix=False)\na = settings.A",
        {"A": (None, False, "str")},
    ),
    "Dynaconf's own object": ("from dynaconf import settings\na = settings.A", {"DYNACONF_A": (None, False, "str")}),
}  # fmt: skip


@pytest.mark.parametrize("case", FORMS.values(), ids=FORMS)
def test_forms_of_reading(case: tuple[str, dict[str, tuple[str | None, bool, str]]]) -> None:
    text, expected = case
    found = {name: (item.default, item.required, item.type) for name, item in variables(text).items()}
    assert found == expected


def test_a_reader_that_another_file_of_the_project_imports() -> None:
    files = {"base.py": "from decouple import config\n", "prod.py": "from base import *\nx = config('A')\n"}
    assert [item.name for item in read(files).variables] == ["A"]


SETTINGS = "from pydantic_settings import BaseSettings, SettingsConfigDict\nfrom pydantic import *\n"
FIRST = "from typing import Optional\nfrom pydantic import BaseSettings, Field\n"

FIELDS = {
    "case sensitive": (
        SETTINGS + "class S(BaseSettings):\n    model_config = dict(env_prefix='x_', case_sensitive=True)\n"
        "    a: str",
        {"x_a": True},
    ),
    "a prefix in the class": (
        SETTINGS + "class S(BaseSettings):\n    _p = 'X_'\n    model_config = dict(env_prefix=_p)\n    a: str",
        {"X_A": True},
    ),
    "a configuration that is shared": (
        SETTINGS + "shared = dict(env_prefix='X_')\nclass S(BaseSettings):\n    model_config = shared\n    a: str",
        {"X_A": True},
    ),
    "optional without a default": (SETTINGS + "class S(BaseSettings):\n    a: str | None", {"A": True}),
    "optional in pydantic 1": (FIRST + "class S(BaseSettings):\n    a: Optional[str]\n    b: 'Optional[int]'", {
        "A": False, "B": False}),
    "an alias in pydantic 1": (FIRST + "class S(BaseSettings):\n    a: str = Field(..., alias='B')", {"A": True}),
    "env in pydantic 1": (FIRST + "class S(BaseSettings):\n    a: str = Field('x', env=['B', 'C'])", {"B": False}),
    "fields in pydantic 1": (
        FIRST + "class S(BaseSettings):\n    a: str\n    class Config:\n        fields = {'a': {'env': 'B'}}",
        {"B": True},
    ),
    "choices of aliases": (
        SETTINGS + "class S(BaseSettings):\n    a: str = Field(validation_alias=AliasChoices(AliasPath('B', 0), 'C'))",
        {"B": True},
    ),
    "three deep": (
        SETTINGS + "class C(BaseModel):\n    z: int\nclass B(BaseModel):\n    c: C\n"
        "class S(BaseSettings):\n    model_config = SettingsConfigDict(env_nested_delimiter='__')\n    b: B",
        {"B__C__Z": True},
    ),
    "nested with a default": (
        SETTINGS + "class B(BaseModel):\n    c: int\nclass S(BaseSettings):\n"
        "    model_config = SettingsConfigDict(env_nested_delimiter='__')\n    b: B = B(c=1)",
        {"B__C": False},
    ),
    "nested without a delimiter": (
        SETTINGS + "class B(BaseModel):\n    c: int\nclass S(BaseSettings):\n    b: B",
        {"B": True},
    ),
    "read from the environment": (
        SETTINGS + "import os\nclass S(BaseSettings):\n    a: str = os.getenv('B', 'x')",
        {"B": False},
    ),
    "given by the code": (SETTINGS + "class S(BaseSettings):\n    a: str\n    b: str\ns = S(a='1')", {
        "A": False, "B": True}),
    "filled by a validator": (
        SETTINGS + "class S(BaseSettings):\n    a: str\n    @model_validator(mode='before')\n"
        "    def fill(cls, values):\n        values['a'] = 'x'\n        return values",
        {"A": False},
    ),
    "for a validator that runs before": (
        FIRST + "class S(BaseSettings):\n    a: str\n    @validator('a', pre=True)\n    def fill(cls, value): ...",
        {"A": True},
    ),
    "with a default for a validator that runs before": (
        SETTINGS + "class S(BaseSettings):\n    a: str = None\n    b: str = None\n    c: str\n"
        "    @field_validator('a', 'c', mode='before')\n    def fill(cls, value): ...",
        {"A": False, "B": True, "C": True},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FIELDS.values(), ids=FIELDS)
def test_fields_of_settings(case: tuple[str, dict[str, bool]]) -> None:
    text, expected = case
    assert {name: item.required for name, item in variables(text).items()} == expected


APPLICATION = "from fastapi import FastAPI\nimport shop.settings\napp = FastAPI()\n"


@pytest.mark.parametrize(
    ("text", "at_start"),
    [
        ("import os\nx = os.environ['A']", True),
        ("import os\nclass C:\n    x = os.environ['A']", True),
        ("import os\ndef f():\n    return os.environ['A']", False),
        ("import os\nif DEBUG:\n    x = os.environ['A']", False),
        ("import os\nx = DEBUG or os.environ['A']", False),
        ("import os\nx = os.environ['A']\ny = os.environ.get('A', 'z')", False),
        ("import os\nx = os.getenv('A')", False),
        (SETTINGS + "class S(BaseSettings):\n    a: str\ndef settings():\n    return S()", True),
        (
            SETTINGS + "class S(BaseSettings):\n    a: str\nclass T(BaseModel):\n    s: S = Field(default_factory=S)",
            True,
        ),
        (SETTINGS + "class S(BaseSettings):\n    a: str\nkinds = {'dev': S}", False),
        (SETTINGS + "class S(BaseSettings):\n    a: str\nif DEV:\n    s = S()", False),
        (SETTINGS + "class S(BaseSettings):\n    a: str\ns = S(**found)", False),
    ],
)
def test_what_an_application_needs_at_its_start(text: str, at_start: bool) -> None:
    files = {"shop/__init__.py": "", "shop/main.py": APPLICATION, "shop/settings.py": text}
    (variable,) = read(files, locked=["fastapi"]).variables
    assert (variable.name, variable.at_start) == ("A", at_start)


def test_what_the_application_does_not_import_is_not_needed_at_its_start() -> None:
    files = {
        "shop/main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
        "shop/job.py": "import os\nos.environ['A']\n",
    }
    (variable,) = read(files, locked=["fastapi"]).variables
    assert (variable.required, variable.at_start) == (True, False)


def test_the_settings_of_django_are_read_at_its_start() -> None:
    files = {
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        "shop/__init__.py": "",
        "shop/settings.py": "import os\nfrom .base import *\nDEBUG = os.environ['A']\nINSTALLED_APPS = []\n",
        "shop/base.py": "import os\nKEY = os.environ['B']\n",
    }
    assert {item.name: item.at_start for item in read(files, locked=["django"]).variables} == {"A": True, "B": True}


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


@pytest.mark.parametrize(
    ("value", "secret"),
    [
        ("sk-proj-abcdefghijklmnop", True),
        ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", True),
        ("AKIAIOSFODNN7EXAMPLE", True),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", True),
        ("-----BEGIN PRIVATE KEY-----", True),
        ("09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", True),
        ("django-insecure-abc", True),
        ("text-embedding-3-small", False),
        ("postgresql://localhost/app", False),
        ("sentence-transformers/all-MiniLM-L6-v2", False),
        ("2024-01-01", False),
        ("", False),
    ],
)
def test_values_of_secrets(value: str, secret: bool) -> None:
    assert looks_secret(value) is secret


def test_a_url_without_its_password() -> None:
    assert without_password("redis://user:pass@host:1/0") == "redis://host:1/0"
    assert without_password("http://host/a:b@c") == "http://host/a:b@c"


@pytest.mark.parametrize(
    ("path", "app", "found"),
    [
        ("shop/mongo.py", "from fastapi import FastAPI\napp = FastAPI()\n", {"OWN"}),
        ("shop/mongo.py", "", {"HOST_TO_TRY", "OWN"}),
        ("shop/worker.py", "from fastapi import FastAPI\napp = FastAPI()\n", {"HOST_TO_TRY", "OWN"}),
        ("mongo.py", "from fastapi import FastAPI\napp = FastAPI()\n", {"HOST_TO_TRY", "OWN"}),
    ],
)
def test_what_a_module_reads_to_try_itself_out(path: str, app: str, found: set[str]) -> None:
    text = (
        "import os\nimport pymongo\nown = os.environ['OWN']\n"
        "if __name__ == '__main__':\n    os.makedirs('tried')\n    pymongo.MongoClient(os.environ['HOST_TO_TRY'])\n"
    )
    code = read({path: text, "shop/__init__.py": "", "main.py": app}, locked=["fastapi"])
    assert {variable.name for variable in code.variables} == found
    assert {endpoint.variable for endpoint in code.endpoints} == found - {"OWN"}
    assert [folder.path for folder in code.data_folders] == ["tried"] * ("HOST_TO_TRY" in found)
