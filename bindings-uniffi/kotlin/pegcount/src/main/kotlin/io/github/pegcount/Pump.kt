package io.github.pegcount

import io.github.pegcount.core.Action
import io.github.pegcount.core.Event
import io.github.pegcount.core.Fault
import io.github.pegcount.core.HttpRequest
import io.github.pegcount.core.Notice
import io.github.pegcount.core.Problem
import io.github.pegcount.core.Purpose
import io.github.pegcount.core.Session
import io.github.pegcount.core.Summary
import java.lang.ref.PhantomReference
import java.lang.ref.ReferenceQueue
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.cancel
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.future.await
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

/** What a call tells its caller. */
internal sealed class Told {
    class Answer(val page: Page) : Told()

    class Done(val summary: Summary) : Told()

    class Failed(val problem: Problem) : Told()
}

/**
 * The pump: carries orders of the core out and tells it what happened. It decides nothing.
 *
 * A lock goes around the session alone; every order becomes a coroutine of its own, so exchanges, files and parsing
 * happen outside it. One more coroutine sleeps until the core's time has come.
 */
@OptIn(ExperimentalCoroutinesApi::class, DelicateCoroutinesApi::class)
internal class Pump(
    private val session: Session,
    private val transport: Transport,
    private val store: TokenStore?,
    private val provider: (suspend () -> ClientCredentials)?,
    private val clock: Clock,
) {
    private class Box {
        val events = Channel<Told>(Channel.UNLIMITED)
        var body = ByteArray(0)
    }

    /** A call whose holder the collector took: nobody can ask for its next page. */
    private inner class Held(holder: Any, val call: Long) : PhantomReference<Any>(holder, lost)

    private val lock = Any()
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.IO)
    private val boxes = HashMap<Long, Box>()
    private val flying = HashMap<Long, Job>()
    private val chores = HashSet<Job>()
    private val held = HashSet<Held>()
    private val lost = ReferenceQueue<Any>()
    private val latest = ArrayDeque<Notice>()
    private var timer: Job? = null
    private var until: Long? = null
    private val news = Channel<Notice>(NOTICES, BufferOverflow.DROP_OLDEST)
    private var closing = false
    private var closed = false

    @Volatile
    var listener: ((Notice) -> Unit)? = null

    init {
        // In a coroutine of its own: a listener may take its time, and call the client.
        scope.launch { for (notice in news) listener?.invoke(notice) }
    }

    val notices: List<Notice> get() = synchronized(lock) { latest.toList() }

    /** Checks and plans a report. Nothing is sent. */
    fun start(report: String, options: String): Long = asked {
        session.start(report, options, clock.monotonic(), clock.wall()).also { boxes[it] = Box() }
    }

    /** Asks for the next page and waits until it, or the call's last word, is there. */
    suspend fun next(call: Long): Told {
        val box = asked {
            session.pull(call, clock.monotonic(), clock.wall())
            boxes[call] ?: throw IllegalStateException("this report was given up")
        }
        try {
            return box.events.receive()
        } catch (cancelled: CancellationException) {
            cancel(call)
            throw cancelled
        }
    }

    /** Forgets a call whose last word was heard. */
    fun end(call: Long): Unit = synchronized(lock) { boxes.remove(call) }

    /** Ends a call; whoever waits for it hears so. */
    fun cancel(call: Long): Unit = told {
        session.cancel(call, clock.monotonic(), clock.wall())
        poll()
        boxes.remove(call)
    }

    /** Cancels a call once its holder is garbage. */
    fun hold(holder: Any, call: Long): Unit = synchronized(lock) { held.add(Held(holder, call)) }

    /** Cancels what is open, leaves no lock behind and no job that nobody wants, and closes the connections. */
    fun close() {
        synchronized(lock) {
            if (closing) return
            closing = true
            boxes.keys.toList().forEach { session.cancel(it, clock.monotonic(), clock.wall()) }
            poll()
            boxes.clear()
        }
        while (true) {
            val open = synchronized(lock) { chores.toList().also { if (it.isEmpty()) closed = true } }
            if (open.isEmpty()) break
            runBlocking { open.joinAll() }
        }
        scope.cancel()
        session.close()
        transport.close()
    }

    /** An input of the caller's. */
    private inline fun <T> asked(input: () -> T): T = synchronized(lock) {
        check(!closing) { "the client is closed" }
        mapped(input).also { poll() }
    }

    /** An input of the pump's own: after the end nobody listens. */
    private inline fun told(input: () -> Unit): Unit = synchronized(lock) {
        if (!closed) {
            input()
            poll()
        }
    }

    /** Puts every order where it belongs. The lock must be held. */
    private fun poll() {
        while (true) {
            val gone = lost.poll() as Held? ?: break
            held.remove(gone)
            session.cancel(gone.call, clock.monotonic(), clock.wall())
            boxes.remove(gone.call)
        }
        while (true) {
            when (val order = session.poll(clock.monotonic(), clock.wall())) {
                is Action.Send -> send(order)
                is Action.Abort -> flying[order.id]?.cancel()
                is Action.Store -> chore(store(order))
                is Action.Credentials -> scope.launch { provide(order) }
                is Action.Emit -> emit(order)
                is Action.Wait -> return sleep(order.until)
                Action.Idle -> return sleep(null)
            }
            observe()
        }
    }

    private fun observe() {
        while (true) {
            val notice = session.observe() ?: return
            if (notice.kind != "progress") {
                if (latest.size == NOTICES) latest.removeFirst()
                latest.addLast(notice)
            }
            news.trySend(notice)
        }
    }

    private fun sleep(time: Long?) {
        observe()
        if (time == until && timer?.isActive == true) return
        timer?.cancel()
        until = time
        timer = time?.let {
            scope.launch {
                clock.pass(maxOf(1, it - clock.monotonic()))
                told { until = null }
            }
        }
    }

    private fun emit(order: Action.Emit) {
        val box = boxes[order.call] ?: return
        val told = when (val event = order.event) {
            is Event.Page -> event.page.run { Told.Answer(Page(context, number, requestId, box.body)) }
            is Event.Done -> Told.Done(event.summary)
            is Event.Failed -> Told.Failed(event.problem)
        }
        box.body = ByteArray(0)
        box.events.trySend(told)
    }

    private fun send(order: Action.Send) {
        val job = scope.launch(start = CoroutineStart.ATOMIC) { exchange(order) }
        flying[order.id] = job
        // Nobody logs in for a call that is over; whatever else has no call is still to be done.
        if (order.purpose == Purpose.CHORE) chore(job)
    }

    private fun store(order: Action.Store) = scope.launch {
        val answer = store.perform(order.op)
        told { session.handleStore(order.id, answer, clock.monotonic(), clock.wall()) }
    }

    private suspend fun provide(order: Action.Credentials) {
        val answer = try {
            val given = provider!!()
            Json.answer("client_id" to given.id, "client_secret" to given.secret)
        } catch (error: Throwable) {
            // Errors, too: the core waits for an answer. Without its text: it could hold a secret.
            Json.answer("failed" to error.javaClass.simpleName)
        }
        told { session.handleCredentials(order.id, answer, clock.monotonic(), clock.wall()) }
    }

    /** What is done before the end. The lock must be held. */
    private fun chore(job: Job) {
        chores.add(job)
        job.invokeOnCompletion { synchronized(lock) { chores.remove(job) } }
    }

    private suspend fun exchange(order: Action.Send) {
        val failure = try {
            // Aborted before it began? It is answered for all the same.
            currentCoroutineContext().ensureActive()
            val request = order.request.use { it.toRequest(order.maxBody) }
            val response = withTimeout(order.timeout) { transport.send(request).await() }
            if (response.body.size > order.maxBody) throw TransportException(Cause.TOO_LARGE, Sent.MAYBE)
            // Before it is handled: whoever polls next may find the page.
            order.call?.let { call -> synchronized(lock) { boxes[call]?.body = response.body } }
            val (status, headers) = response.status to response.headers
            session.handleResponse(order.id, order.look, status, headers, response.body, clock.monotonic(), clock.wall())
            landed(order) {}
            return
        } catch (error: TransportException) {
            error
        } catch (_: TimeoutCancellationException) {
            TransportException(Cause.TIMEOUT, Sent.MAYBE)
        } catch (_: CancellationException) {
            TransportException(Cause.CANCELLED, Sent.MAYBE)
        } catch (error: Throwable) {
            // Errors, too: a library may be missing. Without its text: libraries put URLs and header values into it.
            TransportException(Cause.BROKEN, Sent.MAYBE, error.javaClass.simpleName)
        }
        landed(order) {
            val (sent, cause) = failure.sent.spelling to failure.reason.spelling
            val answer = Json.answer("sent" to sent, "cause" to cause, "detail" to failure.detail)
            session.handleFailure(order.id, answer, clock.monotonic(), clock.wall())
        }
    }

    private inline fun landed(order: Action.Send, input: () -> Unit) = told {
        flying.remove(order.id)
        input()
    }

    private companion object {
        const val NOTICES = 1000
    }
}

private fun HttpRequest.toRequest(maxBody: Long) = Request(method(), url(), headers(), body(), maxBody)

/** The core's refusals as exceptions. */
internal inline fun <T> mapped(call: () -> T): T = try {
    call()
} catch (fault: Fault.Refused) {
    throw PegcountException.of(fault.problem)
}
