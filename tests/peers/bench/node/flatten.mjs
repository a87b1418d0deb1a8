// The two tables that everybody makes of a page: a row a segment, a row a session metric, with what is above them.

const CONVERSATION = ["conversationId", "conversationStart", "conversationEnd", "originatingDirection"];
const PARTICIPANT = ["participantId", "participantName", "purpose", "userId"];
const SESSION = ["sessionId", "mediaType", "direction", "ani", "dnis", "remote"];
const SEGMENT = ["segmentStart", "segmentEnd", "segmentType", "queueId", "disconnectType", "wrapUpCode", "wrapUpNote", "conference"];

export const COLUMNS = {
  segments: [...CONVERSATION, ...PARTICIPANT, ...SESSION, ...SEGMENT],
  session_metrics: ["conversationId", "participantId", "purpose", "userId", "sessionId", "mediaType", "emitDate", "name", "value"],
};

const empty = (names) => Object.fromEntries(names.map((name) => [name, []]));

/** Careful loops over parsed JSON: a list a column. */
export function flatten(conversations) {
  const [s, m] = [empty(COLUMNS.segments), empty(COLUMNS.session_metrics)];
  for (const c of conversations) {
    for (const p of c.participants ?? []) {
      for (const n of p.sessions ?? []) {
        for (const g of n.segments ?? []) {
          s.conversationId.push(c.conversationId);
          s.conversationStart.push(c.conversationStart);
          s.conversationEnd.push(c.conversationEnd);
          s.originatingDirection.push(c.originatingDirection);
          s.participantId.push(p.participantId);
          s.participantName.push(p.participantName);
          s.purpose.push(p.purpose);
          s.userId.push(p.userId);
          s.sessionId.push(n.sessionId);
          s.mediaType.push(n.mediaType);
          s.direction.push(n.direction);
          s.ani.push(n.ani);
          s.dnis.push(n.dnis);
          s.remote.push(n.remote);
          s.segmentStart.push(g.segmentStart);
          s.segmentEnd.push(g.segmentEnd);
          s.segmentType.push(g.segmentType);
          s.queueId.push(g.queueId);
          s.disconnectType.push(g.disconnectType);
          s.wrapUpCode.push(g.wrapUpCode);
          s.wrapUpNote.push(g.wrapUpNote);
          s.conference.push(g.conference);
        }
        for (const e of n.metrics ?? []) {
          m.conversationId.push(c.conversationId);
          m.participantId.push(p.participantId);
          m.purpose.push(p.purpose);
          m.userId.push(p.userId);
          m.sessionId.push(n.sessionId);
          m.mediaType.push(n.mediaType);
          m.emitDate.push(e.emitDate);
          m.name.push(e.name);
          m.value.push(e.value);
        }
      }
    }
  }
  return { segments: s, session_metrics: m };
}
