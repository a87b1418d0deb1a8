"""Logging a user in: the address of the log-in page, and what it sends back."""

from __future__ import annotations

import os

from . import _native
from .base import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Login"]


class Login:
    """The log-in of a user, by authorization code and PKCE.

    Send the user to ``url``. Where the user comes back, give that address to `finish`, and what it gives to a client:

    >>> login = pegcount.Login("eu-west-1", client_id, redirect_uri="http://localhost:8085/callback")
    >>> client = pegcount.Client("eu-west-1", **login.finish(came_back))
    """

    def __init__(
        self,
        region: str | None = None,
        client_id: str | None = None,
        *,
        redirect_uri: str,
        org: str | None = None,
        provider: str | None = None,
        prompt: bool | None = None,
        target: str | None = None,
        profile: str | None = None,
        login_url: str | None = None,
    ) -> None:
        """What is not given comes from the environment or a profile.

        ``org`` and ``provider`` together skip the page of the platform for the organisation's own; ``prompt`` asks for
        the password even where the browser is logged in; ``target`` is the organisation to act in, for partners.
        """
        arguments = {"region": region, "client_id": client_id, "profile": profile, "login_url": login_url}
        wish = {"redirect_uri": redirect_uri, "org": org, "provider": provider, "prompt": prompt, "target": target}
        begun = _native.begin_login(wish, os.urandom(48), arguments, *places())
        self.url: str = begun["url"]
        """Where to send the user."""
        self.redirect_uri = redirect_uri
        """Where the user comes back."""
        self._client_id = client_id
        self._state = begun["state"]
        self._verifier = begun["verifier"]

    def finish(self, came_back: str) -> dict[str, Any]:
        """What to give to a client, from the address at which the user came back: a whole one, or its query string.

        The code in it is good for one client, within a minute or so.
        """
        code = _native.finish_login(came_back, self._state)
        given = {"code": code, "redirect_uri": self.redirect_uri, "code_verifier": self._verifier}
        return given if self._client_id is None else {"client_id": self._client_id, **given}

    def __repr__(self) -> str:
        return f"<Login {self.redirect_uri}>"
