package io.github.pegcount

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import com.fasterxml.jackson.databind.node.ArrayNode
import com.fasterxml.jackson.databind.node.ObjectNode
import io.github.pegcount.core.Action
import io.github.pegcount.core.Advice
import io.github.pegcount.core.Event
import io.github.pegcount.core.Plan
import io.github.pegcount.core.Problem
import io.github.pegcount.core.StoreOp
import java.io.File

internal val json = ObjectMapper()

/** `tests/vectors` of the repository. */
internal val vectors: File = generateSequence(File("").absoluteFile) { it.parentFile }
    .map { File(it, "tests/vectors") }
    .first { File(it, "errors.json").exists() }

/** A value without its nulls: absent and null are the same. */
internal fun plain(node: JsonNode): JsonNode = when (node) {
    is ObjectNode -> json.createObjectNode().also { kept ->
        for ((name, value) in node.properties()) if (!value.isNull) kept.set<JsonNode>(name, plain(value))
    }
    is ArrayNode -> json.createArrayNode().also { kept -> node.forEach { kept.add(plain(it)) } }
    // A number is the same whatever it is kept in.
    else -> if (node.isIntegralNumber) json.nodeFactory.numberNode(node.asLong()) else node
}

/** An order in the shape of `pegcount::wire::action`. */
internal fun Action.shape(): JsonNode = plain(
    json.valueToTree(
        when (this) {
            is Action.Send -> mapOf(
                "action" to "send",
                "id" to id,
                "call" to call,
                "purpose" to purpose.name.lowercase(),
                "request" to mapOf(
                    "method" to request.method(),
                    "url" to request.url(),
                    "headers" to request.headers().map { listOf(it.name, it.value) },
                    "body" to request.body()?.decodeToString(),
                ),
                "timeout" to timeout,
                "max_body" to maxBody,
                "look" to json.readTree(look),
            )
            is Action.Abort -> mapOf("action" to "abort", "id" to id)
            is Action.Store -> mapOf("action" to "store", "id" to id) + op.shape()
            is Action.Credentials -> mapOf("action" to "credentials", "id" to id)
            is Action.Emit -> mapOf("action" to "emit", "call" to call) + event.shape()
            is Action.Wait -> mapOf("action" to "wait", "until" to until, "why" to why)
            Action.Idle -> mapOf("action" to "idle")
        },
    ),
)

private fun StoreOp.shape(): Map<String, Any?> = when (this) {
    StoreOp.Load -> mapOf("op" to "load")
    is StoreOp.Lock -> mapOf("op" to "lock", "owner" to owner, "takeover" to takeover)
    is StoreOp.Save -> mapOf("op" to "save", "record" to record.expose())
    is StoreOp.Unlock -> mapOf("op" to "unlock", "owner" to owner)
}

private fun Event.shape(): Map<String, Any?> = when (this) {
    is Event.Page -> mapOf("event" to "page", "page" to json.readTree(page.context))
    is Event.Done -> mapOf(
        "event" to "done",
        "summary" to summary.run {
            mapOf(
                "pages" to pages,
                "items" to items,
                "outside" to outside,
                "duplicates" to duplicates,
                "requests" to requests,
                "retries" to retries,
                "waited" to waited,
            )
        },
    )
    is Event.Failed -> mapOf("event" to "failed", "error" to problem.shape())
}

/** Advice in the shape of `pegcount::wire::advise`. */
internal fun Advice.shape(): JsonNode = json.valueToTree(
    mapOf(
        "grant" to grant,
        "why" to why,
        "steps" to steps,
        "caveats" to caveats,
        "will_not_work" to willNotWork,
        "text" to text,
    ),
)

/** A plan in the shape of `pegcount::wire::plan`. */
internal fun Plan.shape(): JsonNode = plain(
    json.valueToTree(
        mapOf(
            "operation" to operation,
            "lane" to lane,
            "requests" to requests,
            "exact" to exact,
            "seconds" to seconds,
            "windows" to windows.ifEmpty { null },
            "first" to json.readTree(first),
            "warnings" to warnings.map { it.shape() },
        ),
    ),
)

/** An error in the shape of `pegcount::wire::error`. */
internal fun Problem.shape(): JsonNode = plain(
    json.valueToTree(
        mapOf(
            "code" to code,
            "class" to PegcountException.of(this).javaClass.simpleName,
            "status" to status,
            "message" to text,
            "request_id" to requestId,
            "retry" to mapOf("advice" to retry.advice, "after_ms" to retry.afterMs),
            "operation" to operation,
            "attempts" to attempts,
            "explanation" to explanation.run {
                mapOf(
                    "code" to code,
                    "cause" to cause,
                    "evidence" to evidence,
                    "remedy" to remedy,
                    "certainty" to certainty,
                    "missing" to missing,
                    "nearest" to nearest,
                    "belief" to belief,
                    "resume" to resume,
                    "text" to this.text,
                )
            },
        ),
    ),
)
