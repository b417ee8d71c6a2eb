"""Sends alerts by SMTP."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

_SECONDS = 10
_PORTS = {"smtp": 587, "smtps": 465}


def send_mail(url: str, sender: str, receivers: str, subject: str, sentences: list[str]) -> None:
    """Send a mail by the server of an address such as `smtp://user:password@host:587`.

    What the server offers is encrypted before a password goes there; `smtps` is from the start.

    Raises:
        OSError: it does not arrive; the message has no password.
    """
    try:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, receivers, subject
        message.set_content("\n\n".join(sentences))
        with _server(url) as server:
            server.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise OSError(f"the mail does not go out: {type(error).__name__}") from None


def _server(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or _PORTS[parts.scheme]
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_SECONDS)
    else:
        server = smtplib.SMTP(host, port, timeout=_SECONDS)
        if server.ehlo() and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server
