package consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.pegcount.AccessToken;
import io.github.pegcount.AggregatesReport;
import io.github.pegcount.CallReport;
import io.github.pegcount.ConversationsColumns;
import io.github.pegcount.ConversationsReport;
import io.github.pegcount.DirectoryReport;
import io.github.pegcount.Login;
import io.github.pegcount.Pegcount;
import io.github.pegcount.PegcountClient;
import io.github.pegcount.PegcountException;
import io.github.pegcount.Request;
import io.github.pegcount.Response;
import io.github.pegcount.Transport;
import io.github.pegcount.testing.Asked;
import io.github.pegcount.testing.Genesys;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The README's job and what goes wrong with it, in Java. */
class JavaTest {
    @AutoClose
    private final Genesys genesys = new Genesys("--seed", "7", "--now", "2026-03-10T09:00:00Z", "--org", "small", "--rate", "0");

    @Test
    void pagesComeOneByOne() {
        var report = ConversationsReport.builder().interval(genesys.getInterval()).pageSize(50).build();
        try (var client = PegcountClient.create(genesys.config("reporting").build()); var pages = client.conversations(report)) {
            var ids = new HashSet<String>();
            for (var page : pages) {
                ids.addAll(new ConversationsColumns(page.getTables().get("conversations")).getConversationId());
            }
            assertEquals(assertNotNullAnd(pages.summary()).getItems(), ids.size());
            assertEquals(ids.size(), pages.read("conversations").getTable().getRowCount());
        }
    }

    private static <T> T assertNotNullAnd(T value) {
        assertNotNull(value);
        return value;
    }

    @Test
    void aFutureIsReadAndTablesAreTyped() throws Exception {
        var report = AggregatesReport.builder()
            .of("conversations")
            .interval(genesys.getInterval())
            .groupBy(List.of("mediaType"))
            .metrics(List.of("nOffered"))
            .where(Map.of("mediaType", List.of("voice", "chat")))
            .build();
        try (var client = PegcountClient.create(genesys.config("reporting").build())) {
            var table = client.aggregates(report).readAsync().get().getTable();
            assertTrue(table.getRowCount() > 0);
            assertTrue(table.getColumnNames().contains("media_type"), table.getColumnNames().toString());
            assertTrue(new String(table.csv(), StandardCharsets.UTF_8).contains("voice"));
        }
    }

    @Test
    void whoMayNotIsTold() {
        var report = ConversationsReport.builder().interval(genesys.getInterval()).build();
        try (var client = PegcountClient.create(genesys.config("no-analytics").build())) {
            var error = assertThrows(PegcountException.Forbidden.class, () -> client.conversations(report).read());
            assertEquals("forbidden.permission", error.getCode());
            assertTrue(error.getExplanation().getMissing().contains("analytics:conversationDetail:view"));
            var later = client.conversations(report).readAsync();
            var wrapped = assertThrows(CompletionException.class, later::join);
            assertInstanceOf(PegcountException.Forbidden.class, wrapped.getCause());
        }
    }

    @Test
    void aLoopThatIsLeftMayBeClosed() {
        var report = ConversationsReport.builder().interval(genesys.getInterval()).pageSize(10).build();
        try (var client = PegcountClient.create(genesys.config("reporting").build())) {
            var left = client.conversations(report);
            var pages = left.iterator();
            assertEquals(1, pages.next().getNumber());
            left.close();
            assertThrows(IllegalStateException.class, pages::next);
        }
    }

    @Test
    void cancellingAFutureEndsItsExchange() throws Exception {
        var cancelled = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        Transport hanging = new Transport() {
            @Override
            public CompletableFuture<Response> send(Request request) {
                begun.countDown();
                return new CompletableFuture<>() {
                    @Override
                    public boolean cancel(boolean mayInterrupt) {
                        cancelled.countDown();
                        return super.cancel(mayInterrupt);
                    }
                };
            }
        };
        try (var client = PegcountClient.create(genesys.config("reporting").credentials(new AccessToken("t")).transport(hanging).build())) {
            var later = client.directory(DirectoryReport.builder().of("queues").build()).readAsync();
            begun.await();
            later.cancel(true);
            cancelled.await();
        }
    }

    @Test
    void aProviderIsAskedForTheSecret() {
        var provided = genesys.credentials("admin");
        var config = genesys.config("admin").credentials(null).provider(() -> provided).maxCalls(1).build();
        var report = DirectoryReport.builder().of("queues").build();
        try (var client = PegcountClient.create(config)) {
            assertTrue(client.directory(report).read().getTable().getRowCount() > 0);
            var stopped = assertThrows(PegcountException.Limit.class, () -> client.report(report, null, null, 5).read());
            assertEquals("limit.budget", stopped.getCode());
        }
    }

    @Test
    void aLogInIsBegunAndAReportPlanned() {
        var login = new Login("http://localhost:8085/callback", "eu_west_1", "client-1");
        assertTrue(login.getUrl().startsWith("https://login.mypurecloud.ie/oauth/authorize?"));
        assertThrows(PegcountException.Auth.class, () -> login.finish("http://localhost:8085/callback?code=c&state=s"));
        var report = ConversationsReport.builder().interval("2026-01").build();
        assertEquals("auto", Pegcount.plan(report).getLane());
        assertEquals("pkce", Pegcount.advise(true, false).getGrant());
    }

    @Test
    void aContactCentreDoesWhatItIsTold() {
        var queues = DirectoryReport.builder().of("queues").build();
        try (var client = PegcountClient.create(genesys.config().build())) {
            genesys.fault("429", 0);
            client.directory(queues).read();
            genesys.revokeTokens();
            client.directory(queues).read();
            assertEquals(2, genesys.logins());
            assertEquals(List.of(429, 200, 401, 200), genesys.requests("/queues").stream().map(Asked::getStatus).toList());
            genesys.permissions("reporting", List.of(), List.of("routing:queue:view", "routing:queue:search"), Duration.ofMinutes(5));
            genesys.advance(Duration.ofMinutes(5));
            assertThrows(PegcountException.Forbidden.class, () -> client.directory(queues).read());
        }
    }

    @Test
    void noticesAndBytesAreAtHand() {
        var told = new ArrayList<String>();
        try (var client = PegcountClient.create(genesys.config("admin").build())) {
            client.listen(notice -> told.add(notice.getKind()));
            var report = CallReport.builder().method("GET").path("/api/v2/organizations/me").build();
            var bodies = client.call(report).bodies();
            assertTrue(new String(bodies.get(0), StandardCharsets.UTF_8).contains("\"id\""));
            assertTrue(client.notices().stream().anyMatch(notice -> notice.getKind().equals("minted")));
        }
    }
}
