"""Searches and campaigns, as the official SDK reads them."""
import base64
import json

import PureCloudPlatformClientV2 as sdk
import pytest

from asking import filled, whole


def criterion(model, **members):
    return filled(model(), **members)


def test_a_search_of_evaluations(admin, sandbox):
    start, end = sandbox["interval"].split("/")
    dates = criterion(sdk.EvaluationSearchCriteriaDTO, type="DATE_RANGE", field="releaseDate", start_value=start, end_value=end)
    api = admin.api("QualityApi")
    found = api.post_quality_evaluations_search(
        filled(sdk.EvaluationSearchRequestDTO(), page_number=1, page_size=100, query=[dates])).results
    assert found and all(one.status == "FINISHED" for one in found)
    terms = filled(sdk.EvaluationSearchAggregationDTO(), name="agents", field="agentId", type="TERM", size=100)
    scores = filled(sdk.EvaluationSearchAggregationDTO(), name="scores", field="totalScore", type="STATS")
    answer = api.post_quality_evaluations_search(
        filled(sdk.EvaluationSearchRequestDTO(), page_number=1, query=[dates], aggregations=[terms, scores]))
    assert answer.aggregations["scores"].count >= len(found)


def test_users(admin):
    active = criterion(sdk.UserSearchCriteria, type="EXACT", fields=["state"], value="active")
    request = filled(sdk.UserSearchRequest(), query=[active], page_size=50, page_number=2)
    answer = admin.api("UsersApi").post_users_search(request)
    assert answer.total == 160 and len(answer.results) == 50
    asked = base64.b64encode(json.dumps({"pageSize": 50, "pageNumber": 2, "query": [
        {"type": "EXACT", "fields": ["state"], "value": "active"}]}).encode()).decode()
    again = admin.api("UsersApi").get_users_search(asked)
    assert [user.id for user in again.results] == [user.id for user in answer.results]


@pytest.mark.parametrize(("listing", "single"), [
    ("get_outbound_campaigns", "get_outbound_campaign"),
    ("get_outbound_campaigns_divisionviews", "get_outbound_campaigns_divisionview"),
    ("get_outbound_messagingcampaigns", "get_outbound_messagingcampaign"),
    ("get_outbound_messagingcampaigns_divisionviews", "get_outbound_messagingcampaigns_divisionview"),
    ("get_outbound_contactlists", "get_outbound_contactlist"),
    ("get_outbound_contactlists_divisionviews", "get_outbound_contactlists_divisionview"),
])
def test_outbound(admin, listing, single):
    api = admin.api("OutboundApi")
    found = whole(admin, getattr(api, listing))
    assert getattr(api, single)(found[0].id).name == found[0].name


def test_campaigns_at_work(admin):
    api = admin.api("OutboundApi")
    campaign = api.get_outbound_campaigns().entities[0]
    progress = api.get_outbound_campaign_progress(campaign.id)
    stats = api.get_outbound_campaign_stats(campaign.id)
    assert progress.number_of_contacts_called == stats.contact_rate.attempts > 0


def test_stations_and_exports(admin, sandbox):
    station = admin.api("UsersApi").get_user_station(sandbox["user"]["id"]).effective_station
    user = admin.api("UsersApi").get_user(sandbox["user"]["id"], expand=["station"])
    assert user.station.associated_station.id == station.id
    assert admin.api("AnalyticsApi").get_analytics_reporting_exports().total == 0


def test_campaigns_of_every_kind(admin):
    api = admin.api("OutboundApi")
    every = whole(admin, api.get_outbound_campaigns_all)
    assert {campaign.media_type for campaign in every} == {"email", "sms", "voice"}
    views = whole(admin, api.get_outbound_campaigns_all_divisionviews)
    assert [view.id for view in views] == [campaign.id for campaign in every]
    for campaign in api.get_outbound_messagingcampaigns().entities:
        assert api.get_outbound_messagingcampaign_progress(campaign.id).number_of_contacts_messaged == 0
        api.get_outbound_messagingcampaign_diagnostics(campaign.id)
