package io.github.pegcount

import io.github.pegcount.testing.Genesys

/** The same contact centre for each test, which no other test has seen. */
internal fun contactCentre() = Genesys("--seed", "7", "--now", "2026-03-10T09:00:00Z", "--org", "small", "--rate", "0")

/** A clock on which waiting takes no time. */
internal class FakeClock(private var now: Long = 1_000_000, private var wall: Long = System.currentTimeMillis()) : Clock() {
    @Synchronized
    override fun monotonic(): Long = now

    @Synchronized
    override fun wall(): Long = wall

    override suspend fun pass(milliseconds: Long): Unit = synchronized(this) {
        now += milliseconds
        wall += milliseconds
    }
}
