package io.github.pegcount.jdk

import io.github.pegcount.Cause
import io.github.pegcount.Request
import io.github.pegcount.Response
import io.github.pegcount.Sent
import io.github.pegcount.Transport
import io.github.pegcount.TransportException
import io.github.pegcount.core.Header
import io.github.pegcount.readBounded
import java.io.ByteArrayInputStream
import java.io.IOException
import java.net.ConnectException
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpConnectTimeoutException
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodySubscribers
import java.nio.ByteBuffer
import java.nio.channels.UnresolvedAddressException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage
import java.util.concurrent.Flow
import java.util.zip.GZIPInputStream
import javax.net.ssl.SSLException

/** Sends through `java.net.http`. A proxy is taken from the system's properties, as the JDK does. */
public class JdkTransport @JvmOverloads constructor(
    private val client: HttpClient = HttpClient.newBuilder()
        .followRedirects(HttpClient.Redirect.NEVER)
        .version(HttpClient.Version.HTTP_1_1)
        .build(),
) : Transport {
    init {
        require(client.followRedirects() == HttpClient.Redirect.NEVER) { "a transport follows no redirects" }
    }

    override fun send(request: Request): CompletableFuture<Response> {
        val publisher = request.body?.let(BodyPublishers::ofByteArray) ?: BodyPublishers.noBody()
        val built = HttpRequest.newBuilder(URI.create(request.url)).method(request.method, publisher)
        request.headers.forEach { built.header(it.name, it.value) }
        built.header("Accept-Encoding", "gzip")
        val exchange = client.sendAsync(built.build()) { Bounded(request.maxBody) }
        val answer = object : CompletableFuture<Response>() {
            // What hangs on an exchange does not hand a cancellation on to it.
            override fun cancel(mayInterrupt: Boolean): Boolean = super.cancel(mayInterrupt).also { exchange.cancel(true) }
        }
        exchange.whenComplete { response, error ->
            if (error != null) {
                answer.completeExceptionally(failure(error))
            } else {
                try {
                    answer.complete(unpacked(response, request.maxBody))
                } catch (broken: TransportException) {
                    answer.completeExceptionally(broken)
                } catch (broken: IOException) {
                    answer.completeExceptionally(failure(broken))
                }
            }
        }
        return answer
    }

    private fun unpacked(response: HttpResponse<ByteArray>, most: Long): Response {
        val fields = response.headers().map().flatMap { (name, values) -> values.map { Header(name, it) } }
        val packing = response.headers().firstValue("Content-Encoding").orElse("").trim().lowercase()
        val body = when {
            packing == "" || packing == "identity" || response.body().isEmpty() -> response.body()
            packing == "gzip" || packing == "x-gzip" -> GZIPInputStream(ByteArrayInputStream(response.body())).readBounded(most)
            else -> throw TransportException(Cause.BROKEN, Sent.MAYBE, "the answer has an encoding that was not asked for")
        }
        return Response(response.statusCode(), fields, body)
    }

    private fun failure(error: Throwable): TransportException {
        val chain = generateSequence(error) { it.cause }.toList()
        fun has(kind: Class<*>) = chain.any(kind::isInstance)
        // Without its text: it may hold a URL.
        val detail = chain.last { it !is CompletionException || it.cause == null }.javaClass.simpleName
        return chain.filterIsInstance<TransportException>().firstOrNull() ?: when {
            has(UnresolvedAddressException::class.java) -> TransportException(Cause.DNS, Sent.NO, detail)
            has(HttpConnectTimeoutException::class.java) -> TransportException(Cause.TIMEOUT, Sent.NO, detail)
            has(ConnectException::class.java) -> TransportException(Cause.REFUSED, Sent.NO, detail)
            has(SSLException::class.java) -> TransportException(Cause.TLS, Sent.MAYBE, detail)
            else -> TransportException(Cause.BROKEN, Sent.MAYBE, detail)
        }
    }
}

/** Collects a body and stops where it becomes too large. */
private class Bounded(private val most: Long) : HttpResponse.BodySubscriber<ByteArray> {
    private val whole = BodySubscribers.ofByteArray()
    private val tooLarge = CompletableFuture<ByteArray>()
    private lateinit var subscription: Flow.Subscription
    private var length = 0L

    override fun getBody(): CompletionStage<ByteArray> = whole.body.toCompletableFuture().applyToEither(tooLarge) { it }

    override fun onSubscribe(subscription: Flow.Subscription) {
        this.subscription = subscription
        whole.onSubscribe(subscription)
    }

    override fun onNext(item: List<ByteBuffer>) {
        length += item.sumOf { it.remaining().toLong() }
        if (length > most) {
            subscription.cancel()
            tooLarge.completeExceptionally(TransportException(Cause.TOO_LARGE, Sent.MAYBE, "more than $most bytes"))
        } else {
            whole.onNext(item)
        }
    }

    override fun onError(throwable: Throwable): Unit = whole.onError(throwable)

    override fun onComplete(): Unit = whole.onComplete()
}
