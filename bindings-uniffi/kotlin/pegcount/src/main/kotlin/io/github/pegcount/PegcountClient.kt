package io.github.pegcount

import io.github.pegcount.core.Notice
import io.github.pegcount.core.Summary
import java.util.concurrent.CompletableFuture
import java.util.function.Consumer
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.future.future
import kotlinx.coroutines.runBlocking

/**
 * The client for Java: blocking iterables and futures. Threads may share it.
 *
 * ```java
 * try (var client = PegcountClient.create(config)) {
 *     for (Page page : client.conversations(request)) { … }
 * }
 * ```
 */
public class PegcountClient private constructor(private val client: Client) :
    BlockingReportMethods(), AutoCloseable {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)

    override fun report(report: Report, timeoutMs: Long?, deadlineMs: Long?, maxCalls: Int?): PageIterable =
        PageIterable(client.report(report, timeoutMs, deadlineMs, maxCalls), scope)

    /** What the client waited for and why: the latest thousand. */
    public fun notices(): List<Notice> = client.notices

    /** Has every notice told to a function, one after another, in a thread of the client's. */
    public fun listen(listener: Consumer<Notice>): Unit = client.listen(listener::accept)

    /** Cancels what is open and closes the connections. Afterwards the client throws [IllegalStateException]. */
    override fun close() {
        client.close()
        scope.cancel()
    }

    override fun toString(): String = client.toString()

    public companion object {
        /**
         * Makes a client.
         *
         * @throws PegcountException.Config if the configuration cannot be used
         */
        @JvmStatic
        public fun create(config: Config): PegcountClient = PegcountClient(Client(config))
    }
}

/**
 * The pages of a report. Nothing is sent before they are asked for, and no page is fetched before the one at hand is
 * done with. Each iterator asks anew; one that is left in the middle is cancelled by [close], by the client's end, or
 * once it is garbage.
 */
public class PageIterable internal constructor(private val pages: Pages, private val scope: CoroutineScope) :
    Iterable<Page>, AutoCloseable {
    private val open = HashSet<Long>()

    /** Waits for pages in the thread that asks; interrupting it cancels the request. */
    override fun iterator(): Iterator<Page> {
        val call = pages.begin()
        synchronized(open) { open.add(call) }
        return Cursor(call).also { pages.held(it, call) }
    }

    /** All pages as tables, one of each name, or those named only. Waits. */
    public fun read(vararg tables: String): Tables = runBlocking { pages.read(*tables) }

    /** All pages as tables; cancelling the future cancels the request. */
    public fun readAsync(vararg tables: String): CompletableFuture<Tables> = scope.future { pages.read(*tables) }

    /** The bytes of every page. Waits. */
    public fun bodies(): List<ByteArray> = runBlocking { pages.bodies() }

    /** The ids of the answers of the latest iteration, to give to Genesys support. */
    public fun requestIds(): List<String> = pages.requestIds

    /** What the latest iteration did, once it has ended. */
    public fun summary(): Summary? = pages.summary

    override fun close(): Unit = synchronized(open) {
        open.forEach(pages::cancel)
        open.clear()
    }

    private inner class Cursor(private val call: Long) : AbstractIterator<Page>() {
        override fun computeNext() {
            when (val page = runBlocking { pages.next(call) }) {
                null -> {
                    synchronized(open) { open.remove(call) }
                    done()
                }
                else -> setNext(page)
            }
        }
    }
}
