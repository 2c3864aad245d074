"""What a build takes besides the project's folder: secrets, the ssh agent, and the options that hand them over."""

from __future__ import annotations

from dataclasses import dataclass

from scaffolder.decisions import IMAGE, PLATFORMS, PRIVATE_GIT_HOSTS, PRIVATE_INDEXES
from scaffolder.knowledge.ssh_hosts import SSH_HOST_KEYS
from scaffolder.model.decision import Decisions
from scaffolder.rules.build_context import build_argument
from scaffolder.rules.private_indexes import credential_names


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildSecret:
    """What the step that installs sees and no layer keeps: a variable of the user's environment, or a file."""

    name: str
    #: Of a file: where it lies below the user's home folder, and below that of the build. "" for a variable.
    path: str = ""


_NETRC = BuildSecret(name="netrc", path=".netrc")
_KNOWN_HOSTS = BuildSecret(name="known_hosts", path=".ssh/known_hosts")


def build_secrets(decisions: Decisions) -> tuple[BuildSecret, ...]:
    """Credentials of private indexes; passwords for git over https; the keys of ssh hosts that no table has."""
    by_ssh = ssh_hosts(decisions)
    names = dict.fromkeys(name for index in decisions[PRIVATE_INDEXES] for name in credential_names(index))
    secrets = [BuildSecret(name=name) for name in names]
    secrets += [_NETRC] if len(by_ssh) < len(decisions[PRIVATE_GIT_HOSTS]) else []
    secrets += [_KNOWN_HOSTS] if any(host not in SSH_HOST_KEYS for host in by_ssh) else []
    return tuple(secrets)


def ssh_hosts(decisions: Decisions) -> tuple[str, ...]:
    """The hosts that are cloned from by ssh, with the port where it is another than 22."""
    hosts: tuple[str, ...] = decisions[PRIVATE_GIT_HOSTS]
    return tuple(host.removeprefix("ssh://") for host in hosts if host.startswith("ssh://"))


def only_platform(decisions: Decisions) -> str:
    """The platform that the image is for, "" where it works on several."""
    platforms: tuple[str, ...] = decisions[PLATFORMS]
    return platforms[0] if len(platforms) == 1 else ""


def build_options(decisions: Decisions) -> tuple[str, ...]:
    """The options of `docker build`."""
    platform = only_platform(decisions)
    options = [f"--platform {platform}"] if platform else []
    options += ["--ssh default"] if ssh_hosts(decisions) else []
    for secret in build_secrets(decisions):
        options.append(f"--secret id={secret.name}" + (f",src=$HOME/{secret.path}" if secret.path else ""))
    return tuple(options)


def build_line(decisions: Decisions) -> str:
    """The command that builds the image, to be typed in the project's folder."""
    return " ".join(("docker build", *build_options(decisions), f"--tag {decisions[IMAGE]}", build_argument(decisions)))
