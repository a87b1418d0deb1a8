"""The official SDKs of other languages, asked what a test asks of the one for Python: each is a process that judges."""
import json
import re
import subprocess

import PureCloudPlatformClientV2 as sdk
from PureCloudPlatformClientV2.rest import ApiException


# Names that differ by nothing but a capital letter elsewhere have a number there.
NAMES = {name: f"{name}0" for name in ("getPresenceDefinition", "getPresenceDefinitions")}


def spelt(operation):
    """The name of an operation in other languages."""
    name = re.sub("_(.)", lambda after: after[1].upper(), operation)
    return NAMES.get(name, name)


class Process:
    """A process in `judges/`: a line of JSON for each request and for each answer."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the judge ended with {self.process.wait()}"
        answer = json.loads(line)
        assert "broken" not in answer, (answer["broken"], request)
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)


class Answer:
    """An answer as the Python SDK's own HTTP client gives it."""

    def __init__(self, told):
        self.status, self.data, self.headers, self.reason = told["status"], told["body"] or "", told["headers"], None
        self.complaints = told.get("complaints", [])

    def getheaders(self):
        return self.headers

    def getheader(self, name):
        return {key.lower(): value for key, value in self.headers.items()}.get(name.lower())


class Client(sdk.ApiClient):
    """Stands where the Python SDK's client stands: the same calls are put to another language's SDK."""

    def __init__(self, judge, sandbox):
        self.judge, self.number, self.operation, self.headers = judge, None, None, {}
        super().__init__()
        self.number = judge.ask(do="open", api=sandbox["api"], login=sandbox["login"])["client"]

    def taken(self, **request):
        told = self.judge.ask(client=self.number, **request)
        assert "lacks" not in told, f"the SDK has no {told['lacks']}"
        answer = Answer(told)
        if answer.status >= 400:
            raise ApiException(http_resp=answer)
        self.last_response = answer
        return answer

    def call_api(self, resource_path, method, path_params=None, query_params=None, header_params=None, body=None,
                 response_type=None, **_):
        arguments = {**(path_params or {}), **(query_params or {}), **({} if body is None else {"body": body})}
        api, name = self.operation
        answer = self.taken(
            do="call", api=api, operation=spelt(name), arguments=self.sanitize_for_serialization(arguments),
            headers=self.headers)
        return self.deserialize(answer, response_type) if response_type else None

    def set_default_header(self, header_name, header_value):
        self.headers[header_name] = header_value

    def log_in(self, grant, *arguments):
        return self, json.loads(self.taken(do="login", grant=grant, arguments=arguments).data)

    def get_client_credentials_token(self, client_id, client_secret):
        return self.log_in("client_credentials", client_id, client_secret)[0]

    def get_saml2bearer_token(self, client_id, client_secret, org_name, assertion):
        return self.log_in("saml", client_id, client_secret, org_name, assertion)[0]

    def get_code_authorization_token(self, client_id, client_secret, auth_code, redirect_uri):
        return self.log_in("code", client_id, client_secret, auth_code, redirect_uri)

    def refresh_code_authorization_token(self, client_id, client_secret, refresh_token):
        return self.log_in("refresh", client_id, client_secret, refresh_token)

    def get_pkce_token(self, client_id, code_verifier, auth_code, redirect_uri):
        return self.log_in("pkce", client_id, code_verifier, auth_code, redirect_uri)

    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        if name == "access_token" and self.number is not None:
            self.judge.ask(do="token", client=self.number, token=value)


class Operations:
    """One API of the Python SDK, whose client learns the name of the operation that is asked."""

    def __init__(self, client, name):
        self.client, self.name, self.api = client, name, getattr(sdk, name)(client)

    def __getattr__(self, operation):
        def ask(*arguments, **named):
            self.client.operation = self.name, operation
            return getattr(self.api, operation)(*arguments, **named)

        return ask
