"""The folders that Flask hands out by itself."""

from __future__ import annotations

import pytest

from tests.source.project import read


def folders(files: dict[str, str]) -> list[tuple[str, str]]:
    found = read(files, locked=["flask"]).static_folders
    return [(item.path, item.folder) for item in found]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("__name__", [("/static/", "shop/static")]),
        ("import_name=__name__", [("/static/", "shop/static")]),
        ("__name__, static_folder='assets'", [("/assets/", "shop/assets")]),
        ("__name__, static_folder='../public/files', static_url_path='/f'", [("/f/", "public/files")]),
        ("__name__, '/f', 'files'", [("/f/", "shop/files")]),
        ("__name__, static_folder=None", []),
        ("__name__, static_url_path=''", []),
        ("__name__, static_folder='../../outside'", []),
        ("__name__, static_folder=find()", []),
        ("__name__, static_host='cdn.example'", []),
        ("'shop'", []),
    ],
)
def test_arguments_of_flask(arguments: str, expected: list[tuple[str, str]]) -> None:
    assert folders({"shop/__init__.py": f"from flask import Flask\napp = Flask({arguments})\n"}) == expected


def test_a_factory_counts_and_a_test_does_not() -> None:
    text = "import flask\ndef create_app():\n    return flask.Flask(__name__)\n"
    assert folders({"app.py": text, "tests/conftest.py": text}) == [("/static/", "static")]
