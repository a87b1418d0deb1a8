"""`pegcount login`: a person logs in with a browser, which comes back to a port of this machine."""

from __future__ import annotations

import json
import webbrowser
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer

from ..client import Client
from ..login import Login

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from .talk import Talk

PATH = "/callback"
PAGE = b"<!doctype html><title>pegcount</title><p>This window can be closed: pegcount goes on in the terminal.</p>"


def log_in(options: Namespace, talk: Talk) -> None:
    """Sends the browser to the log-in page, waits for it to come back, and puts the token where others find it."""
    came: list[str] = []

    class Callback(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.startswith(PATH):
                # A browser asks for an icon, too.
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            came.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: the address holds the code."""

    # A loopback address, never a name: nobody else can listen for what comes back (RFC 8252, 8.3).
    with HTTPServer(("127.0.0.1", options.port), Callback) as server:
        login = Login(
            options.region,
            options.client_id,
            redirect_uri=f"http://localhost:{server.server_port}{PATH}",
            org=options.org,
            provider=options.provider,
            profile=options.profile,
        )
        talk.say(f"log in at {login.url}")
        if not options.no_browser:
            webbrowser.open(login.url)
        while not came:
            server.handle_request()
    given = login.finish(came[0])
    with Client(
        options.region,
        profile=options.profile,
        grant="pkce" if options.pkce else "authorization_code",
        timeout=options.timeout,
        **given,
    ) as client:
        client.listen(talk.notice)
        me = client.call("GET", "/api/v2/users/me").json()
    told = {"user": me.get("name"), "id": me.get("id")}
    print(json.dumps(told) if options.json else f"logged in as {told['user']}; other commands go on with --user")
