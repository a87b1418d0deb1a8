//! Plain data, read field by field. One reader serves every type: a derived one for each is many times the code.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::json::{self, text};
use crate::secret::Secret;

/// What is read from an object.
pub(crate) trait Record: Sized {
    /// Takes each field by its name; what is absent is what its type has by default. Every name must be asked for.
    fn read(fields: &mut Fields<'_>) -> Self;
}

/// Says which fields a record has; with `= "name"` where data calls one by a word that Rust keeps for itself.
macro_rules! record {
    ($kind:ident: $($field:ident $(= $name:literal)?),+) => {
        impl $crate::fields::Record for $kind {
            fn read(fields: &mut $crate::fields::Fields<'_>) -> Self {
                $kind { $($field: fields.take($crate::fields::record!(@$field $($name)?))),+ }
            }
        }
    };
    (@$field:ident) => { stringify!($field) };
    (@$field:ident $name:literal) => { $name };
}
pub(crate) use record;

/// The fields of an object while they are read.
pub(crate) struct Fields<'a> {
    given: &'a Map<String, Value>,
    names: Vec<&'static str>,
    misfit: Option<(&'static str, Misfit<'a>)>,
}

/// What is wrong with an object.
pub(crate) enum Fault<'a> {
    /// A key that no field has, and those that there are.
    Unknown(&'a str, Vec<&'static str>),
    /// The first field whose value does not fit.
    Misfit(&'static str, Misfit<'a>),
}

/// A value of the wrong kind. It may be a secret: only whoever knows that it is none may show what was found.
pub(crate) struct Misfit<'a> {
    pub(crate) found: &'a Value,
    pub(crate) expected: String,
}

/// A value that a field can have; `null` is the same as an absent field.
pub(crate) trait Field: Default {
    fn read(value: &Value) -> Result<Self, Misfit<'_>>;
}

/// Reads an object.
pub(crate) fn read<T: Record>(given: &Map<String, Value>) -> Result<T, Fault<'_>> {
    let mut fields = Fields { given, names: Vec::new(), misfit: None };
    let record = T::read(&mut fields);
    fields.fault().map_or(Ok(record), Err)
}

/// The names of a record's fields, as it asks for them: no list is kept beside it.
pub(crate) fn names_of<T: Record>() -> Vec<&'static str> {
    let mut fields = Fields { given: &Map::new(), names: Vec::new(), misfit: None };
    T::read(&mut fields);
    fields.names
}

impl<'a> Fields<'a> {
    /// The value of a field.
    pub(crate) fn take<T: Field>(&mut self, name: &'static str) -> T {
        let Some(value) = self.value(name) else { return T::default() };
        T::read(value).unwrap_or_else(|misfit| {
            self.misfit.get_or_insert((name, misfit));
            T::default()
        })
    }

    fn value(&mut self, name: &'static str) -> Option<&'a Value> {
        self.names.push(name);
        self.given.get(name).filter(|value| !value.is_null())
    }

    fn fault(self) -> Option<Fault<'a>> {
        let unknown = self.given.keys().find(|key| !self.names.contains(&key.as_str()));
        match unknown {
            Some(key) => Some(Fault::Unknown(key, self.names)),
            None => self.misfit.map(|(name, misfit)| Fault::Misfit(name, misfit)),
        }
    }
}

impl<'a> Misfit<'a> {
    pub(crate) fn new(found: &'a Value, expected: &str) -> Misfit<'a> {
        Misfit { found, expected: expected.to_owned() }
    }
}

/// With what was found.
impl std::fmt::Display for Misfit<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let found = match self.found {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => format!("boolean `{value}`"),
            Value::Number(number) if number.is_f64() => format!("floating point `{number}`"),
            Value::Number(number) => format!("integer `{number}`"),
            Value::String(_) => format!("string {}", text(self.found)),
            Value::Array(_) => "sequence".to_owned(),
            Value::Object(_) => "map".to_owned(),
        };
        write!(f, "invalid type: {found}, expected {}", self.expected)
    }
}

/// One of the words that a type is written as.
pub(crate) fn word<'a, T: Copy + Serialize>(value: &'a Value, words: &[T]) -> Result<T, Misfit<'a>> {
    let written: Vec<Value> = words.iter().map(json::of).collect();
    let at = written.iter().position(|word| word == value);
    at.and_then(|at| words.get(at)).copied().ok_or_else(|| no_word(value, &written))
}

fn no_word<'a>(found: &'a Value, words: &[Value]) -> Misfit<'a> {
    let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
    Misfit { found, expected: one_of(&words) }
}

/// `` `a` or `b` ``, `` one of `a`, `b`, `c` ``.
pub(crate) fn one_of<T: AsRef<str>>(names: &[T]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match quoted.as_slice() {
        [one, other] => format!("{one} or {other}"),
        many => format!("one of {}", many.join(", ")),
    }
}

const COUNT: &str = "a whole number from 0 on";

macro_rules! fields {
    ($($kind:ty: $expected:expr, $read:expr;)+) => {
        $(impl Field for $kind {
            fn read(value: &Value) -> Result<Self, Misfit<'_>> {
                let read: fn(&Value) -> Option<Self> = $read;
                read(value).ok_or_else(|| Misfit::new(value, $expected))
            }
        })+
    };
}

fields! {
    bool: "a boolean", Value::as_bool;
    u16: COUNT, |value| value.as_u64().and_then(|count| count.try_into().ok());
    u32: COUNT, |value| value.as_u64().and_then(|count| count.try_into().ok());
    u64: COUNT, Value::as_u64;
    String: "a string", |value| value.as_str().map(str::to_owned);
    Map<String, Value>: "a map", |value| value.as_object().cloned();
    Value: "a value", |value| Some(value.clone());
}

impl Field for Option<Secret> {
    fn read(value: &Value) -> Result<Self, Misfit<'_>> {
        String::read(value).map(|text| Some(Secret::new(text)))
    }
}

impl Field for Vec<String> {
    fn read(value: &Value) -> Result<Self, Misfit<'_>> {
        let list = value.as_array().ok_or_else(|| Misfit::new(value, "a sequence"))?;
        let mut texts = Vec::new();
        for text in list {
            texts.push(String::read(text)?);
        }
        Ok(texts)
    }
}

macro_rules! options {
    ($($kind:ty),+) => {
        $(impl Field for Option<$kind> {
            fn read(value: &Value) -> Result<Self, Misfit<'_>> {
                <$kind>::read(value).map(Some)
            }
        })+
    };
}

options!(bool, u16, u32, u64, String, Map<String, Value>, Value);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, Default, PartialEq)]
    struct Wish {
        one: Option<u32>,
        other: Vec<String>,
    }

    record!(Wish: one, other = "where");

    fn fault(value: &Value) -> String {
        match read::<Wish>(value.as_object().unwrap()) {
            Ok(wish) => panic!("{wish:?}"),
            Err(Fault::Unknown(key, names)) => format!("{key}: {}", one_of(&names)),
            Err(Fault::Misfit(name, misfit)) => format!("{name}: {misfit}"),
        }
    }

    #[test]
    fn the_fields_are_those_that_are_asked_for() {
        assert_eq!(names_of::<Wish>(), ["one", "where"]);
        let given = json!({"where": ["a"], "one": null});
        let read = read(given.as_object().unwrap()).ok();
        assert_eq!(read, Some(Wish { one: None, other: vec!["a".to_owned()] }));
    }

    #[test]
    fn what_does_not_fit_is_told() {
        for (given, told) in [
            (json!({"two": 1, "one": "x"}), "two: `one` or `where`"),
            (json!({"one": "x", "where": 1}), "one: invalid type: string \"x\", expected a whole number from 0 on"),
            (
                json!({"one": 4_294_967_296_u64}),
                "one: invalid type: integer `4294967296`, expected a whole number from 0 on",
            ),
            (json!({"one": 1.5}), "one: invalid type: floating point `1.5`, expected a whole number from 0 on"),
            (json!({"where": {}}), "where: invalid type: map, expected a sequence"),
            (json!({"where": [true]}), "where: invalid type: boolean `true`, expected a string"),
        ] {
            assert_eq!(fault(&given), told);
        }
    }
}
