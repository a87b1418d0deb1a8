import com.fasterxml.jackson.databind.ObjectMapper;
import com.mypurecloud.sdk.v2.ApiClient;
import com.mypurecloud.sdk.v2.model.AnalyticsConversationQueryResponse;
import java.io.IOException;

/** The official SDK's models, by its own mapper. */
class Models {
    static final ObjectMapper MAPPER = ApiClient.Builder.standard().withBasePath("http://127.0.0.1:1").build().getObjectMapper();

    static Flat columns(byte[] body) throws IOException {
        var page = MAPPER.readValue(body, AnalyticsConversationQueryResponse.class);
        var tables = new Flat();
        for (var c : Flat.or(page.getConversations())) {
            for (var p : Flat.or(c.getParticipants())) {
                for (var n : Flat.or(p.getSessions())) {
                    for (var g : Flat.or(n.getSegments())) {
                        Flat.add(tables.segments,
                            c.getConversationId(), c.getConversationStart(), c.getConversationEnd(),
                            c.getOriginatingDirection(), p.getParticipantId(), p.getParticipantName(), p.getPurpose(),
                            p.getUserId(), n.getSessionId(), n.getMediaType(), n.getDirection(), n.getAni(), n.getDnis(),
                            n.getRemote(), g.getSegmentStart(), g.getSegmentEnd(), g.getSegmentType(), g.getQueueId(),
                            g.getDisconnectType(), g.getWrapUpCode(), g.getWrapUpNote(), g.getConference());
                    }
                    for (var e : Flat.or(n.getMetrics())) {
                        Flat.add(tables.metrics,
                            c.getConversationId(), p.getParticipantId(), p.getPurpose(), p.getUserId(), n.getSessionId(),
                            n.getMediaType(), e.getEmitDate(), e.getName(), e.getValue());
                    }
                }
            }
        }
        return tables;
    }
}
