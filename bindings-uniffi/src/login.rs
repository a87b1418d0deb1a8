//! Logging a user in.

use pegcount::wire;
use serde::Deserialize;

use crate::bytes::Bytes;
use crate::places::{self, Environment};
use crate::problem::Fault;
use crate::scalars::{Json, shaped};

/// A log-in that has begun. It holds secrets: an object, so that nothing prints it.
#[derive(Deserialize, uniffi::Object)]
struct LoginPage {
    url: String,
    state: String,
    verifier: String,
}

#[uniffi::export]
impl LoginPage {
    /// Begins: `wish` and `arguments` are JSON, `randomness` 48 bytes. For the environment see `Session`.
    #[uniffi::constructor]
    fn new(wish: Json, randomness: Bytes, arguments: Json, environment: Environment) -> Result<Self, Fault> {
        let (environment, files) = places::around(environment);
        shaped(wire::begin_login(&wish.0, &randomness.0, &arguments.0, &*environment, &files)?)
    }

    /// Where to send the user.
    fn url(&self) -> String {
        self.url.clone()
    }

    /// What must come back.
    fn state(&self) -> String {
        self.state.clone()
    }

    /// What the challenge was made of: to be given with the code.
    fn verifier(&self) -> String {
        self.verifier.clone()
    }
}

/// The code, from the address at which the user came back.
#[uniffi::export]
fn finish_login(came_back: String, state: String) -> Result<String, Fault> {
    Ok(wire::finish_login(&came_back, &state)?)
}
