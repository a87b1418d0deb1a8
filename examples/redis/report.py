"""A token that many machines share through Redis: any object with these four methods will do."""

import os
import sys

import pegcount
import redis


class RedisStore:
    """One record and one lock. When to load, lock, save or take a lock over is decided by the library."""

    def __init__(self, server: redis.Redis, name: str) -> None:
        self._server = server
        self._record, self._lock = f"{name}:record", f"{name}:lock"
        # Compare and set, in one step.
        self._take_over = server.register_script(
            "if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('set', KEYS[1], ARGV[2]) end"
        )
        self._give_back = server.register_script(
            "if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end"
        )

    def load(self) -> str | None:
        return self._server.get(self._record)

    def lock(self, owner: str, takeover: str | None) -> str:
        if takeover is not None:
            self._take_over(keys=[self._lock], args=[takeover, owner])
        self._server.set(self._lock, owner, nx=True)
        return self._server.get(self._lock) or ""

    def save(self, record: str) -> None:
        self._server.set(self._record, record)

    def unlock(self, owner: str) -> None:
        self._give_back(keys=[self._lock], args=[owner])


server = redis.Redis.from_url(
    os.environ.get("REDIS_URL", "redis://127.0.0.1:6379"), decode_responses=True
)
with pegcount.Client(token_store=RedisStore(server, "pegcount")) as client:
    queues = client.directory("queues").read().table
    minted = [
        notice.text for notice in client.notices if notice.kind in ("minted", "shared")
    ]
    print(len(queues), "queues;", *minted or ["the token was there"], file=sys.stdout)
