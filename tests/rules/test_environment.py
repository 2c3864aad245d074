"""Environment variables."""

from __future__ import annotations

import pytest

from scaffolder.decisions import ENVIRONMENT, EnvironmentVariable
from tests.helpers import SCRIPT, check_decides, inferred, project

SOURCE = (
    "import os\n"
    "a = os.environ['ZED']\n"
    "b = os.environ.get('ALPHA', 'one')\n"
    "c = os.getenv('API_TOKEN', 'hunter2')\n"
    "d = os.getenv('PORT', '8000')\n"
    "e = os.getenv('MULTI', 'one\\ntwo')\n" + SCRIPT
)


def test_variables_of_the_code() -> None:
    shop = project({"main.py": SOURCE})
    assert inferred(shop).decisions[ENVIRONMENT] == (
        EnvironmentVariable(name="ALPHA", default="one", evidence="main.py:3"),
        EnvironmentVariable(name="API_TOKEN", secret=True, evidence="main.py:4"),
        EnvironmentVariable(name="MULTI", evidence="main.py:6"),
        EnvironmentVariable(name="ZED", required=True, at_start=True, evidence="main.py:2"),
    )
    check_decides(shop, "environment", inferred(shop).decisions[ENVIRONMENT], "inferred", "read in main.py")


def test_a_silent_code() -> None:
    check_decides(project({"main.py": SCRIPT}), "environment", (), "default", "the code reads no variable")


def test_variables_that_only_an_example_file_names() -> None:
    example = '# note\nALPHA=two\nexport EXTRA = "x y"\nDB_PASSWORD=secret\nPORT=1\nnot an assignment\n'
    shop = project({"main.py": SOURCE, ".env.sample": example})
    found = {variable.name: variable for variable in inferred(shop).decisions[ENVIRONMENT]}
    assert found["ALPHA"].default == "one"
    assert found["EXTRA"] == EnvironmentVariable(name="EXTRA", default="x y", evidence=".env.sample")
    assert found["DB_PASSWORD"] == EnvironmentVariable(name="DB_PASSWORD", secret=True, evidence=".env.sample")
    assert "PORT" not in found


def test_a_documented_value_stands_in_for_a_default_that_the_code_does_not_have() -> None:
    example = "ZED=z\nALPHA=two\nAPI_TOKEN=abc\nNEW='x\ny'\nHOLE=your-key-here\n"
    shop = project({"main.py": SOURCE, "env.example": example})
    found = {variable.name: variable for variable in inferred(shop).decisions[ENVIRONMENT]}
    assert found["ZED"].default == "z"
    assert found["ZED"].at_start
    assert {name: found[name].default for name in ("ALPHA", "API_TOKEN", "NEW", "HOLE")} == {
        "ALPHA": "one",
        "API_TOKEN": "",
        "NEW": "",
        "HOLE": "",
    }


def test_a_documented_value_stays_when_scaffolds_file_takes_the_place_of_the_projects() -> None:
    example = "# Made by scaffold\n\n# Backing services\nALPHA=a\n\n# Read in main.py\n# required\nZED=z\n"
    shop = project({"main.py": SOURCE, ".env.example": example})
    found = {variable.name: variable.default for variable in inferred(shop).decisions[ENVIRONMENT]}
    assert (found["ZED"], found["ALPHA"]) == ("z", "one")


def test_the_case_of_a_documented_name_does_not_matter() -> None:
    shop = project({"main.py": SOURCE, ".env.example": "zed=1\n"})
    assert "zed" not in {variable.name for variable in inferred(shop).decisions[ENVIRONMENT]}


@pytest.mark.parametrize(
    ("default", "shown"),
    [
        ("sk-proj-abcdefghijklmnop", ""),
        ("postgresql://app:hunter2@localhost/app", "postgresql://localhost/app"),
        ("https://example.com/a:b@c", "https://example.com/a:b@c"),
        ("gpt-4o-mini", "gpt-4o-mini"),
    ],
)
def test_a_default_that_looks_like_a_secret_is_not_shown(default: str, shown: str) -> None:
    shop = project({"main.py": f"import os\nx = os.getenv('MODEL', {default!r})\n{SCRIPT}"})
    (variable,) = inferred(shop).decisions[ENVIRONMENT]
    assert variable.default == shown


def test_many_files_are_summed_up() -> None:
    files = {f"m{number}.py": f"import os\nx = os.environ['V{number}']\n" for number in range(5)}
    (evidence,) = inferred(project({"main.py": SCRIPT, **files})).decisions.decision(ENVIRONMENT).evidence
    assert evidence == "read in m0.py, m1.py, m2.py and 2 more"


def test_variables_by_flag() -> None:
    expected = (EnvironmentVariable(name="A"), EnvironmentVariable(name="B", default="x=y"))
    check_decides(project({"main.py": SOURCE}), "environment", expected, "flag", settings=["environment=A,B=x=y"])


#: How the settings read the hosts that Django answers to → the value in `.env.example`.
HOSTS = {
    "os.environ.get('ALLOWED_HOSTS', '').split(',')": "localhost,127.0.0.1",
    "str(os.environ.get('ALLOWED_HOSTS')).split(' ')": "localhost 127.0.0.1",
    "os.environ['ALLOWED_HOSTS'].split()": "localhost 127.0.0.1",
    "os.environ.get('ALLOWED_HOSTS', '*').split(',')": "*",
    "os.environ.get('ALLOWED_HOSTS', 'example.com').split(',')": "localhost,127.0.0.1",
}


@pytest.mark.parametrize(("read", "value"), HOSTS.items())
def test_django_answers_on_this_machine(read: str, value: str) -> None:
    files = {
        "manage.py": "import os, django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        "shop/settings.py": f"import os\nWSGI_APPLICATION = 'shop.wsgi.application'\nALLOWED_HOSTS = {read}\n",
        "shop/wsgi.py": "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
    }
    found = inferred(project(files, packages=["django 5.0"])).decisions[ENVIRONMENT]
    assert [(variable.name, variable.default) for variable in found] == [("ALLOWED_HOSTS", value)]
