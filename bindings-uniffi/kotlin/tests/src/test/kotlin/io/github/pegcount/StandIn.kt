package io.github.pegcount

import java.io.BufferedInputStream
import java.io.IOException
import java.io.InputStream
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.net.SocketException
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread

/** A server that says exactly what a test tells it to, byte for byte: a token, then what stands in the queue. */
internal class StandIn : AutoCloseable {
    val queue = ConcurrentLinkedQueue<(Socket) -> Unit>()
    val requests = CopyOnWriteArrayList<String>()

    /** Ends when a client closes a connection on which it was never answered. */
    val givenUp = CountDownLatch(1)

    private val listener = ServerSocket(0, 50, InetAddress.getLoopbackAddress())
    val url = "http://127.0.0.1:${listener.localPort}"

    init {
        thread(isDaemon = true) {
            try {
                while (true) listener.accept().let { thread(isDaemon = true) { serve(it) } }
            } catch (_: SocketException) {
                // Closed.
            }
        }
    }

    fun config(transport: Transport, timeoutMs: Long? = null) = Config(
        apiUrl = url,
        loginUrl = url,
        credentials = ClientCredentials("id", "secret-SECRET"),
        share = false,
        transport = transport,
        timeoutMs = timeoutMs,
        clock = FakeClock(),
    )

    /** Answers nothing until the client goes away. */
    fun hang(): (Socket) -> Unit = { connection ->
        try {
            connection.getInputStream().read()
        } catch (_: IOException) {
            // Reset: gone, too.
        }
        givenUp.countDown()
    }

    private fun serve(connection: Socket) = connection.use {
        try {
            val input = BufferedInputStream(it.getInputStream())
            while (true) {
                val request = request(input) ?: return
                requests.add(request)
                if (request.startsWith("POST /oauth/token")) {
                    it.getOutputStream().write(TOKEN)
                } else {
                    (queue.poll() ?: return)(it)
                }
            }
        } catch (_: IOException) {
            // The client went away.
        }
    }

    private fun request(input: InputStream): String? {
        val head = StringBuilder()
        while (!head.endsWith("\r\n\r\n")) head.append(input.read().takeIf { it >= 0 }?.toChar() ?: return null)
        val length = Regex("(?i)content-length: *(\\d+)").find(head)?.groupValues?.get(1)?.toInt() ?: 0
        return head.toString() + input.readNBytes(length).decodeToString()
    }

    override fun close() = listener.close()

    companion object {
        private val TOKEN = answer("""{"access_token":"tok-SECRET-1","token_type":"bearer","expires_in":86400}""")

        /** A whole answer. */
        fun answer(body: String, status: String = "200 OK", vararg headers: String): ByteArray =
            answer(body.toByteArray(), status, *headers)

        fun answer(body: ByteArray, status: String = "200 OK", vararg headers: String): ByteArray {
            val fields = listOf("Content-Type: application/json", "Content-Length: ${body.size}") + headers
            return "HTTP/1.1 $status\r\n${fields.joinToString("") { "$it\r\n" }}\r\n".toByteArray() + body
        }

        fun saying(bytes: ByteArray): (Socket) -> Unit = { it.getOutputStream().write(bytes) }

        /** The beginning of an answer, and then the end of the connection. */
        fun stopping(bytes: ByteArray): (Socket) -> Unit = {
            it.getOutputStream().write(bytes)
            it.close()
        }
    }
}
