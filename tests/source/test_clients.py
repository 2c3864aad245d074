from __future__ import annotations

from tests.source.project import read


def test_imports_and_schemes_with_their_first_place() -> None:
    code = read(
        {
            "shop/cache.py": "import json\nimport redis.asyncio as redis\n",
            "shop/db.py": 'URL = "postgresql+asyncpg://user@db/shop"\nOTHER = f"amqp://{host}/"\n',
            "tests/test_x.py": "import pymongo\n",
        }
    )
    assert [(use.client, str(use.place)) for use in code.clients] == [
        ("redis", "shop/cache.py:2"),
        ("postgresql+asyncpg://", "shop/db.py:1"),
        ("amqp://", "shop/db.py:2"),
    ]


def test_a_file_of_the_project_is_no_client() -> None:
    assert read({"main.py": "import redis\n", "redis.py": ""}).clients == ()
    assert [use.client for use in read({"main.py": "import redis\n", "redis.py": ""}, locked=["redis"]).clients] == [
        "redis"
    ]


def test_docstrings_and_comments_do_not_count() -> None:
    text = '"""Connects to redis://cache.\n\nimport psycopg\n"""\n# mysql://x\ndef f():\n    "mongodb://x"\n'
    assert read({"main.py": text}).clients == ()


def test_an_address_in_a_sentence_names_no_service() -> None:
    assert read({"main.py": 'H = "Where it is, such as redis://cache, or nothing"\n'}).clients == ()
    assert [use.client for use in read({"main.py": 'H = """\n  redis://cache\n"""\n'}).clients] == ["redis://"]


def test_schemes_that_tell_a_url_from_a_host_name_no_service() -> None:
    check = 'def check(host):\n    return host.startswith(("https://", "mysql://"))\n'
    assert read({"main.py": check}).clients == ()
    one = 'def check(url):\n    return url.startswith(("postgres://", "postgresql://"))\n'
    assert [use.client for use in read({"main.py": one}).clients] == ["postgres://", "postgresql://"]
