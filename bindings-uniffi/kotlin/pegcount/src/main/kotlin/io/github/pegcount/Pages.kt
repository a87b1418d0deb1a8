package io.github.pegcount

import io.github.pegcount.core.Reading
import io.github.pegcount.core.Summary
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.withContext

/**
 * The pages of a report, pulled one by one: nothing is sent before they are collected, no page is fetched before the
 * one at hand is done with, and whoever stops collecting cancels the request.
 *
 * Each collection asks anew. Collecting throws a [PegcountException] if the report ends early.
 */
public class Pages internal constructor(
    private val pump: Pump,
    private val report: String,
    private val options: String,
) : Flow<Page> {
    /** The ids of the answers of the latest collection, to give to Genesys support. */
    @Volatile
    public var requestIds: List<String> = emptyList()
        private set

    /** What the latest collection did, once it has ended. */
    @Volatile
    public var summary: Summary? = null
        private set

    override suspend fun collect(collector: FlowCollector<Page>): Unit = flow<Page> {
        begin().let { call ->
            try {
                while (true) emit(next(call) ?: break)
            } finally {
                pump.cancel(call)
            }
        }
    }.collect(collector)

    /** All pages as tables, one of each name, or those named only. */
    public suspend fun read(vararg tables: String): Tables {
        val reading = mapped { Reading(report, tables.toList().ifEmpty { null }) }
        return reading.use {
            collect { page -> withContext(Dispatchers.Default) { mapped { reading.add(page.context, page.body) } } }
            val whole = withContext(Dispatchers.Default) { mapped { reading.tables() }.map(::Table) }
            Tables(whole)
        }
    }

    /** The bytes of every page. */
    public suspend fun bodies(): List<ByteArray> = toList().map(Page::body)

    internal fun begin(): Long {
        summary = null
        requestIds = emptyList()
        return pump.start(report, options)
    }

    /** The next page, or null after the last one. */
    internal suspend fun next(call: Long): Page? = when (val told = pump.next(call)) {
        is Told.Answer -> told.page.also { page -> page.requestId?.let { requestIds = requestIds + it } }
        is Told.Done -> {
            pump.end(call)
            summary = told.summary
            null
        }
        is Told.Failed -> {
            pump.end(call)
            throw PegcountException.of(told.problem)
        }
    }

    internal fun held(holder: Any, call: Long) = pump.hold(holder, call)

    internal fun cancel(call: Long) = pump.cancel(call)
}
