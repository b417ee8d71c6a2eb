"""Where alerts go, and the ways there: settings from the environment."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from orchestration.alerting.mail import send_mail
from orchestration.alerting.webhook import post

Way = Callable[[str, list[str]], None]


class Destinations(BaseSettings):
    """Each under its name in capitals after `CX_ALERT_`; none decides what a run publishes."""

    model_config = SettingsConfigDict(
        env_prefix="CX_ALERT_", env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    webhook_url: SecretStr | None = None
    smtp_url: SecretStr | None = None
    mail_from: str = "cx@localhost"
    mail_to: str | None = None

    @field_validator("webhook_url")
    @classmethod
    def _is_of_the_web(cls, url: SecretStr | None) -> SecretStr | None:
        return _with_scheme(url, "http", "https")

    @field_validator("smtp_url")
    @classmethod
    def _is_of_a_mail_server(cls, url: SecretStr | None) -> SecretStr | None:
        return _with_scheme(url, "smtp", "smtps")

    @model_validator(mode="after")
    def _has_a_receiver(self) -> "Destinations":
        if bool(self.smtp_url) != bool(self.mail_to):
            raise ValueError("CX_ALERT_SMTP_URL and CX_ALERT_MAIL_TO belong together: set both")
        return self

    def ways(self) -> dict[str, Way]:
        """What sends a subject and sentences, by the name of the way."""
        found: dict[str, Way] = {}
        if self.webhook_url:
            found["webhook"] = partial(post, self.webhook_url.get_secret_value())
        if self.smtp_url and self.mail_to:
            url = self.smtp_url.get_secret_value()
            found["mail"] = partial(send_mail, url, self.mail_from, self.mail_to)
        return found


def _with_scheme(url: SecretStr | None, *schemes: str) -> SecretStr | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url.get_secret_value())
        is_whole = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # which would quote a password
        is_whole = False
    if not is_whole:
        raise ValueError(f"write it as {schemes[-1]}://host, with a path or a port if it has one")
    return url
