"""Environment variables that the code reads."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from scaffolder.model.code import Variable
from scaffolder.source.dynaconf import dynaconf_reads
from scaffolder.source.environ import environ_reads
from scaffolder.source.fields import field_reads
from scaffolder.source.flask_config import flask_reads
from scaffolder.source.module import Module
from scaffolder.source.options import option_reads
from scaffolder.source.paths import is_history, is_sample, is_test, is_tool
from scaffolder.source.readers import library_reads
from scaffolder.source.reads import Read
from scaffolder.source.scripts import is_tried
from scaffolder.source.tree import Tree
from scaffolder.source.values import Values

#: Set by the system, a shell, a CI system or a cloud: nobody configures an application with them.
_FOREIGN = re.compile(
    r"^(?:PATH|HOME|PWD|OLDPWD|USER|USERNAME|LOGNAME|SHELL|TERM|COLORTERM|LANG|LC_\w+|TMPDIR|TEMP|TMP|EDITOR|DISPLAY"
    r"|HOSTNAME|COMPUTERNAME|APPDATA|LOCALAPPDATA|XDG_\w+|VIRTUAL_ENV|CONDA_\w+|PYTHON[A-Z]*|PYTEST_\w+|WERKZEUG_\w+"
    r"|NO_COLOR|FORCE_COLOR|COLUMNS|LINES|CI|GITHUB_(?:ACTIONS|WORKSPACE|SHA|REF|RUN_ID|OUTPUT|ENV)|GITLAB_CI|CI_\w+"
    r"|TRAVIS\w*|TOX_\w+|AWS_LAMBDA_\w+|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR|AWS_EXECUTION_ENV|KUBERNETES_\w+|DYNO"
    r"|PROGRAMFILES|SYSTEMROOT|WINDIR|RUN_MAIN"
    r"|DJANGO_SETTINGS_MODULE|CUDA_VISIBLE_DEVICES|OMP_NUM_THREADS|TOKENIZERS_PARALLELISM|WEB_CONCURRENCY|_)$"
)

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")

#: Types whose values are no secrets.
_PLAIN = ("int", "float", "bool")


def find_variables(
    tree: Tree,
    values: Values,
    modules: Iterable[Module],
    started: Collection[str],
    trials: Mapping[str, int],
    idle: Collection[str] = (),
) -> tuple[Variable, ...]:
    """The variables that these modules read, sorted by name; reads of the same name are one variable.

    `started` are the paths of the files that the application imports when it starts, `trials` those of `find_trials`,
    `idle` the paths of files that are never imported: what they require is not required.
    """
    files = tuple(
        module
        for module in modules
        if not (is_test(module.path) or is_history(module.path) or is_tool(module.path) or is_sample(module.path))
    )
    reads = (
        *environ_reads(tree, values, files),
        *library_reads(tree, values, files),
        *option_reads(values, files),
        *field_reads(tree, values, files),
        *dynaconf_reads(tree, values, files),
        *flask_reads(tree, values, files),
    )
    named = (read for read in reads if _NAME.fullmatch(read.name) and not _FOREIGN.match(read.name))
    kept = (read for read in named if not is_tried(read.place, trials))
    return _merged((replace(read, required=False) if read.place.path in idle else read for read in kept), started)


def _merged(reads: Iterable[Read], started: Collection[str]) -> tuple[Variable, ...]:
    groups: dict[str, list[Read]] = {}
    for read in reads:
        groups.setdefault(read.name, []).append(read)
    return tuple(_variable(name, group, started) for name, group in sorted(groups.items()))


def _variable(name: str, group: list[Read], started: Collection[str]) -> Variable:
    group.sort(key=lambda read: (read.place.path, read.place.line))
    kind = next((read.type for read in group if read.type != "str"), "str")
    default = next((read.default for read in group if read.default is not None), None)
    return Variable(
        name=name,
        place=group[0].place,
        default=default,
        required=any(read.required for read in group),
        # Where one read has a default, the others are given it.
        at_start=default is None and any(read.at_start and read.place.path in started for read in group),
        type=kind,
        via=group[0].via,
        secret=any(read.secret for read in group) and kind not in _PLAIN,
    )
