"""The keys of the git hosts are those that the hosts publish the fingerprints of."""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import sha256

from scaffolder.knowledge.ssh_hosts import SSH_HOST_KEYS

#: From the same pages as the keys.
FINGERPRINTS = {
    "bitbucket.org": "ybgmFkzwOSotHTHLJgHO0QN8L0xErw6vd0VhFA9m3SM",
    "codeberg.org": "mIlxA9k46MmM6qdJOdMnAQpzGxF4WIVVL+fj+wZbw0g",
    "github.com": "+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU",
    "gitlab.com": "eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8",
}


def test_the_fingerprints() -> None:
    keys = {host: b64decode(key.removeprefix("ssh-ed25519 ")) for host, key in SSH_HOST_KEYS.items()}
    found = {host: b64encode(sha256(key).digest()).decode().rstrip("=") for host, key in keys.items()}
    assert found == FINGERPRINTS
