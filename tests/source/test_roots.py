from __future__ import annotations

import pytest

from tests.source.project import read

APP = "from fastapi import FastAPI\napp = FastAPI()\n"


@pytest.mark.parametrize(
    ("files", "module", "root"),
    [
        pytest.param({"main.py": APP, "models.py": ""}, "main", "", id="flat"),
        pytest.param({"shop/__init__.py": "", "shop/main.py": APP}, "shop.main", "", id="package"),
        pytest.param({"shop/main.py": APP}, "shop.main", "", id="namespace package"),
        pytest.param({"src/shop/__init__.py": "", "src/shop/main.py": APP}, "shop.main", "src", id="src layout"),
        pytest.param({"src/shop/main.py": APP}, "shop.main", "src", id="src layout without __init__"),
        pytest.param({"src/main.py": APP}, "main", "src", id="script in src"),
        pytest.param(
            {"src/__init__.py": "", "src/main.py": APP, "src/db.py": ""}, "src.main", "", id="src is a package"
        ),
        pytest.param(
            {"src/main.py": "from src.db import x\n" + APP, "src/db.py": "x = 1"}, "src.main", "", id="src by import"
        ),
        pytest.param(
            {"src/api/main.py": "from api.db import x\n" + APP, "src/api/db.py": ""}, "api.main", "src", id="below src"
        ),
        pytest.param(
            {"src/api/main.py": "from src.api.db import x\n" + APP, "src/api/db.py": ""},
            "src.api.main",
            "",
            id="from the top",
        ),
        pytest.param({"app/main.py": "import models\n" + APP, "app/models.py": ""}, "main", "app", id="siblings"),
        pytest.param(
            {"app/__init__.py": "", "app/main.py": "from app.db import x\n" + APP, "app/db.py": ""},
            "app.main",
            "",
            id="package that imports itself",
        ),
        pytest.param(
            {"backend/app/main.py": "from app.db import x\n" + APP, "backend/app/db.py": ""},
            "app.main",
            "backend",
            id="backend/app",
        ),
        pytest.param(
            {"app/main.py": "from .db import x\n" + APP, "app/db.py": ""}, "app.main", "", id="relative needs a package"
        ),
        pytest.param(
            {"src/main.py": "from .db import x\n" + APP, "src/db.py": ""}, "src.main", "", id="relative in src"
        ),
        pytest.param({"a/b/main.py": "from ..db import x\n" + APP, "a/db.py": ""}, "a.b.main", "", id="two levels up"),
        pytest.param(
            {
                "src/api/main.py": "from .routes import x\n" + APP,
                "src/api/routes.py": "from core.db import y\n",
                "src/core/db.py": "",
            },
            "api.main",
            "src",
            id="what it imports tells",
        ),
        pytest.param(
            {"service/main.py": APP, "service/jobs.py": "from lib import x\n", "service/lib.py": ""},
            "main",
            "service",
            id="neighbours tell",
        ),
        pytest.param(
            {"app/main.py": "import logging\nimport redis\n" + APP, "app/logging.py": "", "app/redis.py": ""},
            "app.main",
            "",
            id="libraries do not vote",
        ),
        pytest.param(
            {"app/app.py": APP, "app/__init__.py": "", "app/wsgi.py": "from app.app import app\n"},
            "app.app",
            "",
            id="package with a module of its name",
        ),
        pytest.param(
            {"apps/my-api/main.py": "from lib import x\n" + APP, "apps/my-api/lib.py": ""},
            "main",
            "apps/my-api",
            id="a folder that is no identifier",
        ),
        pytest.param({"apps/my-api/main.py": APP}, "main", "apps/my-api", id="never a dotted name with a dash"),
    ],
)
def test_root_of_an_application(files: dict[str, str], module: str, root: str) -> None:
    code = read(files, locked=["fastapi", "redis"])
    found = {(item.module, item.root) for item in code.applications if item.name == "app" and not item.origin}
    assert found == {(module, root)}


def test_packages_of_the_manifest_decide_when_imports_are_silent() -> None:
    files = {"lib/shop/main.py": APP}
    assert read(files).applications[0].module == "lib.shop.main"
    assert read(files, packages=[("shop", "lib")]).applications[0].module == "shop.main"


def test_a_module_that_is_named_like_the_library_it_imports() -> None:
    code = read({"shop/jwt.py": "import jwt\nfrom fastapi import FastAPI\napp = FastAPI()\n"})
    assert (code.applications[0].module, code.applications[0].root) == ("shop.jwt", "")
