"""The Kotlin side of `types_of`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_of import Field, Report

HEAD = """// Made from core/schema.json. Do not edit.
package io.github.pegcount

"""

TYPES = {
    "any": "Any",
    "bool": "Boolean",
    "int": "Int",
    "interval": "Interval",
    "map": "Map<String, Any?>",
    "text": "String",
    "texts": "List<String>",
}

COLUMNS = {"bool": "Bool", "float": "Double", "int": "Long", "list": "List", "text": "Text", "time": "Time"}

WISHES = (
    "Any report as data. Times are milliseconds: [timeoutMs] for one exchange, [deadlineMs] for the whole; [maxCalls] is "
    "how many requests it may send, log-ins not counted."
)


def kind(field: Field) -> str:
    return field.kind[5:] if field.kind.startswith("enum:") else TYPES[field.kind]


def doc(text: str, indent: str = "") -> str:
    text = text.replace("*/", "* /")
    return f"{indent}/** {text} */\n"


def report_file(reports: list[Report], enums: dict[str, Any]) -> str:
    out = [HEAD]
    out.append(doc("What is asked for, as plain data.") + "public sealed class Report {\n")
    out.append(doc("The report as every language writes it, and `pegcount report` reads it.", "    "))
    out.append("    public abstract fun json(): String\n}\n\n")
    out += [enum(name, shape) for name, shape in enums.items()]
    out += [report_class(report) for report in reports]
    out.append(doc("A method for each report: what it does not tell is left to the core."))
    out.append("public abstract class ReportMethods internal constructor() {\n")
    out.append(doc(WISHES, "    "))
    out.append(
        "    public abstract fun report(\n        report: Report,\n        timeoutMs: Long? = null,\n"
        "        deadlineMs: Long? = null,\n        maxCalls: Int? = null,\n    ): Pages\n"
    )
    out += [method(report) for report in reports]
    out.append("}\n\n")
    out.append(doc("A method for each report, for Java."))
    out.append("public abstract class BlockingReportMethods internal constructor() {\n")
    out.append(doc(WISHES, "    "))
    out.append(
        "    public abstract fun report(report: Report, timeoutMs: Long?, deadlineMs: Long?, maxCalls: Int?): PageIterable\n\n"
    )
    out.append(doc("Any report as data.", "    "))
    out.append("    public fun report(report: Report): PageIterable = report(report, null, null, null)\n")
    for report in reports:
        out.append("\n" + doc(report.about, "    "))
        out.append(f"    public fun {report.method}(report: {report.type}): PageIterable = report(report)\n")
    out.append("}\n")
    return "".join(out)


def enum(name: str, shape: Any) -> str:
    cases = [
        doc(case["description"], "    ") + f"    {case['const'].upper()}(\"{case['const']}\"),\n" for case in shape["oneOf"]
    ]
    head = f"public enum class {name}(override val spelling: String) : Spelled {{\n"
    return doc(shape["description"]) + head + "".join(cases) + "}\n\n"


def report_class(report: Report) -> str:
    out = [doc(report.about), f"public class {report.type}(\n"]
    for field in report.fields:
        out.append(doc(field.about, "    ") + f"    public val {field.name}: {kind(field)}? = null,\n")
    out.append(") : Report() {\n    override fun json(): String = Json.given(\n")
    out.append(f'        "report" to "{report.name}",\n')
    out += [f'        "{field.wire}" to {field.name},\n' for field in report.fields]
    out.append("    )\n\n" + doc("Collects wishes, for Java.", "    "))
    out.append("    public class Builder internal constructor() {\n")
    out += [f"        private var {field.name}: {kind(field)}? = null\n" for field in report.fields]
    for field in report.fields:
        out.append("\n" + doc(field.about, "        "))
        out.append(
            f"        public fun {field.name}({field.name}: {kind(field)}?): Builder =\n"
            f"            apply {{ this.{field.name} = {field.name} }}\n"
        )
        if field.kind == "interval":
            out.append("\n" + doc(field.about, "        "))
            out.append("        public fun interval(interval: String): Builder = interval(Interval(interval))\n")
    names = ", ".join(field.name for field in report.fields)
    out.append("\n" + doc("The report.", "        ") + f"        public fun build(): {report.type} =\n            {report.type}({names})\n")
    out.append("    }\n\n    public companion object {\n" + doc("Begins a report, for Java.", "        "))
    out.append("        @JvmStatic\n        public fun builder(): Builder = Builder()\n    }\n}\n\n")
    return "".join(out)


def method(report: Report) -> str:
    fields = "".join(f"        {field.name}: {kind(field)}? = null,\n" for field in report.fields)
    times = "        timeoutMs: Long? = null,\n        deadlineMs: Long? = null,\n        maxCalls: Int? = null,\n"
    names = ", ".join(field.name for field in report.fields)
    return (
        "\n" + doc(f"{report.about} See [{report.type}].", "    ") + f"    public fun {report.method}(\n{fields}{times}    ): Pages =\n"
        f"        report({report.type}({names}), timeoutMs, deadlineMs, maxCalls)\n"
    )


def table_file(tables: list[Any]) -> str:
    from types_of import camel, pascal

    out = [HEAD]
    for table in tables:
        more = " An answer may bring more: the dimensions of its groups." if table["more"] else ""
        out.append(doc(f"The columns of `{table['name']}`.{more}"))
        out.append(f"public class {pascal(table['name'])}Columns(table: Table) {{\n    private val columns = table.columns\n")
        for column in table["columns"]:
            name, kind = column["name"], COLUMNS[column["kind"]] + "Column"
            out.append("\n" + doc(f"`{name}`", "    "))
            out.append(f'    public val {camel(name)}: {kind} get() = columns.typed("{name}")\n')
        out.append("}\n\n")
    return "".join(out)


def errors(classes: dict[str, list[str]]) -> str:
    out = [
        HEAD.replace("pegcount\n\n", "pegcount\n\nimport io.github.pegcount.core.Explanation\nimport io.github.pegcount.core.Problem\nimport io.github.pegcount.core.RetryAdvice\n\n"),
        """/**
 * Anything that this library throws on purpose. [message] is made to be read by whoever is on call.
 *
 * There is one class for the first word of each code.
 */
public sealed class PegcountException(private val problem: Problem) : RuntimeException(problem.lines()) {
    /** The stable code, such as `limit.rate`. */
    public val code: String get() = problem.code

    /** The HTTP status, if an answer came. */
    public val status: Int? get() = problem.status

    /** The server's own words, or ours where the server said nothing. */
    public val text: String get() = problem.text

    /** The id to give to Genesys support. */
    public val requestId: String? get() = problem.requestId

    /** Whether asking again can help. */
    public val retry: RetryAdvice get() = problem.retry

    /** Method and path of the operation. */
    public val operation: String? get() = problem.operation

    /** How many times the request was sent; 0 when nothing was sent. */
    public val attempts: Long get() = problem.attempts

    /** Why, and what to do. */
    public val explanation: Explanation get() = problem.explanation

""",
    ]
    for name, codes in classes.items():
        out.append(doc(", ".join(f"`{code}`" for code in codes), "    "))
        out.append(f"    public class {name} internal constructor(problem: Problem) : PegcountException(problem)\n\n")
    out.append("    public companion object {\n        /** The exception of what went wrong. */\n        @JvmStatic\n        public fun of(problem: Problem): PegcountException = when (problem.problemClass) {\n")
    for name in classes:
        out.append(f'            "{name}" -> {name}(problem)\n')
    out.append('            else -> throw IllegalArgumentException("there is no class ${problem.problemClass}")\n')
    out.append("""        }
    }
}

private fun Problem.lines(): String = buildList {
    add("$text [$code]")
    if (explanation.cause != text) add(explanation.cause)
    explanation.remedy.firstOrNull()?.let { add("-> $it") }
    operation?.let { add("operation: $it") }
    requestId?.let { add("request: $it") }
}.joinToString("\\n")
""")
    return "".join(out)
