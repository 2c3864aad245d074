"""Which variables hold a secret, by name or by value, and which secrets an application invents for itself."""

from __future__ import annotations

import re

_SECRET = re.compile(
    r"(?:^|_)(?:SECRETS?|PASSWORD|PASSWD|PASS|PWD|PASSPHRASE|TOKEN|APIKEY|KEY|CREDENTIALS?|DSN|SALT|PEPPER)(?:$|_)"
    r"|SECRET|PASSWORD|APIKEY|PRIVATEKEY|TOKEN$"
)
_HARMLESS = re.compile(
    r"(?:_(?:EXPIRE\w*|EXPIRY|EXPIRATION|MINUTES|SECONDS|HOURS|DAYS|TTL|LENGTH|URL|URI|URLS|ENDPOINT|ALGORITHMS?|NAME|LIFETIME"
    r"|AGE|TYPE|HEADER|ENABLED|LIMITS?|PREFIX|TIMEOUT|COUNT|SIZE|ISSUER|AUDIENCE|VERSION|REGEX|POLICY|DURATION|HASHER|FIELD"
    r"|FILE|PATH|DIR|ID))$"
    r"|MIN_LENGTH|MAX_LENGTH|^PUBLIC_KEY|_PUBLIC_KEY$|CACHE_KEY|KEY_PREFIX|PRIMARY_KEY"
)

#: What secrets look like: the prefixes by which their issuers mark them, JSON web tokens, private keys, and a long run
#: of letters and digits of every kind.
#: https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
_VALUE = re.compile(
    r"^(?:sk|pk|rk)[-_]\w|^(?:gh[opsur]|github_pat|glpat|hf|xox[abprs]|xapp|npm|pypi|dop_v1|shpat|gsk|tvly|lsv2)[-_]"
    r"|^(?:AKIA|ASIA)[0-9A-Z]{16}$|^AIza[\w-]{30,}$|^SG\.[\w-]+\.|^ey[\w-]{15,}\.ey|-----BEGIN |^django-insecure-"
    r"|^[0-9]{8,}:[\w-]{30,}$"
    r"|^(?=\S*[0-9])(?=\S*[a-z])(?=\S*[A-Z])[\w+=-]{24,}$|^(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{32,}$"
)
_USERINFO = re.compile(r"(?<=://)[^/@\s]*:[^/@\s]*@")

#: `SECRET_KEY` of Django and Flask, `JWT_SECRET_KEY` of Flask-JWT-Extended, `SESSION_SECRET`, ..., and the password of
#: the first account. A key that another party gives out (a client secret, a webhook's secret, a cloud's access key)
#: cannot be invented.
_OWN = re.compile(
    r"(^|_)(SECRET|SECRET_?KEY|(JWT|SESSION|COOKIE|CSRF|TOKEN|AUTH|APP)_SECRET(_KEY)?|SIGNING_KEY|PASSWORD_SALT|SALT"
    r"|ENCRYPTION_KEY|FERNET_KEY)$"
    r"|^(DJANGO_|APP_)?(DEFAULT_|FIRST_|INITIAL_)?(SUPER_?USER|SUPER|ADMIN)_PASSWORD$"
)
#: Keys of Fernet, 32 bytes in base64: https://cryptography.io/en/latest/fernet/
_FERNET = re.compile(r"(^|_)(ENCRYPTION_KEY|FERNET_KEY)$")
_GIVEN = re.compile(
    r"ACCESS|API_SECRET|AWS|AZURE|BOT|CLIENT|CONSUMER|GITHUB|GOOGLE|OAUTH|S3|SLACK|STRIPE|TWILIO|WEBHOOK",
)


def is_invented(name: str) -> bool:
    """Whether a random value is a right value for the variable."""
    upper = name.upper()
    return bool(_OWN.search(upper)) and not _GIVEN.search(upper)


def is_fernet_key(name: str) -> bool:
    """Whether the value is most likely handed to Fernet, which takes no other key."""
    return bool(_FERNET.search(name.upper()))


def is_secret(name: str) -> bool:
    """Whether the name of a variable says that its value must stay secret."""
    upper = name.upper()
    return _SECRET.search(upper) is not None and _HARMLESS.search(upper) is None


def looks_secret(value: str) -> bool:
    """Whether a value looks like a token, a key or a password, whatever its variable is called."""
    return _VALUE.search(value) is not None


def without_password(url: str) -> str:
    """A URL without the user and the password that stand in it; any other text as it is."""
    return _USERINFO.sub("", url)
