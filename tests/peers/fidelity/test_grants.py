"""Users who log in, as the official SDK does it."""
import base64
import http.client
import json
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urlsplit

from asking import refusal
from test_refusals import body

REDIRECT = "http://127.0.0.1:49152/callback"


class Page(HTMLParser):
    """What can be filled in on a page."""

    def __init__(self, html):
        super().__init__()
        self.fields, self.method = set(), None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.method, self.action = attrs["method"], attrs.get("action")
        elif tag == "input":
            self.fields.add(attrs["name"])


def browse(sandbox, method, target, fields=None):
    """One step of a browser: status, Location, body."""
    connection = http.client.HTTPConnection(urlsplit(sandbox["login"]).netloc, timeout=10)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if fields else {}
        connection.request(method, target, urlencode(fields) if fields else None, headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location"), answer.read().decode()
    finally:
        connection.close()


def code(sandbox, client, **more):
    """Logs the user in on the page and tells the code that the redirect brings."""
    asked = {"response_type": "code", "client_id": client.client_id, "redirect_uri": REDIRECT, "state": "s/ß", **more}
    target = "/oauth/authorize?" + urlencode(asked)
    status, _, html = browse(sandbox, "GET", target)
    page = Page(html)
    assert (status, page.method, page.action, page.fields) == (200, "post", None, {"username", "password"})
    user = {name: sandbox["user"][name] for name in page.fields}
    status, location, _ = browse(sandbox, "POST", target, {**user, "decision": "allow"})
    assert status == 302 and location.startswith(REDIRECT + "?")
    brought = parse_qs(urlsplit(location).query)
    assert brought["state"] == ["s/ß"]
    return brought["code"][0]


def is_the_user(official, sandbox, name, grant):
    me = official.api("UsersApi").get_users_me()
    assert (me.id, me.username) == (sandbox["user"]["id"], sandbox["user"]["username"])
    token = official.api("TokensApi").get_tokens_me()
    assert (token.o_auth_client.name, token.o_auth_client.authorized_grant_type) == (name, grant)
    assert official.api("AuthorizationApi").get_authorization_subjects_me().id == me.id


def test_a_code_and_what_refreshes_it(official, sandbox):
    one = official("code")
    _, first = one.client.get_code_authorization_token(one.client_id, one.client_secret, code(sandbox, one), REDIRECT)
    is_the_user(one, sandbox, "code", "CODE")
    _, second = one.client.refresh_code_authorization_token(one.client_id, one.client_secret, first["refresh_token"])
    assert set(first) == set(second) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert first["refresh_token"] != second["refresh_token"] and first["access_token"] != second["access_token"]
    is_the_user(one, sandbox, "code", "CODE")
    error = refusal(one.client.refresh_code_authorization_token, one.client_id, one.client_secret, first["refresh_token"])
    assert (error.status, json.loads(error.body)["error"]) == (400, "invalid_grant")


def test_the_sdk_refreshes_by_itself(official, sandbox):
    one = official("code")
    one.client.get_code_authorization_token(one.client_id, one.client_secret, code(sandbox, one), REDIRECT)
    one.client.access_token = "nonsense"
    is_the_user(one, sandbox, "code", "CODE")


def test_a_code_with_pkce(official, sandbox):
    one = official("pkce")
    assert one.client_secret is None
    verifier = one.client.generate_pkce_code_verifier(128)
    challenge = {"code_challenge": one.client.compute_pkce_code_challenge(verifier), "code_challenge_method": "S256"}
    _, told = one.client.get_pkce_token(one.client_id, verifier, code(sandbox, one, **challenge), REDIRECT)
    assert set(told) == {"access_token", "token_type", "expires_in"}
    is_the_user(one, sandbox, "pkce", "CODE")


def test_scopes(official, sandbox):
    sandbox.control("POST", "/scopes", {"enforce": True})
    one = official("code")
    asked = code(sandbox, one, scope="user-basic-info users:readonly")
    one.client.get_code_authorization_token(one.client_id, one.client_secret, asked, REDIRECT)
    token = one.api("TokensApi").get_tokens_me()
    assert token.authorized_scope == ["user-basic-info", "users:readonly"]
    assert set(token.authorized_scope) < set(token.o_auth_client.scope)
    one.api("UsersApi").get_users()
    error = refusal(one.api("RoutingApi").get_routing_queues)
    sandbox.control("POST", "/scopes", {"enforce": False})
    assert (error.status, body(error)["code"]) == (403, "app.not.authorized.for.scope")
    assert body(error)["message"].endswith("[routing, routing:readonly]")
    one.api("RoutingApi").get_routing_queues()


def test_an_assertion(official, sandbox):
    one = official("saml")
    xml = f"<Assertion><Subject><NameID>{sandbox['user']['username']}</NameID></Subject></Assertion>"
    assertion = base64.urlsafe_b64encode(xml.encode()).decode()
    one.client.get_saml2bearer_token(one.client_id, one.client_secret, sandbox["org"], assertion)
    is_the_user(one, sandbox, "saml", "SAML2-BEARER")
