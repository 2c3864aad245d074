"""Every sample project: `scaffold init --yes`, build, look inside, start, ask, stop."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from scaffolder.env_file import assignments
from tests.conftest import SAMPLES, sample_name

from .engine import BUILD_SECONDS, CommandError, base_images, found_in_layers, provide, remove_image, run, served
from .system import System

pytestmark = pytest.mark.docker


Browser: TypeAlias = Callable[..., str]


@dataclass(frozen=True)
class Case:
    """What is expected of one sample project."""

    name: str
    #: The service that runs the project.
    service: str
    #: A distribution of the main group that must be in the image, and of other groups that must not.
    holds: str
    lacks: tuple[str, ...]
    #: Values for `.env` that `scaffold env` cannot invent.
    settings: dict[str, str] = field(default_factory=dict)
    #: Paths to GET, and what each answer contains.
    answers: dict[str, str] = field(default_factory=dict)
    #: What a script prints before it exits with 0.
    prints: str = ""


CASES = (
    Case(
        "basketball-clusters",
        service="streamlit",
        holds="streamlit",
        lacks=("mlflow", "ruff"),
    ),
    Case(
        "celery-worker",
        service="worker",
        holds="celery",
        lacks=("pytest",),
    ),
    Case(
        "console-script",
        service="app",
        holds="greenhouse",
        lacks=("pytest", "ruff"),
        prints="tomato",
    ),
    Case(
        "django-release",
        service="web",
        holds="whitenoise",
        lacks=("pytest",),
        answers={"/healthz": '"ok"', "/books": "Middlemarch"},
    ),
    Case(
        "django-wsgi",
        service="web",
        holds="django",
        lacks=("pytest", "pytest-django"),
        answers={"/healthz": '"ok"', "/static/catalog/page.css": "serif"},
    ),
    Case(
        "fastapi-legacy",
        service="web",
        holds="psycopg2",
        lacks=("pytest",),
        answers={"/health": '"ok"'},
    ),
    Case(
        "flask-factory",
        service="web",
        holds="gunicorn",
        lacks=("pytest",),
        answers={"/healthz": '"ok"', "/": '"notes"'},
    ),
    Case(
        "manufacturing-time",
        service="web",
        holds="granian",
        lacks=("pytest",),
        settings={"API_KEY": "for-this-test-only-3b90d7"},
        answers={"/health": '"ok"'},
    ),
    Case(
        "model-server",
        service="web",
        holds="mod-wsgi",
        lacks=("gunicorn", "pytest"),
        answers={
            "/health": '"ok"',
            "/predict?sepal_length=5&sepal_width=3.4&petal_length=1.5&petal_width=0.2": '"species":"setosa"',
            "/apidocs/": "Irises",
        },
    ),
    Case(
        "monorepo/services/api",
        service="web",
        holds="shared",
        lacks=("pytest",),
        answers={"/total": "32.49", "/bookings": "paper"},
    ),
    Case(
        "pipeline-groups",
        service="page",
        holds="waitress",
        lacks=("tabulate", "ruff"),
        answers={"/health": '"ok"'},
    ),
    Case(
        "plain-script",
        service="app",
        holds="tabulate",
        lacks=("ruff",),
        prints="Middlemarch              19",
    ),
    Case(
        "rag-api",
        service="web",
        holds="fastapi",
        lacks=("pytest", "ruff", "rich"),
        settings={"API_KEY": "for-this-test-only-81c4e6"},
        answers={"/health": '"ok"'},
    ),
    Case(
        "recommender",
        service="web",
        holds="scikit-learn",
        lacks=("pytest",),
        answers={"/recommend?user_id=7&limit=2": '"item_id": 1024', "/recommend?user_id=8": '"items"'},
    ),
    Case(
        "streamlit-app",
        service="web",
        holds="streamlit",
        lacks=("ruff",),
        answers={"/_stcore/health": "ok", "/": "Streamlit"},
    ),
)

#: A process that the stop signal does not reach is killed after 10 s.
STOP_SECONDS = 6.0
KILLED = 137

#: The development environment holds it, beside the interpreter.
HADOLINT = str(Path(sys.executable).with_name("hadolint"))


class Systems:
    """The sample projects of this run: each copied once and built once, when a test first asks for it."""

    def __init__(self, folder: Path, cleaning: ExitStack) -> None:
        self.folder = folder
        self.cleaning = cleaning
        self.written: dict[str, System] = {}
        self.built: dict[str, CommandError | None] = {}

    def write(self, case: Case) -> System:
        """The case's project with the files that `scaffold init` wrote."""
        if case.name not in self.written:
            system = System.make(case.name, self.folder / case.name, case.settings)
            self.cleaning.callback(system.remove)
            self.written[case.name] = system
        return self.written[case.name]

    def build(self, case: Case) -> System:
        """The same with its image built; a build that failed is not tried again."""
        system = self.write(case)
        if case.name not in self.built:
            self.built[case.name] = _failure_of(system)
        if error := self.built[case.name]:
            raise error
        return system


def _failure_of(system: System) -> CommandError | None:
    try:
        system.build()
    except CommandError as error:
        return error
    return None


@pytest.fixture(scope="module")
def systems(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Systems]:
    with ExitStack() as cleaning:
        yield Systems(tmp_path_factory.mktemp("projects"), cleaning)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Opens a page in Chromium, inside of a system's network, and returns its text."""
    folder = Path(__file__).parent / "browser"
    provide(base_images((folder / "Dockerfile").read_text()))
    image = f"scaffold-test-browser:{os.getpid()}"
    run("docker", "build", "--tag", image, str(folder), seconds=BUILD_SECONDS)

    def text(system: System, address: str, *awaited: str) -> str:
        network = f"--network={system.project}_default"
        return run("docker", "run", "--rm", network, image, address, *awaited).stdout

    yield text
    remove_image(image)


class Players(BaseHTTPRequestHandler):
    """Serves the totals of invented players of four kinds, which their last names tell."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write((Path(__file__).parent / "players.csv").read_bytes())


class LanguageModel(BaseHTTPRequestHandler):
    """Answers with the first passage that it was given, to whoever has the key."""

    key = "for-this-test-only-f05d2b"

    def do_POST(self) -> None:
        is_known = self.headers["Authorization"] == f"Bearer {self.key}" and self.path == "/chat/completions"
        self.send_response(200 if is_known else 403)
        self.end_headers()
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        passages = asked["messages"][0]["content"].split("\n", 1)[1]
        answer = {"role": "assistant", "content": f"READ: {passages.split(chr(10))[0]}"}
        self.wfile.write(json.dumps({"choices": [{"message": answer}]}).encode())


@pytest.fixture
def written(case: Case, systems: Systems) -> System:
    return systems.write(case)


@pytest.fixture
def built(case: Case, systems: Systems) -> System:
    return systems.build(case)


@pytest.fixture
def running(built: System) -> Iterator[System]:
    """The system, started and healthy; its containers are gone after the test, its volumes stay for the next."""
    try:
        built.start()
        yield built
    finally:
        built.compose("down", "--timeout", "2")


def of(*cases: Case) -> pytest.MarkDecorator:
    """Run a test once for each of these cases."""
    marked = [pytest.param(case, id=case.name, marks=pytest.mark.xdist_group(case.name)) for case in cases]
    return pytest.mark.parametrize("case", marked)


def named(name: str) -> Case:
    """The case of this name."""
    return next(case for case in CASES if case.name == name)


def eventually(holds: Callable[[], bool]) -> bool:
    """Ask until it holds, for the first seconds of a process that has no health check to wait for."""
    for _ in range(10):
        try:
            return holds()
        except CommandError:
            time.sleep(1)
    return holds()


def test_every_sample_project_is_a_case() -> None:
    assert [case.name for case in CASES] == [sample_name(sample) for sample in SAMPLES]


@of(*CASES)
def test_hadolint_finds_nothing(written: System) -> None:
    run(HADOLINT, "--no-color", str(written.folder / "Dockerfile"))


@of(*CASES)
def test_build_check_warns_of_nothing(written: System) -> None:
    assert "no warnings found" in run(*written.build_command, "--check", cwd=written.folder).stdout


@of(*CASES)
def test_compose_files_are_valid(written: System) -> None:
    written.compose("--file", "compose.yaml", "config", "--quiet")
    written.compose("--file", "compose.yaml", "--file", "compose.override.yaml", "config", "--quiet")


@of(*CASES)
def test_image_holds_what_production_needs_and_no_more(case: Case, built: System) -> None:
    found = built.inspect()
    assert found["uid"] != 0
    assert found["prefix"] == "/opt/venv"
    assert case.holds in found["distributions"]
    assert not {"poetry", "poetry-core", *case.lacks} & set(found["distributions"])
    assert not {"pip", "setuptools", "wheel"} & set(found["environment"])
    assert found["programs"] == []
    assert found["secrets"] == []
    assert found["bytecode"]


@of(*(case for case in CASES if case.answers))
def test_server_starts_healthy_answers_and_stops(case: Case, running: System) -> None:
    for path, expected in case.answers.items():
        reply = running.ask(path)
        assert (reply.status, expected in reply.text) == (200, True), f"{path}: {reply}\n{running.logs()}"
    seconds, status = running.stop(case.service)
    assert seconds < STOP_SECONDS
    assert status != KILLED


@of(*(case for case in CASES if case.prints))
def test_script_prints_and_exits(case: Case, built: System) -> None:
    assert case.prints in built.compose("run", "--rm", case.service)


@of(*(case for case in CASES if case.prints))
def test_script_is_not_started_again_after_it_ended(case: Case, built: System) -> None:
    built.compose("up", "--exit-code-from", case.service, case.service, seconds=60)
    assert built.compose("ps", "--quiet", "--status", "running", "--status", "restarting") == ""


@of(named("rag-api"))
def test_questions_are_answered_from_mounted_documents_also_by_the_next_image(running: System, tmp_path: Path) -> None:
    assert {running.ask(path).status for path in ("/ask?q=revenue", "/ask?q=revenue&key=x")} == {401}
    assert running.ask("/index", {}, headers={"Authorization": "Bearer another"}).status == 401
    assert "uvicorn.workers.UvicornWorker" in running.logs()
    with pytest.raises(CommandError, match="Read-only file system"):
        running.compose("exec", "--no-TTY", "web", "touch", "documents/new.md")

    documents = running.folder / "documents"
    (documents / "first.md").write_text("Revenue rose by 4 percent in the first quarter. Costs fell.")
    assert _asked(running, "/index", {}) == {"indexed": 1, "removed": 0, "documents": 1}
    assert "4 percent" in _asked(running, "/ask?q=how+did+revenue+change")["answer"]
    (documents / "second.md").write_text("Margin shrank by 2 percent.")
    assert _asked(running, "/index", {}) == {"indexed": 1, "removed": 0, "documents": 2}
    assert _asked(running, "/ask?q=what+about+the+margin")["sources"][0]["source"] == "second.md"

    first = running.compose("ps", "--quiet", "web")
    main = running.folder / "src/api/main.py"
    main.write_text(main.read_text().replace('"ok"', '"new"'))
    running.compose("build")
    running.compose("up", "--wait", "--no-build")
    assert "new" in running.ask("/health").text
    assert running.compose("ps", "--quiet", "web") != first
    with served(LanguageModel) as address:
        with (running.folder / ".env").open("a") as env:
            env.write(f"OPENAI_BASE_URL={address}\nOPENAI_API_KEY={LanguageModel.key}\n")
        running.compose("down")
        for path in documents.glob("*.md"):
            path.unlink()
        running.start()
        assert _asked(running, "/ask?q=what+about+the+margin")["answer"] == "READ: Margin shrank by 2 percent."

    secrets = {"API_KEY": running.settings["API_KEY"], "OPENAI_API_KEY": LanguageModel.key, "document": "Margin shrank"}
    assert leaked(running, secrets, tmp_path) == set()


def leaked(system: System, secrets: Mapping[str, str], folder: Path) -> set[str]:
    """The names of those texts that stand in a layer, the history or the configuration of the image, or in a file
    beside `.env`; `folder` is for what is unpacked."""
    (image,) = {service["image"] for service in system.services.values() if "build" in service}
    told = run("docker", "history", "--no-trunc", image).stdout + run("docker", "image", "inspect", image).stdout
    written = [path for path in system.folder.rglob("*") if path.is_file() and path.name != ".env"]
    told += "".join(path.read_text(errors="replace") for path in written)
    return {name for name, text in secrets.items() if text in told} | found_in_layers([image], secrets, folder)


def _asked(system: System, path: str, body: object = None) -> dict[str, Any]:
    """What the API answers to whoever has the key."""
    reply = system.ask(path, body, headers={"Authorization": f"Bearer {system.settings['API_KEY']}"})
    assert reply.status == 200, f"{path}: {reply}\n{system.logs()}"
    answer: dict[str, Any] = json.loads(reply.text)
    return answer


@of(named("fastapi-legacy"))
def test_backing_services_are_wired(running: System) -> None:
    replies = [running.ask("/orders/tea", {}) for _ in range(2)]
    assert [(reply.status, json.loads(reply.text)["ordered"]) for reply in replies] == [(201, 1), (201, 2)]


@of(named("celery-worker"))
def test_worker_answers_a_ping_and_does_its_work(case: Case, running: System) -> None:
    inside = ("exec", "--no-TTY", case.service)
    assert eventually(lambda: "pong" in running.compose(*inside, "celery", "--app", "mailer.app", "inspect", "ping"))
    task = "from mailer.tasks import render; print(render.delay('Ann', 12).get(timeout=20))"
    assert "order 12 is on its way" in running.compose(*inside, "python", "-c", task)
    seconds, status = running.stop(case.service)
    assert seconds < STOP_SECONDS
    assert status == 0


@of(named("django-release"))
def test_static_files_are_collected_and_the_database_is_migrated(running: System) -> None:
    style = json.loads(running.ask("/books").text)["style"]
    assert style != "/static/library/page.css", "a name with the hash of its content"
    assert (running.ask(style).status, "serif" in running.ask(style).text) == (200, True)
    assert '"State":"exited"' in running.compose("ps", "--all", "--format", "json", "migrate")


@of(named("django-wsgi"))
def test_nginx_serves_what_was_collected(running: System) -> None:
    style = json.loads(running.ask("/about/").text)["style"]
    reply = running.ask(style)
    assert (reply.status, "serif" in reply.text) == (200, True)
    assert "immutable" in reply.headers["Cache-Control"], "its name holds the hash of its content"
    assert "immutable" not in running.ask("/static/catalog/page.css").headers["Cache-Control"]


@of(named("model-server"))
def test_apache_answers_get_and_post_on_the_port_that_was_chosen(running: System) -> None:
    flower = {"sepal_length": 6.7, "sepal_width": 3.1, "petal_length": 5.6, "petal_width": 2.4}
    assert json.loads(running.ask("/predict", flower).text)["species"] == "virginica"
    assert running.ask("/predict", {}).status == 400
    assert "${WEB_PORT:-8888}:8000" in (running.folder / "compose.yaml").read_text()


def _predicted(system: System, part: object) -> tuple[str, Any]:
    """Whether the answer came from the cache, and the answer."""
    reply = system.ask("/predict", part, headers={"X-API-Key": system.settings["API_KEY"]})
    assert reply.status == 200, f"{reply}\n{system.logs()}"
    return {name.lower(): value for name, value in reply.headers.items()}["x-cache"], json.loads(reply.text)


@of(named("manufacturing-time"))
def test_predictions_are_cached_until_the_model_is_swapped_and_outlive_the_containers(running: System) -> None:
    part = {"material": "steel", "volume": 120, "holes": 8, "tolerance": 0.02}
    redis = ("exec", "--no-TTY", "redis", "redis-cli")
    assert running.ask("/predict", part).status == 401
    first, answer = _predicted(running, part)
    assert (first, _predicted(running, part)) == ("miss", ("hit", answer)), running.logs()
    (key,) = running.compose(*redis, "--raw", "keys", "*").splitlines()
    running.compose(*redis, "set", key, "77.5", "keepttl")
    assert _predicted(running, part) == ("hit", {**answer, "minutes": 77.5}), "what Redis holds is the answer"

    running.compose("down")
    running.start()
    assert _predicted(running, part) == ("hit", {**answer, "minutes": 77.5})

    before = running.compose("ps", "--quiet", "web")
    place = f"{running.folder / 'models'}:/models"
    train = ("python", "-m", "predictor.train", "--seed=2", "--output=/models/manufacturing-time.npz")
    run("docker", "run", "--rm", f"--user={os.getuid()}", f"--volume={place}", running.image, *train)
    swapped, other = _predicted(running, part)
    assert swapped == "miss", "another model, another key"
    assert other["model"] != answer["model"]
    assert other["minutes"] != answer["minutes"]
    (running.folder / "models/manufacturing-time.npz").write_bytes(b"half a mod")
    assert _predicted(running, part) == ("hit", other), "what is no model does not answer"
    assert running.compose("ps", "--quiet", "web") == before
    assert int(run("docker", "inspect", "--format", "{{.RestartCount}}", before.strip()).stdout) == 0


@of(named("manufacturing-time"))
def test_what_is_secret_stands_in_dotenv_alone(built: System, tmp_path: Path) -> None:
    values = {item.name: item.value for item in assignments((built.folder / ".env").read_text())}
    secrets = {name: values[name] for name in ("API_KEY", "REDIS_PASSWORD")}
    assert len(secrets["REDIS_PASSWORD"]) > 16, "made by `scaffold env`"
    assert leaked(built, secrets, tmp_path) == set()
    run("git", "init", "--quiet", cwd=built.folder)
    assert ".env" in run("git", "check-ignore", ".env", cwd=built.folder).stdout


@of(named("recommender"))
def test_models_in_a_volume_are_replaced_while_they_answer(running: System, tmp_path: Path) -> None:
    path = "/recommend?user_id=7&limit=2"
    answers, container = [running.ask(path).text], running.compose("ps", "--quiet", "web")

    def another() -> bool:
        text = running.ask(path).text
        if text in answers:
            raise CommandError(f"still {text}\n{running.logs()}")
        answers.append(text)
        return True

    running.compose("cp", "web:/app/models/reranker.joblib", str(tmp_path / "first.joblib"))
    running.compose("run", "--rm", "--env", "SEED=21", "train")
    assert eventually(another)
    running.compose("cp", str(tmp_path / "first.joblib"), "web:/app/models/reranker.joblib")
    assert eventually(another)
    assert running.compose("ps", "--quiet", "web") == container
    running.start("--force-recreate")
    assert running.ask(path).text == answers[-1]
    running.compose("down", "--volumes")


@of(named("pipeline-groups"))
def test_a_job_runs_from_an_image_of_its_own_and_shares_the_volume(running: System) -> None:
    assert "count" not in running.compose("ps", "--all", "--services")
    printed = running.compose("run", "--rm", "--env", "WORDS=a b b", "count", seconds=300)
    assert re.search(r"^b +2$", printed, re.MULTILINE)
    assert json.loads(running.ask("/counts").text) == {"a": 1, "b": 2}
    looks = "from importlib.util import find_spec; print([n for n in ('flask', 'tabulate') if find_spec(n)])"
    assert "['tabulate']" in running.compose("run", "--rm", "count", "python", "-c", looks)


@of(named("basketball-clusters"))
def test_a_browser_shows_what_a_pipeline_fetched_and_trained(running: System, browser: Browser) -> None:
    assert "No model is in production yet" in browser(running, "http://streamlit:8501", "No model is")
    with served(Players) as address:
        running.compose("run", "--rm", "--env", f"PLAYERS_URL={address}/players.csv", "fetch")
    running.compose("run", "--rm", "train")
    reply = running.ask("/api/2.0/mlflow/runs/search", {"experiment_ids": ["1"]}, service="mlflow")
    runs = json.loads(reply.text)["runs"]
    assert {run["info"]["status"] for run in runs} == {"FINISHED"}
    assert len({run["data"]["params"][0]["value"] for run in runs}) > 1, "several clusterers"
    shown = browser(running, "http://streamlit:8501", "Cluster 4:", "average")
    members = [line for line in shown.splitlines() if line.count(",") > 4]
    kinds = [{name.split()[1] for name in line.split(", ")} - {"Traded"} for line in members]
    assert sorted(map(len, kinds)) == [1, 1, 1, 1], shown
    assert not {"Zeno", "Zita"} & set(re.findall(r"\w+", shown)), "too few minutes; a field is empty"
    for service in ("streamlit", "mlflow"):
        _, status = running.stop(service)
        assert status != KILLED, service
