"""OAuth clients, as administrators see them with the official SDK."""
import PureCloudPlatformClientV2 as sdk
import pytest
from PureCloudPlatformClientV2.rest import ApiException

from asking import filled


def test_clients_scopes_and_authorizations(admin, sandbox):
    api = admin.api("OAuthApi")
    scopes = {scope.id for scope in api.get_oauth_scopes().entities}
    assert api.get_oauth_scope("analytics").id in scopes
    for one in api.get_oauth_authorizations().entities:
        assert set(one.scope) <= scopes and one.state == "Authorized"
        assert api.get_oauth_authorization(one.client.id).scope == one.scope
    mine = sandbox["clients"]["admin"]["client_id"]
    query = filled(sdk.ApiUsageClientQuery(), interval="2026-03-10T00:00:00.000Z/2026-03-11T00:00:00.000Z", group_by=["TemplateUri"])
    assert api.post_oauth_client_usage_query(mine, query).execution_id
    asked = api.get_oauth_client_usage_summary(mine, days="1").execution_id
    rows = api.get_oauth_client_usage_query_result(asked, mine).results
    assert sum(row.requests for row in rows) > 0


def test_a_secret_is_replaced(admin, sandbox):
    keys = sandbox["clients"]["wrong-grant"]
    client = admin.api("OAuthApi").post_oauth_client_secret(keys["client_id"])
    assert client.id == keys["client_id"] and client.secret != keys["client_secret"]
    keys["client_secret"] = client.secret


def test_tokens(official, sandbox):
    reporting = official("reporting")
    api = reporting.api("TokensApi")
    api.head_tokens_me()
    api.delete_tokens_me()
    with pytest.raises(ApiException):
        api.head_tokens_me()
    official("admin").api("TokensApi").delete_token(sandbox["user"]["id"])


def test_idle_tokens(admin):
    api = admin.api("TokensApi")
    assert not api.get_tokens_timeout().enable_idle_token_timeout
    off = filled(sdk.IdleTokenTimeout(), enable_idle_token_timeout=False)
    assert not api.put_tokens_timeout(body=off).enable_idle_token_timeout
