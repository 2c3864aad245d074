"""The command line: options in, output and exit code out.

The only importer of Typer, and the only place that prints.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from scaffolder import __version__
from scaffolder.errors import Interrupted, OpenDecisionsError, RefusedError, ScaffoldError, UsageError
from scaffolder.model.change import Existing
from scaffolder.model.forbidden import JOURNAL, STATE_FILE
from scaffolder.model.message import Message

if TYPE_CHECKING:
    from scaffolder.adoption import Settler
    from scaffolder.commands.update import UpdateResult
    from scaffolder.commands.update_workspace import WorkspaceUpdateResult

HELP = "Containers for Poetry projects: read the project, decide, explain, write."

app = typer.Typer(
    name="scaffold",
    help=HELP,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

blueprints = typer.Typer(
    help="Blueprints of your own.", no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False
)
app.add_typer(blueprints, name="blueprint")

ProjectPath = Annotated[Path, typer.Argument(metavar="[PATH]", help="The folder of the project.", show_default=".")]
BlueprintFolder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the blueprint.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Take every default; ask nothing.")]
Settings = Annotated[
    list[str], typer.Option("--set", metavar="NAME=VALUE", help="Settle a decision; may be given several times.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the difference and write nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]
Force = Annotated[
    bool, typer.Option("--force", help="Replace files that scaffold did not write; keep each as .orig beside it.")
]
BlueprintSource = Annotated[
    str,
    typer.Option(
        "--blueprint", metavar="SOURCE", help="A folder, a zip or a git repository instead of the built-in blueprint."
    ),
]
Ref = Annotated[str, typer.Option("--ref", metavar="REF", help="A branch, tag or commit of a blueprint in git.")]
Trust = Annotated[bool, typer.Option("--trust", help="Let the blueprint run commands and code on this machine.")]
OnExisting = Annotated[
    Existing | None,
    typer.Option(
        "--existing",
        help="What becomes of files that scaffold did not write: keep yours, replace it, or merge the two.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors and the product.")]


def _version(value: bool) -> None:
    if value:
        print(f"scaffold {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Containers for Poetry projects: read the project, decide, explain, write."""


@app.command("init")
def _init(
    path: ProjectPath = Path(),
    yes: Yes = False,
    settings: Settings = [],  # noqa: B006 - Typer copies it
    blueprint: BlueprintSource = "",
    ref: Ref = "",
    trust: Trust = False,
    dry_run: DryRun = False,
    existing: OnExisting = None,
    force: Force = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Decide how the project runs in containers, show it, ask, and write the files."""
    from scaffolder import report  # noqa: PLC0415
    from scaffolder.commands.init import init  # noqa: PLC0415 - `--help` must not pay for it
    from scaffolder.reading.workspace import is_workspace, require_not_a_member  # noqa: PLC0415
    from scaffolder.review import on_terminal, reviewer  # noqa: PLC0415

    if force and existing not in (None, Existing.REPLACE):
        raise UsageError(f"--force replaces, --existing {existing} does not.", hint="Give one of them.")
    _require_terminal(unless=yes or dry_run)
    recovered = _recovered(path)
    asks = not (yes or dry_run)
    settle = _settler(Existing.REPLACE if force else existing, asks=asks)
    if is_workspace(path, settings):
        _init_workspace(
            path,
            settings,
            recovered,
            settle,
            blueprint=blueprint or ref,
            asks=asks,
            dry_run=dry_run,
            as_json=as_json,
            quiet=quiet,
        )
        return
    require_not_a_member(path, "init")
    review = reviewer(_say) if asks else None
    result = init(
        path,
        settings,
        blueprint=blueprint,
        ref=ref,
        trust=trust,
        asking=None if review is None else on_terminal,
        review=review,
        settle=settle,
        dry_run=dry_run,
    )
    if as_json:
        _print_json(
            {
                "project": _project_json(result.project.name, path),
                "decisions": report.decisions_json(result.inference),
                "messages": report.messages_json(result.inference, recovered),
                "files": report.files_json(result.plan),
            }
        )
    elif dry_run:
        _print(report.printable(report.difference(result.plan)), sys.stdout)
    if quiet:
        return
    if review is None and not as_json:
        _say(report.decision_summary(result.inference))
        _say("")
    _say(report.change_list(result.plan))
    _say(report.message_lines(result.inference.messages))
    if not dry_run:
        _say(report.next_steps(result.inference, path))


def _init_workspace(
    path: Path,
    settings: list[str],
    recovered: tuple[Message, ...],
    settle: Settler | None,
    *,
    blueprint: str,
    asks: bool,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    from scaffolder import report, workspace_report  # noqa: PLC0415
    from scaffolder.commands.init_workspace import init_workspace  # noqa: PLC0415
    from scaffolder.review import choose_projects, workspace_reviewer  # noqa: PLC0415

    result = init_workspace(
        path,
        settings,
        blueprint=blueprint,
        choose=choose_projects if asks else None,
        review=workspace_reviewer(_say) if asks else None,
        settle=settle,
        dry_run=dry_run,
    )
    if as_json:
        shown = {item.folder: (item.project.name, item.settled.inference) for item in result.projects}
        _print_json(
            {
                "project": _project_json(result.workspace.name, path),
                "decisions": workspace_report.decided_json(result.decided),
                "projects": workspace_report.projects_json(shown),
                "messages": report.message_list_json((*recovered, *result.messages)),
                "files": report.files_json(result.plan),
            }
        )
    elif dry_run:
        _print(report.printable(report.difference(result.plan)), sys.stdout)
    if quiet:
        return
    if not asks and not as_json:
        _say(workspace_report.project_lines(result.offers, result.decided))
        for item in result.projects:
            _say(workspace_report.heading(item.folder))
            _say(report.decision_summary(item.settled.inference))
        _say("")
    _say(report.change_list(result.plan))
    _say(report.message_lines(result.messages))
    if not dry_run:
        _say(workspace_report.next_steps([item.member for item in result.projects], path))


@app.command("update")
def _update(
    path: ProjectPath = Path(),
    yes: Yes = False,
    settings: Settings = [],  # noqa: B006 - Typer copies it
    ref: Ref = "",
    latest: Annotated[
        bool, typer.Option("--latest", help="Look for a newer commit or release of a blueprint in git.")
    ] = False,
    trust: Trust = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Bring the files forward with the project, and keep every line that you wrote."""
    from scaffolder import report, update_report  # noqa: PLC0415
    from scaffolder.commands.update import update  # noqa: PLC0415
    from scaffolder.reading.workspace import is_workspace, require_not_a_member  # noqa: PLC0415
    from scaffolder.review import on_terminal, reviewer  # noqa: PLC0415

    _require_terminal(unless=yes or dry_run)
    recovered = _recovered(path)
    if is_workspace(path) and os.path.lexists(path / STATE_FILE):
        _update_workspace(
            path,
            settings,
            recovered,
            chosen=ref or latest,
            asks=not (yes or dry_run),
            dry_run=dry_run,
            as_json=as_json,
            quiet=quiet,
        )
        return
    require_not_a_member(path, "update")
    review = None if yes or dry_run else reviewer(_say)
    result = update(
        path,
        settings,
        ref=ref,
        latest=latest,
        trust=trust,
        asking=None if review is None else on_terminal,
        review=review,
        dry_run=dry_run,
    )
    if as_json:
        _print_json(
            {
                "project": _project_json(result.project.name, path),
                "decisions": report.decisions_json(result.inference),
                "messages": report.messages_json(result.inference, (*recovered, *result.remarks)),
                "causes": update_report.causes_json(result.causes),
                "files": update_report.files_json(result.plan, result.causes, result.merged),
                **({"difference": report.difference(result.plan)} if dry_run else {}),
            }
        )
    messages = (*result.remarks, *result.inference.messages)
    _tell_update(result, messages, dry_run=dry_run, as_json=as_json, quiet=quiet)


def _update_workspace(
    path: Path,
    settings: list[str],
    recovered: tuple[Message, ...],
    *,
    chosen: str | bool,
    asks: bool,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    from scaffolder import report, update_report, workspace_report  # noqa: PLC0415
    from scaffolder.commands.update_workspace import update_workspace  # noqa: PLC0415
    from scaffolder.review import workspace_reviewer  # noqa: PLC0415
    from scaffolder.workspace import no_blueprint  # noqa: PLC0415

    if chosen:
        raise no_blueprint()
    result = update_workspace(path, settings, review=workspace_reviewer(_say) if asks else None, dry_run=dry_run)
    if as_json:
        shown = {item.folder: (item.project.name, item.settled.inference) for item in result.projects}
        _print_json(
            {
                "project": _project_json(result.workspace.name, path),
                "decisions": workspace_report.decided_json(result.decided),
                "projects": workspace_report.projects_json(shown),
                "messages": report.message_list_json((*recovered, *result.messages)),
                "causes": update_report.causes_json(result.causes),
                "files": update_report.files_json(result.plan, result.causes, result.merged),
                **({"difference": report.difference(result.plan)} if dry_run else {}),
            }
        )
    _tell_update(result, result.messages, dry_run=dry_run, as_json=as_json, quiet=quiet)


def _tell_update(
    result: UpdateResult | WorkspaceUpdateResult,
    messages: tuple[Message, ...],
    *,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Show what an update did, and exit with 1 where it left a conflict."""
    from scaffolder import report, update_report  # noqa: PLC0415

    if dry_run and not as_json:
        _print(update_report.colored(report.printable(report.difference(result.plan)), _colors(sys.stdout)), sys.stdout)
    if not quiet:
        _say(report.printable(update_report.summary(result.plan, result.causes, result.merged, dry_run=dry_run)))
        _say(report.message_lines(messages))
    if result.has_conflicts:
        raise typer.Exit(1)


@app.command("check")
def _check(
    path: ProjectPath = Path(),
    strict: Annotated[bool, typer.Option("--strict", help="Fail for warnings too.")] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Tell whether the files are in step with the project, and why not; write nothing."""
    from scaffolder import check_report  # noqa: PLC0415
    from scaffolder.commands.check import check  # noqa: PLC0415

    recovered = _recovered(path)
    if not os.path.lexists(path / STATE_FILE):
        from scaffolder.reading.workspace import require_not_a_member  # noqa: PLC0415 - the quick check does without

        require_not_a_member(path, "check")
    result = check(path)
    reasons = result.reasons(strict=strict)
    others = [finding for finding in result.findings if finding not in reasons]
    if as_json:
        messages = [
            {"level": item.level.value, "code": item.code, "text": item.text, "hint": item.hint} for item in recovered
        ]
        _print_json(
            {
                "in_step": not reasons,
                "reasons": list(map(check_report.finding_json, reasons)),
                "files": [{"path": file.path, "state": file.state} for file in result.files],
                "messages": [*messages, *map(check_report.finding_json, others)],
            }
        )
    elif reasons:
        _print(f"{_shown(check_report.finding_lines(reasons))}\n", sys.stdout)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        marks = check_report.github_commands((*reasons, *(() if quiet else others)), path)
        _print(_shown(marks), sys.stderr if as_json else sys.stdout)
    if not quiet:
        _say(_shown(check_report.finding_lines(others)))
        _say("Out of step." if reasons else "In step.")
    if reasons:
        raise typer.Exit(1)


@app.command("explain")
def _explain(
    path: ProjectPath = Path(),
    settings: Settings = [],  # noqa: B006 - Typer copies it
    as_json: AsJson = False,
) -> None:
    """Show every decision, its value, and the evidence for it; write nothing."""
    from scaffolder import report  # noqa: PLC0415
    from scaffolder.commands.explain import explain  # noqa: PLC0415
    from scaffolder.reading.workspace import is_workspace, member_remarks  # noqa: PLC0415

    recovered = _recovered(path)
    if is_workspace(path, settings):
        _explain_workspace(path, settings, recovered, as_json=as_json)
        return
    others = member_remarks(path)
    explanation = explain(path, settings)
    inference = explanation.inference
    if as_json:
        _print_json(
            {
                "project": _project_json(explanation.project.name, path),
                "decisions": report.decisions_json(inference),
                "packages": report.packages_json(explanation.packages),
                "messages": report.messages_json(inference, (*recovered, *others)),
            }
        )
    else:
        _print(f"{report.decision_table(inference)}\n{report.package_table(explanation.packages)}", sys.stdout)
        _say(report.message_lines((*others, *inference.messages)))
    if inference.open:
        raise _ShownError(report.open_error(inference.open))


def _explain_workspace(path: Path, settings: list[str], recovered: tuple[Message, ...], *, as_json: bool) -> None:
    from scaffolder import report, workspace_report  # noqa: PLC0415
    from scaffolder.commands.explain_workspace import explain_workspace  # noqa: PLC0415
    from scaffolder.workspace import require_settled  # noqa: PLC0415

    found = explain_workspace(path, settings)
    inferences = {folder: item.inference for folder, item in found.projects.items()}
    if as_json:
        shown = {folder: (item.project.name, item.inference) for folder, item in found.projects.items()}
        projects = workspace_report.projects_json(shown)
        for row, item in zip(projects, found.projects.values(), strict=True):
            row["packages"] = report.packages_json(item.packages)
        _print_json(
            {
                "project": _project_json(found.workspace.name, path),
                "decisions": workspace_report.decided_json(found.decided),
                "projects": projects,
                "messages": report.message_list_json((*recovered, *found.messages)),
            }
        )
    else:
        lines = [workspace_report.project_lines(found.offers, found.decided)]
        for folder, item in found.projects.items():
            lines += [workspace_report.heading(folder), report.decision_table(item.inference)]
            lines += [report.package_table(item.packages)]
        _print("\n".join(lines), sys.stdout)
        _say(report.message_lines(found.messages))
    try:
        require_settled(inferences)
    except OpenDecisionsError as error:
        raise _ShownError(error) from None


@app.command("env")
def _env(
    path: ProjectPath = Path(),
    quiet: Quiet = False,
) -> None:
    """Make or complete .env from .env.example; a value that is there is never changed or shown."""
    from scaffolder.commands.env import NOT_IGNORED, env, ignore_target  # noqa: PLC0415
    from scaffolder.reading.workspace import require_not_a_member  # noqa: PLC0415

    _recovered(path)
    require_not_a_member(path, "env")
    try:
        result = env(path)
    except RefusedError as refusal:
        if refusal.code != NOT_IGNORED or not _interactive() or not _confirmed(f"{refusal} Add .env to .gitignore?"):
            raise
        ignore_target(path)
        result = env(path)
    if not quiet:
        _say(result.summary)


@blueprints.command("export")
def _export(
    folder: BlueprintFolder,
    quiet: Quiet = False,
) -> None:
    """Copy the built-in blueprint into a new or empty folder, to start one of your own from."""
    from scaffolder.commands.blueprint import export  # noqa: PLC0415

    paths = export(folder)
    if not quiet:
        _say("\n".join(f"  create  {path}" for path in paths))
        _say(f"Next:\n  scaffold blueprint check {folder}\n  scaffold init --blueprint {folder}")


@blueprints.command("check")
def _check_blueprint(
    folder: BlueprintFolder,
    settings: Settings = [],  # noqa: B006 - Typer copies it
    quiet: Quiet = False,
) -> None:
    """Find names that nothing gives, questions that nothing uses, and files that would not work; write nothing."""
    from scaffolder.commands.blueprint import check  # noqa: PLC0415
    from scaffolder.report import printable  # noqa: PLC0415

    found = check(folder, settings)
    if found:
        _print(printable("".join(f"{finding}\n" for finding in found)), sys.stdout)
        raise typer.Exit(1)
    if not quiet:
        _say("Nothing is wrong with it.")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; every error is printed here, and nowhere else."""
    as_json = "--json" in (sys.argv[1:] if arguments is None else arguments)
    gc.disable()  # a process of half a second has no garbage to collect, and looking for it takes a tenth of that
    try:
        app(arguments, standalone_mode=True)
    except _ShownError as shown:
        return _report(shown.error, as_json=False)
    except ScaffoldError as error:
        return _report(error, as_json=as_json)
    except SystemExit as stop:
        if stop.code == Interrupted.exit_code:  # what Typer makes of Ctrl-C
            return _report(Interrupted(), as_json=as_json)
        return stop.code if isinstance(stop.code, int) else 0
    except KeyboardInterrupt:
        return _report(Interrupted(), as_json=as_json)
    except _ReaderGoneError as error:
        # What the stream still holds would fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), error.stream.fileno())
        return 141
    except Exception:
        return _report_bug()
    finally:
        gc.enable()
    return 0


def _shown(text: str) -> str:
    """The text with control characters shown; a short one costs no import."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    from scaffolder.report import printable  # noqa: PLC0415

    return printable(text)


def _report(error: ScaffoldError, *, as_json: bool) -> int:
    from scaffolder.report import printable  # noqa: PLC0415

    _say(f"error: {printable(error.message)}")
    if error.hint:
        _say(f"hint: {printable(error.hint)}")
    if as_json:
        message = {"level": "error", "code": error.code, "text": error.message, "hint": error.hint}
        with suppress(_ReaderGoneError):
            _print_json({"messages": [message]})
    return error.exit_code


def _report_bug() -> int:
    from platformdirs import user_log_path  # noqa: PLC0415

    folder = user_log_path("scaffold", appauthor=False)
    text = f"scaffold {__version__}, Python {sys.version}\n\n{traceback.format_exc()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        log = folder / "error.log"
        log.write_text(text, encoding="utf-8", errors="backslashreplace")
        where = f"The details are in {log}; please report them with what you ran."
    except OSError:
        where = f"Please report this with what you ran:\n\n{text}"
    _say(f"Sorry, this is a bug in scaffold. {where}")
    return 70


def _settler(existing: Existing | None, *, asks: bool) -> Settler | None:
    """What becomes of files in the way: as `existing` says, else as somebody on the terminal says, else nothing."""
    if asks and existing in (None, Existing.MERGE):
        from scaffolder.review import settling  # noqa: PLC0415

        return settling(_say, existing)
    if existing is None:
        return None
    from scaffolder.adoption import settler  # noqa: PLC0415

    return settler(existing)


def _confirmed(question: str) -> bool:
    from scaffolder.review import confirmed  # noqa: PLC0415

    return confirmed(question)


def _recovered(path: Path) -> tuple[Message, ...]:
    """What an interrupted run left is put back before anything is read, and told whatever this command comes to."""
    if not os.path.lexists(path / JOURNAL):
        return ()
    from scaffolder.journal import recover  # noqa: PLC0415 - rarely needed
    from scaffolder.report import message_lines, printable  # noqa: PLC0415

    message = recover(path)
    if message is None:
        return ()
    _say(printable(message_lines([message])))
    return (message,)


def _require_terminal(*, unless: bool) -> None:
    if not unless and not _interactive():
        raise UsageError(
            "There is no terminal to ask on.",
            code="not-interactive",
            hint="Take every default with --yes, or settle decisions with --set NAME=VALUE and add --yes.",
        )


def _colors(stream: TextIO) -> bool:
    """Whether to color what goes to the stream. https://no-color.org"""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _interactive() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _say(text: str) -> None:
    """Conversation goes to standard error, so that standard output holds the product alone."""
    if text:
        _print(f"{text}\n", sys.stderr)


def _print(text: str, stream: TextIO) -> None:
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        raise _ReaderGoneError(stream) from None


class _ShownError(Exception):
    """An error behind the product, whose JSON holds it."""

    def __init__(self, error: ScaffoldError) -> None:
        super().__init__()
        self.error = error


class _ReaderGoneError(Exception):
    """Whoever read the output is gone, as in `scaffold explain | head`; Typer would make exit 1 of BrokenPipeError."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self.stream = stream


def _project_json(name: str, path: Path) -> Mapping[str, str]:
    return {"name": name, "path": path.as_posix()}


def _print_json(value: object) -> None:
    _print(f"{json.dumps(value, indent=2, ensure_ascii=True)}\n", sys.stdout)
