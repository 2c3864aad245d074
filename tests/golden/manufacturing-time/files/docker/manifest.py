"""Reduce pyproject.toml and poetry.lock to what decides the environment of production.

The result, in /manifest, stays the same byte for byte when a version, a linter's setting or a development dependency
changes, so Docker takes the installed environment from its cache. Runs in the build only, with Poetry's own Python.
Made by scaffold.
"""

import json
import re
from pathlib import Path

from poetry.core.factory import Factory  # not poetry.factory, which loads the installer too and takes twice as long
from poetry.packages.locker import Locker

try:
    import tomllib
except ImportError:  # Python before 3.11: Poetry brings this one
    import tomli as tomllib

GROUPS = {"main"}
EXTRAS = set()
TARGET = Path("/manifest")


def main():
    if not lock_of(Path.cwd()).is_fresh():
        raise SystemExit("poetry.lock does not match pyproject.toml. Run: poetry lock")
    TARGET.mkdir(exist_ok=True)
    write("pyproject.toml", reduced_manifest(read("pyproject.toml")))
    wanted = {normal(requirement.name) for requirement in Factory().create_poetry(TARGET).package.all_requires}
    lock = reduced_lock(read("poetry.lock"), wanted)
    lock["metadata"]["content-hash"] = lock_of(TARGET)._get_content_hash()
    write("poetry.lock", lock)


def lock_of(folder):
    """The lock there as Poetry has it, which knows what the content hash is made of. No plugin is loaded."""
    project = Factory().create_poetry(folder)
    return Locker(folder / "poetry.lock", project.pyproject.data)


def reduced_manifest(given):
    """The dependencies of GROUPS and EXTRAS, where they come from, and a version that never changes."""
    reduced = {}
    if "project" in given:
        project = only(given["project"], {"name", "requires-python", "dependencies"})
        dynamic = {"dependencies", "requires-python"} & set(given["project"].get("dynamic", ()))
        extras = only(given["project"].get("optional-dependencies", {}), EXTRAS)
        reduced["project"] = {**project, "version": "0", "dynamic": sorted(dynamic), "optional-dependencies": extras}
    if given.get("dependency-groups"):
        reduced["dependency-groups"] = only(given["dependency-groups"], GROUPS)
    reduced["tool"] = {"poetry": reduced_poetry(given.get("tool", {}).get("poetry", {}))}
    return reduced


def reduced_poetry(given):
    """The same for the table [tool.poetry]."""
    poetry = only(given, {"name", "package-mode", "dependencies", "source", "build-constraints"})
    if "name" in poetry:
        poetry.update(version="0", description="", authors=[])
    poetry["extras"] = only(given.get("extras", {}), EXTRAS)
    poetry["group"] = only(given.get("group", {}), GROUPS)
    if "dev" in GROUPS and "dev-dependencies" in given:
        poetry["dev-dependencies"] = given["dev-dependencies"]
    if "dependencies" in poetry:
        offered = {normal(name) for names in poetry["extras"].values() for name in names}
        poetry["dependencies"] = {
            name: value
            for name, value in poetry["dependencies"].items()
            if normal(name) in offered or not (isinstance(value, dict) and value.get("optional"))
        }
    return {key: value for key, value in poetry.items() if value or key not in ("extras", "group")}


def reduced_lock(lock, wanted):
    """The packages that `wanted` reach and that GROUPS install."""
    names = reached(lock["package"], wanted)
    packages = [package for package in lock["package"] if normal(package["name"]) in names]
    lock["package"] = [of_groups(package) for package in packages if GROUPS & set(package.get("groups", GROUPS))]
    extras = only(lock.pop("extras", {}), EXTRAS)
    if extras:
        lock["extras"] = extras
    if "files" in lock["metadata"]:
        files = lock["metadata"]["files"]
        lock["metadata"]["files"] = {name: files[name] for name in files if normal(name) in names}
    return lock


def reached(packages, wanted):
    """The names that `wanted` lead to, along the dependencies in the lock."""
    edges = {}
    for package in packages:
        edges.setdefault(normal(package["name"]), set()).update(map(normal, package.get("dependencies", ())))
    names, queue = set(), list(wanted)
    while queue:
        name = queue.pop()
        if name not in names:
            names.add(name)
            queue.extend(edges.get(name, ()))
    return names


def of_groups(package):
    """A package as if GROUPS were the only groups: Poetry writes one marker as a text, and several as a table."""
    if "groups" not in package:
        return package
    package["groups"] = sorted(GROUPS & set(package["groups"]))
    markers = package.pop("markers", "")
    if isinstance(markers, dict):
        markers = only(markers, package["groups"])
        if len(package["groups"]) == 1:
            markers = "".join(markers.values())
    if markers:
        package["markers"] = markers
    return package


def only(table, keys):
    return {key: table[key] for key in sorted(table) if key in keys}


def normal(name):
    return re.sub("[-_.]+", "-", name.partition("[")[0]).lower()


def read(name):
    return tomllib.loads(Path(name).read_text("utf-8"))


def write(name, document):
    lines = [f"{json.dumps(key)} = {inline(value)}\n" for key, value in document.items()]
    (TARGET / name).write_text("".join(lines), "utf-8")


def inline(value):
    """A value as TOML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {inline(value[key])}" for key in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


main()
