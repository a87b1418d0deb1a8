package io.github.pegcount

import io.github.pegcount.core.Table as Native

/**
 * Rows of one kind, in memory outside the Java heap.
 *
 * [close] gives the memory back at once; the garbage collector does so sooner or later.
 */
public class Table internal constructor(private val native: Native) : AutoCloseable {
    /** Its name, such as `segments`. */
    public val name: String by lazy { native.name() }

    /** The number of rows. */
    public val rowCount: Long by lazy { native.rows() }

    /** The names of the columns, in order. */
    public val columnNames: List<String> by lazy { native.columnNames() }

    /** The columns, copied to the Java heap when first asked for. */
    public val columns: Columns by lazy { Columns(mapped { native.flat() }) }

    /** The rows as maps of column to value: times are milliseconds since 1970 UTC. */
    public fun rows(): List<Map<String, Any?>> =
        (0 until rowCount.toInt()).map { row -> columns.mapValuesTo(LinkedHashMap()) { (_, column) -> column[row] } }

    /** Arrow IPC in the streaming format, as `arrow-vector` reads it. */
    public fun ipc(): ByteArray = mapped { native.ipc() }

    /** Arrow IPC in the file format, also known as Feather 2. */
    public fun ipcFile(): ByteArray = mapped { native.ipcFile() }

    /** CSV in UTF-8, with or without a line of column names. */
    @JvmOverloads
    public fun csv(header: Boolean = true): ByteArray = mapped { native.csv(header) }

    /** JSON in UTF-8, one object a line. */
    public fun ndjson(): ByteArray = mapped { native.ndjson() }

    override fun close(): Unit = native.close()

    override fun toString(): String = "Table($name)"
}

/** Tables by name, the main one first. Read from the bytes when first asked for: one alone, or all at once. */
public class Tables internal constructor(private val load: (List<String>?) -> List<Table>) :
    Iterable<Table>, AutoCloseable {
    private val read = LinkedHashMap<String, Table>()
    private var whole = false

    /** Those that are read already. */
    internal constructor(tables: List<Table>) : this({ tables }) {
        all()
    }

    /** The main table: the only one of aggregates and listings. */
    public val table: Table get() = first()

    /**
     * The table of this name.
     *
     * @throws PegcountException.Query if the report has no such table
     */
    @Synchronized
    public operator fun get(name: String): Table {
        read[name]?.let { return it }
        if (whole) throw NoSuchElementException("$name: there are ${read.keys.joinToString()}")
        return load(listOf(name)).single().also { read[name] = it }
    }

    override fun iterator(): Iterator<Table> = all().iterator()

    @Synchronized
    private fun all(): List<Table> {
        if (!whole) {
            // In the order of the documentation; those at hand stay the same.
            val kept = HashMap(read)
            read.clear()
            for (table in load(null)) read[table.name] = kept.remove(table.name)?.also { table.close() } ?: table
            whole = true
        }
        return read.values.toList()
    }

    /** Gives the memory of the tables back. */
    @Synchronized
    override fun close(): Unit = read.values.forEach(Table::close)
}
