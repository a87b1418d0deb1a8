"""The two tables that everybody makes of a page: a row a segment, a row a session metric, with what is above them."""

CONVERSATION = ["conversationId", "conversationStart", "conversationEnd", "originatingDirection"]
PARTICIPANT = ["participantId", "participantName", "purpose", "userId"]
SESSION = ["sessionId", "mediaType", "direction", "ani", "dnis", "remote"]
SEGMENT = ["segmentStart", "segmentEnd", "segmentType", "queueId", "disconnectType", "wrapUpCode", "wrapUpNote"]
SEGMENT += ["conference"]
METRIC = ["emitDate", "name", "value"]

SEGMENTS = CONVERSATION + PARTICIPANT + SESSION + SEGMENT
METRICS = ["conversationId", "participantId", "purpose", "userId", "sessionId", "mediaType", *METRIC]


def from_dicts(conversations):
    """Careful loops over what a JSON parser gives; rows are tuples, the cheapest rows there are."""
    segments, metrics = [], []
    for c in conversations:
        get = c.get
        head = (get("conversationId"), get("conversationStart"), get("conversationEnd"), get("originatingDirection"))
        for p in c.get("participants", ()):
            get = p.get
            who = (get("participantId"), get("participantName"), get("purpose"), get("userId"))
            for s in p.get("sessions", ()):
                get = s.get
                session = (get("sessionId"), get("mediaType"), get("direction"), get("ani"), get("dnis"), get("remote"))
                row = head + who + session
                for g in s.get("segments", ()):
                    get = g.get
                    segments.append(
                        (
                            *row,
                            get("segmentStart"), get("segmentEnd"), get("segmentType"), get("queueId"),
                            get("disconnectType"), get("wrapUpCode"), get("wrapUpNote"), get("conference"),
                        )
                    )  # fmt: skip
                row = (head[0], who[0], who[2], who[3], session[0], session[1])
                for m in s.get("metrics", ()):
                    get = m.get
                    metrics.append((*row, get("emitDate"), get("name"), get("value")))
    return segments, metrics


def from_structs(conversations):
    """The same loops over `msgspec` structs, which have the API's names."""
    segments, metrics = [], []
    for c in conversations:
        head = (c.conversationId, c.conversationStart, c.conversationEnd, c.originatingDirection)
        for p in c.participants:
            who = (p.participantId, p.participantName, p.purpose, p.userId)
            for s in p.sessions:
                session = (s.sessionId, s.mediaType, s.direction, s.ani, s.dnis, s.remote)
                row = head + who + session
                for g in s.segments:
                    segments.append(
                        (
                            *row,
                            g.segmentStart, g.segmentEnd, g.segmentType, g.queueId,
                            g.disconnectType, g.wrapUpCode, g.wrapUpNote, g.conference,
                        )
                    )  # fmt: skip
                row = (head[0], who[0], who[2], who[3], session[0], session[1])
                for m in s.metrics:
                    metrics.append((*row, m.emitDate, m.name, m.value))
    return segments, metrics


def from_models(conversations):
    """The same loops over the official SDK's models, whose names are snake case and whose lists may be None."""
    segments, metrics = [], []
    for c in conversations:
        head = (c.conversation_id, c.conversation_start, c.conversation_end, c.originating_direction)
        for p in c.participants or ():
            who = (p.participant_id, p.participant_name, p.purpose, p.user_id)
            for s in p.sessions or ():
                session = (s.session_id, s.media_type, s.direction, s.ani, s.dnis, s.remote)
                row = head + who + session
                for g in s.segments or ():
                    segments.append(
                        (
                            *row,
                            g.segment_start, g.segment_end, g.segment_type, g.queue_id,
                            g.disconnect_type, g.wrap_up_code, g.wrap_up_note, g.conference,
                        )
                    )  # fmt: skip
                row = (head[0], who[0], who[2], who[3], session[0], session[1])
                for m in s.metrics or ():
                    metrics.append((*row, m.emit_date, m.name, m.value))
    return segments, metrics


def structs(msgspec):
    """A `msgspec` decoder that builds only what the rows need."""
    text = str | None

    def struct(name, texts, **more):
        fields = [(field, text, None) for field in texts]
        fields += [(field, kind, default) for field, (kind, default) in more.items()]
        return msgspec.defstruct(name, fields, gc=False)

    def many(kind):
        return list[kind], msgspec.field(default_factory=list)

    segment = struct("Segment", SEGMENT[:-1], conference=(bool | None, None))
    metric = struct("Metric", METRIC[:-1], value=(float | None, None))
    session = struct("Session", SESSION, segments=many(segment), metrics=many(metric))
    participant = struct("Participant", PARTICIPANT, sessions=many(session))
    conversation = struct("Conversation", CONVERSATION, participants=many(participant))
    return msgspec.json.Decoder(struct("Page", [], conversations=many(conversation)))
