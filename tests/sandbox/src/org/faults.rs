//! Faults a test can switch on: each strikes the next requests, a number of times or for ever.

use serde_json::{Value, json};

use crate::declared::DECLARED;

/// The faults by name, with what the argument means and whether a fault without a count strikes for ever.
pub const FAULTS: [(&str, &str, bool); 32] = [
    ("401", "401 without a body, as a store of files may give it", false),
    ("408", "408 client.timeout", false),
    ("429", "429 with Retry-After of ARG seconds (1)", false),
    ("500", "500 internal.server.error", false),
    ("502", "502 with an HTML body, as a load balancer gives it", false),
    ("503", "503 service.unavailable, with Retry-After of ARG seconds if given", false),
    ("504", "504 request.timeout", false),
    ("approximate", "totalHits of details up to ARG per mille (20) off the truth", true),
    ("close", "the connection is closed after the answer, unannounced", false),
    ("deep", "200 with JSON nested ARG deep (10000)", false),
    ("empty", "200 with the list of the result left out, or where there is none with everything", false),
    ("forbidden-policy", "403 authz.policy.denied", false),
    ("future", "members and enumeration values no model knows yet", true),
    ("gzip-bomb", "200 with ARG MB (64) of blanks in a small gzip body", false),
    ("hang", "the request is read and never answered", false),
    ("html", "200 with an HTML page, as a proxy's login gives it", false),
    ("huge", "200 with an answer of ARG MB (64)", false),
    ("idle", "tokens unused for ARG seconds (900) are void from here on", true),
    ("ip", "401 ip.not.authorized", false),
    (
        "job-expires",
        "the next job (of analytics, audits, usage, past adherence) expires ARG seconds (0) after it is done",
        false,
    ),
    ("job-fails", "the next job (of analytics, audits, usage, past adherence) will fail", false),
    ("job-slow", "the next job (of analytics, audits, usage, past adherence) takes ARG seconds (60) longer", false),
    ("mint-limit", "the token endpoint answers 400 rate limit exceeded", false),
    ("reset-after", "the request is performed, then the connection reset", false),
    ("reset-before", "the connection is reset and nothing performed", false),
    ("retry-after", "429 with Retry-After of ARG seconds (86400)", false),
    ("revoked", "all tokens are void when the next request comes", false),
    ("rotated", "the secret of client `reporting` is replaced at once", false),
    ("skew", "the server's clock, as its Date header has it, is ARG seconds (300) ahead", true),
    ("slow", "answers take ARG milliseconds (1000) longer", true),
    ("too-large", "400 response.entity.too.large for details pages of more than ARG (50)", true),
    ("truncated", "half of the body, then the connection closes", false),
];

/// The greatest argument: what is reckoned with it stays a number.
const MOST: i64 = 1_000_000_000;

/// A fault that is switched on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its name in [`FAULTS`], or its code in [`DECLARED`].
    pub name: &'static str,
    /// Its argument.
    pub arg: Option<i64>,
    /// How often it will strike yet; none means for ever.
    pub left: Option<u32>,
    /// Only requests whose path begins so; by default the API, and for `mint-limit` the token endpoint.
    pub path: Option<String>,
}

impl Fault {
    /// Makes a fault; a count of 0 means for ever.
    ///
    /// # Errors
    /// A sentence with the known names, or that says what the fault cannot be given.
    pub fn new(name: &str, arg: Option<i64>, count: Option<u32>, path: Option<String>) -> Result<Self, String> {
        let known = FAULTS.iter().map(|(known, meaning, for_ever)| (*known, meaning.contains("ARG"), *for_ever));
        let mut known = known.chain(DECLARED.iter().map(|(code, ..)| (*code, false, false)));
        let Some((name, takes_arg, for_ever)) = known.find(|(known, ..)| *known == name) else {
            let names = FAULTS.map(|(known, ..)| known).join(", ");
            return Err(format!(
                "unknown fault `{name}`; known are {names}, and the codes of refusals that no request here leads to"
            ));
        };
        if let Some(arg) = arg {
            // A clock may be behind; nothing else is less than nothing.
            let least = if name == "skew" { -MOST } else { 0 };
            match takes_arg {
                false => return Err(format!("`{name}` takes no number")),
                true if (least..=MOST).contains(&arg) => {}
                true => return Err(format!("`{name}` takes a number from {least} to {MOST}")),
            }
        }
        if name == "rotated" && (count.is_some() || path.is_some()) {
            return Err("`rotated` happens at once: it takes neither count nor path".into());
        }
        let left = match count {
            None => (!for_ever).then_some(1),
            Some(0) => None,
            count => count,
        };
        Ok(Self { name, arg, left, path })
    }

    /// Reads `NAME[:ARG][@COUNT]`; `@0` means for ever.
    ///
    /// # Errors
    /// A sentence that says what could not be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (text, count) = match text.split_once('@') {
            Some((text, count)) => (text, Some(count.parse().map_err(|_| format!("`{count}` is not a count"))?)),
            None => (text, None),
        };
        let (name, arg) = match text.split_once(':') {
            Some((name, arg)) => (name, Some(arg.parse().map_err(|_| format!("`{arg}` is not a number"))?)),
            None => (text, None),
        };
        Self::new(name, arg, count, None)
    }

    /// As the control calls print it.
    pub fn json(&self) -> Value {
        json!({"name": self.name, "arg": self.arg, "left": self.left, "path": self.path})
    }
}

/// The faults that are switched on, in the order they were.
#[derive(Clone, Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Switches one on.
    pub fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Switches all off.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// All that are on.
    pub fn list(&self) -> &[Fault] {
        &self.0
    }

    /// The argument of a lasting fault that is on for this path. Does not use it up.
    pub fn lasting(&self, name: &str, path: &str) -> Option<Option<i64>> {
        self.0.iter().find(|fault| fault.name == name && fault.covers(path)).map(|fault| fault.arg)
    }

    /// Uses up one request's worth of the lasting faults that are on for this path.
    pub fn pass(&mut self, path: &str) {
        let lasts = |name: &str| FAULTS.iter().any(|(known, _, lasts)| *known == name && *lasts);
        for fault in self.0.iter_mut().filter(|fault| lasts(fault.name) && fault.covers(path)) {
            fault.left = fault.left.map(|left| left - 1);
        }
        self.0.retain(|fault| fault.left != Some(0));
    }

    /// Uses up one stroke of the first fault that fits, and tells which it was.
    pub fn strike(&mut self, path: &str, fits: impl Fn(&str) -> bool) -> Option<Fault> {
        let at = self.0.iter().position(|fault| fits(fault.name) && fault.covers(path))?;
        let fault = self.0[at].clone();
        if let Some(left) = &mut self.0[at].left {
            *left -= 1;
            if *left == 0 {
                self.0.remove(at);
            }
        }
        Some(fault)
    }
}

impl Fault {
    fn covers(&self, path: &str) -> bool {
        let usual = if self.name == "mint-limit" { "/oauth/token" } else { "/api/" };
        path.starts_with(self.path.as_deref().unwrap_or(usual))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_as_often_as_it_was_told() {
        let mut faults = Faults::default();
        faults.add(Fault::parse("429:5@2").unwrap());
        faults.add(Fault::parse("slow:10").unwrap());
        let hits = (0..4).filter(|_| faults.strike("/api/v2/users", |name| name == "429").is_some()).count();
        assert_eq!(hits, 2);
        assert_eq!(faults.lasting("slow", "/api/v2/users"), Some(Some(10)));
        assert!(Fault::parse("teapot").is_err());
        assert!(Fault::parse("429:x").is_err());
    }
}
