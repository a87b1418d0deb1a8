package io.github.pegcount

import io.github.pegcount.core.Notice
import io.github.pegcount.core.Session
import io.github.pegcount.core.tokenPath
import java.security.SecureRandom
import java.util.ServiceLoader

/**
 * Asks one organisation for reports: one credential, one region, one rate allowance, for any number of coroutines.
 *
 * What a report can ask stands at [ReportMethods]. Java has a face of its own: [PegcountClient].
 */
public class Client(config: Config = Config()) : ReportMethods(), AutoCloseable {
    private val pump: Pump

    /** Base of the API host. */
    public val apiUrl: String

    init {
        // Without the top bit: signed and unsigned readers agree.
        val session = mapped { Session(config.arguments(SecureRandom().nextLong() ushr 1), null) }
        try {
            apiUrl = session.api()
            val store = session.tokenKey().takeIf { config.share }?.let { key ->
                config.tokenStore ?: tokenPath(key)?.let(::FileStore)
            }
            pump = Pump(session, config.transport ?: found(), store, config.provider, config.clock)
        } catch (error: Throwable) {
            session.close()
            throw error
        }
    }

    /** What the client waited for and why: the latest thousand. */
    public val notices: List<Notice> get() = pump.notices

    /** Has every notice told to a function, one after another, in a thread of the client's. */
    public fun listen(listener: (Notice) -> Unit) {
        pump.listener = listener
    }

    override fun report(report: Report, timeoutMs: Long?, deadlineMs: Long?, maxCalls: Int?): Pages {
        val options = Json.given("timeout" to timeoutMs, "deadline" to deadlineMs, "max_calls" to maxCalls)
        return Pages(pump, report.json(), options)
    }

    /** Cancels what is open and closes the connections. Afterwards the client throws [IllegalStateException]. */
    override fun close(): Unit = pump.close()

    override fun toString(): String = "Client($apiUrl)"

    private fun found(): Transport = ServiceLoader.load(Transport::class.java, Transport::class.java.classLoader)
        .firstOrNull()
        ?: throw IllegalStateException("no transport: add pegcount-transport-jdk or pegcount-transport-okhttp, or give one")
}
