"""Compares raw JSON with the models of the official SDK: keys, types, enum values."""
import ast
import functools
import gzip
import inspect
import re
from datetime import date, datetime
from pathlib import Path

DEFINITIONS = Path(__file__).resolve().parents[2] / "sandbox" / "data" / "definitions.tsv.gz"

UNKNOWN_VALUE = "outdated_sdk_version"  # what the SDK puts in the place of an enum value that it does not know
# How a moment is written, and what reads it. The platform's times are UTC, and say so, but for those that are local by name.
MOMENTS = {
    "date": (r"\d{4}-\d\d-\d\d", date),
    "datetime": (r"\d{4}-\d\d-\d\dT[\d:.]+Z", datetime),
    "LocalDateTime": (r"\d{4}-\d\d-\d\dT[\d:.]+", datetime),
}
LOG_IN = {"access_token", "token_type", "expires_in"}
NATIVE = {"str": str, "bool": bool, "int": int, "float": (int, float)}


# What genuine answers leave out: users that are not what was asked for are references, without the `version` that only a
# change must tell (tests/vectors/samples/conversation-recordings.json).
EXCUSED = {("User", "version")}


@functools.cache
def definitions():
    """The rows of the definitions, made from the swagger, which alone has the words of lists, statuses and what is required."""
    return [line.split("\t") for line in gzip.open(DEFINITIONS, "rt").read().splitlines() if not line.startswith("#")]


@functools.cache
def members():
    return [(row[0], *member.split(":", 1)) for row in definitions() for member in row[1:] if ":" in member]


@functools.cache
def words_of_lists():
    """The words of each list, by model and key."""
    words = {row[0]: row[1:] for row in definitions() if row[0].startswith("=")}
    lists = [(model, key, re.fullmatch(r"[\[<](=\d+)[\]>]!?", kind)) for model, key, kind in members()]
    return {(model, key): words[of[1]] for model, key, of in lists if of}


@functools.cache
def required():
    """What each model cannot be without."""
    found = {}
    for model, key, kind in members():
        if kind.endswith("!"):
            found.setdefault(model, []).append(key)
    return found


@functools.cache
def successes():
    """The statuses of success of each operation, `-` behind those that have no body; none where no source tells."""
    return {row[0]: row[1].split() for row in definitions() if " " in row[0]}


def left_unsaid(method, path, answer):
    """What there is to say of a success beside its body: its status, and whether it may have no body."""
    known = [status for status in successes().get(f"{method} {path}".replace("HEAD ", "GET "), ()) if status != "-"]
    told = f"{answer.status}{'' if answer.data or method == 'HEAD' else '-'}"
    return [f"{told} is none of {known}"] if known and told not in known else []


def of_log_in(told):
    """What there is to say of a token: of its kind, and that it is good for five minutes to two days (oauth.md)."""
    complaints = [f"{key} is no part of a log-in" for key in (set(told) - {"refresh_token"}) ^ LOG_IN]
    if not (isinstance(told.get("access_token"), str) and told["access_token"]) or told.get("token_type") != "bearer":
        complaints.append("it is no bearer's token")
    lasts = told.get("expires_in")
    if type(lasts) is not int or not 300 <= lasts <= 172_800:
        complaints.append(f"{lasts!r} is no time in seconds")
    return complaints


class Walker:
    def __init__(self, sdk):
        self.sdk = sdk
        self.models = {}
        self.known = {}
        self.complaints = []
        self.leaves = 0

    def walk(self, value, kind, where="$"):
        """Walks a value that the definition says is of this kind."""
        if value is None:
            self.complain(where, "null, where genuine answers leave the key out")
        elif kind.startswith("list["):
            if self.expect(where, value, list):
                for nth, item in enumerate(value):
                    self.walk(item, kind[5:-1], f"{where}[{nth}]")
        elif kind.startswith("dict("):
            if self.expect(where, value, dict):
                of = re.match(r"dict\([^,]*, (.*)\)", kind).group(1)
                for key, item in value.items():
                    self.walk(item, of, f"{where}.{key}")
        elif kind in NATIVE:
            self.expect(where, value, NATIVE[kind], no_bool=kind in ("int", "float"))
        elif kind in MOMENTS:
            if self.expect(where, value, str):
                self.moment(where, value, kind)
        elif kind != "object":
            self.model(value, kind, where)

    def expect(self, where, value, kinds, no_bool=False):
        self.leaves += 1
        if isinstance(value, kinds) and not (no_bool and isinstance(value, bool)):
            return True
        self.complain(where, f"{type(value).__name__} where {kinds} is defined")
        return False

    def moment(self, where, value, kind):
        shape, of = MOMENTS[kind]
        try:
            of.fromisoformat(value)
            is_told = re.fullmatch(shape, value)
        except ValueError:
            is_told = False
        if not is_told:
            self.complain(where, f"{value!r} is no {kind}")

    def model(self, value, kind, where):
        if not self.expect(where, value, dict):
            return
        if kind not in self.models:
            self.models[kind] = getattr(self.sdk, kind)()
        model = self.models[kind]
        attributes = {key: name for name, key in model.attribute_map.items()}
        for key, item in value.items():
            name = attributes.get(key)
            if name is None:
                self.complain(f"{where}.{key}", f"{kind} has no such key")
                continue
            self.walk(item, model.swagger_types[name], f"{where}.{key}")
            self.enum(kind, name, item, f"{where}.{key}")
        for key in required().get(kind, ()):
            if key not in value and ((kind, key) not in EXCUSED or re.fullmatch(r"\$(\.entities\[\d+\])?", where)):
                self.complain(f"{where}.{key}", f"{kind} requires it")

    def words(self, kind, name):
        """The words that the SDK's model compares with, or nothing. It does so without regard to case."""
        if (kind, name) not in self.known:
            setter = inspect.getsource(getattr(getattr(self.sdk, kind), name).fset)
            told = re.search(r"allowed_values = (\[.*?\])\n", setter)
            self.known[kind, name] = ast.literal_eval(told[1]) if told else None
        return self.known[kind, name]

    def enum(self, kind, name, item, where):
        """Sets the value as the SDK would and looks what it made of it."""
        if isinstance(item, list):
            words = words_of_lists().get((kind, self.models[kind].attribute_map[name]))
            for value in item if words else ():
                self.spelt(where, value, words, f"{kind}.{name}")
            return
        if not isinstance(item, str):
            return
        fresh = getattr(self.sdk, kind)()
        try:
            setattr(fresh, name, item)
        except (ValueError, TypeError) as error:
            self.complain(where, f"the SDK refuses {item!r}: {error}")
            return
        if getattr(fresh, name) == UNKNOWN_VALUE:
            self.complain(where, f"{item!r} is no value of {kind}.{name}")
        elif words := self.words(kind, name):
            self.spelt(where, item, words, f"{kind}.{name}")

    def spelt(self, where, value, words, of):
        if value not in words:
            otherwise = [word for word in words if word.lower() == str(value).lower()]
            self.complain(where, f"{value!r} is spelt {otherwise[0]} in {of}" if otherwise else f"{value!r} is no value of {of}")

    def complain(self, where, what):
        self.complaints.append(f"{where}: {what}")
