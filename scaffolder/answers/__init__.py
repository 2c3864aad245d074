"""Decisions in, the blueprint's variables out: plain data, in which every list is sorted and every string is quoted.

Templates decide layout; what a line says is decided here.
"""

from __future__ import annotations

from scaffolder.answers.compose import compose_answers
from scaffolder.answers.copies import copy_answers
from scaffolder.answers.development import development_answers
from scaffolder.answers.environment import environment_answers
from scaffolder.answers.ignore_file import ignore_answers
from scaffolder.answers.image import image_answers
from scaffolder.answers.place import ALONE, Place
from scaffolder.answers.proxy import proxy_answers
from scaffolder.answers.server import server_answers
from scaffolder.decisions import DEVELOPMENT
from scaffolder.model.answers import Answers
from scaffolder.model.decision import Decisions
from scaffolder.model.project import Project
from scaffolder.rules.context import Context
from scaffolder.rules.images import everything_shipped


def answers(project: Project, decisions: Decisions, place: Place = ALONE) -> Answers:
    """One value for each variable of the built-in blueprint (`copier.yml` lists them)."""
    context = Context(project)
    proxy = proxy_answers(context, decisions, place)
    compose = compose_answers(context, decisions, place)
    return {
        **image_answers(context, decisions, place),
        **copy_answers(context, everything_shipped(decisions)),
        **server_answers(project, decisions),
        **compose,
        "development": decisions[DEVELOPMENT],
        "developed": development_answers(context, decisions, place),
        "proxy": proxy,
        "proxies": [{**proxy, "build": compose["processes"][0]["build"]}] if proxy else [],
        **environment_answers(decisions, place),
        **ignore_answers(context, everything_shipped(decisions)),
    }
