"""Makes `python/pegcount/shapes.py` from `core/schema.json`: the types of reports, rows, events and errors.

usage: python make_shapes.py > python/pegcount/shapes.py   (with ruff at hand; a test says whether that was done)
"""

import json
import keyword
import subprocess
import textwrap
from pathlib import Path

SCHEMA = Path(__file__).parent.parent / "core" / "schema.json"
SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
KINDS = {"bool": "bool", "float": "float", "int": "int", "list": "list[str | None]", "text": "str", "time": "datetime"}

HEAD = '''"""The shapes of reports, rows, events and errors, for type checkers.

Made by `bindings-python/make_shapes.py` from `core/schema.json`: not to be edited. Nothing imports this at run time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict
'''


def kind(shape):
    """The type of a value."""
    if shape is True:
        return "Any"
    if "$ref" in shape:
        return shape["$ref"].rpartition("/")[2]
    if "const" in shape:
        return f"Literal[{json.dumps(shape['const'])}]"
    for choice in ("oneOf", "anyOf"):
        if choice in shape:
            return " | ".join(kind(option) for option in shape[choice])
    names = shape.get("type")
    if names is None:
        return "Any"
    if isinstance(names, list):
        return " | ".join(kind({**shape, "type": name}) for name in names)
    if names == "array":
        return f"list[{kind(shape.get('items', True))}]"
    if names == "object":
        return "dict[str, Any]"
    return SCALARS[names]


def about(text, indent="    "):
    """A docstring."""
    lines = textwrap.wrap(text.replace("\\", "\\\\"), 116 - len(indent))
    if len(lines) < 2:
        return f'{indent}"""{"".join(lines)}"""'
    return "\n".join([f'{indent}"""{lines[0]}', *(indent + line for line in lines[1:]), f'{indent}"""'])


def record(name, shape, doc):
    """A dictionary with known keys."""
    if any(keyword.iskeyword(key) for key in shape["properties"]):
        # Such a key cannot be written as an attribute; names are not there yet while the module is read.
        keys = (f"{json.dumps(key)}: {kind(value)!r}," for key, value in shape["properties"].items())
        return "\n".join([f'{name} = TypedDict("{name}", {{', *keys, "}, total=False)", about(doc, "")])
    lines = [f"class {name}(TypedDict):", about(doc), ""]
    for key, value in shape["properties"].items():
        written = kind(value) if key in shape.get("required", ()) else f"NotRequired[{kind(value)}]"
        lines.append(f"    {key}: {written}")
        if "description" in value:
            lines.append(about(value["description"]))
    return "\n".join(lines)


def camel(name):
    return "".join(word.capitalize() for word in name.split("_"))


def definition(name, shape):
    """One type of the schema; the variants of a tagged one have names of their own."""
    doc = shape.get("description", name)
    if "properties" in shape:
        yield record(name, shape, doc)
        return
    options = shape.get("oneOf", ())
    if all("properties" in option for option in options) and options:
        names = []
        for option in options:
            tag = next(value["const"] for value in option["properties"].values() if "const" in value)
            names.append(camel(tag) + name)
            yield record(names[-1], option, option.get("description", doc))
        yield f"{name}: TypeAlias = {' | '.join(names)}\n{about(doc, '')}"
    elif options:
        words = ", ".join(json.dumps(option["const"]) for option in options)
        yield f"{name}: TypeAlias = Literal[{words}]\n{about(doc, '')}"
    else:
        yield f"{name}: TypeAlias = {kind(shape)}\n{about(doc, '')}"


def row(table):
    """A row of a table, as `Table.to_pylist` gives it."""
    lines = [f"class {camel(table['name'])}Row(TypedDict):"]
    more = ", and a column for each dimension of its groups" if table["more"] else ""
    lines += [about(f"A row of `{table['name']}`, report `{table['report']}`{more}."), ""]
    lines += [f"    {column['name']}: {KINDS[column['kind']]} | None" for column in table["columns"]]
    return "\n".join(lines)


def main():
    schema = json.loads(SCHEMA.read_text())
    parts = [part for name, shape in schema["types"].items() for part in definition(name, shape)]
    codes = ", ".join(json.dumps(error["code"]) for error in schema["errors"])
    parts.append(f"Code: TypeAlias = Literal[{codes}]\n" + about("The stable code of every error.", ""))
    parts += [row(table) for table in schema["tables"]]
    return "\n\n\n".join([HEAD.rstrip(), *parts]) + "\n"


if __name__ == "__main__":
    print(
        subprocess.run(["ruff", "format", "-"], input=main(), capture_output=True, text=True, check=True).stdout, end=""
    )
