from __future__ import annotations

import pytest

from tests.source.project import read


@pytest.mark.parametrize(
    ("text", "path", "variable"),
    [
        ("import chromadb\nc = chromadb.PersistentClient(path='./chroma')", "chroma", ""),
        (
            "from langchain_chroma import Chroma\nimport os\nc = Chroma(persist_directory=os.getenv('D', 'store'))",
            "store",
            "D",
        ),
        ("import sqlite3\nc = sqlite3.connect('data/app.db')", "data", ""),
        ("import sqlite3\nc = sqlite3.connect('app.db')", ".", ""),
        ("URL = 'sqlite:///./var/app.db'", "var", ""),
        ("URL = 'sqlite:////data/app.db'", "/data", ""),
        ("import os\nos.makedirs('uploads', exist_ok=True)", "uploads", ""),
        (
            "from pathlib import Path\nBASE = Path(__file__).resolve().parent.parent\n(BASE / 'data').mkdir()",
            "data",
            "",
        ),
        (
            "import os\nBASE = os.path.dirname(os.path.abspath(__file__))\nos.makedirs(os.path.join(BASE, 'd'))",
            "shop/d",
            "",
        ),
        (
            "from pathlib import Path\nimport os\nD = Path(os.environ.get('DATA_DIR', 'data'))\nD.mkdir()",
            "data",
            "DATA_DIR",
        ),
        ("import joblib\njoblib.dump(m, 'models/m.pkl')", "models", ""),
        (
            (
                "import os\nDATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3',"
                " 'NAME': os.environ.get('DB', 'var/db.sqlite3')}}"
            ),
            "var",
            "DB",
        ),
        ("import faiss\nfaiss.write_index(i, 'index/x.faiss')", "index", ""),
        ("import pandas, os\nenv = os.environ\ndf.to_parquet('features/f.parquet')", "features", ""),
        ("from flask import Flask\napp = Flask('x')\napp.config['UPLOAD_FOLDER'] = 'up'", "up", ""),
        ("import os\nx = os.environ\ndef save():\n    with open('out/x.bin', 'wb') as f: ...", "out", ""),
        ("import os\nx = os.environ\ndef save(n):\n    open(os.path.join('out', 'a', n), 'wb')", "out/a", ""),
        ("import os\nx = os.environ\ndef save(n):\n    open(f'out/{n}', 'wb')", "out", ""),
        (
            "import os, pathlib\nD = pathlib.Path(os.getenv('UP', 'up'))\ndef f(n):\n  p = D / n\n  p.write_bytes(n)",
            "up",
            "UP",
        ),
    ],
)
def test_one_folder(text: str, path: str, variable: str) -> None:
    folders = read({"shop/main.py": text}).data_folders
    assert [(folder.path, folder.variable) for folder in folders] == [(path, variable)]


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.makedirs('/tmp/x')",
        "import os\nos.makedirs('/')",
        "import os\nos.makedirs('../x')",
        "import os\nos.makedirs(unknown)",
        "import os\nos.makedirs('shop')",
        "import os\nos.makedirs('.')",
        "import sqlite3\nsqlite3.connect(':memory:')",
        "URL = 'sqlite://'",
        "import os\nx = os.environ\ndef read():\n    with open('in/x.bin', 'rb') as f: ...",
        "'''sqlite:///data/x.db'''",
    ],
)
def test_what_is_no_data(text: str) -> None:
    assert read({"shop/main.py": text}).data_folders == ()


def test_a_field_of_settings() -> None:
    code = read(
        {
            "shop/config.py": """
                from pydantic_settings import BaseSettings
                class Settings(BaseSettings):
                    data_dir: str = "data/index"
                settings = Settings()
            """,
            "shop/store.py": """
                import chromadb
                from shop.config import settings
                client = chromadb.PersistentClient(path=settings.data_dir)
            """,
        }
    )
    assert [(folder.path, folder.variable, folder.via) for folder in code.data_folders] == [
        ("data/index", "DATA_DIR", "chromadb.PersistentClient")
    ]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("import os\nnames = os.listdir('in')", "in"),
        ("import glob\nnames = glob.glob('in/*/x[0-9].md')", "in"),
        ("from pathlib import Path\nnames = Path('in').iterdir()", "in"),
        ("from langchain_community.document_loaders import DirectoryLoader\nd = DirectoryLoader('./in/')", "in"),
        ("import os\nnames = os.listdir(unknown)", None),
        ("import glob\nnames = glob.glob('*.md')", None),
        ("import os\nnames = os.listdir('/')", None),
    ],
)
def test_a_folder_that_is_looked_through(text: str, path: str | None) -> None:
    found = [folder.path for folder in read({"shop/main.py": text}).input_folders]
    assert found == ([] if path is None else [path])
