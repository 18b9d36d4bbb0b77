"""Canned plans and preflights, beside those documents of `venvoy.testing.remote`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from venvoy.testing.remote import DIGEST, MOMENT
from venvoy.wire.plans import Plan, Preflight

PLAN_ID = "0195f000-0000-7000-8000-0000000000f1"


def plan(**fields: Any) -> Plan:
    """Return a plan that adds, upgrades and removes on one node of two."""
    by = [{"by": "fastapi", "specifier": "<0.42,>=0.40"}]
    changes: list[Mapping[str, Any]] = [
        {"kind": "remove", "name": "flask", "before": "3.1.0"},
        {"kind": "add", "name": "httpx", "after": "0.28.1", "size": 73_517, "requested": True},
        {"kind": "upgrade", "name": "idna", "before": "3.9", "after": "3.10", "size": None},
    ]
    held: list[Mapping[str, Any]] = [
        {"name": "fastapi", "version": "0.115.0", "newest": "0.116.1", "reason": "kept", "by": []},
        {
            "name": "starlette",
            "version": "0.41.3",
            "newest": "0.47.0",
            "reason": "constraint",
            "by": [{**each, "extras": [], "marker": ""} for each in by],
        },
    ]
    target = {
        "platform": "linux-x86_64",
        "python": "3.12.4",
        "python_before": "3.12.4",
        "nodes": ["local"],
        "changes": changes,
        "unchanged": 14,
        "held_back": held,
    }
    counts = {"add": 1, "remove": 1, "upgrade": 1, "downgrade": 0, "replace": 0}
    local = {
        "node": "local",
        "state": "online",
        "platform": "linux-x86_64",
        "python": "3.12.4",
        "python_before": "3.12.4",
        "live_revision": 1,
        "because": ["packages"],
        "counts": counts,
        "fetch_files": 2,
        "fetch_bytes": 73_517,
        "unknown_sizes": 1,
        "disk_bytes": 301_420,
        "disk_free_bytes": 100_000,
        "missing": ["torch"],
    }
    away: Mapping[str, Any] = {
        "node": "crawler",
        "state": "offline",
        "python": None,
        "because": [],
        "counts": dict.fromkeys(counts, 0),
        "missing": [],
    }
    given: Mapping[str, Any] = {
        "id": PLAN_ID,
        "environment": "web",
        "base_version": "7",
        "base_revision": 1,
        "author": "ada",
        "created_at": MOMENT,
        "expires_at": MOMENT + timedelta(days=1),
        "changed": ["requirements: + httpx", "requirements: - flask"],
        "revises": True,
        "requirements": ["fastapi", "httpx"],
        "python": "==3.12.*",
        "platforms": [],
        "lock_digest": DIGEST,
        "package_count": 16,
        "targets": [target],
        "nodes": [local, away],
        "offers_unknown": ["private-package"],
    }
    return Plan.model_validate({**given, **fields})


def preflight(**fields: Any) -> Preflight:
    """Return a preflight in which one package has no wheel for Windows."""

    def column(platform: str, **more: Any) -> dict[str, Any]:
        return {"platform": platform, "python": "3.12", "nodes": [], "required": False, **more}

    demand = {"specifier": "", "extras": [], "marker": ""}
    uvloop = {
        "name": "uvloop",
        "version": "0.21.0",
        "size": 4_656_123,
        "has": ["wheel", "source"],
        "required_by": [{**demand, "by": "uvicorn", "specifier": ">=0.15"}],
    }
    uvicorn = {
        "name": "uvicorn",
        "version": "0.34.0",
        "requested": True,
        "size": 62_315,
        "has": ["wheel", "wheel"],
        "required_by": [{**demand, "by": None, "extras": ["standard"]}],
    }
    linux = column("linux-x86_64", required=True, nodes=["local"], wheels=2)
    windows = column("windows-x86_64", wheels=1, sources=1)
    given: Mapping[str, Any] = {
        "python": "==3.12.*",
        "resolved": True,
        "targets": [
            {**linux, "download_bytes": 4_718_438, "disk_bytes": 19_345_596},
            {**windows, "download_bytes": 62_315, "disk_bytes": 255_492},
        ],
        "packages": [uvicorn, uvloop],
        "nodes": [
            {
                "node": "local",
                "state": "online",
                "platform": "linux-x86_64",
                "python": "3.12.4",
                "path": "/usr/bin/python3.12",
                "found": ["3.12.4", "3.11.7"],
            }
        ],
        "lines": [],
    }
    return Preflight.model_validate({**given, **fields})
