"""Django's Redis cache, with its clients kept."""

from typing import Any

from django.core.cache.backends.redis import RedisCache as DjangoRedisCache, RedisCacheClient


class KeptClients(RedisCacheClient):
    """Keeps one client per pool: making one anew for every command costs more than the command."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: dict[Any, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """The client of the pool that serves `key`."""
        pool = self._get_connection_pool(write)  # type: ignore[attr-defined]  # the stubs leave it out
        if pool not in self._kept:
            self._kept[pool] = self._client(connection_pool=pool)  # type: ignore[attr-defined]  # likewise
        return self._kept[pool]


class RedisCache(DjangoRedisCache):
    """The cache backend for `redis://` in CACHE_URL."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClients
