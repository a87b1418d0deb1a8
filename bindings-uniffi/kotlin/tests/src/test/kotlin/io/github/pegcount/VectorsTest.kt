package io.github.pegcount

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.node.NullNode
import com.fasterxml.jackson.databind.node.ObjectNode
import io.github.pegcount.core.Action
import io.github.pegcount.core.Fault
import io.github.pegcount.core.Header
import io.github.pegcount.core.LoginPage
import io.github.pegcount.core.Problem
import io.github.pegcount.core.Session
import io.github.pegcount.core.advise
import io.github.pegcount.core.decode
import io.github.pegcount.core.explain
import io.github.pegcount.core.finishLogin
import io.github.pegcount.core.plan
import java.io.File
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory

/** What every language replays. */
class VectorsTest {
    @TestFactory
    fun scripts(): List<DynamicTest> {
        val files = File(vectors, "session").listFiles { file -> file.extension == "json" }!!.sorted()
        assertTrue(files.isNotEmpty())
        return files.map { DynamicTest.dynamicTest(it.nameWithoutExtension) { Script(json.readTree(it)).play() } }
    }

    @Test
    fun `each code has its class`() {
        val table = json.readTree(File(vectors, "errors.json"))
        assertTrue(!table["errors"].isEmpty)
        for (error in table["errors"]) {
            val (code, name) = error["code"].asText() to error["class"].asText()
            val thrown = PegcountException.of(problem(code).copy(problemClass = name))
            assertEquals(table["classes"][name]["kotlin"].asText(), thrown.javaClass.simpleName, code)
        }
    }

    @TestFactory
    fun `without a session`(): List<DynamicTest> = listOf("login.json", "plan.json").flatMap { file ->
        json.readTree(File(vectors, file)).properties().flatMap { (kind, cases) ->
            cases.mapIndexed { nth, case ->
                DynamicTest.dynamicTest("$kind $nth") {
                    val given = runCatching { given(kind, case) }.recover { refused(it) }.getOrThrow()
                    assertEquals(plain(case["gives"]), plain(given))
                }
            }
        }
    }

    @OptIn(ExperimentalStdlibApi::class)
    private fun given(kind: String, case: JsonNode): JsonNode {
        fun text(name: String) = case[name].asText()
        return when (kind) {
            "begin" -> {
                val random = text("randomness").hexToByteArray()
                val page = LoginPage(case["wish"].toString(), random, case["arguments"].toString(), emptyMap())
                json.valueToTree(mapOf("url" to page.url(), "state" to page.state(), "verifier" to page.verifier()))
            }
            "finish" -> json.createObjectNode().put("code", finishLogin(text("came_back"), text("state")))
            "advise" -> advise(case["situation"].toString()).shape()
            "plan" -> plan(case["report"].toString(), case["pace"].asInt(), case["wall"].asLong()).shape()
            else -> throw AssertionError("there is no kind `$kind`")
        }
    }

    @TestFactory
    fun explanations(): List<DynamicTest> = json.readTree(File(vectors, "explain.json"))["cases"].map { case ->
        DynamicTest.dynamicTest(case["id"].asText()) {
            val asked = (case as ObjectNode).deepCopy().apply { remove(listOf("id", "expect", "source", "note")) }
            val told = explain(asked.toString()).shape() as ObjectNode
            told.setAll<ObjectNode>((told["explanation"] as ObjectNode).deepCopy().apply { remove("text") })
            for ((name, expected) in case["expect"].properties()) assertEquals(plain(expected), told[name], name)
        }
    }
}

/** One script, on a session whose clock is the script's. */
private class Script(private val script: JsonNode) {
    private val looks = HashMap<Long, String>()
    private val session: Session?
    private var mono = 0L
    private var wall = script["wall"]?.asLong() ?: 0L

    init {
        val config = script["config"]
        val environment = config["environment"]?.properties()?.associate { it.key to it.value.asText() } ?: emptyMap()
        val opened = runCatching { Session(config["arguments"].toString(), environment) }
        config["gives"]?.let { assertEquals(plain(it), refused(opened.exceptionOrNull())) }
        session = if (config.has("gives")) null else opened.getOrThrow()
    }

    fun play() {
        if (session == null) return assertTrue(script["script"].isEmpty)
        session.use { script["script"].forEach { step -> play(it, step) } }
    }

    private fun play(session: Session, step: JsonNode) {
        val (name, given) = step.properties().first()
        when (name) {
            "start" -> gives(step) {
                val call = session.start(given["report"].toString(), given["options"]?.toString() ?: "{}", mono, wall)
                json.createObjectNode().put("call", call)
            }
            "pull" -> session.pull(given.asLong(), mono, wall)
            "cancel" -> session.cancel(given.asLong(), mono, wall)
            "pass" -> given.asLong().let { mono += it; wall += it }
            "jump" -> wall += given.asLong()
            "poll" -> assertEquals(plain(given), plain(json.valueToTree(poll(session))))
            "answer" -> {
                val headers = given["headers"].map { Header(it[0].asText(), it[1].asText()) }
                val body = given["body"].asText().toByteArray()
                val id = given["id"].asLong()
                session.handleResponse(id, looks.getValue(id), given["status"].asInt(), headers, body, mono, wall)
            }
            "fail" -> session.handleFailure(given["id"].asLong(), given["failure"].toString(), mono, wall)
            "store" -> session.handleStore(given["id"].asLong(), given["answer"].toString(), mono, wall)
            "credentials" -> session.handleCredentials(given["id"].asLong(), given["answer"].toString(), mono, wall)
            "notices" -> {
                val told = generateSequence { session.observe() }.map {
                    mapOf("call" to it.call, "kind" to it.kind, "text" to it.text, "wait" to it.wait)
                }
                assertEquals(plain(given), plain(json.valueToTree(told.toList())))
            }
            "decode" -> gives(step) {
                val names = given["table"]?.takeUnless(JsonNode::isNull)?.let { listOf(it.asText()) }
                val table = decode(given["page"].toString(), given["body"].asText().toByteArray(), names).first()
                json.createObjectNode().put("csv", table.csv(true).decodeToString())
            }
            else -> throw AssertionError("there is no step `$name`")
        }
    }

    private fun gives(step: JsonNode, act: () -> JsonNode) {
        val got = runCatching(act).recover { refused(it) }.getOrThrow()
        assertEquals(plain(step["gives"]), plain(got))
    }

    private fun poll(session: Session): List<JsonNode> = buildList {
        while (true) {
            val order = session.poll(mono, wall)
            if (order is Action.Send) looks[order.id] = order.look
            add(order.shape())
            if (order is Action.Wait || order is Action.Idle) return@buildList
        }
    }
}

private fun refused(error: Throwable?): JsonNode = when (error) {
    is Fault.Refused -> plain(json.createObjectNode().set("error", error.problem.shape()))
    null -> NullNode.instance
    else -> throw error
}

internal fun problem(code: String): Problem = explain("{}").copy(code = code)
