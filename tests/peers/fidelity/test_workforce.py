"""Units, schedules and adherence, as the official SDK reads them."""
import json
import urllib.request
from zoneinfo import available_timezones

import PureCloudPlatformClientV2 as sdk

from asking import filled
from walker import Walker


def file(url, model):
    """A file of a result, which no SDK fetches, compared with the model that the one for Python has of it."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        body = json.loads(answer.read())
    walker = Walker(sdk)
    walker.walk(body, model)
    assert not walker.complaints, walker.complaints[:20]
    return body


def test_units(admin):
    api = admin.api("WorkforceManagementApi")
    (unit,) = api.get_workforcemanagement_businessunits().entities
    assert api.get_workforcemanagement_businessunit(unit.id).settings.time_zone in available_timezones()
    assert len(api.get_workforcemanagement_businessunit_activitycodes(unit.id).entities) == 8
    units = api.get_workforcemanagement_businessunit_managementunits(unit.id).entities
    assert [one.id for one in api.get_workforcemanagement_managementunits().entities] == [one.id for one in units]
    some = units[0].id
    assert api.get_workforcemanagement_managementunit(some).business_unit.id == unit.id
    for views, whole in [
        (api.get_workforcemanagement_businessunits_divisionviews, [unit]),
        (api.get_workforcemanagement_managementunits_divisionviews, units),
    ]:
        assert [view.id for view in views().entities] == [one.id for one in whole]
    users = api.get_workforcemanagement_managementunit_users(some).entities
    adherence = api.get_workforcemanagement_managementunit_adherence(some).entities
    assert {row.user.id for row in adherence} == {user.id for user in users}
    (row,) = api.get_workforcemanagement_adherence([users[0].id])
    assert row.user.id == users[0].id
    assert api.get_workforcemanagement_agent_managementunit(users[0].id).management_unit.id == some


def test_schedules(admin):
    api = admin.api("WorkforceManagementApi")
    unit = api.get_workforcemanagement_businessunits().entities[0].id
    management_unit = api.get_workforcemanagement_managementunits().entities[1].id
    (week,) = api.get_workforcemanagement_businessunit_week_schedules(unit, "2026-03-09").entities
    one = api.get_workforcemanagement_businessunit_week_schedule(unit, "2026-03-09", week.id)
    assert len(one.management_units) == 3
    query = filled(sdk.BuQueryAgentSchedulesRequest(), management_unit_id=management_unit)
    answer = api.post_workforcemanagement_businessunit_week_schedule_agentschedules_query(
        unit, "2026-03-09", week.id, body=query)
    assert any(agent.shifts for agent in answer.result.agent_schedules)


def test_schedules_of_a_time(admin):
    api = admin.api("WorkforceManagementApi")
    unit = api.get_workforcemanagement_businessunits().entities[0].id
    management_unit = api.get_workforcemanagement_managementunits().entities[1].id
    query = filled(sdk.BuSearchAgentSchedulesRequest(), start_date="2026-03-10T00:00:00.000Z", end_date="2026-03-12T00:00:00.000Z")
    of_unit = api.post_workforcemanagement_managementunit_agentschedules_search(management_unit, body=query)
    of_all = api.post_workforcemanagement_businessunit_agentschedules_search(unit, query)
    (week,), (same,) = of_unit.result.published_schedules, of_all.result.published_schedules
    assert week.id == same.id and str(week.week_date) == "2026-03-09"


def test_adherence_of_a_team(admin, sandbox):
    api = admin.api("WorkforceManagementApi")
    team = admin.api("TeamsApi").get_teams().entities[0].id
    start, end = sandbox["interval"].split("/")
    query = filled(sdk.WfmHistoricalAdherenceQueryForTeams(), start_date=start, end_date=end, time_zone="UTC")
    asked = api.post_workforcemanagement_team_adherence_historical(team, body=query)
    sandbox.control("POST", "/clock", {"advance_ms": 3_000})
    (url,) = api.get_workforcemanagement_adherence_historical_job(asked.id).download_urls
    people = {row["userId"] for row in file(url, "WfmHistoricalAdherenceResultWrapper")["data"]}
    assert people
    if admin.has("WorkforceManagementApi", "get_workforcemanagement_team_adherence"):
        present = api.get_workforcemanagement_team_adherence(team).entities
        assert {row.user.id for row in present} == people


def test_past_adherence(admin, sandbox):
    api = admin.api("WorkforceManagementApi")
    unit = api.get_workforcemanagement_managementunits().entities[0].id
    start, end = sandbox["interval"].split("/")
    item = filled(sdk.WfmHistoricalAdherenceBulkItem(), management_unit_id=unit, start_date=start, end_date=end,
                  include_exceptions=True, include_actuals=True)
    query = filled(sdk.WfmHistoricalAdherenceBulkQuery(), items=[item], time_zone="Europe/Berlin")
    asked = api.post_workforcemanagement_adherence_historical_bulk(body=query)
    query = filled(sdk.WfmHistoricalAdherenceQuery(), start_date=start, end_date=end, include_exceptions=True)
    other = api.post_workforcemanagement_managementunit_historicaladherencequery(unit, body=query)
    assert asked.job.status == other.query_state == "Processing"
    sandbox.control("POST", "/clock", {"advance_ms": 3_000})
    (bulk,) = api.get_workforcemanagement_adherence_historical_bulk_job(asked.job.id).download_urls
    (one,) = api.get_workforcemanagement_adherence_historical_job(other.id).download_urls
    bulk = file(bulk, "WfmHistoricalAdherenceBulkResult")
    one = file(one, "WfmHistoricalAdherenceResultWrapper")
    assert len(bulk["userResults"]) == len(one["data"]) > 50
    assert any(row["exceptionInfo"] for row in bulk["userResults"]) and one["data"][0]["dayMetrics"]


def test_time_off(admin):
    api = admin.api("WorkforceManagementApi")
    unit = api.get_workforcemanagement_managementunits().entities[0].id
    dates = filled(sdk.DateRange(), start_date="2026-02-15", end_date="2026-03-20")
    query = filled(sdk.TimeOffRequestQueryBody(), date_range=dates)
    found = api.post_workforcemanagement_managementunit_timeoffrequests_query(unit, body=query).entities
    user = found[0].user.id
    listed = api.get_workforcemanagement_managementunit_user_timeoffrequests(unit, user).time_off_requests
    assert found[0].id in {request.id for request in listed}
    assert api.get_workforcemanagement_managementunit_user_timeoffrequest(unit, user, found[0].id).paid
    query = filled(sdk.UserListScheduleRequestBody(), user_ids=[user], start_date="2026-02-16T00:00:00.000Z",
                   end_date="2026-03-16T00:00:00.000Z", load_full_weeks=True)
    answer = api.post_workforcemanagement_managementunit_schedules_search(unit, body=query)
    assert answer.user_schedules[user].shifts and len(answer.published_schedules) == 4
    query = filled(sdk.BuSearchAgentSchedulesRequest(), start_date="2026-02-01T00:00:00.000Z", end_date="2026-03-15T00:00:00.000Z")
    answer = api.post_workforcemanagement_managementunit_agentschedules_search(unit, body=query)
    assert any(agent.full_day_time_off_markers for agent in answer.result.agent_schedules)


def test_time_off_by_status(admin):
    api = admin.api("WorkforceManagementApi")
    unit = api.get_workforcemanagement_managementunits().entities[0].id
    dates = filled(sdk.DateRange(), start_date="2026-02-15", end_date="2026-03-20")
    for status, is_there in [("APPROVED", True), ("DENIED", False)]:
        query = filled(sdk.TimeOffRequestQueryBody(), statuses=[status], date_range=dates)
        found = api.post_workforcemanagement_managementunit_timeoffrequests_query(unit, body=query).entities
        assert bool(found) == is_there and all(one.status == status for one in found)
