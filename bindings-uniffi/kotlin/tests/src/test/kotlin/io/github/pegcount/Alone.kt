package io.github.pegcount

import io.github.pegcount.testing.Genesys

/** A process of its own, where nothing says where the sandbox is. */
internal fun main() = Genesys().close()
