"""The Swift side of `types_of`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_of import Field, Report

HEAD = """// Made from core/schema.json. Do not edit.
import Foundation
import PegcountCore

"""

TYPES = {
    "any": "Any",
    "bool": "Bool",
    "int": "Int",
    "interval": "String",
    "map": "[String: Any]",
    "text": "String",
    "texts": "[String]",
}

COLUMNS = {"bool": "Bool", "float": "Double", "int": "Int64", "list": "[String?]", "text": "String", "time": "Date"}

KEYWORDS = {"where", "in", "is", "as", "for", "default", "internal", "operator", "self", "extension"}


def quoted(name: str) -> str:
    return f"`{name}`" if name in KEYWORDS else name


def kind(field: Field) -> str:
    return field.kind[5:] if field.kind.startswith("enum:") else TYPES[field.kind]


def doc(text: str, indent: str = "") -> str:
    return f"{indent}/// {text}\n"


def value(field: Field) -> str:
    return f"{quoted(field.name)}?.rawValue" if field.kind.startswith("enum:") else quoted(field.name)


def report_file(reports: list[Report], enums: dict[str, Any]) -> str:
    from types_of import camel

    out = [HEAD, doc("What is asked for, as plain data.")]
    out.append("public protocol Report {\n" + doc("What was given, by the names that every language uses.", "    "))
    out.append("    var fields: [String: Any?] { get }\n}\n\n")
    for name, shape in enums.items():
        out.append(doc(shape["description"]) + f"public enum {name}: String, Sendable {{\n")
        for case in shape["oneOf"]:
            spelled, name = case["const"], camel(case["const"])
            raw = "" if name == spelled else f' = "{spelled}"'
            out.append(doc(case["description"], "    ") + f"    case {quoted(name)}{raw}\n")
        out.append("}\n\n")
    out += [report_struct(report) for report in reports]
    out.append("extension Client {\n")
    out.append("\n".join(method(report) for report in reports))
    out.append("}\n")
    return "".join(out)


def parameters(report: Report, indent: str) -> str:
    return ",\n".join(f"{indent}{quoted(field.name)}: {kind(field)}? = nil" for field in report.fields)


def report_struct(report: Report) -> str:
    out = [doc(report.about), f"public struct {report.type}: Report {{\n"]
    for field in report.fields:
        out.append(doc(field.about, "    ") + f"    public var {quoted(field.name)}: {kind(field)}?\n")
    out.append(f"\n    public init(\n{parameters(report, '        ')}\n    ) {{\n")
    out += [f"        self.{field.name} = {quoted(field.name)}\n" for field in report.fields]
    out.append("    }\n\n    public var fields: [String: Any?] {\n        [\n")
    out.append(f'            "report": "{report.name}",\n')
    out += [f'            "{field.wire}": {value(field)},\n' for field in report.fields]
    out.append("        ]\n    }\n}\n\n")
    return "".join(out)


def method(report: Report) -> str:
    times = "        timeout: TimeInterval? = nil,\n        deadline: TimeInterval? = nil,\n        maxCalls: Int? = nil"
    names = ", ".join(f"{field.name}: {quoted(field.name)}" for field in report.fields)
    return (
        doc(f"{report.about} `timeout` is for one exchange, `deadline` for the whole, in seconds; `maxCalls` is how many requests it may send.", "    ")
        + f"    public func {report.method}(\n{parameters(report, '        ')},\n{times}\n    ) -> Pages {{\n"
        f"        report({report.type}({names}), timeout: timeout, deadline: deadline, maxCalls: maxCalls)\n    }}\n"
    )


def table_file(tables: list[Any]) -> str:
    from types_of import camel, pascal

    out = [HEAD]
    for table in tables:
        more = " An answer may bring more: the dimensions of its groups." if table["more"] else ""
        out.append(doc(f"The columns of `{table['name']}`.{more}"))
        out.append(f"public struct {pascal(table['name'])}Columns {{\n    private let columns: Columns\n\n")
        out.append("    public init(_ table: Table) throws {\n        columns = try table.columns()\n    }\n")
        for column in table["columns"]:
            name, kind = column["name"], COLUMNS[column["kind"]]
            out.append("\n" + doc(f"`{name}`", "    "))
            out.append(f'    public var {quoted(camel(name))}: [{kind}?] {{ columns.{READERS[column["kind"]]}("{name}") }}\n')
        out.append("}\n\n")
    return "".join(out)


READERS = {"bool": "bools", "float": "doubles", "int": "ints", "list": "lists", "text": "texts", "time": "times"}


def errors(classes: dict[str, list[str]]) -> str:
    out = [HEAD, doc("Anything that this library throws on purpose: one case for the first word of each code.")]
    out.append("public enum PegcountError: Error, Sendable {\n")
    for name, codes in classes.items():
        out.append(doc(", ".join(f"`{code}`" for code in codes), "    "))
        out.append(f"    case {lower(name)}(Problem)\n")
    out.append("\n" + doc("What went wrong, why, and what to do.", "    "))
    out.append("    public var problem: Problem {\n        switch self {\n        case ")
    out.append(",\n            ".join(f".{lower(name)}(let problem)" for name in classes))
    out.append(":\n            return problem\n        }\n    }\n\n")
    out.append("    init(_ problem: Problem) {\n        switch problem.problemClass {\n")
    for name in classes:
        out.append(f'        case "{name}": self = .{lower(name)}(problem)\n')
    out.append('        default: preconditionFailure("there is no class \\(problem.problemClass)")\n')
    out.append("        }\n    }\n}\n")
    return "".join(out)


def lower(name: str) -> str:
    return name[0].lower() + name[1:]
