package io.github.pegcount

/** A value that the API spells in its own way. */
internal interface Spelled {
    val spelling: String
}

/** Writes JSON for the core, from plain data: maps, lists, arrays, text, numbers, truth and null. */
internal object Json {
    /** Leaves out what was not given. */
    fun given(vararg fields: Pair<String, Any?>): String = text(fields.filter { it.second != null }.toMap())

    /** What the host answers to an order. Half a pair becomes a sign for it: nobody waits who could be told. */
    fun answer(vararg fields: Pair<String, String?>): String =
        text(fields.toMap().mapValues { (_, text) -> text?.encodeToByteArray()?.decodeToString() })

    fun text(value: Any?): String = StringBuilder().also { write(it, value, 0) }.toString()

    private fun write(out: StringBuilder, value: Any?, depth: Int) {
        require(depth <= DEPTH) { "what is nested so deep cannot become JSON" }
        when (value) {
            null -> out.append("null")
            is Boolean -> out.append(value)
            is Spelled -> quote(out, value.spelling)
            is Double, is Float -> {
                require((value as Number).toDouble().isFinite()) { "a number that is not finite cannot become JSON" }
                out.append(value)
            }
            is Number -> out.append(value)
            is CharSequence -> quote(out, value)
            is Map<*, *> -> list(out, '{', '}', value.entries) { (key, item) ->
                require(key is CharSequence) { "a key that is no text cannot become JSON" }
                quote(out, key)
                out.append(':')
                write(out, item, depth + 1)
            }
            is Iterable<*> -> list(out, '[', ']', value) { write(out, it, depth + 1) }
            is Array<*> -> list(out, '[', ']', value.asIterable()) { write(out, it, depth + 1) }
            else -> throw IllegalArgumentException("${value.javaClass.name} cannot become JSON")
        }
    }

    private inline fun <T> list(out: StringBuilder, open: Char, close: Char, items: Iterable<T>, item: (T) -> Unit) {
        out.append(open)
        items.forEachIndexed { index, each ->
            if (index > 0) out.append(',')
            item(each)
        }
        out.append(close)
    }

    private fun quote(out: StringBuilder, text: CharSequence) {
        out.append('"')
        for (char in text) {
            when {
                char == '"' || char == '\\' -> out.append('\\').append(char)
                // Half a pair is no text: as an escape it comes before the core, which says so.
                char < ' ' || char.isSurrogate() -> out.append(escaped(char))
                else -> out.append(char)
            }
        }
        out.append('"')
    }

    private fun escaped(char: Char) = "\\u" + char.code.toString(16).padStart(4, '0')

    /** Deeper than any request body; a list that holds itself ends here. */
    private const val DEPTH = 100
}
