from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every value may be set in the environment under the same name in capitals."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", protected_namespaces=())

    #: What a client has to send as X-API-Key.
    api_key: SecretStr
    redis_host: str = "localhost"
    redis_port: int = 6379
    redis_password: SecretStr | None = None
    cache_seconds: int = 86_400
    model_path: Path = Path("models/manufacturing-time.npz")


settings = Settings()
