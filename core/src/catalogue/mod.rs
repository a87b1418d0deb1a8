//! The facts of every reporting operation: one static text, nothing parsed at start, no struct for each.
//!
//! `core/catalogue/operations.json` is the data, with its sources; `operations.txt` is made from it by the test
//! `catalogue`, which also compares the two: `UPDATE=1 cargo test -p pegcount --test catalogue`.

mod nearest;

/// Two lines of shared strings (permissions, scopes), then a line for each operation, sorted by path:
/// method, path without `/api/v2/`, permissions, scopes, paging, flags; separated by tabs.
static TEXT: &str = include_str!("../../catalogue/operations.txt");

const ROOT: &str = "/api/v2/";

/// One operation of the platform API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    line: &'static str,
}

/// How many of an operation's permissions are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Each of them.
    All,
    /// One of them.
    Any,
    /// None is declared.
    None,
    /// The operation is newer than every source of permissions.
    Unknown,
}

/// How an operation's answer is paged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paging {
    /// `paging` in the request body.
    Body,
    /// A cursor of the answer goes into the next request.
    Cursor,
    /// `nextUri` is followed.
    NextUri,
    /// Not at all.
    None,
    /// `pageNumber` in the query string.
    Query,
}

impl Operation {
    fn field(self, nth: usize) -> &'static str {
        self.line.split('\t').nth(nth).unwrap_or("")
    }

    /// `GET`, `POST`, …
    pub fn method(self) -> &'static str {
        self.field(0)
    }

    /// The path template, such as `/api/v2/users/{userId}`.
    pub fn path(self) -> String {
        format!("{ROOT}{}", self.field(1))
    }

    /// How many of [`Operation::permissions`] are needed.
    pub fn mode(self) -> Mode {
        match self.field(2).as_bytes().first() {
            Some(b'*') => Mode::All,
            Some(b'|') => Mode::Any,
            Some(b'?') => Mode::Unknown,
            _ => Mode::None,
        }
    }

    /// The permissions, such as `analytics:conversationDetail:view`.
    pub fn permissions(self) -> impl Iterator<Item = &'static str> {
        let list = self.field(2).get(1..).unwrap_or("");
        numbers(list).filter_map(|nth| permissions().nth(nth))
    }

    /// The scopes that a user's token needs one of, where the organisation enforces scopes. Client credentials have
    /// none.
    pub fn scopes(self) -> impl Iterator<Item = &'static str> {
        numbers(self.field(3)).filter_map(|nth| scopes().nth(nth))
    }

    /// How the answer is paged.
    pub fn paging(self) -> Paging {
        match self.field(4) {
            "b" => Paging::Body,
            "c" => Paging::Cursor,
            "n" => Paging::NextUri,
            "q" => Paging::Query,
            _ => Paging::None,
        }
    }

    /// Whether client credentials are refused with `not.a.user`.
    pub fn needs_user(self) -> bool {
        self.field(5).contains('u')
    }

    /// Whether a user's token is refused with `not.a.client`.
    pub fn needs_client(self) -> bool {
        self.field(5).contains('c')
    }

    /// Whether the definition calls it deprecated.
    pub fn is_deprecated(self) -> bool {
        self.field(5).contains('d')
    }

    /// Whether sending it twice does what sending it once does: everything that only reads, a `DELETE`, a `PUT`.
    pub fn is_repeatable(self) -> bool {
        let reads = ["query", "search"].iter().any(|word| self.field(1).split('/').any(|part| part == *word));
        self.method() != "POST" && self.method() != "PATCH" || reads
    }
}

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {ROOT}{}", self.method(), self.field(1))
    }
}

/// Every operation, sorted by path and method.
pub fn all() -> impl Iterator<Item = Operation> {
    TEXT.lines().skip(2).map(|line| Operation { line })
}

/// Every permission that an operation declares.
pub fn permissions() -> impl Iterator<Item = &'static str> {
    TEXT.lines().next().unwrap_or("").split(' ')
}

/// Every scope that an operation accepts: `<domain>` to read and write, `<domain>:readonly` to read.
pub fn scopes() -> impl Iterator<Item = &'static str> {
    TEXT.lines().nth(1).unwrap_or("").split(' ')
}

/// The operation of a method and a path. The path may be a template or a real one, with a host or a query string.
pub fn find(method: &str, path: &str) -> Option<Operation> {
    at(path).filter(|operation| operation.method().eq_ignore_ascii_case(method)).max_by_key(|found| fixed(*found))
}

/// The operations of a path, whatever the method.
pub fn at(path: &str) -> impl Iterator<Item = Operation> {
    let asked: Vec<String> = parts(path).map(str::to_owned).collect();
    all().filter(move |operation| {
        let mut have = operation.field(1).split('/');
        asked.iter().all(|part| have.next().is_some_and(|own| own == part || is_variable(own)))
            && have.next().is_none()
            && !asked.is_empty()
    })
}

/// A word where an id belongs, with the name of that place: `list` for `{userId}` in `/api/v2/users/list`. Ids of the
/// platform have digits; a few places take a word.
pub fn word_for_id(path: &str) -> Option<(String, &'static str)> {
    let is_word = |part: &str| part.len() > 1 && part.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    let operation = at(path).max_by_key(|found| fixed(*found))?;
    let mut places = parts(path).zip(operation.field(1).split('/'));
    let (word, place) = places.find(|(part, own)| own.ends_with("Id}") && is_word(part))?;
    (!matches!(word, "me" | "home" | "purecloud")).then(|| (word.to_owned(), place))
}

/// The operations nearest to a method and path that do not exist, best first.
pub fn nearest(method: &str, path: &str, most: usize) -> Vec<Operation> {
    nearest::to_path(method, path, most)
}

/// The operations that some words describe, best first.
pub fn search(words: &str, most: usize) -> Vec<Operation> {
    nearest::to_words(words, most)
}

/// Parts of the path that are no variables: `/users/me` is meant before `/users/{userId}`.
fn fixed(operation: Operation) -> usize {
    operation.field(1).split('/').filter(|part| !is_variable(part)).count()
}

fn is_variable(part: &str) -> bool {
    part.starts_with('{')
}

/// A path of the API as it is compared: without host, query and empty parts.
pub(crate) fn plain(path: &str) -> String {
    parts(path).fold(ROOT.trim_end_matches('/').to_owned(), |path, part| path + "/" + part)
}

/// The parts behind `/api/v2/`, without host, query and empty parts; nothing for a path that is not of the API.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    let path = path.split(['?', '#']).next().unwrap_or("");
    let path = path.find(ROOT).and_then(|at| path.get(at + ROOT.len()..)).unwrap_or("");
    path.split('/').filter(|part| !part.is_empty())
}

fn numbers(list: &'static str) -> impl Iterator<Item = usize> {
    list.split(',').filter_map(|number| number.parse().ok())
}
