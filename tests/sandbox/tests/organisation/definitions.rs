//! What the API's definitions say of an answer: statuses, types, formats, words, what is required and that nothing else
//! is there. The definitions are `data/definitions.tsv.gz`; `data/definitions.py` says where they come from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Read as _;
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use jiff::Timestamp;
use jiff::civil::Date;
use pegcount_sandbox::Response;
use serde_json::Value;
use url::Url;

/// Whether genuine answers leave out what a definition requires. Users that are not what was asked for are references,
/// without the `version` that only a change must tell: `tests/vectors/samples/conversation-recordings.json`.
fn is_excused(model: &str, member: &str, place: Place<'_>) -> bool {
    (model, member) == ("User", "version") && !matches!(place.member(), None | Some("entities"))
}

/// Where in an answer a value stands; written out only when there is something to say of it.
#[derive(Clone, Copy)]
enum Place<'a> {
    Top,
    Member(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, usize),
}

impl<'a> Place<'a> {
    /// The member that the value is or is listed in.
    fn member(&self) -> Option<&'a str> {
        match self {
            Self::Top => None,
            Self::Member(_, key) => Some(key),
            Self::Item(list, _) => list.member(),
        }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Top => write!(to, "$"),
            Self::Member(parent, key) => write!(to, "{parent}.{key}"),
            Self::Item(parent, nth) => write!(to, "{parent}[{nth}]"),
        }
    }
}

/// What a value is defined as.
enum Kind {
    Text,
    DateTime,
    Date,
    Interval,
    Uri,
    Int32,
    Int64,
    Number,
    Truth,
    Anything,
    /// A word of the enumeration with this number.
    Word(&'static str),
    Model(&'static str),
    /// A list, and whether nothing may be in it twice.
    List(Box<Kind>, bool),
    Map(Box<Kind>),
}

impl Kind {
    fn read(text: &'static str) -> Self {
        let inner = |text: &'static str| Box::new(Self::read(&text[1..text.len() - 1]));
        match text {
            "s" => Self::Text,
            "t" => Self::DateTime,
            "d" => Self::Date,
            "v" => Self::Interval,
            "u" => Self::Uri,
            "i" => Self::Int32,
            "l" => Self::Int64,
            "n" => Self::Number,
            "b" => Self::Truth,
            "o" => Self::Anything,
            _ if text.starts_with('=') => Self::Word(text),
            _ if text.starts_with('[') => Self::List(inner(text), false),
            _ if text.starts_with('<') => Self::List(inner(text), true),
            _ if text.starts_with('{') => Self::Map(inner(text)),
            _ => Self::Model(text),
        }
    }
}

/// A model's members, each with whether it is required.
type Members = BTreeMap<&'static str, (Kind, bool)>;

/// What a success of an operation is.
struct Success {
    /// Each status that is known of, with whether it has a body; none where no source tells.
    statuses: Vec<(u16, bool)>,
    kind: Option<Kind>,
}

/// All of it, read once.
pub(crate) struct Definitions {
    successes: BTreeMap<(&'static str, &'static str), Success>,
    words: BTreeMap<&'static str, Vec<&'static str>>,
    models: BTreeMap<&'static str, Members>,
}

pub(crate) static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(|| {
    let mut text = String::new();
    GzDecoder::new(&include_bytes!("../../data/definitions.tsv.gz")[..]).read_to_string(&mut text).unwrap();
    Definitions::read(text.leak())
});

/// What an answer leaves to be said, and how much of it was looked at.
#[derive(Default)]
pub(crate) struct Verdict {
    pub(crate) complaints: Vec<String>,
    pub(crate) leaves: usize,
}

impl Definitions {
    fn read(text: &'static str) -> Self {
        let mut all = Self { successes: BTreeMap::new(), words: BTreeMap::new(), models: BTreeMap::new() };
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (name, rest) = line.split_once('\t').unwrap_or((line, ""));
            let cells = rest.split('\t').filter(|cell| !cell.is_empty());
            if let Some(operation) = name.split_once(' ') {
                let [statuses, kind] = cells.collect::<Vec<_>>()[..] else { panic!("{line}") };
                let statuses = statuses.split(' ').filter(|status| *status != "-").map(|status| {
                    let number = status.strip_suffix('-').unwrap_or(status);
                    (number.parse().unwrap(), number == status)
                });
                let success = Success { statuses: statuses.collect(), kind: (kind != "-").then(|| Kind::read(kind)) };
                all.successes.insert(operation, success);
            } else if name.starts_with('=') {
                all.words.insert(name, cells.collect());
            } else {
                let member = |cell: &'static str| {
                    let (key, kind) = cell.split_once(':').unwrap();
                    (key, (Kind::read(kind.trim_end_matches('!')), kind.ends_with('!')))
                };
                all.models.insert(name, cells.map(member).collect());
            }
        }
        all
    }

    /// Methods and paths of all operations.
    pub(crate) fn operations(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.successes.keys().copied()
    }

    /// The operation that a request is for: what is spelled out wins over a placeholder.
    fn success(&self, method: &str, path: &str) -> Option<&Success> {
        let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        let fits = |template: &str| {
            let mut placeholders = 0;
            let mut segments = parts.iter();
            for part in template.split('/') {
                let segment = segments.next()?;
                match part.starts_with('{') {
                    true => placeholders += 1,
                    false if part == *segment => {}
                    false => return None,
                }
            }
            segments.next().is_none().then_some(placeholders)
        };
        let of_method = self.successes.iter().filter(|((known, _), _)| *known == method);
        let fitting = of_method.filter_map(|((_, template), success)| Some((fits(template)?, success)));
        Some(fitting.min_by_key(|(placeholders, _)| *placeholders)?.1)
    }

    /// Judges what the API answered.
    pub(crate) fn judge(&self, method: &str, path: &str, answer: &Response) -> Verdict {
        let mut verdict = Verdict::default();
        let refusal = Kind::Model("ErrorBody");
        let (kind, has_body) = match answer.status {
            400.. => (Some(&refusal), true),
            status => {
                // What a HEAD is answered with is left out by the transport alone.
                let known = if method == "HEAD" { "GET" } else { method };
                let Some(success) = self.success(known, path) else {
                    verdict.complain(Place::Top, "is answered, and no such operation is known");
                    return verdict;
                };
                let defined = success.statuses.iter().find(|(known, _)| *known == status);
                if defined.is_none() && !success.statuses.is_empty() {
                    verdict.complain(Place::Top, &format!("{status} is none of {:?}", success.statuses));
                }
                (success.kind.as_ref(), defined.is_none_or(|(_, has_body)| *has_body))
            }
        };
        match kind.filter(|_| has_body) {
            None if answer.body.is_empty() => {}
            None => verdict.complain(Place::Top, "has a body"),
            Some(kind) => {
                if answer.value("Content-Type") != Some("application/json") {
                    verdict.complain(Place::Top, "is not said to be JSON");
                }
                match serde_json::from_slice(&answer.body) {
                    Ok(body) => self.walk(&body, kind, Place::Top, &mut verdict),
                    Err(error) => verdict.complain(Place::Top, &error.to_string()),
                }
            }
        }
        verdict
    }

    /// Judges a model outside an answer.
    pub(crate) fn judge_model(&self, value: &Value, kind: &'static str) -> Verdict {
        let mut verdict = Verdict::default();
        self.walk(value, &Kind::read(kind), Place::Top, &mut verdict);
        verdict
    }

    /// The members of a model.
    pub(crate) fn members(&self, model: &str) -> impl Iterator<Item = &'static str> {
        self.models[model].keys().copied()
    }

    /// Which members values of a model have, and those of the models in it.
    pub(crate) fn told(&self, values: &[Value], model: &'static str) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        let mut told = BTreeMap::new();
        values.iter().for_each(|value| self.note(value, &Kind::Model(model), &mut told));
        told
    }

    fn note(&self, value: &Value, kind: &Kind, told: &mut BTreeMap<&'static str, BTreeSet<&'static str>>) {
        match kind {
            Kind::Model(name) => {
                for (key, (kind, _)) in self.models[name].iter().filter(|(key, _)| value.get(**key).is_some()) {
                    told.entry(*name).or_default().insert(*key);
                    self.note(&value[*key], kind, told);
                }
            }
            Kind::List(of, _) => value.as_array().into_iter().flatten().for_each(|item| self.note(item, of, told)),
            _ => {}
        }
    }

    fn walk(&self, value: &Value, kind: &Kind, at: Place<'_>, verdict: &mut Verdict) {
        let is_fine = match kind {
            Kind::Model(name) => match value.as_object() {
                Some(object) => return self.walk_model(object, name, at, verdict),
                None => false,
            },
            Kind::List(of, is_set) => match value.as_array() {
                Some(list) => {
                    for (nth, item) in list.iter().enumerate() {
                        self.walk(item, of, Place::Item(&at, nth), verdict);
                    }
                    let distinct = || list.iter().map(Value::to_string).collect::<BTreeSet<String>>().len();
                    if *is_set && distinct() < list.len() {
                        verdict.complain(at, "has something twice");
                    }
                    return;
                }
                None => false,
            },
            Kind::Map(of) => match value.as_object() {
                Some(map) => {
                    return map.iter().for_each(|(key, item)| self.walk(item, of, Place::Member(&at, key), verdict));
                }
                None => false,
            },
            Kind::Word(number) => value.as_str().is_some_and(|word| self.words[number].contains(&word)),
            Kind::Text => value.is_string(),
            Kind::DateTime => value.as_str().is_some_and(is_moment),
            Kind::Date => value.as_str().is_some_and(|text| text.len() == 10 && text.parse::<Date>().is_ok()),
            Kind::Interval => {
                let ends = value.as_str().and_then(|text| text.split_once('/'));
                ends.is_some_and(|(start, end)| is_moment(start) && is_moment(end))
            }
            Kind::Uri => value.as_str().is_some_and(is_uri),
            Kind::Int32 => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            Kind::Int64 => value.is_i64(),
            Kind::Number => value.is_number(),
            Kind::Truth => value.is_boolean(),
            Kind::Anything => !value.is_null(),
        };
        verdict.leaves += 1;
        if !is_fine {
            let what = match kind {
                Kind::Word(number) => format!("one of {}", self.words[number].join(" ")),
                kind => kind.name().to_string(),
            };
            verdict.complain(at, &format!("{value} is not {what}"));
        }
    }

    fn walk_model(&self, object: &serde_json::Map<String, Value>, name: &str, at: Place<'_>, verdict: &mut Verdict) {
        let members = &self.models[name];
        for (key, value) in object {
            match members.get(key.as_str()) {
                Some((kind, _)) => self.walk(value, kind, Place::Member(&at, key), verdict),
                None => verdict.complain(Place::Member(&at, key), &format!("is no member of {name}")),
            }
        }
        let required = members.iter().filter(|(_, (_, is_required))| *is_required).map(|(key, _)| key);
        for key in required.filter(|key| !object.contains_key(**key) && !is_excused(name, key, at)) {
            verdict.complain(Place::Member(&at, key), &format!("is required of {name}"));
        }
    }
}

impl Kind {
    fn name(&self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::DateTime => "a date-time",
            Self::Date => "a date",
            Self::Interval => "an interval",
            Self::Uri => "a URI",
            Self::Int32 => "an int32",
            Self::Int64 => "an int64",
            Self::Number => "a number",
            Self::Truth => "a truth value",
            Self::Anything => "anything",
            Self::Word(_) => "a word",
            Self::Model(name) => name,
            Self::List(..) => "a list",
            Self::Map(_) => "a map",
        }
    }
}

impl Verdict {
    fn complain(&mut self, at: Place<'_>, what: &str) {
        self.complaints.push(format!("{at}: {what}"));
    }
}

/// `yyyy-MM-ddTHH:mm:ss[.mmm]Z`, as the definitions describe it.
fn is_moment(text: &str) -> bool {
    matches!(text.len(), 20 | 24) && text.ends_with('Z') && text.contains('T') && text.parse::<Timestamp>().is_ok()
}

/// Whole, or a path on the API's own origin.
fn is_uri(text: &str) -> bool {
    let base = Url::parse("https://api.example.com").ok();
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    is_plain && !text.is_empty() && Url::options().base_url(base.as_ref()).parse(text).is_ok()
}
