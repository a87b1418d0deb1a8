"""Makes `definitions.tsv.gz`: what the operations of `operations.tsv` answer, and what is said of it.

    python definitions.py publicapi-v2-latest.json > definitions.tsv.gz

Members, their types and the words of single ones come from the official SDK (PureCloudPlatformClientV2 269.0.0, MIT); statuses,
formats, required members and the words in lists from the public swagger, which alone has them: the file is the one that the API
publishes, or any part of it with the same `paths` and `definitions`. It was last made of the state of 2026-07
(api-evangelist/genesys @ b692e3547aa9); of what that part has no definition the SDK alone tells.
"""
import ast
import gzip
import inspect
import json
import pathlib
import re
import sys

HEAD = """\
# What the API's operations answer, made by definitions.py. Facts from PureCloudPlatformClientV2 269.0.0 (MIT) and the public
# swagger of 2026-07 (api-evangelist/genesys @ b692e3547aa9).
# METHOD path: statuses of success (- where no source tells; - behind one that has no body), type of the answer (- for none).
# =number: the words of an enumeration. Name: members with their types, `!` behind what is required.
# Types: s string, t date-time, d date, v interval, u URI, i int32, l int64, n number, b boolean, o anything, =number, Name;
# [type] a list, <type> a list without repetition, {type} a map."""
PLAIN = {"str": "s", "datetime": "t", "date": "d", "int": "l", "float": "n", "bool": "b", "object": "o", "YearMonth": "s"}
FORMATS = {("s", "uri"): "u", ("s", "interval"): "v", ("l", "int32"): "i"}


def responses(sdk):
    """What each operation is read into by the SDK, by method and path."""
    found = {}
    call = re.compile(r"resource_path = '([^']*)'.*?call_api\(resource_path, '([A-Z]*)',.*?response_type=([^\n]*),", re.DOTALL)
    for api in vars(sdk).values():
        if inspect.isclass(api) and api.__name__.endswith("Api"):
            for method in inspect.getsource(api).split("\n    def "):
                for path, verb, kind in call.findall(method):
                    found[verb, path] = ast.literal_eval(kind)
    return found


class Definitions:
    def __init__(self, sdk, swagger):
        self.sdk, self.swagger = sdk, swagger
        self.models, self.enumerations = {}, {}

    def enumeration(self, words):
        return f"={self.enumerations.setdefault(tuple(map(str, words)), len(self.enumerations))}"

    def kind(self, of_sdk, of_swagger, words):
        """The type of a member: the SDK's, which is newer, made narrower by what the swagger says of the same type."""
        if inner := re.fullmatch(r"list\[(.*)\]", of_sdk):
            items = self.kind(inner[1], of_swagger.get("items", {}), words)
            return f"<{items}>" if of_swagger.get("uniqueItems") else f"[{items}]"
        if inner := re.fullmatch(r"dict\([^,]*, (.*)\)", of_sdk):
            return f"{{{self.kind(inner[1], of_swagger.get('additionalProperties', {}), words)}}}"
        if of_sdk not in PLAIN:
            self.model(of_sdk)
            return of_sdk
        words = words or of_swagger.get("enum")
        if of_sdk == "str" and words:
            return self.enumeration(words)
        return FORMATS.get((PLAIN[of_sdk], of_swagger.get("format")), PLAIN[of_sdk])

    def model(self, name):
        if name in self.models:
            return
        self.models[name] = members = {}
        empty, told = getattr(self.sdk, name)(), self.swagger.get(name, {})
        for attribute, key in empty.attribute_map.items():
            setter = inspect.getsource(getattr(type(empty), attribute).fset)
            words = re.search(r"allowed_values = (\[.*?\])", setter, re.DOTALL)
            kind = self.kind(
                empty.swagger_types[attribute], told.get("properties", {}).get(key, {}), words and ast.literal_eval(words[1]))
            members[key] = kind + ("!" if key in told.get("required", ()) else "")


def main():
    import PureCloudPlatformClientV2 as sdk

    with open(sys.argv[1]) as file:
        swagger = json.load(file)
    lines = pathlib.Path(__file__).with_name("operations.tsv").read_text().splitlines()
    operations = [line.split("\t")[:2] for line in lines if not line.startswith("#")]
    read, definitions = responses(sdk), Definitions(sdk, swagger["definitions"])
    lines = [HEAD]
    for method, path in operations:
        told = swagger["paths"].get(path, {}).get(method.lower(), {}).get("responses", {})
        statuses = [status + "-" * ("schema" not in answer) for status, answer in told.items() if status.startswith("2")]
        kind = read.get((method, path))
        kind = definitions.kind(kind, {}, None) if kind else "-"
        lines.append("\t".join([f"{method} {path}", " ".join(statuses) or "-", kind]))
    definitions.model("ErrorBody")
    for words, number in definitions.enumerations.items():
        lines.append("\t".join([f"={number}", *words]))
    for name, members in sorted(definitions.models.items()):
        lines.append("\t".join([name, *(f"{key}:{kind}" for key, kind in members.items())]))
    sys.stdout.buffer.write(gzip.compress("\n".join([*lines, ""]).encode(), mtime=0))


if __name__ == "__main__":
    main()
