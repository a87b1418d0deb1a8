"""Audits, as the official SDK reads them."""
import PureCloudPlatformClientV2 as sdk

from asking import filled

INTERVAL = "2026-03-01T00:00:00.000Z/2026-03-10T00:00:00.000Z"


def query(model, **more):
    sort = filled(sdk.AuditQuerySort(), name="Timestamp", sort_order="descending")
    filters = [
        filled(sdk.AuditQueryFilter(), pcProperty=name, value=value)
        for name, value in [("EntityType", "Queue"), ("Action", "MemberAdd")]
    ]
    return filled(model, interval=INTERVAL, service_name="ContactCenter", filters=filters, sort=[sort], **more)


def test_a_query(admin, sandbox):
    api = admin.api("AuditApi")
    id = api.post_audits_query(query(sdk.AuditQueryRequest())).id
    sandbox.control("POST", "/clock", {"advance_ms": 4_000})
    assert api.get_audits_query_transaction_id(id).state == "Succeeded"
    found, cursor = [], {}
    while True:
        page = api.get_audits_query_transaction_id_results(id, page_size=5, expand=["user"], **cursor)
        found += page.entities
        if not page.cursor:
            break
        cursor = {"cursor": page.cursor}
    assert len(found) > 5 and all(one.user.name for one in found)
    recent = api.post_audits_query_realtime(query(sdk.AuditRealtimeQueryRequest(), page_size=500), expand=["user"])
    assert [one.to_dict() for one in recent.entities] == [one.to_dict() for one in found]
    if admin.has("AuditApi", "post_audits_query_realtime_related"):
        related = filled(sdk.AuditRealtimeRelatedRequest(), audit_id=found[0].id)
        assert len(api.post_audits_query_realtime_related(related).entities) == 2


def test_services(admin):
    api = admin.api("AuditApi")
    assert api.get_audits_query_servicemapping().services
    assert api.get_audits_query_realtime_servicemapping().services
