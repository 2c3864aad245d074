"""Where things lie in the image."""

from __future__ import annotations

import posixpath

from scaffolder.rules.build_context import BuildContext

#: Where the project lies in the image.
HOME = "/app"


def project_home(context: BuildContext) -> str:
    """Where the project lies in the image: as far below HOME as below the context."""
    return in_image(HOME, context.project or ".")


def in_image(folder: str, path: str) -> str:
    """A path that is relative to a folder of the image, absolute."""
    return posixpath.normpath(posixpath.join(folder, path))
