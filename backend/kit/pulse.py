"""Whether Redis answers, asked once and briefly; for a person who looks, never for a decision."""

from __future__ import annotations

import asyncio

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff


async def redis_answers(url: str, within_s: float) -> bool:
    """Tell whether the server behind a URL answers in time."""
    client = redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=within_s)
    try:
        async with asyncio.timeout(within_s):
            return bool(await client.ping())
    except (redis.RedisError, OSError):
        return False
    finally:
        await client.aclose()
