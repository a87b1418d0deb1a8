"""The shapes of reports, rows, events and errors, for type checkers.

Made by `bindings-python/make_shapes.py` from `core/schema.json`: not to be edited. Nothing imports this at run time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class AggregatesReport(TypedDict):
    """Aggregated metrics."""

    report: Literal["aggregates"]
    of: NotRequired[str]
    """The family; `conversations` is the one of this version, and what is meant by nothing."""
    interval: NotRequired[str]
    """`yesterday`, `last-24h`, `2026-03-09/2026-03-10`, …: every form that `Interval::parse` reads."""
    group_by: NotRequired[list[str]]
    """Dimensions to group by."""
    metrics: NotRequired[list[str]]
    """Metrics, at least one."""
    granularity: NotRequired[str | None]
    """An ISO 8601 period such as `PT30M` or `P1D`; the whole interval unless told."""
    time_zone: NotRequired[str | None]
    """The IANA zone whose days the interval and the granularity mean."""
    where: NotRequired[dict[str, Any]]
    """Dimension to value, list of values, `{"exists": true}` or range."""
    query: NotRequired[dict[str, Any] | None]
    """The API's own body (`ConversationAggregationQuery`); the other wishes are added to it."""
    via: NotRequired[Via]
    """How to ask: `query` (what `auto` means) or `job`, for answers that are too large for one."""
    job: NotRequired[str | None]
    """The id of a job that was submitted earlier: its results are read, nothing is submitted."""
    wide: NotRequired[bool]
    """One row a group and bucket with a column a metric, instead of one row a metric."""
    strict: NotRequired[bool]
    """Unknown names are errors."""


class AvailabilityReport(TypedDict):
    """Up to when the data of jobs is complete."""

    report: Literal["availability"]
    of: NotRequired[str]
    """`conversations`, which is meant by nothing, or `users`."""


class CallReport(TypedDict):
    """Any operation."""

    report: Literal["call"]
    method: NotRequired[str]
    """`GET`, `POST`, …; `GET` unless told."""
    path: NotRequired[str]
    """A path that begins with `/api/v2/`, with or without a query string and `{placeholders}`; or a whole URL. A URL
    of another origin, as answers name them for files (signed downloads), is fetched without the token.
    """
    params: NotRequired[dict[str, Any]]
    """Placeholders, and whatever else goes into the query string; a list repeats its key."""
    body: NotRequired[Any]
    """The JSON body."""
    paging: NotRequired[Paging]
    """Whether pages are followed."""
    page_size: NotRequired[int | None]
    """Entities a page."""
    strict: NotRequired[bool]
    """An operation that the catalogue does not have is an error."""
    resume: NotRequired[str | None]
    """What an error named to go on where this report ended: what was delivered is not asked again. Of a page that was
    being read some may come once more.
    """


class ConversationsReport(TypedDict):
    """Conversation details."""

    report: Literal["conversations"]
    interval: NotRequired[str]
    """`yesterday`, `last-24h`, `2026-03-09/2026-03-10`, …: every form that `Interval::parse` reads."""
    ids: NotRequired[list[str]]
    """Conversation ids, instead of an interval."""
    where: NotRequired[dict[str, Any]]
    """Dimension or metric to value, list of values, `{"exists": true}` or range."""
    via: NotRequired[Via]
    """How to ask: `query` is near real time and lacks participant attributes; `job` has everything, hours later.
    `auto` means the query where one request may span the interval (7 days, with a filter 31); of a longer one the
    days that jobs have are asked by job, the rest by query.
    """
    job: NotRequired[str | None]
    """The id of a job that was submitted earlier: its results are read, nothing is submitted."""
    partial: NotRequired[bool]
    """Where the data of jobs ends before the interval does, take what there is instead of failing."""
    time_zone: NotRequired[str | None]
    """The IANA zone whose days the interval means."""
    query: NotRequired[dict[str, Any] | None]
    """The API's own body (`ConversationQuery`); its interval and paging are taken over."""
    page_size: NotRequired[int | None]
    """Conversations a page: 1 to 100, and 100 unless told; of a job 1 to 1,000, and 500 unless told."""
    keep_outside: NotRequired[bool]
    """Keep conversations that start on an asked day of UTC but outside the interval: the query matches whole days."""
    strict: NotRequired[bool]
    """Unknown names are errors."""
    resume: NotRequired[str | None]
    """What an error named to go on where this report ended: what was delivered is not asked again. Of a page that was
    being read some may come once more.
    """


class DirectoryReport(TypedDict):
    """Listings that turn ids into names."""

    report: Literal["directory"]
    of: NotRequired[str]
    """`users`, `queues`, `wrapup_codes`, `divisions`, `skills`, `languages`, `groups`, `locations`, `flows` or
    `presence_definitions`.
    """
    params: NotRequired[dict[str, Any]]
    """Further query parameters, such as `{"state": "active"}` or `{"expand": ["skills"]}`."""
    page_size: NotRequired[int | None]
    """Entities a page."""
    resume: NotRequired[str | None]
    """What an error named to go on where this report ended: what was delivered is not asked again. Of a page that was
    being read some may come once more.
    """


class ObservationsReport(TypedDict):
    """What is going on at the moment."""

    report: Literal["observations"]
    of: NotRequired[str]
    """`queues` is the family of this version, and what is meant by nothing."""
    where: NotRequired[dict[str, Any]]
    """Dimension to value or list of values. Without a `queueId` every queue that the client may see is asked."""
    metrics: NotRequired[list[str]]
    """Metrics; every one unless told."""
    detail_metrics: NotRequired[list[str]]
    """Metrics whose single observations are wanted too."""
    query: NotRequired[dict[str, Any] | None]
    """The API's own body (`QueueObservationQuery`); the other wishes are added to it."""
    strict: NotRequired[bool]
    """Unknown names are errors."""


Report: TypeAlias = (
    AggregatesReport | AvailabilityReport | CallReport | ConversationsReport | DirectoryReport | ObservationsReport
)
"""What is asked for: `{"report": "conversations", "interval": "…", …}`."""


Via: TypeAlias = Literal["auto", "query", "job"]
"""How an answer is asked for, where there are two ways."""


Paging: TypeAlias = Literal["auto", "next", "none", "pages"]
"""Whether pages are followed."""


class CallOptions(TypedDict):
    """Wishes for one call."""

    timeout: NotRequired[int | None]
    """Milliseconds for each exchange, instead of the session's."""
    deadline: NotRequired[int | None]
    """Milliseconds for the whole call, instead of the session's."""
    max_calls: NotRequired[int | None]
    """Requests that the call may send, log-ins not counted; no limit unless told."""


class Arguments(TypedDict):
    """What a user gives a client, and what a profile of `pegcount.toml` holds. Everything may be missing.  Times are
    whole milliseconds. Hosts that speak of seconds convert them.
    """

    region: NotRequired[str | None]
    """A region in any spelling: `eu_west_1`, `mypurecloud.ie`, `https://api.mypurecloud.ie`, …."""
    client_id: NotRequired[str | None]
    """The client id."""
    client_secret: NotRequired[str | None]
    """The client secret."""
    grant: NotRequired[str | None]
    """`client_credentials` (what is meant by id and secret), `authorization_code`, `pkce` (the same without the
    secret), `refresh_token` or `saml2_bearer`. Told by what else is given; `authorization_code` or `pkce` without a
    `code` means the log-in that lies in the token store.
    """
    code: NotRequired[str | None]
    """What the log-in page gave; see the log-in functions."""
    redirect_uri: NotRequired[str | None]
    """Where the log-in page sent the user."""
    code_verifier: NotRequired[str | None]
    """What the challenge of the log-in page was made of."""
    refresh_token: NotRequired[str | None]
    """Of an earlier log-in of a user."""
    saml_assertion: NotRequired[str | None]
    """A SAML assertion, base64url."""
    org: NotRequired[str | None]
    """The short name of the organisation that a SAML assertion is for."""
    account: NotRequired[str | None]
    """Whose log-in it is, where one client logs several users in: their tokens are kept apart by it."""
    provider: NotRequired[bool | None]
    """Whether the host has a provider that is asked for id and secret."""
    token: NotRequired[str | None]
    """A token that somebody else obtained, instead of id and secret."""
    api_url: NotRequired[str | None]
    """Base URL of the API, for a gateway or a sandbox."""
    login_url: NotRequired[str | None]
    """Base URL of the login host, likewise."""
    profile: NotRequired[str | None]
    """The profile to read. Named here it counts before the environment, as the other arguments do."""
    timeout_ms: NotRequired[int | None]
    """Milliseconds for one exchange; 60 000 unless told."""
    deadline_ms: NotRequired[int | None]
    """Milliseconds for one call, waits included; no limit unless told."""
    max_body: NotRequired[int | None]
    """The largest body to accept, in decompressed bytes; 128 MiB unless told."""
    max_in_flight: NotRequired[int | None]
    """Exchanges under way at once; 4 unless told."""
    pace: NotRequired[int | None]
    """Requests a minute until the server says otherwise; 300 unless told."""
    max_calls: NotRequired[int | None]
    """Requests that the whole session may send, log-ins not counted; no limit unless told."""
    client_auth: NotRequired[str | None]
    """`basic` (the default) or `form`: how id and secret are sent."""
    user_agent: NotRequired[str | None]
    """`User-Agent`."""
    share: NotRequired[bool | None]
    """Whether tokens are shared through the host's token store; not unless told."""
    seed: NotRequired[int | None]
    """64 bits of the host's randomness."""
    browser: NotRequired[bool | None]
    """Whether the host is a page or a worker in a browser, where no secret can be kept."""


class Summary(TypedDict):
    """What a finished call did."""

    pages: int
    """Pages delivered."""
    items: int
    """Conversations or entities delivered; an answer that lists neither counts as one."""
    outside: int
    """Conversations left out because they start outside the asked interval."""
    duplicates: int
    """Conversations left out because an earlier page had them."""
    requests: int
    """Requests sent, repeated ones included, log-ins not."""
    retries: int
    """Requests repeated."""
    waited: int
    """Milliseconds waited for limits and retries."""


class Notice(TypedDict):
    """What a person would like to know while waiting."""

    call: NotRequired[CallId | None]
    """The call it concerns, if any."""
    kind: NoticeKind
    """What it is about."""
    text: str
    """One sentence for a person."""
    wait: NotRequired[int | None]
    """How long the wait is, in milliseconds, where there is one."""


CallId: TypeAlias = int
"""One call of a report."""


NoticeKind: TypeAlias = Literal[
    "job", "limit", "lint", "minted", "pace", "progress", "retry", "shared", "store", "token_refused"
]
"""The kinds of notice."""


Error = TypedDict(
    "Error",
    {
        "code": "str",
        "status": "int | None",
        "message": "str",
        "request_id": "str | None",
        "retry": "Retry",
        "operation": "str | None",
        "attempts": "int",
        "explanation": "Explanation",
        "class": "str",
    },
    total=False,
)
"""A failure, with everything that helps to mend it. Never holds a secret, a token or a whole body."""


class NeverRetry(TypedDict):
    """The same request will be refused again until something changes."""

    advice: Literal["never"]


class LaterRetry(TypedDict):
    """The same request may succeed later; `after_ms` when the server said how much later."""

    advice: Literal["later"]
    after_ms: NotRequired[int | None]
    """Milliseconds from the moment of the error."""


class MayBeDoneRetry(TypedDict):
    """The server may already have done it: look before asking again."""

    advice: Literal["may_be_done"]


Retry: TypeAlias = NeverRetry | LaterRetry | MayBeDoneRetry
"""Whether asking again can help."""


class Explanation(TypedDict):
    """Why something was refused, and what to do."""

    code: str
    """The stable code, the same as the error's."""
    cause: str
    """One sentence: what happened."""
    evidence: list[str]
    """What was seen that points to the cause."""
    remedy: list[str]
    """The steps that mend it, in order."""
    certainty: Certainty
    """How sure the cause is."""
    missing: list[str]
    """Missing permissions and divisions, by their real names."""
    nearest: list[str]
    """The real names nearest to one that does not exist."""
    belief: NotRequired[str | None]
    """A widespread false belief that this answers, if one shows."""
    resume: NotRequired[str | None]
    """Where a report ended early: given as `resume` with the same report, it goes on there."""
    text: str
    """The whole explanation as a short text."""


Certainty: TypeAlias = Literal["possible", "likely", "certain"]
"""How sure an explanation is."""


class PageContext(TypedDict):
    """What `decode` needs beside the bytes. Plain data: it may travel to another thread or WebAssembly instance."""

    call: CallId
    """The call it belongs to."""
    request: RequestId
    """The request whose answer it is: the host finds the bytes by it."""
    number: int
    """1 for the first page of the call."""
    report: Report
    """The report that was asked."""
    skip: list[int]
    """Positions in the page to leave out: seen on an earlier page, or outside the asked interval."""
    status: NotRequired[int | None]
    """The HTTP status of the answer."""
    operation: NotRequired[str | None]
    """The operation, such as `POST /api/v2/analytics/conversations/details/query`."""
    attempts: NotRequired[int]
    """How many times the request was sent."""
    request_id: NotRequired[str | None]
    """The id to give to Genesys support."""


RequestId: TypeAlias = int
"""One request. A repeated request has a new id."""


Sent: TypeAlias = Literal["no", "maybe"]
"""Whether a request may have reached the server."""


Cause: TypeAlias = Literal[
    "broken", "cancelled", "dns", "proxy", "redirected", "refused", "timeout", "tls", "too_large"
]
"""What broke an exchange."""


Purpose: TypeAlias = Literal["call", "chore", "login"]
"""What an exchange is for."""


Why: TypeAlias = Literal["answer", "job", "log_in", "limit", "pace", "retry", "sharing", "pull"]
"""Why the machine waits."""


Code: TypeAlias = Literal[
    "config.region",
    "config.credentials",
    "config.profile",
    "config.value",
    "query.interval",
    "query.metric",
    "query.dimension",
    "query.granularity",
    "query.paging",
    "query.body",
    "query.too_large",
    "auth.unknown_client",
    "auth.wrong_secret",
    "auth.disabled_client",
    "auth.wrong_grant",
    "auth.code_refused",
    "auth.refresh_refused",
    "auth.token_refused",
    "auth.ip_not_allowed",
    "auth.refused",
    "forbidden.permission",
    "forbidden.division",
    "forbidden.scope",
    "forbidden.policy",
    "forbidden.needs_user",
    "forbidden.needs_client",
    "forbidden.url",
    "forbidden.other",
    "not_found.operation",
    "not_found.entity",
    "limit.rate",
    "limit.deferred",
    "limit.mint",
    "limit.budget",
    "limit.answer_too_large",
    "server.fault",
    "server.unavailable",
    "network.dns",
    "network.refused",
    "network.tls",
    "network.proxy",
    "network.timeout",
    "network.broken",
    "answer.not_json",
    "answer.truncated",
    "answer.unexpected",
    "job.failed",
    "job.expired",
    "job.cancelled",
    "job.behind",
    "cancelled",
]
"""The stable code of every error."""


class ConversationsRow(TypedDict):
    """A row of `conversations`, report `conversations`."""

    conversation_id: str | None
    conversation_start: datetime | None
    conversation_end: datetime | None
    originating_direction: str | None
    access_attributes: list[str | None] | None
    associated_conversation_id: str | None
    conference_start: datetime | None
    consultation_conversation_ids: list[str | None] | None
    conversation_initiator: str | None
    customer_participation: bool | None
    division_ids: list[str | None] | None
    external_tag: str | None
    inactivity_timeout: datetime | None
    knowledge_base_ids: list[str | None] | None
    media_stats_min_conversation_mos: float | None
    media_stats_min_conversation_r_factor: float | None
    originating_social_media_public: bool | None
    self_served: bool | None
    duration_ms: int | None
    is_open: bool | None
    media_types: list[str | None] | None
    first_queue_id: str | None
    last_queue_id: str | None
    first_agent_id: str | None
    last_agent_id: str | None
    ani: str | None
    dnis: str | None
    wrap_up_codes: list[str | None] | None
    n_participants: int | None
    n_agents: int | None
    _extra: str | None


class ParticipantsRow(TypedDict):
    """A row of `participants`, report `conversations`."""

    conversation_id: str | None
    conversation_start: datetime | None
    participant_idx: int | None
    participant_id: str | None
    participant_name: str | None
    purpose: str | None
    user_id: str | None
    team_id: str | None
    external_contact_id: str | None
    external_organization_id: str | None
    flagged_reason: str | None
    screen_recording: bool | None
    _extra: str | None


class ParticipantAttributesRow(TypedDict):
    """A row of `participant_attributes`, report `conversations`."""

    conversation_id: str | None
    conversation_start: datetime | None
    participant_id: str | None
    name: str | None
    value: str | None
    truncated: bool | None
    _extra: str | None


class SessionsRow(TypedDict):
    """A row of `sessions`, report `conversations`."""

    conversation_id: str | None
    conversation_start: datetime | None
    participant_id: str | None
    session_idx: int | None
    session_id: str | None
    media_type: str | None
    message_type: str | None
    direction: str | None
    provider: str | None
    peer_id: str | None
    ani: str | None
    dnis: str | None
    session_dnis: str | None
    remote: str | None
    active_skill_ids: list[str | None] | None
    acw_skipped: bool | None
    address_from: str | None
    address_other: str | None
    address_self: str | None
    address_to: str | None
    agent_assistant_id: str | None
    agent_bullseye_ring: int | None
    agent_owned: bool | None
    assigner_id: str | None
    authenticated: bool | None
    barged_participant_id: str | None
    bcc: list[str | None] | None
    callback_numbers: list[str | None] | None
    callback_scheduled_time: datetime | None
    callback_user_name: str | None
    cc: list[str | None] | None
    cleared: bool | None
    coached_participant_id: str | None
    cobrowse_role: str | None
    cobrowse_room_id: str | None
    delivery_pushed: bool | None
    delivery_status: str | None
    delivery_status_change_date: datetime | None
    destination_addresses: list[str | None] | None
    detected_speech_end: datetime | None
    detected_speech_start: datetime | None
    disposition_analyzer: str | None
    disposition_name: str | None
    edge_id: str | None
    eligible_agent_counts: list[str | None] | None
    engagement_source: str | None
    error_code_description: str | None
    extended_delivery_status: str | None
    flow_in_type: str | None
    flow_out_type: str | None
    journey_action_id: str | None
    journey_action_map_id: str | None
    journey_action_map_version: int | None
    journey_customer_id: str | None
    journey_customer_id_type: str | None
    journey_customer_session_id: str | None
    journey_customer_session_id_type: str | None
    media_bridge_id: str | None
    media_count: int | None
    monitored_participant_id: str | None
    outbound_campaign_id: str | None
    outbound_contact_id: str | None
    outbound_contact_list_id: str | None
    protocol_call_id: str | None
    recording: bool | None
    remote_name_displayable: str | None
    removed_skill_ids: list[str | None] | None
    requested_routings: list[str | None] | None
    room_id: str | None
    routing_ring: int | None
    routing_rule: str | None
    routing_rule_type: str | None
    screen_monitored_user_id: str | None
    screen_share_address_self: str | None
    screen_share_room_id: str | None
    script_id: str | None
    selected_agent_id: str | None
    selected_agent_rank: int | None
    sharing_screen: bool | None
    skill_expression_id: str | None
    skip_enabled: bool | None
    snippet_recording: bool | None
    timeout_seconds: int | None
    used_routing: str | None
    video_address_self: str | None
    video_room_id: str | None
    waiting_interaction_counts: list[str | None] | None
    _extra: str | None


class SegmentsRow(TypedDict):
    """A row of `segments`, report `conversations`."""

    conversation_id: str | None
    conversation_start: datetime | None
    participant_id: str | None
    session_id: str | None
    conversation_end: datetime | None
    originating_direction: str | None
    participant_name: str | None
    purpose: str | None
    user_id: str | None
    media_type: str | None
    direction: str | None
    ani: str | None
    dnis: str | None
    remote: str | None
    segment_idx: int | None
    segment_start: datetime | None
    segment_end: datetime | None
    segment_type: str | None
    queue_id: str | None
    group_id: str | None
    disconnect_type: str | None
    wrap_up_code: str | None
    wrap_up_note: str | None
    wrap_up_tags: list[str | None] | None
    conference: bool | None
    audio_muted: bool | None
    destination_conversation_id: str | None
    destination_session_id: str | None
    error_code: str | None
    properties: str | None
    q850_response_codes: list[str | None] | None
    requested_language_id: str | None
    requested_routing_skill_ids: list[str | None] | None
    requested_routing_user_ids: list[str | None] | None
    scored_agents: str | None
    sip_response_codes: list[str | None] | None
    source_conversation_id: str | None
    source_session_id: str | None
    subject: str | None
    video_muted: bool | None
    duration_ms: int | None
    _extra: str | None


class SessionMetricsRow(TypedDict):
    """A row of `session_metrics`, report `conversations`."""

    conversation_id: str | None
    conversation_start: datetime | None
    participant_id: str | None
    session_id: str | None
    purpose: str | None
    user_id: str | None
    media_type: str | None
    metric_idx: int | None
    name: str | None
    value: float | None
    emit_date: datetime | None
    unit: str | None
    _extra: str | None


class SessionFlowsRow(TypedDict):
    """A row of `session_flows`, report `conversations`."""

    conversation_id: str | None
    conversation_start: datetime | None
    participant_id: str | None
    session_id: str | None
    flow_id: str | None
    flow_name: str | None
    flow_type: str | None
    flow_version: str | None
    ending_language: str | None
    entry_reason: str | None
    entry_type: str | None
    exit_reason: str | None
    issued_callback: bool | None
    recognition_failure_reason: str | None
    starting_language: str | None
    transfer_target_address: str | None
    transfer_target_name: str | None
    transfer_type: str | None
    _extra: str | None


class FlowOutcomesRow(TypedDict):
    """A row of `flow_outcomes`, report `conversations`."""

    conversation_id: str | None
    conversation_start: datetime | None
    participant_id: str | None
    session_id: str | None
    flow_id: str | None
    outcome_idx: int | None
    flow_outcome_id: str | None
    flow_outcome: str | None
    flow_outcome_value: str | None
    flow_outcome_end_timestamp: datetime | None
    flow_outcome_start_timestamp: datetime | None
    _extra: str | None


class MediaEndpointStatsRow(TypedDict):
    """A row of `media_endpoint_stats`, report `conversations`."""

    conversation_id: str | None
    conversation_start: datetime | None
    participant_id: str | None
    session_id: str | None
    stat_idx: int | None
    event_time: datetime | None
    codecs: list[str | None] | None
    discarded_packets: int | None
    duplicate_packets: int | None
    invalid_packets: int | None
    max_latency_ms: int | None
    min_mos: float | None
    min_r_factor: float | None
    overrun_packets: int | None
    received_packets: int | None
    underrun_packets: int | None
    _extra: str | None


class ProposedAgentsRow(TypedDict):
    """A row of `proposed_agents`, report `conversations`."""

    conversation_id: str | None
    conversation_start: datetime | None
    participant_id: str | None
    session_id: str | None
    agent_idx: int | None
    agent_rank: int | None
    proposed_agent_id: str | None
    _extra: str | None


class AgentGroupsRow(TypedDict):
    """A row of `agent_groups`, report `conversations`."""

    conversation_id: str | None
    conversation_start: datetime | None
    participant_id: str | None
    session_id: str | None
    group_idx: int | None
    agent_group_id: str | None
    agent_group_type: str | None
    _extra: str | None


class ConversationEvaluationsRow(TypedDict):
    """A row of `conversation_evaluations`, report `conversations`."""

    conversation_id: str | None
    conversation_start: datetime | None
    evaluation_idx: int | None
    evaluation_id: str | None
    event_time: datetime | None
    evaluation_status: str | None
    assignee_applicable: bool | None
    assignee_id: str | None
    calibration_id: str | None
    context_id: str | None
    deleted: bool | None
    evaluator_id: str | None
    form_id: str | None
    form_name: str | None
    o_total_critical_score: int | None
    o_total_score: int | None
    queue_id: str | None
    released: bool | None
    rescored: bool | None
    system_submitted: bool | None
    user_id: str | None
    _extra: str | None


class ConversationSurveysRow(TypedDict):
    """A row of `conversation_surveys`, report `conversations`."""

    conversation_id: str | None
    conversation_start: datetime | None
    survey_idx: int | None
    survey_id: str | None
    event_time: datetime | None
    survey_status: str | None
    o_survey_total_score: int | None
    queue_id: str | None
    survey_completed_date: datetime | None
    survey_form_context_id: str | None
    survey_form_id: str | None
    survey_form_name: str | None
    survey_partial_response: bool | None
    survey_promoter_score: int | None
    survey_type: str | None
    user_id: str | None
    _extra: str | None


class ConversationResolutionsRow(TypedDict):
    """A row of `conversation_resolutions`, report `conversations`."""

    conversation_id: str | None
    conversation_start: datetime | None
    resolution_idx: int | None
    event_time: datetime | None
    n_next_contact_avoided: int | None
    queue_id: str | None
    user_id: str | None
    _extra: str | None


class AggregatesRow(TypedDict):
    """A row of `aggregates`, report `aggregates`, and a column for each dimension of its groups."""

    interval_start: datetime | None
    interval_end: datetime | None
    metric: str | None
    qualifier: str | None
    stat: str | None
    value: float | None
    is_view: bool | None
    _extra: str | None


class AvailabilityRow(TypedDict):
    """A row of `availability`, report `availability`."""

    of: str | None
    data_availability_date: datetime | None
    _extra: str | None


class ObservationsRow(TypedDict):
    """A row of `observations`, report `observations`, and a column for each dimension of its groups."""

    queue_id: str | None
    media_type: str | None
    metric: str | None
    qualifier: str | None
    stat: str | None
    value: float | None
    truncated: bool | None
    _extra: str | None


class ObservationDetailsRow(TypedDict):
    """A row of `observation_details`, report `observations`, and a column for each dimension of its groups."""

    group_queue_id: str | None
    group_media_type: str | None
    metric: str | None
    qualifier: str | None
    observation_date: datetime | None
    conversation_id: str | None
    session_id: str | None
    user_id: str | None
    team_id: str | None
    participant_name: str | None
    direction: str | None
    ani: str | None
    dnis: str | None
    address_from: str | None
    address_to: str | None
    converted_from: str | None
    converted_to: str | None
    routing_priority: int | None
    used_routing: str | None
    requested_routings: list[str | None] | None
    requested_routing_skill_ids: list[str | None] | None
    requested_language_id: str | None
    scored_agents: str | None
    _extra: str | None


class UsersRow(TypedDict):
    """A row of `users`, report `directory`."""

    id: str | None
    name: str | None
    division_id: str | None
    division_name: str | None
    description: str | None
    state: str | None
    version: int | None
    date_created: datetime | None
    date_modified: datetime | None
    created_by: str | None
    modified_by: str | None
    self_uri: str | None
    email: str | None
    username: str | None
    preferred_name: str | None
    department: str | None
    title: str | None
    acd_auto_answer: bool | None
    certifications: list[str | None] | None
    profile_skills: list[str | None] | None
    language_preference: str | None
    date_last_login: datetime | None
    date_welcome_sent: datetime | None
    _extra: str | None


class QueuesRow(TypedDict):
    """A row of `queues`, report `directory`."""

    id: str | None
    name: str | None
    division_id: str | None
    division_name: str | None
    description: str | None
    state: str | None
    version: int | None
    date_created: datetime | None
    date_modified: datetime | None
    created_by: str | None
    modified_by: str | None
    self_uri: str | None
    member_count: int | None
    user_member_count: int | None
    joined_member_count: int | None
    scoring_method: str | None
    last_agent_routing_mode: str | None
    skill_evaluation_method: str | None
    auto_answer_only: bool | None
    default_media_language: str | None
    enable_transcription: bool | None
    enable_audio_monitoring: bool | None
    enable_manual_assignment: bool | None
    calling_party_name: str | None
    calling_party_number: str | None
    peer_id: str | None
    suppress_in_queue_call_recording: bool | None
    _extra: str | None


class WrapupCodesRow(TypedDict):
    """A row of `wrapup_codes`, report `directory`."""

    id: str | None
    name: str | None
    division_id: str | None
    division_name: str | None
    description: str | None
    state: str | None
    version: int | None
    date_created: datetime | None
    date_modified: datetime | None
    created_by: str | None
    modified_by: str | None
    self_uri: str | None
    _extra: str | None


class DivisionsRow(TypedDict):
    """A row of `divisions`, report `directory`."""

    id: str | None
    name: str | None
    division_id: str | None
    division_name: str | None
    description: str | None
    state: str | None
    version: int | None
    date_created: datetime | None
    date_modified: datetime | None
    created_by: str | None
    modified_by: str | None
    self_uri: str | None
    home_division: bool | None
    _extra: str | None


class SkillsRow(TypedDict):
    """A row of `skills`, report `directory`."""

    id: str | None
    name: str | None
    division_id: str | None
    division_name: str | None
    description: str | None
    state: str | None
    version: int | None
    date_created: datetime | None
    date_modified: datetime | None
    created_by: str | None
    modified_by: str | None
    self_uri: str | None
    _extra: str | None


class LanguagesRow(TypedDict):
    """A row of `languages`, report `directory`."""

    id: str | None
    name: str | None
    division_id: str | None
    division_name: str | None
    description: str | None
    state: str | None
    version: int | None
    date_created: datetime | None
    date_modified: datetime | None
    created_by: str | None
    modified_by: str | None
    self_uri: str | None
    _extra: str | None


class GroupsRow(TypedDict):
    """A row of `groups`, report `directory`."""

    id: str | None
    name: str | None
    division_id: str | None
    division_name: str | None
    description: str | None
    state: str | None
    version: int | None
    date_created: datetime | None
    date_modified: datetime | None
    created_by: str | None
    modified_by: str | None
    self_uri: str | None
    member_count: int | None
    type: str | None
    visibility: str | None
    rules_visible: bool | None
    roles_enabled: bool | None
    include_owners: bool | None
    calls_enabled: bool | None
    email: str | None
    _extra: str | None


class LocationsRow(TypedDict):
    """A row of `locations`, report `directory`."""

    id: str | None
    name: str | None
    division_id: str | None
    division_name: str | None
    description: str | None
    state: str | None
    version: int | None
    date_created: datetime | None
    date_modified: datetime | None
    created_by: str | None
    modified_by: str | None
    self_uri: str | None
    _extra: str | None


class FlowsRow(TypedDict):
    """A row of `flows`, report `directory`."""

    id: str | None
    name: str | None
    division_id: str | None
    division_name: str | None
    description: str | None
    state: str | None
    version: int | None
    date_created: datetime | None
    date_modified: datetime | None
    created_by: str | None
    modified_by: str | None
    self_uri: str | None
    _extra: str | None


class PresenceDefinitionsRow(TypedDict):
    """A row of `presence_definitions`, report `directory`."""

    id: str | None
    name: str | None
    division_id: str | None
    division_name: str | None
    description: str | None
    state: str | None
    version: int | None
    date_created: datetime | None
    date_modified: datetime | None
    created_by: str | None
    modified_by: str | None
    self_uri: str | None
    _extra: str | None
