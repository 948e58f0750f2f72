"""The desk's settings: read once from the environment and a `.env` file; a wrong one is named in one line."""

import os
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    HttpUrl,
    SecretStr,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from index.encoding.encoder import DEFAULT as DEFAULT_ENCODER
from index.ranking.calibration import THRESHOLD
from knowledge.errors import PunteError

PREFIX = "PUNTE_"
TEST_PREFIX = "PUNTE_TEST_"


class WrongSetting(PunteError):
    """A setting is wrong; correct it in the environment or in the file .env."""

    code = "wrong_setting"


def _web_address(value: str) -> str:
    TypeAdapter(HttpUrl).validate_python(value)
    return value.rstrip("/")


def _bot_api_address(value: str) -> str:
    """Bring a Bot API server's address to python-telegram-bot's `base_url`: the token follows it directly."""
    value = _web_address(value)
    return value if value.endswith("/bot") or "{token}" in value else f"{value}/bot"


def _database_address(value: str) -> str:
    try:
        backend = make_url(value).get_backend_name()
    except ArgumentError as error:
        raise ValueError(
            "this is no database URL; use sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
        ) from error
    if backend not in ("sqlite", "postgresql"):
        raise ValueError(f"{backend} is not supported; use sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
    return value


def _smtp_address(value: SecretStr | None) -> SecretStr | None:
    if value is not None:
        parts = urlsplit(value.get_secret_value())
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("this is no mail server; use smtp://USER:PASSWORD@HOST:PORT or smtps://...")
        _ = parts.port
    return value


def _none_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


WebAddress = Annotated[str, AfterValidator(_web_address)]
Probability = Annotated[float, Field(ge=0, le=1)]
Blank = BeforeValidator(_none_if_blank)


class Settings(BaseSettings):
    """Every setting of a desk; the environment variable is the field's name in capitals after `PUNTE_`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", frozen=True, extra="ignore")

    home: Path = Field(Path(".punte"), description="the folder of this desk: database, models, logs")
    database_url: Annotated[str, AfterValidator(_database_address)] = Field(
        "", validate_default=False, description="the database; by default an SQLite file in the home folder"
    )
    host: str = Field("127.0.0.1", min_length=1, description="the address to listen on; 0.0.0.0 for every one")
    port: int = Field(8000, ge=1, le=65535, description="the port to listen on")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="what the log tells")

    nlu_url: Annotated[WebAddress | None, Blank] = Field(
        None, description="a Rasa server that runs elsewhere; by default the desk starts its own"
    )
    nlu_python: Path = Field(
        Path(".venv-nlu/bin/python"), description="the Python of Rasa's own environment, for the desk's own Rasa"
    )
    nlu_timeout: float = Field(1.0, gt=0, le=30, description="seconds to wait for Rasa before the keyword twin answers")

    encoder: str = Field(
        DEFAULT_ENCODER, description="the encoder: our own, `hashing` (no model), a folder or a hub model"
    )
    encoder_threads: int = Field(1, ge=1, le=64, description="threads of one encoding while questions are answered")
    answer_threshold: Probability = Field(
        THRESHOLD, description="probability of the first answer from which the desk answers"
    )
    clarify_threshold: Probability = Field(
        THRESHOLD / 2, description="probability from which the desk asks back instead of declining"
    )

    telegram_token: Annotated[SecretStr | None, Blank] = Field(None, description="the bot's token; empty: no Telegram")
    telegram_api_url: Annotated[str, AfterValidator(_bot_api_address)] = Field(
        "https://api.telegram.org/bot", description="the Bot API server, as python-telegram-bot's base_url"
    )
    telegram_webhook_url: Annotated[WebAddress | None, Blank] = Field(
        None, description="the public address that Telegram calls; empty: long polling"
    )
    telegram_webhook_secret: Annotated[SecretStr | None, Blank] = Field(
        None, description="the secret by which Telegram proves itself at the webhook; empty: one made from the token"
    )

    public_url: Annotated[WebAddress | None, Blank] = Field(
        None, description="the desk's address as people reach it, for links in messages; empty: no links"
    )
    secret: Annotated[SecretStr | None, Blank] = Field(
        None, description="the desk's secret, 16 letters or more; set it alike where several processes serve one desk"
    )
    smtp_url: Annotated[SecretStr | None, Blank, AfterValidator(_smtp_address)] = Field(
        None, description="the mail server, as smtp://USER:PASSWORD@HOST:PORT (smtps: TLS at once); empty: no e-mail"
    )
    mail_from: str = Field(
        "",
        pattern=r"^([^@\r\n]+@[^@\s]+)?$",
        description="the address that e-mail is sent from, such as `Punte <desk@example.org>`",
    )
    web_fallback_minutes: int = Field(
        15, ge=1, le=10_080, description="minutes after which an answer that the web page did not fetch goes by e-mail"
    )

    starter: bool = Field(True, description="whether an empty knowledge base gets the starter entries")
    admin_email: str = Field("admin@punte.local", pattern=r"^[^@\s]+@[^@\s]+$", description="the first admin's log-in")

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _secret_is_telegrams(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            secret = value.get_secret_value()
            if not (1 <= len(secret) <= 256 and all(c.isascii() and (c.isalnum() or c in "_-") for c in secret)):
                raise ValueError("use 1 to 256 letters, digits, _ and -")
        return value

    @field_validator("secret")
    @classmethod
    def _secret_is_long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 16:
            raise ValueError("use 16 letters or more")
        return value

    @field_validator("home", "nlu_python")
    @classmethod
    def _absolute(cls, value: Path, info: ValidationInfo) -> Path:
        # A virtual environment's python is a link, and resolving it would leave the environment.
        value = Path(os.path.abspath(value.expanduser()))
        if info.field_name == "home" and value.exists() and not value.is_dir():
            raise ValueError(f"{value} is not a folder")
        return value

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.clarify_threshold > self.answer_threshold:
            raise ValueError("PUNTE_CLARIFY_THRESHOLD: must not be above PUNTE_ANSWER_THRESHOLD")
        if self.smtp_url and not self.mail_from:
            raise ValueError("PUNTE_MAIL_FROM: say which address e-mail is sent from, as PUNTE_SMTP_URL is set")
        return self

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.home / 'desk.db'}"


def load() -> Settings:
    """Read the settings; raises `WrongSetting` naming the first one that is wrong."""
    try:
        return Settings()  # type: ignore[call-arg, unused-ignore]
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{PREFIX}{str(first['loc'][0]).upper()}: " if first["loc"] else ""
        raise WrongSetting(name + first["msg"].removeprefix("Value error, ")) from error


def unknown_settings() -> list[str]:
    """Return the names that begin as settings do but are none: most likely misspelt."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    given = {*os.environ, *dotenv_values(".env")}
    return sorted(
        name for name in given if name.startswith(PREFIX) and name not in known and not name.startswith(TEST_PREFIX)
    )
