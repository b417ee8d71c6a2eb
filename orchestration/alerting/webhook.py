"""Posts alerts as JSON with a text, which Slack and those that understand its webhooks show."""

import json
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

_SECONDS = 10
# What Slack takes for a link, a mention or an entity.
_AS_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


class _NoRedirects(HTTPRedirectHandler):
    """What is redirected would be asked for again without what was posted."""

    def redirect_request(self, *_: object) -> None:
        """Go nowhere else, so that the answer counts as one that tells of no success."""


_OPENER = build_opener(_NoRedirects)


def post(url: str, subject: str, sentences: list[str]) -> None:
    """Post to a webhook.

    Raises:
        OSError: it does not arrive; the message does not name the address, which is a secret.
    """
    lines = [subject, *(f"• {sentence}" for sentence in sentences)]
    body = json.dumps({"text": "\n".join(lines).translate(_AS_TEXT)}).encode()
    request = Request(url, body, {"Content-Type": "application/json"})
    try:
        _OPENER.open(request, timeout=_SECONDS).close()
    except HTTPError as error:
        raise OSError(f"the webhook answers {error.code}") from None
    except (URLError, OSError, HTTPException, ValueError) as error:
        raise OSError(f"the webhook cannot be reached: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", "")) or type(error).__name__
