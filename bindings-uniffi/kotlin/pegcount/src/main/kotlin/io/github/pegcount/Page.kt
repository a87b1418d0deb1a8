package io.github.pegcount

import io.github.pegcount.core.decode

/** One answer of the server: its bytes, and the tables in it when they are asked for. */
public class Page internal constructor(
    internal val context: String,
    /** 1 for the first page. */
    public val number: Long,
    /** The id to give to Genesys support. */
    public val requestId: String?,
    /** The answer as it came. */
    public val body: ByteArray,
) {
    /** The rows of this page, read when first asked for. */
    public val tables: Tables = Tables { decoded(context, body, it) }

    /** The main table of this page. */
    public val table: Table get() = tables.table

    /** The answer as text. */
    public fun text(): String = body.decodeToString()

    override fun toString(): String = "Page($number, ${body.size} bytes)"
}

internal fun decoded(context: String, body: ByteArray, names: List<String>?): List<Table> =
    mapped { decode(context, body, names) }.map(::Table)
