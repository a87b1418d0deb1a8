"""Writes the types of reports, tables and errors for Kotlin and Swift, from the schema that the core emits.

    python3 types_of.py kotlin|swift SCHEMA OUTPUT
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

Schema = dict[str, Any]



def camel(name: str) -> str:
    """`group_by` → `groupBy`; `_extra` → `extra`."""
    first, *rest = [word for word in re.split(r"[^A-Za-z0-9]+", name) if word]
    return first[0].lower() + first[1:] + "".join(word.capitalize() for word in rest)


def pascal(name: str) -> str:
    joined = camel(name)
    return joined[0].upper() + joined[1:]


class Field:
    """One wish of a report."""

    def __init__(self, name: str, shape: Schema) -> None:
        self.wire = name
        self.name = camel(name)
        self.about = " ".join(shape.get("description", "").split())
        kind = shape.get("type")
        kinds = kind if isinstance(kind, list) else [kind]
        if "$ref" in shape:
            self.kind = "enum:" + shape["$ref"].rsplit("/", 1)[1]
        elif name == "interval":
            self.kind = "interval"
        elif "array" in kinds:
            self.kind = "texts"
        elif "object" in kinds:
            self.kind = "map"
        elif "string" in kinds:
            self.kind = "text"
        elif "integer" in kinds:
            self.kind = "int"
        elif "boolean" in kinds:
            self.kind = "bool"
        elif kind is None:
            self.kind = "any"
        else:
            raise SystemExit(f"{name}: no type for {shape}")


class Report:
    """One family of reports."""

    def __init__(self, shape: Schema) -> None:
        properties = dict(shape["properties"])
        self.name: str = properties.pop("report")["const"]
        self.method = camel(self.name)
        self.type = pascal(self.name) + "Report"
        self.about = shape["description"]
        self.fields = [Field(name, field) for name, field in properties.items()]
        # What is nearly always told comes first, as in a sentence.
        first = {"of": 0, "method": 0, "path": 1, "interval": 1}
        self.fields.sort(key=lambda field: first.get(field.wire, 2))


def enums(schema: Schema, reports: list[Report]) -> dict[str, Schema]:
    names = {field.kind[5:] for report in reports for field in report.fields if field.kind.startswith("enum:")}
    # What a transport says of an exchange without an answer.
    names |= {"Cause", "Sent"}
    return {name: schema["types"][name] for name in sorted(names)}


def classes(schema: Schema) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for error in schema["errors"]:
        found.setdefault(error["class"], []).append(error["code"])
    return found


def kotlin(schema: Schema, reports: list[Report]) -> dict[str, str]:
    from types_kotlin import errors, report_file, table_file

    return {
        "Reports.kt": report_file(reports, enums(schema, reports)),
        "TableColumns.kt": table_file(schema["tables"]),
        "PegcountException.kt": errors(classes(schema)),
    }


def swift(schema: Schema, reports: list[Report]) -> dict[str, str]:
    from types_swift import errors, report_file, table_file

    return {
        "Reports.swift": report_file(reports, enums(schema, reports)),
        "TableColumns.swift": table_file(schema["tables"]),
        "PegcountError.swift": errors(classes(schema)),
    }


def main() -> None:
    language, source, output = sys.argv[1:]
    schema = json.loads(Path(source).read_text(encoding="utf-8"))
    reports = [Report(shape) for shape in schema["types"]["Report"]["oneOf"]]
    folder = Path(output)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {"kotlin": kotlin, "swift": swift}[language](schema, reports).items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
