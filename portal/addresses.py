"""Addresses of the environment as Django's settings take them: of a database, a storage, a cache."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from portal.environment import WrongSetting


def database(url: str) -> dict[str, Any]:
    """Django's settings of one PostgreSQL address, `postgresql://user:password@host:port/name?host=/folder`."""
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    # Lists join ten tables along their foreign keys, each behind a policy: trying every order of ten takes the planner
    # hundreds of milliseconds and finds the order they are written in. Just-in-time compilation costs more than it
    # saves on pages.
    options.setdefault("options", "-c join_collapse_limit=3 -c jit=off")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "portal",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(options.pop("port", None) or parts.port or ""),
        "OPTIONS": options,
        # Scope is set per transaction, so a kept connection carries nothing from one request to the next.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def storage(url: str, usual: Path) -> dict[str, Any]:
    """Django's storage of one address: file:///folder, or s3://bucket/prefix?endpoint=https://host&region=…

    usual: the folder without one. Raises WrongSetting for an address without a bucket, or of no whole path.
    """
    parts = urlsplit(url)
    if parts.scheme == "s3" and not parts.hostname:
        raise WrongSetting("STORAGE_URL names no bucket: s3://bucket/prefix?endpoint=https://host.")
    if parts.scheme == "file" and (parts.netloc or not parts.path.strip("/")):
        raise WrongSetting("STORAGE_URL names a folder by its whole path, with three strokes: file:///folder.")
    if parts.scheme == "s3":
        from botocore.config import Config  # type: ignore[import-untyped]  # noqa: PLC0415 - slow to load, seldom needed

        asked = dict(parse_qsl(parts.query))
        options = {
            "bucket_name": parts.hostname,
            "location": parts.path.strip("/"),
            "access_key": unquote(parts.username or "") or None,
            "secret_key": unquote(parts.password or "") or None,
            "endpoint_url": asked.get("endpoint"),
            "region_name": asked.get("region"),
            "file_overwrite": True,
            "querystring_auth": True,
            # A store that is gone is said within seconds; by themselves they try for five minutes.
            "client_config": Config(connect_timeout=3, read_timeout=30, retries={"total_max_attempts": 2}),
        }
        return {"BACKEND": "portal.core.objects.ObjectStore", "OPTIONS": options}
    folder = Path(unquote(parts.path)) if url else usual
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": folder, "base_url": None, "file_permissions_mode": 0o640},
    }


def cache(url: str) -> dict[str, Any]:
    """Django's cache at an address, redis://…/database; without one each process counts for itself."""
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": url,
        "KEY_PREFIX": "portal",
        # A server that stands still is one that is gone, and said to be within seconds.
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }


def beside_the_queue(url: str) -> str:
    """The database after the queue's, where the queue is Redis or Valkey; else nothing."""
    if not url.startswith("redis"):
        return ""
    parts = urlsplit(url)
    return parts._replace(path=f"/{int(parts.path.strip('/') or 0) + 1}").geturl()
