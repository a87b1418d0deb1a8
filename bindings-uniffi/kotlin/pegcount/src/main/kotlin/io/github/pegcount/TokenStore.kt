package io.github.pegcount

import io.github.pegcount.core.Fault
import io.github.pegcount.core.StoreOp
import io.github.pegcount.core.TokenFile
import java.io.IOException

/**
 * Where a token is kept for others. A store that throws means no sharing, never a failed report.
 *
 * When to load, lock, save or take a lock over is decided elsewhere.
 */
public interface TokenStore {
    /** The record, or null if there is none. Takes no lock. */
    public fun load(): String?

    /**
     * Makes the lock if nobody holds it, or puts [owner] in the place of [takeover] if that one still holds it.
     * Answers who holds the lock afterwards.
     */
    public fun lock(owner: String, takeover: String?): String

    /** Replaces the record, all or nothing. */
    public fun save(record: String)

    /** Removes the lock if [owner] holds it. */
    public fun unlock(owner: String)
}

/** A token in a file of mode 0600, and a `.lock` file beside it: shared with other processes and languages. */
public class FileStore(
    /** The file. On Android: one in the cache folder of the app. */
    public val path: String,
) : TokenStore {
    private val file = TokenFile(path)

    override fun load(): String? = io { file.load() }

    override fun lock(owner: String, takeover: String?): String = io { file.lock(owner, takeover) }

    override fun save(record: String): Unit = io { file.save(record) }

    override fun unlock(owner: String): Unit = io { file.unlock(owner) }

    /** Forgets the token. Answers whether there was one. */
    public fun clear(): Boolean = io { file.clear() }

    override fun toString(): String = "FileStore($path)"

    private inline fun <T> io(operation: () -> T): T = try {
        operation()
    } catch (fault: Fault.Beside) {
        throw IOException(fault.why)
    }
}

/** Carries out one order of the core and answers in its shape. */
internal fun TokenStore?.perform(op: StoreOp): String = try {
    when {
        this == null -> Json.answer("failed" to "there is none")
        op is StoreOp.Load -> Json.answer("loaded" to load())
        op is StoreOp.Lock -> locked(lock(op.owner, op.takeover), op.owner)
        op is StoreOp.Save -> {
            op.record.use { save(it.expose()) }
            Json.text("done")
        }
        else -> {
            unlock((op as StoreOp.Unlock).owner)
            Json.text("done")
        }
    }
} catch (error: Throwable) {
    // Errors, too: whatever happened, the core waits for an answer. The text of an unknown store's error could hold the record.
    val why = if (this is FileStore) error.message else null
    Json.answer("failed" to error.javaClass.simpleName + (why?.let { ": $it" } ?: ""))
}

/** A store in Java may name nobody, whatever Kotlin believes. */
private fun locked(holder: String?, owner: String): String = when (holder) {
    owner -> Json.text("locked")
    null -> Json.answer("failed" to "lock gave null: who holds the lock was expected")
    else -> Json.answer("busy" to holder)
}
