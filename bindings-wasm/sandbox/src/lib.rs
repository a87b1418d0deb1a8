//! The simulated organisation as a WebAssembly module for JavaScript: a request in, an answer out. The clock, and what
//! a bad network does to an answer, are JavaScript's.

use pegcount_sandbox::{Effect, LONGEST_LIFE, Options, Org, Origin, Request, Size};
use wasm_bindgen::prelude::*;

/// An organisation, and where its files are.
#[wasm_bindgen]
pub struct Sandbox {
    org: Org,
    files: String,
}

/// An answer, and what becomes of it on its way.
#[wasm_bindgen(getter_with_clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Names and values of the headers, by turns.
    pub headers: Vec<String>,
    /// The body, compressed where `Content-Encoding` says so.
    pub body: Vec<u8>,
    /// `whole`, `reset`, `truncate` or `hang`.
    pub effect: String,
    /// How many milliseconds it takes.
    pub delay: f64,
}

#[wasm_bindgen]
impl Sandbox {
    /// Founds one: a seed, a size, the present in milliseconds since 1970, requests a minute for each token (0: any
    /// number), seconds that a token lives.
    #[wasm_bindgen(constructor)]
    pub fn new(seed: u64, size: &str, now: f64, rate: f64, token_life: f64) -> Result<Sandbox, JsError> {
        let size = Size::parse(size).ok_or_else(|| JsError::new(&format!("no size is called `{size}`")))?;
        let whole = |value: f64, least: i64, most: i64, why: String| {
            let read = (value.fract() == 0.0).then_some(value as i64).filter(|value| (least..=most).contains(value));
            read.ok_or_else(|| JsError::new(&why))
        };
        let rate = whole(rate, 0, i64::MAX, "`rate` must be a whole number from 0 on".into())?;
        let why = format!("`tokenLife` must be from 1 to {LONGEST_LIFE} seconds");
        let token_life = whole(token_life, 1, LONGEST_LIFE, why)?;
        let options = Options { seed, size, rate, token_life, ..Options::new(now as i64) };
        Ok(Self { org: Org::new(&options), files: options.files })
    }

    /// What a program needs to know of it, as JSON: see the README of `pegcount-sandbox`.
    pub fn ready(&self, base: &str) -> String {
        self.org.ready(base).to_string()
    }

    /// Answers a request that came at `now`, with the names and values of its headers by turns. Whatever is not of the
    /// origin of the files is the API's.
    pub fn handle(
        &mut self,
        method: &str,
        origin: &str,
        target: &str,
        headers: Vec<String>,
        body: Vec<u8>,
        now: f64,
    ) -> Answer {
        let mut request = Request::new(method, target);
        request.origin = if origin == self.files { Origin::Files } else { Origin::Api };
        request.headers = headers.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
        request.body = body;
        let response = self.org.handle(&request, now as i64);
        let (effect, delay) = match response.effect {
            Effect::None | Effect::Close => ("whole", 0),
            Effect::ResetBefore | Effect::ResetAfter => ("reset", 0),
            Effect::Truncate => ("truncate", 0),
            Effect::Delay(milliseconds) => ("whole", milliseconds),
            Effect::Hang => ("hang", 0),
        };
        Answer {
            status: response.status,
            headers: response.headers.into_iter().flat_map(|(name, value)| [name, value]).collect(),
            body: response.body,
            effect: effect.to_owned(),
            delay: delay as f64,
        }
    }
}
