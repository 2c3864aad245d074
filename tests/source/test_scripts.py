from __future__ import annotations

import pytest

from tests.source.project import read

GUARD = "def main(): ...\nif __name__ == '__main__':\n    main()\n"
DRAWS = "import streamlit as st\nst.title('x')\n"


def scripts(files: dict[str, str]) -> list[tuple[str, int, str]]:
    return [(script.path, script.line, script.framework) for script in read(files).scripts]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"main.py": GUARD}, [("main.py", 2, "")]),
        ({"deep/down/x.py": GUARD}, [("deep/down/x.py", 2, "")]),
        ({"x.py": "if '__main__' == __name__:\n    pass\n"}, [("x.py", 1, "")]),
        ({"bot.py": "import os\nos.getcwd()\n"}, [("bot.py", 0, "")]),
        ({"shop/__main__.py": "print(1)\n"}, [("shop/__main__.py", 0, "")]),
        ({"shop/bot.py": "print(1)\n"}, []),
        ({"main.py": "X = 1\n"}, []),
        ({"x.py": "'''\nif __name__ == '__main__':\n'''\n"}, []),
        ({"tests/x.py": GUARD, "setup.py": GUARD}, []),
        ({"app.py": DRAWS, "pages/one.py": DRAWS}, [("app.py", 0, "streamlit")]),
        (
            {"app.py": DRAWS, "lib.py": "import streamlit as st\ndef f():\n    st.title('x')\n"},
            [("app.py", 0, "streamlit")],
        ),
        ({"x.py": "import streamlit as st\n@st.cache_data\ndef f(): ...\nst.cache_data.clear\n"}, []),
        ({"🏠_Home.py": DRAWS}, [("🏠_Home.py", 0, "streamlit")]),
        ({"x.py": "import streamlit as st\ndef main():\n    st.title('x')\nmain()\n"}, [("x.py", 0, "streamlit")]),
        (
            {"ui/Home.py": "import streamlit as st\n'''# Shop'''\n", "ui/pages/one.py": DRAWS},
            [("ui/Home.py", 0, "streamlit")],
        ),
        ({"ui/Home.py": "import streamlit as st\n", "ui/pages/one.py": DRAWS}, []),
        ({"test-x.py": GUARD}, []),
        ({"x.py": "import gradio as gr\ngr.Interface(f, 'text', 'text').launch()\n"}, [("x.py", 0, "gradio")]),
    ],
)
def test_files_that_run(files: dict[str, str], expected: list[tuple[str, int, str]]) -> None:
    assert scripts(files) == expected


def test_the_module_of_a_script_is_below_its_root() -> None:
    (script,) = read({"src/shop/__main__.py": "from shop.x import y\n", "src/shop/x.py": ""}).scripts
    assert (script.module, script.root) == ("shop.__main__", "src")
