"""Names of variables that hold a secret which the application chooses for itself, so any random text will do."""

from __future__ import annotations

import re

#: `SECRET_KEY` of Django and Flask, `JWT_SECRET_KEY` of Flask-JWT-Extended, `SESSION_SECRET`, ... A key that another
#: party gives out (a client secret, a webhook's secret, a cloud's access key) cannot be invented.
_OWN = re.compile(
    r"(^|_)(SECRET|SECRET_?KEY|(JWT|SESSION|COOKIE|CSRF|TOKEN|AUTH|APP)_SECRET(_KEY)?|SIGNING_KEY|PASSWORD_SALT|SALT)$"
)
_GIVEN = re.compile(
    r"ACCESS|API_SECRET|AWS|AZURE|BOT|CLIENT|CONSUMER|GITHUB|GOOGLE|OAUTH|S3|SLACK|STRIPE|TWILIO|WEBHOOK",
)


def is_invented(name: str) -> bool:
    """Whether a random value is a right value for the variable."""
    upper = name.upper()
    return bool(_OWN.search(upper)) and not _GIVEN.search(upper)
