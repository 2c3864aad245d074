"""The project's folder, imported by its name."""

from __future__ import annotations

import pytest

from scaffolder.model.code import FolderPackage, Place
from scaffolder.source.folder_package import find_folder_package
from tests.source.project import read

MODULES = {"store.py": "", "routes/users.py": ""}


@pytest.mark.parametrize(
    "line",
    [
        "from api.store import x",
        "import api.routes.users as users",
        "from api import store",
        "    from api import (store)",
    ],
)
def test_an_import_of_what_lies_beside(line: str) -> None:
    sources = {"main.py": f"import os\n{line}\n", **MODULES}
    expected = FolderPackage(name="api", place=Place(path="main.py", line=2))
    assert find_folder_package("api", sources, ()) == expected


@pytest.mark.parametrize(
    ("folder", "files", "locked"),
    [
        pytest.param("api", {"main.py": "from api.other import x\n"}, (), id="nothing of the project"),
        pytest.param("api", {"main.py": "from apis.store import x\nimport store\n"}, (), id="another name"),
        pytest.param("api", {"main.py": "from api.store import x\n", "api/store.py": ""}, (), id="a folder below"),
        pytest.param("api", {"main.py": "from api.store import x\n", "api.py": ""}, (), id="a module below"),
        pytest.param("api", {"main.py": "from api.store import x\n", "src/api/a.py": ""}, (), id="in src"),
        pytest.param("api", {"tests/test_x.py": "from api.store import x\n"}, (), id="only in tests"),
        pytest.param("my_api", {"main.py": "from my_api.store import x\n"}, ("my-api",), id="a library"),
        pytest.param("json", {"main.py": "from json.store import x\n"}, (), id="the standard library"),
        pytest.param("my-api", {"main.py": "from my-api.store import x\n"}, (), id="no name"),
        pytest.param("", {"main.py": "from store import x\n"}, (), id="no folder"),
    ],
)
def test_another_import(folder: str, files: dict[str, str], locked: tuple[str, ...]) -> None:
    assert find_folder_package(folder, {**MODULES, **files}, locked) is None


def test_it_is_followed_like_any_other_import() -> None:
    routes = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/health')\ndef f(): ...\n"
    main = "from fastapi import FastAPI\nfrom api.routes import router\napp = FastAPI()\napp.include_router(router)\n"
    code = read({"main.py": main, "routes.py": routes}, locked=["fastapi"], folder="api")
    assert [(route.path, route.application) for route in code.routes] == [("/health", "api.main:app")]
    assert code.links["main.py"].files == ("routes.py",)
