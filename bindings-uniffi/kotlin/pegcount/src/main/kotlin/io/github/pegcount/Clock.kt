package io.github.pegcount

import kotlinx.coroutines.delay

/** Two clocks, and how time is passed; to be replaced in tests. */
public open class Clock {
    /** Milliseconds on a clock that never goes back. */
    public open fun monotonic(): Long = System.nanoTime() / 1_000_000 - start

    /** Milliseconds since 1970 UTC. */
    public open fun wall(): Long = System.currentTimeMillis()

    /** Lets time pass. */
    public open suspend fun pass(milliseconds: Long): Unit = delay(milliseconds)

    private companion object {
        val start = System.nanoTime() / 1_000_000
    }
}
