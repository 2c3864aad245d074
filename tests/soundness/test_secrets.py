from __future__ import annotations

import pytest

from scaffolder.soundness.secrets import leaks, values


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "-----BEGIN " + "PRIVATE KEY-----",
        "AKIA" + "ABCDEFGH23456777",
        "ghp_" + "a1" * 18,
        "glpat-" + "a1" * 10,
        "sk_live_" + "a1" * 12,
    ],
)
def test_the_shape_of_a_secret_is_known(text: str) -> None:
    assert list(leaks(f"ENV A={text}\n", {}))


@pytest.mark.parametrize("text", ["-----BEGIN PUBLIC KEY-----", "AKIA", "ghp_short", "redis://:${PASSWORD}@redis"])
def test_what_only_looks_so_is_none(text: str) -> None:
    assert not list(leaks(text, {}))


def test_a_value_of_env_is_named_and_not_shown() -> None:
    known = values("export SECRET_KEY='s3cr3t-s3cr3t'\nDB_PASSWORD=hunter2hunter2\n")
    (leak,) = leaks("ENV X=hunter2hunter2\n", known)
    assert "DB_PASSWORD" in leak
    assert "hunter2" not in leak


@pytest.mark.parametrize(
    "line",
    ["PASSWORD=password", "PASSWORD=passwordpassword", "HOST=abcdefghij123", "SECRET_KEY_FILE=/run/secrets/key1",
     "SECRET_KEY=", "API_KEY=${OTHER_API_KEY_1}", "# TOKEN=abcdefghij123"],
)  # fmt: skip
def test_what_may_stand_in_any_text_is_no_secret(line: str) -> None:
    assert values(line) == {}
