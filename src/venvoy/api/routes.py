"""All routes, gathered in one tuple so that rules over all of them can be checked."""

from typing import Any

from fastapi import APIRouter

from venvoy.api import (
    audit,
    blocks,
    collections,
    comparisons,
    drift_work,
    environments,
    events,
    find,
    health,
    install,
    labels,
    node,
    node_tokens,
    nodes,
    operations,
    packages,
    plans,
    python_archives,
    pythons,
    revisions,
    rollouts,
    session,
    tokens,
    undeletion,
    users,
)
from venvoy.wire.problems import Problem

PREFIX = "/api/v1"
PROBLEM: dict[int | str, dict[str, Any]] = {
    "default": {"model": Problem, "description": "what went wrong (RFC 9457)"}
}

VERSIONED: tuple[APIRouter, ...] = (
    session.router,
    environments.router,
    plans.router,
    revisions.router,
    rollouts.router,
    comparisons.router,
    find.router,
    drift_work.router,
    blocks.router,
    undeletion.router,
    operations.router,
    packages.router,
    labels.router,
    nodes.router,
    collections.router,
    node_tokens.router,
    node.router,
    python_archives.router,
    pythons.router,
    users.router,
    tokens.router,
    audit.router,
    events.router,
    health.router,
)
PROBES = health.probes
INSTALL = install.router
