"""A blueprint and its answers in, files out; the only importer of Copier.

Copier renders into a staging folder and nothing else: no answers file, no update (see `plan.py`), and no
tasks but those of a blueprint that the user trusts.
"""

from __future__ import annotations

import io
import json
import os
import re
import tempfile
import traceback
import warnings
from collections.abc import Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from scaffolder.built_in import built_in_folder
from scaffolder.errors import Interrupted, OpenDecisionsError, ProjectError, RefusedError, ScaffoldError, UsageError
from scaffolder.model.change import RenderedFile
from scaffolder.model.decision import Json, Source
from scaffolder.rules import Override

if TYPE_CHECKING:
    from copier._main import Worker
    from copier._template import Template
    from jinja2 import BytecodeCache, Environment
    from jinja2.bccache import Bucket

#: The largest render of a blueprint, in bytes: what `scaffold.lock` holds a copy of.
_MOST_BYTES = 20_000_000

#: Parts of Copier that run commands or code of the blueprint.
_TRUSTED = {"tasks": "_tasks", "migrations": "_migrations", "jinja_extensions": "_jinja_extensions"}

#: Filters and functions of Copier and Jinja that ask the machine, the clock or chance; without them, the same answers
#: give the same bytes everywhere, and nothing of the user's gets into a file.
#: https://gitlab.com/dreamer-labs/libraries/jinja2-ansible-filters, https://jinja.palletsprojects.com/en/stable/templates/
IMPURE_FILTERS = frozenset({
    "ans_random", "expanduser", "expandvars", "fileglob", "random", "random_mac", "realpath", "relpath", "shuffle",
    "strftime",
})  # fmt: skip
IMPURE_GLOBALS = frozenset({"lipsum"})


#: The built-in blueprint as Copier has read it: its `copier.yml` is parsed once.
_BUILT_IN: dict[Path, Template] = {}
#: Source, name and file of a template of the built-in blueprint → its code; `update` renders that several times.
_COMPILED: dict[tuple[str, str | None, str | None], CodeType] = {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendering:
    """The files, sorted by path, and what was answered to the questions of the blueprint's own.

    An answer has the form in which it is saved; a question that does not arise has none. `secret` names those that
    are never saved.
    """

    files: tuple[RenderedFile, ...]
    own: Mapping[str, Json] = field(default_factory=dict)
    secret: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Anatomy:
    """A blueprint before anything is rendered.

    `settings` are those of `copier.yml` without their underscore, `questions` its questions by name, `top` the folder
    that is rendered, relative to the blueprint, and `suffix` that of templates.
    """

    settings: Mapping[str, Any]
    questions: Mapping[str, Mapping[str, Any]]
    environment: Environment
    top: str
    suffix: str


def render(folder: Path, answers: Mapping[str, Any]) -> tuple[RenderedFile, ...]:
    """Render a blueprint folder with every default; the files are sorted by path. `answers` is plain data."""
    return rendering(folder, answers).files


def rendering(
    folder: Path,
    answers: Mapping[str, Any],
    own: Mapping[str, Override] | None = None,
    *,
    ask: bool = False,
    trust: bool = False,
) -> Rendering:
    """Render a blueprint folder. `answers` is plain data, one entry per variable; `own` answers its own questions.

    What neither holds takes its default or, with `ask`, is asked on the terminal. `trust` lets a blueprint run code.
    Raises OpenDecisionsError for a question without a default, UsageError or ProjectError for an answer that does not
    fit, RefusedError for a blueprint that would run code or write a secret, ProjectError for one that cannot be
    rendered, and Interrupted.
    """
    own = own or {}
    with tempfile.TemporaryDirectory(prefix="scaffold-") as staging, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        root = Path(staging) / "project"  # templates can see this name
        data = {**{name: item.value for name, item in own.items()}, **answers}
        worker = _worker(folder, root, data, ask=ask, trust=trust)
        try:
            with worker:
                _check(worker, own, answers, trust=trust)
                if folder == built_in_folder():
                    _compile_once(worker.jinja_env)
                    _answer_at_once(worker)
                worker.run_copy()
                files = _files(root, worker.answers_relpath.as_posix())
                _check_secrets(worker, files)
                secret = frozenset(worker.template.secret_questions)
                return Rendering(files=files, own=_own_answers(worker, answers), secret=secret)
        except (KeyboardInterrupt, EOFError):
            raise Interrupted from None
        except ScaffoldError:
            raise
        except Exception as error:
            if folder == built_in_folder() and not own:
                raise
            raise _failure(worker, own, error) from error


def anatomy(folder: Path) -> Anatomy:
    """What a blueprint says about itself, and how its templates are parsed. Raises ProjectError."""
    worker = _worker(folder, folder.parent / "project", {}, ask=False, trust=False)
    try:
        with redirect_stderr(io.StringIO()):  # Copier prints what it raises
            settings, questions = worker.template.config_data, worker.template.questions_data
        _purify(worker)
        return Anatomy(
            settings=settings,
            questions=questions,
            environment=worker.jinja_env,
            top=worker.template.subdirectory,
            suffix=worker.template.templates_suffix,
        )
    except Exception as error:
        raise _failure(worker, {}, error) from error


def _worker(folder: Path, root: Path, data: Mapping[str, Any], *, ask: bool, trust: bool) -> Worker:
    from copier._main import Worker  # noqa: PLC0415 - importing Copier costs a third of a second
    from copier._settings import SettingsModel  # noqa: PLC0415

    worker = Worker(
        src_path=str(folder),
        dst_path=root,
        data=dict(data),
        # Not the user's own for Copier: they hold defaults, and whom to trust.
        settings=SettingsModel(),
        defaults=not ask,
        quiet=True,
        overwrite=True,
        unsafe=trust,
    )
    # Neither the blueprint nor the folder that it is rendered into is a repository; Copier would have git look, for
    # each file anew.
    worker.template.__dict__["vcs"] = None
    if folder == built_in_folder():
        worker.__dict__["template"] = _BUILT_IN.setdefault(folder, worker.template)
    worker.__dict__["_sync_git_index_executable_bit"] = lambda *_: None
    return worker


def _purify(worker: Worker) -> None:
    environment = worker.jinja_env
    for name in IMPURE_FILTERS:
        environment.filters.pop(name, None)
    for name in IMPURE_GLOBALS:
        environment.globals.pop(name, None)
    environment.bytecode_cache = _compiled()


@cache
def _compiled() -> BytecodeCache:
    """What Jinja made of the templates, for the next rendering of this run: an update needs one for each cause.

    Only of those in the sandbox: code that was compiled without it has no checks.
    """
    from jinja2 import BytecodeCache  # noqa: PLC0415

    class Compiled(BytecodeCache):
        def __init__(self) -> None:
            self.codes: dict[str, bytes] = {}

        def load_bytecode(self, bucket: Bucket) -> None:
            if code := self.codes.get(bucket.key):
                bucket.bytecode_from_string(code)

        def dump_bytecode(self, bucket: Bucket) -> None:
            self.codes[bucket.key] = bucket.bytecode_to_string()

    return Compiled()


def _compile_once(environment: Environment) -> None:
    """Have what is the same in each rendering of the built-in blueprint compiled by the first: templates, questions."""
    compile_anew = environment.compile

    def compiled(source: str, name: str | None = None, filename: str | None = None) -> CodeType:
        key = (source, name, filename)
        if key not in _COMPILED:
            _COMPILED[key] = compile_anew(source, name, filename)
        return _COMPILED[key]

    environment.__dict__["compile"] = compiled


def _answer_at_once(worker: Worker) -> None:
    """Have Copier take the data as answers to the built-in blueprint, whose questions have no more to them.

    Going through those one by one, Copier makes a context of all the others for each: a third of a rendering.
    """
    from copier._user_data import AnswersMap  # noqa: PLC0415

    if worker.template.questions_data.keys() <= worker.data.keys():
        worker.__dict__["_ask"] = lambda: None
        worker.answers = AnswersMap(init=worker.data)


def _check(worker: Worker, own: Mapping[str, Override], answers: Mapping[str, Any], *, trust: bool) -> None:
    """Read the settings, keep out what is not trusted, and see that every answer has its question."""
    with redirect_stderr(io.StringIO()):  # Copier prints what it raises
        settings, questions = worker.template.config_data, worker.template.questions_data
    name = Path(worker.template.url).name
    if not trust:
        found = [word for setting, word in _TRUSTED.items() if settings.get(setting)]
        if found:
            raise RefusedError(
                f"The blueprint {name} has {', '.join(found)}: it would run commands or code on this machine.",
                code="blueprint-untrusted",
                hint="Read them, and if you trust whoever wrote them: --trust",
            )
        _purify(worker)
    for answer, item in own.items():
        if answer not in questions or answer in answers:
            asked = ", ".join(sorted(question for question in questions if question not in answers)) or "nothing"
            raise _bad_answer(answer, item, f"the blueprint {name} does not ask it", f"one of what it asks: {asked}")


def _files(root: Path, answers_file: str) -> tuple[RenderedFile, ...]:
    files = []
    total = 0
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            raise _unusable(name, "a symbolic link", "a file")
        if not path.is_file() or name == answers_file:
            continue
        total += path.stat().st_size
        if total > _MOST_BYTES:
            raise _unusable(name, f"more than {_MOST_BYTES // 1_000_000} MB", "files that a person would write")
        try:
            text = path.read_bytes().decode()
        except UnicodeDecodeError:
            raise _unusable(name, "a file that is no UTF-8 text", "text") from None
        files.append(RenderedFile(path=name, text=text, executable=os.access(path, os.X_OK)))
    return tuple(files)


def _unusable(path: str, found: str, expected: str) -> ProjectError:
    return ProjectError(
        path,
        code="blueprint-broken",
        found=found,
        expected=f"{expected}, as scaffold.lock holds it",
        hint="Change the blueprint: scaffold blueprint check FOLDER",
    )


def _own_answers(worker: Worker, answers: Mapping[str, Any]) -> dict[str, Json]:
    return {
        name: _saved_form(worker.answers.user[name], question)
        for name, question in worker.template.questions_data.items()
        if name not in answers and name in worker.answers.user and name not in worker.answers.hidden
    }


def _saved_form(value: Any, question: Mapping[str, Any]) -> Json:
    """The form from which Copier makes the same answer again: it parses text once more for what is YAML or JSON."""
    kind = question.get("type") or type(question.get("default")).__name__
    if kind in ("str", "path", "int", "float", "bool"):
        return value  # type: ignore[no-any-return]
    if isinstance(value, list) and question.get("multiselect"):
        return [json.dumps(item) if isinstance(item, str) else item for item in value]
    has_toml_form = isinstance(value, bool | int | float | list | dict) and "null" not in json.dumps(value, default=str)
    return value if has_toml_form else json.dumps(value, default=str)


def _check_secrets(worker: Worker, files: tuple[RenderedFile, ...]) -> None:
    """scaffold.lock holds the text of each file, so no file may hold what the user will not have saved."""
    for name in sorted(worker.template.secret_questions):
        secret = worker.answers.user.get(name)
        if not isinstance(secret, str) or not secret:
            continue
        if secret == worker.template.questions_data[name].get("default"):
            continue
        for file in files:
            if secret in file.text:
                raise RefusedError(
                    f"The blueprint writes the answer to its secret question {name} into {file.path}, and so into"
                    " scaffold.lock; nothing was written.",
                    code="blueprint-secret",
                    hint="Have the blueprint read it from the environment, or from a secret of the build.",
                    paths=(file.path,),
                )


def _failure(worker: Worker, own: Mapping[str, Override], error: Exception) -> ScaffoldError:
    """What Copier or a template raised, in words of ours: the question, or the file and line, that it came from."""
    from copier.errors import ConfigFileError  # noqa: PLC0415

    folder = Path(worker.template.url)
    # Copier keeps to itself what is wrong with copier.yml, and names our temporary copy of it.
    cause = error.__cause__ if isinstance(error, ConfigFileError) and error.__cause__ else error
    words = " ".join(str(cause).replace(f"{folder}/", "").split())[:500] or type(error).__name__
    question = _unanswered(worker)
    if question in own:
        return _bad_answer(question, own[question], repr(own[question].value), _expected(worker, question, words))
    if question and words.endswith("is required"):
        asked = worker.template.questions_data[question].get("help") or question
        return OpenDecisionsError(
            f"The blueprint asks for {question}, which has no default: {' '.join(str(asked).split())}",
            hint=f"Answer it with --set blueprint.{question}=VALUE.",
        )
    where = f"copier.yml: {question}" if question else _template(worker, error)
    return ProjectError(
        f"{folder.name}/{where}",
        code="blueprint-broken",
        found=f"{type(error).__name__}: {words}",
        expected="a blueprint that can be rendered",
        hint="Change the blueprint: scaffold blueprint check FOLDER",
    )


_REFUSAL = re.compile(r"(?:Validation error|Invalid choice) for (?:question )?'[^']*': ")


def _expected(worker: Worker, question: str, words: str) -> str:
    """What a question wants: in the words of its validator, else its type."""
    refusal = _REFUSAL.match(words)
    kind = worker.template.questions_data[question].get("type", "")
    return f"what the blueprint takes: {words[refusal.end() :]}" if refusal else f"a value of the type {kind}".rstrip()


def _unanswered(worker: Worker) -> str:
    """The question that Copier was at: the first that has neither an answer nor been passed over; "" after the last."""
    try:
        with redirect_stderr(io.StringIO()):
            names = worker.template.questions_data
    except Exception:
        return ""
    done = {*worker.answers.user, *worker.answers.hidden}
    return next((name for name in names if name not in done), "")


def _template(worker: Worker, error: Exception) -> str:
    """The template and line that an error comes from, or `copier.yml`. Jinja puts its templates into the traceback."""
    folder = Path(worker.template.url).resolve()
    name, line = getattr(error, "name", None), getattr(error, "lineno", None)
    if isinstance(name, str) and isinstance(line, int):
        return f"{name}:{line}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(folder) and path.suffix != ".py":
            return f"{path.relative_to(folder).as_posix()}:{frame.lineno}"
    return "copier.yml"


def _bad_answer(name: str, item: Override, found: str, expected: str) -> ScaffoldError:
    if item.source is not Source.SAVED:
        return UsageError(f"--set blueprint.{name}: found {found}; expected {expected}")
    return ProjectError(
        "pyproject.toml",
        key=f"tool.scaffold.blueprint.{name}",
        code="bad-blueprint-answer",
        found=found,
        expected=expected,
        hint="Correct it there, or take it out.",
    )
