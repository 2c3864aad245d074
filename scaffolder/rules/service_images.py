"""The image of each backing service: the table's, or the variant that holds what the project uses."""

from __future__ import annotations

from scaffolder.decisions import SERVICE_IMAGES, SERVICES, ServiceImage
from scaffolder.knowledge.services import SERVICES as TABLE
from scaffolder.knowledge.services import Variant
from scaffolder.model.decision import Decision, Decisions
from scaffolder.rules.context import Context, default, inferred, locked


def decide_service_images(context: Context, decisions: Decisions) -> Decision[tuple[ServiceImage, ...]]:
    """One image for each decided service, in their order."""
    images = []
    evidence = []
    for name in decisions[SERVICES]:
        image = TABLE[name].image
        for variant in TABLE[name].variants.values():
            reason = _reason(variant, context, decisions)
            if reason:
                image = variant.image
                evidence.append(f"{name}: {reason}")
                break
        images.append(ServiceImage(service=name, image=image))
    if not evidence:
        return default(SERVICE_IMAGES, tuple(images), "the newest settled release of each" if images else "no services")
    return inferred(SERVICE_IMAGES, tuple(images), *evidence)


def _reason(variant: Variant, context: Context, decisions: Decisions) -> str:
    """Why the project needs a variant, "" when it does not."""
    code = context.project.code
    for django in code.django:
        engine = next((engine for engine in django.engines if engine in variant.evidence), "")
        if engine:
            return f"{django.settings}: {engine}"
        if django.gis and "django.contrib.gis" in variant.evidence:
            return f"{django.settings}: django.contrib.gis"
    for use in code.clients:
        if use.client.removesuffix("://") in variant.evidence:
            return f"{use.place}: {use.client}"
    places = dict(code.imports)
    installed = context.installed(decisions)
    for name in variant.evidence:
        if name in installed and name in places:
            return f"{places[name]}: import {name}"
    return next((locked(installed[name]) for name in variant.evidence if name in installed), "")
