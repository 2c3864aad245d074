"""The folders that hold data, and those of the host that are only read."""

from __future__ import annotations

import re

import pytest

from tests.blueprints.rendered import compose, rendered
from tests.helpers import FLASK, SCRIPT, check_decides, project

VOLUMES = {
    "a database": ("import sqlite3\ndb = sqlite3.connect('var/shop.db')\n", ("var",), "inferred", "main.py:2: sqlite3"),
    "a database in the project's own folder": (
        "import sqlite3\ndb = sqlite3.connect('shop.db')\n",
        (),
        "default",
        "main.py:2: sqlite3 keeps a file in the project's own folder",
    ),
    "an absolute one": ("import os\nos.makedirs('/data/index')\n", ("/data/index",), "inferred", "main.py:2"),
    "a temporary one": ("import os\nos.makedirs('/tmp/x')\n", (), "default", "nothing is kept"),
    "one that holds code": ("import os\nos.makedirs('pkg')\n", (), "default", "nothing is kept"),
    "one outside": ("import os\nos.makedirs('../out')\n", (), "default", "nothing is kept"),
    "one in a home": ("import os\nos.getenv('DATA_DIR', '~/shop')\n", (), "default", "nothing is kept"),
    "nothing": ("", (), "default", "nothing is kept"),
}


@pytest.mark.parametrize("case", VOLUMES.values(), ids=VOLUMES)
def test_volumes(case: tuple[str, tuple[str, ...], str, str]) -> None:
    source, folders, origin, evidence = case
    shop = project({"main.py": source + FLASK, "pkg/mod.py": ""}, packages=["flask 3.0.0"])
    check_decides(shop, "volumes", folders, origin, evidence)


def test_volumes_by_flag() -> None:
    check_decides(project({"main.py": SCRIPT}), "volumes", ("a", "/b"), "flag", settings=["volumes=a,/b"])


def test_what_the_repository_brings_is_only_named() -> None:
    source = "import joblib\njoblib.dump(1, 'models/a.joblib')\n"
    shop = project({"main.py": source + SCRIPT, "models/a.joblib": ""})
    check_decides(shop, "volumes", (), "default", "--set volumes=+models")
    check_decides(shop, "volumes", ("models",), "flag", settings=["volumes=+models"])


@pytest.mark.parametrize("folder", ["models", "./models"])
def test_a_volume_tells_when_it_hides_what_the_image_brings(folder: str) -> None:
    files = rendered(project({"main.py": SCRIPT, "models/a.joblib": ""}), f"volumes={folder},other")
    commented = re.findall(r"  # .* image .*\n  ([\w-]+):", files["compose.yaml"].partition("\nvolumes:")[2])
    assert commented == ["models"]


LOADER = "from llama_index.core import SimpleDirectoryReader as Reader, SimpleDirectoryReader\n"
SETTINGS = "import os\nfrom pathlib import Path\nDOCS = Path(os.getenv('DOCS_DIR', 'texts'))\n"

MOUNTS = {
    "a loader": (LOADER + "d = SimpleDirectoryReader('data').load_data()\n", ("data",), "main.py:2: SimpleDirectory"),
    "a keyword": (LOADER + "d = SimpleDirectoryReader(input_dir='./data')\n", ("data",), "main.py:2"),
    "a listing": ("from pathlib import Path\nd = Path('my_docs').rglob('*.md')\n", ("my_docs",), "main.py:2: rglob"),
    "a pattern": ("import glob\nd = glob.glob('corpus/**/*.pdf')\n", ("corpus",), "main.py:2: glob"),
    "a variable": (SETTINGS, ("texts",), "main.py:3: DOCS_DIR"),
    "an absolute one": ("import os\nd = os.listdir('/data/documents')\n", ("/data/documents",), "main.py:2: listdir"),
    "one that may hold anything": ("import os\nd = os.listdir('reports')\n", (), ""),
    "one that is made": (SETTINGS + "DOCS.mkdir()\n", (), ""),
    "one that is filled": (SETTINGS + "def f(name):\n    open(os.path.join(DOCS, name), 'wb')\n", (), ""),
    "one that is filled by name": (SETTINGS + "def f(name):\n    p = f'{DOCS}/{name}'\n    open(p, 'wb')\n", (), ""),
    "one below what is filled": (SETTINGS.replace("texts", "data/texts") + "os.makedirs('data')\n", (), ""),
    "one above what is filled": (SETTINGS + "os.makedirs('texts/new')\n", (), ""),
    "one that is committed": ("import os\nd = os.listdir('committed/docs')\n", (), ""),
    "one that holds code": ("import os\nd = os.listdir('docs')\n", (), ""),
    "a file": ("import os\nd = os.getenv('DOCS_PATH', 'docs.json')\n", (), ""),
    "an address": ("import os\nd = os.getenv('DOCS_PATH', 's3://docs')\n", (), ""),
}


@pytest.mark.parametrize("case", MOUNTS.values(), ids=MOUNTS)
def test_mounts(case: tuple[str, tuple[str, ...], str]) -> None:
    source, folders, evidence = case
    files = {"main.py": source + FLASK, "docs/conf.py": "", "committed/docs/a.md": "", "corpus/.gitkeep": ""}
    origin = "inferred" if folders else "default"
    check_decides(project(files, packages=["flask 3.0.0"]), "mounts", folders, origin, evidence)


def test_what_is_mounted_is_no_volume_and_reaches_no_build() -> None:
    files = rendered(project({"main.py": "import os\nos.makedirs('models')\n" + SCRIPT}), "mounts=models")
    assert compose(files)["services"]["app"]["volumes"] == ["./models:/app/models:ro,z"]
    assert "models" in files[".dockerignore"].splitlines()


def test_what_somebody_makes_a_volume_is_not_mounted() -> None:
    files = rendered(project({"main.py": SETTINGS + SCRIPT}), "volumes=+texts")
    assert compose(files)["services"]["app"]["volumes"] == ["texts:/app/texts"]
    assert "texts" not in files[".dockerignore"].splitlines()


def test_committed_content_stays_in_the_image() -> None:
    files = rendered(project({"main.py": SCRIPT, "docs/a.md": ""}), "mounts=docs")
    assert "docs" not in files[".dockerignore"].splitlines()


def test_a_process_that_names_its_folders_reads_only_those() -> None:
    manifest = (
        "[tool.scaffold.processes]\na = {command = 'x', volumes = ['texts']}\nb = {command = 'x', volumes = []}\n"
    )
    services = compose(rendered(project({"main.py": SETTINGS + SCRIPT}, manifest=manifest)))["services"]
    assert services["a"]["volumes"] == ["./texts:/app/texts:ro,z"]
    assert "volumes" not in services["b"]


def test_an_absolute_folder_comes_from_beside_the_compose_file() -> None:
    services = compose(rendered(project({"main.py": SCRIPT}), "mounts=/srv/docs"))["services"]
    assert services["app"]["volumes"] == ["./docs:/srv/docs:ro,z"]
