"""The image of each backing service: the table's, or the variant that holds what the project uses."""

from __future__ import annotations

from collections.abc import Collection

from scaffolder.decisions import SERVICE_IMAGES, SERVICES, ServiceImage
from scaffolder.knowledge.services import SERVICES as TABLE
from scaffolder.knowledge.services import Service, Variant, repository_of, service_of
from scaffolder.model.decision import Decision, Decisions
from scaffolder.rules.context import Context, default, inferred, locked


def decide_service_images(context: Context, decisions: Decisions) -> Decision[tuple[ServiceImage, ...]]:
    """One image for each decided service, in their order.

    The version that the project's own Compose file runs stays: its data are in that version's format.
    """
    images = []
    evidence = []
    for name in decisions[SERVICES]:
        image = TABLE[name].image
        variants = [item.image for item in TABLE[name].variants.values()]
        for variant in TABLE[name].variants.values():
            reason = _reason(variant, context, decisions)
            if reason:
                image = variant.image
                variants = [image]
                evidence.append(f"{name}: {reason}")
                break
        own = _own(context, name, TABLE[name], {repository_of(item) for item in (image, *variants)})
        if own is not None:
            image, reason = own
            evidence.append(f"{name}: {reason}")
        images.append(ServiceImage(service=name, image=image))
    if not evidence:
        return default(SERVICE_IMAGES, tuple(images), "the newest settled release of each" if images else "no services")
    return inferred(SERVICE_IMAGES, tuple(images), *evidence)


def _own(context: Context, name: str, service: Service, repositories: Collection[str]) -> tuple[str, str] | None:
    """The image that a hand-written Compose file runs, and where; None when it fits neither service nor project."""
    for said in context.project.container.services:
        if service_of(said.image) != name or not service.takes(said.image):
            continue
        if repository_of(said.image) in repositories:
            return said.image, f"{said.place}: image {said.image}"
    return None


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
