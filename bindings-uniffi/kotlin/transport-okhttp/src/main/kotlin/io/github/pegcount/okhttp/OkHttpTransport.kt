package io.github.pegcount.okhttp

import io.github.pegcount.Cause
import io.github.pegcount.Request
import io.github.pegcount.Response
import io.github.pegcount.Sent
import io.github.pegcount.Transport
import io.github.pegcount.TransportException
import io.github.pegcount.core.Header
import io.github.pegcount.readBounded
import java.io.IOException
import java.net.ConnectException
import java.net.UnknownHostException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import javax.net.ssl.SSLException
import okhttp3.Authenticator
import okhttp3.Call
import okhttp3.Callback
import okhttp3.Interceptor
import okhttp3.MediaType
import okhttp3.OkHttpClient
import okhttp3.RequestBody
import okio.BufferedSink

/** Sends through OkHttp; a client that is given lends its pool, proxy, DNS and certificates. */
public class OkHttpTransport private constructor(given: OkHttpClient, private val own: Boolean) : Transport {
    private val client = given.newBuilder()
        // Time is kept, repetitions are decided and log-ins are made elsewhere.
        .connectTimeout(0, TimeUnit.MILLISECONDS)
        .readTimeout(0, TimeUnit.MILLISECONDS)
        .writeTimeout(0, TimeUnit.MILLISECONDS)
        .followRedirects(false)
        .followSslRedirects(false)
        .retryOnConnectionFailure(false)
        .authenticator(Authenticator.NONE)
        .cache(null)
        .addNetworkInterceptor(Unrepeated)
        .addInterceptor(Restored)
        .build()

    /** Makes a client of its own. */
    public constructor() : this(OkHttpClient(), true)

    /** Takes a client that is set up; it stays open. */
    public constructor(client: OkHttpClient) : this(client, false)

    override fun send(request: Request): CompletableFuture<Response> {
        val built = okhttp3.Request.Builder().url(request.url)
        request.headers.forEach { built.addHeader(it.name, it.value) }
        val body = request.body?.let(::OneShot) ?: if (request.method == "POST") OneShot(ByteArray(0)) else null
        val call = client.newCall(built.method(request.method, body).build())
        val answer = object : CompletableFuture<Response>() {
            override fun cancel(mayInterrupt: Boolean): Boolean = super.cancel(mayInterrupt).also { call.cancel() }
        }
        call.enqueue(object : Callback {
            override fun onFailure(call: Call, e: IOException) {
                answer.completeExceptionally(failure(e))
            }

            override fun onResponse(call: Call, response: okhttp3.Response) {
                try {
                    val whole = response.use { it.body.byteStream().readBounded(request.maxBody) }
                    answer.complete(Response(response.code, response.headers.map { Header(it.first, it.second) }, whole))
                } catch (error: IOException) {
                    answer.completeExceptionally(failure(error))
                }
            }
        })
        return answer
    }

    override fun close() {
        if (!own) return
        client.dispatcher.executorService.shutdown()
        client.connectionPool.evictAll()
    }

    private fun failure(error: IOException): TransportException {
        // Without its text: it may hold a URL.
        val detail = error.javaClass.simpleName
        return when (error) {
            is TransportException -> error
            is UnknownHostException -> TransportException(Cause.DNS, Sent.NO, detail)
            is ConnectException -> TransportException(Cause.REFUSED, Sent.NO, detail)
            is SSLException -> TransportException(Cause.TLS, Sent.MAYBE, detail)
            else -> TransportException(Cause.BROKEN, Sent.MAYBE, detail)
        }
    }
}

/** A body that OkHttp does not send again of its own accord. */
private class OneShot(private val bytes: ByteArray) : RequestBody() {
    override fun contentType(): MediaType? = null

    override fun contentLength(): Long = bytes.size.toLong()

    override fun isOneShot(): Boolean = true

    override fun writeTo(sink: BufferedSink) {
        sink.write(bytes)
    }
}

private const val KEPT = "X-Pegcount-Retry-After"

/** OkHttp repeats a request of its own accord where this field says that it may be repeated at once. */
private object Unrepeated : Interceptor {
    override fun intercept(chain: Interceptor.Chain): okhttp3.Response = renamed(chain, "Retry-After", KEPT)
}

private object Restored : Interceptor {
    override fun intercept(chain: Interceptor.Chain): okhttp3.Response = renamed(chain, KEPT, "Retry-After")
}

private fun renamed(chain: Interceptor.Chain, from: String, to: String): okhttp3.Response {
    val response = chain.proceed(chain.request())
    val value = response.header(from) ?: return response
    return response.newBuilder().removeHeader(from).header(to, value).build()
}
