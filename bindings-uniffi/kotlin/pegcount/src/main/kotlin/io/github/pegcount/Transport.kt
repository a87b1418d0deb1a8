package io.github.pegcount

import io.github.pegcount.core.Header
import java.io.ByteArrayOutputStream
import java.io.IOException
import java.io.InputStream
import java.util.concurrent.CompletableFuture

/**
 * One exchange over HTTP, and nothing else: no retries, no redirects, no judgement of what came back.
 *
 * Called from many threads at once.
 */
public interface Transport : AutoCloseable {
    /**
     * Sends a request and reads the whole answer. Cancelling the future ends the exchange; it fails with a
     * [TransportException] when no answer came. The time an exchange may take is kept by the caller.
     */
    public fun send(request: Request): CompletableFuture<Response>

    /** Closes the connections. */
    override fun close() {}
}

/** What to send. Prints neither headers, which hold a token, nor a body, which may hold a secret. */
public class Request(
    /** `GET`, `POST`, …. */
    public val method: String,
    /** The whole URL. */
    public val url: String,
    /** Every header field. */
    public val headers: List<Header>,
    /** The body, if there is one. */
    public val body: ByteArray?,
    /** The largest body to accept, in decompressed bytes; above it: [Cause.TOO_LARGE]. */
    public val maxBody: Long,
) {
    override fun toString(): String = "Request($method ${url.substringBefore('?')})"
}

/** What came back: the status, every header, and the body with its content encoding removed. */
public class Response(
    /** The status. */
    public val status: Int,
    /** Every header field. */
    public val headers: List<Header>,
    /** The body. */
    public val body: ByteArray,
) {
    override fun toString(): String = "Response($status, ${body.size} bytes)"
}

/** No answer came. */
public class TransportException @JvmOverloads constructor(
    /** What broke. */
    public val reason: Cause,
    /** Whether the server may have received the request. */
    public val sent: Sent,
    /** What the library said, without URLs, headers or bodies. */
    public val detail: String = "",
) : IOException("$reason: $detail")

/**
 * Reads a body that may not be larger than [most].
 *
 * @throws TransportException with [Cause.TOO_LARGE]
 */
public fun InputStream.readBounded(most: Long): ByteArray {
    val body = ByteArrayOutputStream()
    val chunk = ByteArray(1 shl 16)
    while (true) {
        val length = read(chunk)
        if (length < 0) return body.toByteArray()
        if (body.size() + length > most) throw TransportException(Cause.TOO_LARGE, Sent.MAYBE, "more than $most bytes")
        body.write(chunk, 0, length)
    }
}
