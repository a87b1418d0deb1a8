package io.github.pegcount

import io.github.pegcount.core.Cells
import io.github.pegcount.core.Flat
import java.nio.ByteBuffer
import java.nio.ByteOrder

/** The columns of a table by name, in order. */
public class Columns internal constructor(flat: Flat) : AbstractMap<String, Column<*>>() {
    private val columns = LinkedHashMap<String, Column<*>>()

    init {
        val block = ByteBuffer.wrap(flat.block).order(ByteOrder.LITTLE_ENDIAN)
        val rows = flat.rows.toInt()
        for (place in flat.columns) {
            val cells = Block(block, place.cells, rows)
            columns[place.name] = when (place.kind) {
                "bool" -> BoolColumn(cells)
                "float" -> DoubleColumn(cells)
                "int" -> LongColumn(cells)
                "time" -> TimeColumn(cells)
                "list" -> ListColumn(cells, place.items)
                else -> TextColumn(cells)
            }
        }
    }

    override val entries: Set<Map.Entry<String, Column<*>>> get() = columns.entries

    override fun get(key: String): Column<*>? = columns[key]

    internal inline fun <reified T : Column<*>> typed(name: String): T = getValue(name) as T
}

/** Where the cells of a column lie. */
internal class Block(val bytes: ByteBuffer, val cells: Cells, val size: Int) {
    fun has(row: Int): Boolean = when {
        row !in 0 until size -> throw IndexOutOfBoundsException("row $row of $size")
        cells.values == null && cells.offsets == null -> false
        else -> cells.validity?.let { bit(it, row) } ?: true
    }

    fun bit(from: Int, row: Int): Boolean = bytes.get(from + (row shr 3)).toInt() shr (row and 7) and 1 == 1

    fun offset(row: Int): Int = bytes.getInt(cells.offsets!! + 4 * row)

    fun word(row: Int): Long = bytes.getLong(cells.values!! + 8 * row)

    fun text(row: Int): String {
        val from = offset(row)
        return String(bytes.array(), cells.values!! + from, offset(row + 1) - from, Charsets.UTF_8)
    }
}

/** The cells of a column, null where there is no value. Read from one block of memory when asked for. */
public sealed class Column<out T : Any> : AbstractList<T?>() {
    internal abstract val block: Block

    override val size: Int get() = block.size

    /** Whether a row holds a value. */
    public fun has(row: Int): Boolean = block.has(row)

    override fun get(index: Int): T? = if (block.has(index)) value(index) else null

    internal abstract fun value(row: Int): T
}

/** Truths. */
public class BoolColumn internal constructor(override val block: Block) : Column<Boolean>() {
    override fun value(row: Int): Boolean = block.bit(block.cells.values!!, row)
}

/** Numbers with a fraction. */
public class DoubleColumn internal constructor(override val block: Block) : Column<Double>() {
    override fun value(row: Int): Double = Double.fromBits(block.word(row))

    /** All of them; [none] where there is no value. */
    @JvmOverloads
    public fun toArray(none: Double = Double.NaN): DoubleArray = DoubleArray(size) { if (has(it)) value(it) else none }
}

/** Whole numbers; durations are milliseconds. */
public class LongColumn internal constructor(override val block: Block) : Column<Long>() {
    override fun value(row: Int): Long = block.word(row)

    /** All of them; [none] where there is no value. */
    public fun toArray(none: Long): LongArray = LongArray(size) { if (has(it)) value(it) else none }
}

/** Times, in milliseconds since 1970 UTC. */
public class TimeColumn internal constructor(override val block: Block) : Column<Long>() {
    override fun value(row: Int): Long = block.word(row)

    /** All of them; [none] where there is no value. */
    public fun toArray(none: Long): LongArray = LongArray(size) { if (has(it)) value(it) else none }
}

/** Text. */
public class TextColumn internal constructor(override val block: Block) : Column<String>() {
    override fun value(row: Int): String = block.text(row)
}

/** Lists of text. */
public class ListColumn internal constructor(override val block: Block, items: Cells?) : Column<List<String?>>() {
    private val items = items?.let { Block(block.bytes, it, if (block.cells.offsets == null) 0 else block.offset(block.size)) }

    override fun value(row: Int): List<String?> {
        val texts = items ?: return emptyList()
        return (block.offset(row) until block.offset(row + 1)).map { if (texts.has(it)) texts.text(it) else null }
    }
}
