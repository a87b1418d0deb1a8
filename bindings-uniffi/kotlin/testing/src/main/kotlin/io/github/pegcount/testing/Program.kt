package io.github.pegcount.testing

import java.io.File
import java.io.IOException

private const val PROGRAM = "pegcount-sandbox"
private const val MISSING = "$PROGRAM was not found: `pip install $PROGRAM` puts it on the PATH, or PEGCOUNT_SANDBOX names it"

/** Starts the sandbox; what it complains of is told beside the test's own words. */
internal fun start(options: Array<out String>): Process = try {
    // Its input is a pipe: it ends with this process, however that ends.
    ProcessBuilder(listOf(program(), "--until-stdin-closes") + options).redirectError(ProcessBuilder.Redirect.INHERIT).start()
} catch (error: IOException) {
    throw IllegalStateException(MISSING, error)
}

/** Where it is. SANDBOX_BIN is what the scripts of this repository call the one that they build. */
private fun program(): String = System.getenv("PEGCOUNT_SANDBOX")
    ?: System.getenv("SANDBOX_BIN")
    ?: System.getenv("PATH").orEmpty().split(File.pathSeparator)
        .flatMap { listOf(File(it, PROGRAM), File(it, "$PROGRAM.exe")) }
        .firstOrNull(File::canExecute)?.path
    ?: throw IllegalStateException(MISSING)
