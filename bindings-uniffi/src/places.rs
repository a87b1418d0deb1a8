//! What a host has around it: the environment, the configuration files, and the file that shares a token.

use std::collections::HashMap;
use std::path::PathBuf;
use std::{env, fs};

use pegcount::config::{self, Files};

use crate::problem::Fault;

/// The environment variables of a configuration; none means those of this process.
pub(crate) type Environment = Option<HashMap<String, String>>;

/// The environment and the configuration files to read: of this process, or the environment that was given and no file.
pub(crate) fn around(given: Environment) -> (Box<config::Environment<'static>>, Files) {
    if let Some(given) = given {
        return (Box::new(move |name: &str| given.get(name).cloned()), Files::default());
    }
    let text = |path: Option<PathBuf>| fs::read_to_string(path?).ok();
    let own = folder("APPDATA", "XDG_CONFIG_HOME", ".config").map(|folder| folder.join("pegcount.toml"));
    let files = Files::new(text(own), text(home().map(|home| home.join(".gc/config.toml"))));
    (Box::new(|name: &str| env::var(name).ok()), files)
}

/// Where the token of a session is shared by default; none where the user has no cache folder.
#[uniffi::export]
fn token_path(token_key: String) -> Option<String> {
    let usual = if cfg!(target_vendor = "apple") { "Library/Caches" } else { ".cache" };
    let folder = folder("LOCALAPPDATA", "XDG_CACHE_HOME", usual)?;
    Some(folder.join(token_key + ".json").to_str()?.to_owned())
}

/// Our folder where Windows, or another system, says by a variable; without one in the usual place under the home.
fn folder(windows: &str, elsewhere: &str, usual: &str) -> Option<PathBuf> {
    let (variable, usual) = if cfg!(windows) { (windows, "") } else { (elsewhere, usual) };
    let named = env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    Some(named.or_else(|| Some(home()?.join(usual)))?.join("pegcount"))
}

fn home() -> Option<PathBuf> {
    env::home_dir().filter(|home| !home.as_os_str().is_empty())
}

/// A token in a file of mode 0600, and a `.lock` file beside it: shared by all languages and processes.
#[derive(uniffi::Object)]
pub(crate) struct TokenFile(pegcount_files::TokenFile);

#[uniffi::export]
impl TokenFile {
    /// Names a file; nothing is touched yet.
    #[uniffi::constructor]
    fn new(path: String) -> Self {
        TokenFile(pegcount_files::TokenFile::new(path.into()))
    }

    /// The record, or nothing if there is none. Takes no lock. A file that is open to others, or theirs, is not read.
    fn load(&self) -> Result<Option<String>, Fault> {
        Ok(self.0.load()?)
    }

    /// Makes the lock if nobody holds it, or puts `owner` in the place of `takeover` if that one still holds it.
    /// Answers who holds the lock afterwards.
    fn lock(&self, owner: String, takeover: Option<String>) -> Result<String, Fault> {
        Ok(self.0.lock(&owner, takeover.as_deref())?)
    }

    /// Replaces the record, all or nothing.
    fn save(&self, record: String) -> Result<(), Fault> {
        Ok(self.0.save(&record)?)
    }

    /// Removes the lock if `owner` holds it.
    fn unlock(&self, owner: String) -> Result<(), Fault> {
        Ok(self.0.unlock(&owner)?)
    }

    /// Forgets the token. Answers whether there was one.
    fn clear(&self) -> Result<bool, Fault> {
        Ok(self.0.clear()?)
    }
}
