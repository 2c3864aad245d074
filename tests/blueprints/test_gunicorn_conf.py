"""The settings file of gunicorn: what it sets, and how it reads a container's limits."""

from __future__ import annotations

import ast
import math
from pathlib import Path
from typing import Any

import jinja2
import pytest

TEMPLATE = Path(__file__).resolve().parents[2] / "blueprints" / "default" / "template" / "gunicorn.conf.py.jinja"
MIB = 1024 * 1024
#: What the kernel shows for no limit in cgroup v1.
UNLIMITED_V1 = "9223372036854771712"
WORKER_CLASSES = ["gthread", "sync", "uvicorn_worker.UvicornWorker", "aiohttp.GunicornWebWorker"]


def rendered(worker_class: str = "gthread", *, port: int = 8000, threads: int = 4, workers: int = 0) -> str:
    environment = jinja2.Environment(  # noqa: S701 - it writes Python, not HTML
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, undefined=jinja2.StrictUndefined
    )
    text = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return text.render(port=port, worker_class=worker_class, threads=threads, workers=workers, grace_seconds=25)


def loaded(worker_class: str = "gthread", *, port: int = 8000, threads: int = 4, workers: int = 0) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    text = rendered(worker_class, port=port, threads=threads, workers=workers)
    exec(compile(text, "gunicorn.conf.py", "exec"), settings)  # noqa: S102
    return settings


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "WEB_CONCURRENCY", "WEB_MAX_REQUESTS", "FORWARDED_ALLOW_IPS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def settings() -> dict[str, Any]:
    return loaded()


def write(root: Path, path: str, text: str) -> str:
    """Write a file into a pretended root, and give the root."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return str(root)


def limit(root: Path, path: str, text: str) -> str:
    """Write a limit file below the pretended /sys/fs/cgroup, with the newline that the kernel ends it with."""
    return write(root, f"sys/fs/cgroup/{path}", f"{text}\n")


def cpu_v1(root: Path, quota: str, group: str = "cpu") -> str:
    limit(root, f"{group}/cpu.cfs_period_us", "100000")
    return limit(root, f"{group}/cpu.cfs_quota_us", quota)


@pytest.mark.parametrize(
    ("text", "cpus"),
    [
        ("max 100000", 8),
        ("200000 100000", 2),
        ("50000 100000", 0.5),
        ("150000 100000", 1.5),
        ("900000 100000", 8),
        ("", 8),
        ("garbage", 8),
        ("100000", 8),
        ("100000 0", 8),
        ("100000 x", 8),
        ("-5 100000", 8),
        ("1 2 3", 8),
    ],
)
def test_cpu_quota_v2(settings: dict[str, Any], tmp_path: Path, text: str, cpus: float) -> None:
    assert settings["available_cpus"](limit(tmp_path, "cpu.max", text), cores=8) == cpus


@pytest.mark.parametrize(("quota", "cpus"), [("-1", 8), ("250000", 2.5), ("0", 8), ("", 8), ("x y", 8)])
def test_cpu_quota_v1(settings: dict[str, Any], tmp_path: Path, quota: str, cpus: float) -> None:
    assert settings["available_cpus"](cpu_v1(tmp_path, quota), cores=8) == cpus


def test_cpus_without_any_group_are_those_of_the_affinity(settings: dict[str, Any], tmp_path: Path) -> None:
    assert settings["available_cpus"](str(tmp_path), cores=3) == 3


def test_cpus_of_this_process_are_a_positive_number(settings: dict[str, Any]) -> None:
    assert 0 < settings["available_cpus"]() < math.inf


def test_the_tightest_group_above_the_process_wins_v2(settings: dict[str, Any], tmp_path: Path) -> None:
    write(tmp_path, "proc/self/cgroup", "0::/pod.slice/web.scope\n")
    limit(tmp_path, "cpu.max", "max 100000")
    limit(tmp_path, "pod.slice/cpu.max", "100000 100000")
    limit(tmp_path, "pod.slice/web.scope/cpu.max", "400000 100000")
    limit(tmp_path, "pod.slice/sibling.scope/cpu.max", "10000 100000")
    assert settings["available_cpus"](str(tmp_path), cores=8) == 1


def test_nested_group_v1(settings: dict[str, Any], tmp_path: Path) -> None:
    groups = ["5:memory:/docker/abc", "4:cpu,cpuacct:/docker/abc", "broken", "1:name=systemd:/x"]
    write(tmp_path, "proc/self/cgroup", "\n".join(groups))
    cpu_v1(tmp_path, "300000", group="cpu/docker/abc")
    limit(tmp_path, "memory/docker/abc/memory.limit_in_bytes", str(700 * MIB))
    limit(tmp_path, "memory/memory.limit_in_bytes", UNLIMITED_V1)
    assert settings["available_cpus"](str(tmp_path), cores=8) == 3
    assert settings["available_memory"](str(tmp_path)) == 700 * MIB


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("max", math.inf),
        (str(512 * MIB), 512 * MIB),
        ("", math.inf),
        ("garbage", math.inf),
        ("0", math.inf),
        ("-1", math.inf),
    ],
)
def test_memory_limit_v2(settings: dict[str, Any], tmp_path: Path, text: str, expected: float) -> None:
    assert settings["available_memory"](limit(tmp_path, "memory.max", text)) == expected


def test_the_huge_number_of_v1_does_not_limit_workers(settings: dict[str, Any], tmp_path: Path) -> None:
    root = limit(tmp_path, "memory/memory.limit_in_bytes", UNLIMITED_V1)
    assert settings["worker_count"](4, settings["available_memory"](root), blocking=False) == 4


def test_files_that_are_no_text_are_no_limits(settings: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "sys/fs/cgroup").mkdir(parents=True)
    (tmp_path / "proc/self").mkdir(parents=True)
    for path in ("sys/fs/cgroup/cpu.max", "sys/fs/cgroup/memory.max", "proc/self/cgroup"):
        (tmp_path / path).write_bytes(b"\xff\xfe\x00")
    assert settings["available_cpus"](str(tmp_path), cores=2) == 2
    assert settings["available_memory"](str(tmp_path)) == math.inf


def test_a_folder_in_place_of_a_file_is_no_limit(settings: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "sys/fs/cgroup/memory.max").mkdir(parents=True)
    assert settings["available_memory"](str(tmp_path)) == math.inf


@pytest.mark.parametrize(
    ("cpus", "available", "blocking", "count"),
    [
        (1, math.inf, True, 3),
        (0.5, math.inf, True, 2),
        (0.5, math.inf, False, 2),
        (2.5, math.inf, False, 3),
        (4, math.inf, True, 9),
        (64, math.inf, True, 12),
        (64, math.inf, False, 12),
        (4, 512 * MIB, True, 3),
        (4, 64 * MIB, True, 1),
        (1, 1, False, 1),
    ],
)
def test_worker_count(settings: dict[str, Any], cpus: float, available: float, blocking: bool, count: int) -> None:
    assert settings["worker_count"](cpus, available, blocking=blocking) == count


def test_the_template_gives_the_defaults() -> None:
    settings = loaded(port=9000, threads=6)
    assert settings["bind"] == "0.0.0.0:9000"
    assert (settings["worker_class"], settings["threads"]) == ("gthread", 6)
    assert settings["workers"] >= 1
    assert settings["max_requests"] == 0
    assert settings["accesslog"] == "-"
    assert settings["forwarded_allow_ips"] == "127.0.0.1"
    assert "preload_app" not in settings


def test_the_environment_overrides_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "5000")
    monkeypatch.setenv("WEB_CONCURRENCY", "7")
    monkeypatch.setenv("WEB_MAX_REQUESTS", "1000")
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    settings = loaded()
    assert settings["bind"] == "0.0.0.0:5000"
    assert settings["workers"] == 7
    assert (settings["max_requests"], settings["max_requests_jitter"]) == (1000, 100)
    assert settings["forwarded_allow_ips"] == "*"


def test_an_empty_variable_is_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "WEB_CONCURRENCY", "WEB_MAX_REQUESTS", "FORWARDED_ALLOW_IPS"):
        monkeypatch.setenv(name, "")
    settings = loaded()
    assert settings["bind"] == "0.0.0.0:8000"
    assert settings["workers"] >= 1
    assert settings["forwarded_allow_ips"] == "127.0.0.1"


@pytest.mark.parametrize("name", ["PORT", "WEB_CONCURRENCY", "WEB_MAX_REQUESTS"])
@pytest.mark.parametrize("text", ["two", "-1", "1.5", "0x10"])
def test_an_invalid_number_stops_with_its_name(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(SystemExit, match=f"{name}: expected a whole number from [01] up, found '{text}'"):
        loaded()


def test_zero_workers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "0")
    with pytest.raises(SystemExit, match="WEB_CONCURRENCY"):
        loaded()


def test_only_threaded_workers_have_threads() -> None:
    assert "threads" not in loaded("uvicorn.workers.UvicornWorker")


def test_aiohttp_refuses_a_format_in_the_style_of_gunicorn() -> None:
    assert "access_log_format" in loaded("sync")
    assert "access_log_format" not in loaded("aiohttp.GunicornWebWorker")


def test_a_fixed_number_of_workers_needs_no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(workers=1)
    assert settings["workers"] == 1
    assert "available_cpus" not in settings
    monkeypatch.setenv("WEB_CONCURRENCY", "3")
    assert loaded(workers=1)["workers"] == 3


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("worker_class", WORKER_CLASSES)
def test_it_is_short_and_runs_on_python_3_7(worker_class: str, workers: int) -> None:
    text = rendered(worker_class, workers=workers)
    ast.parse(text, feature_version=(3, 7))
    assert text.count("\n") < 120
    assert max(map(len, text.splitlines())) <= 120
    assert "\n\n\n\n" not in text
