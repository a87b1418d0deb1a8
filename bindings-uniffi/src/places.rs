//! What a host has around it: the environment, the configuration files, and the file that shares a token.
//!
//! Here and not in each language, so that names, modes and formats are the same everywhere, also where a language's
//! own library cannot create a file exclusively with a mode, or replace one. When to do what is the core's decision.

use std::collections::{BTreeMap, HashMap};
use std::env;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use pegcount::config::{Files, VARIABLES};

use crate::problem::Fault;

/// The environment variables of a configuration; none means those of this process.
pub(crate) type Environment = Option<HashMap<String, String>>;

/// The environment and the configuration files to read: of this process, or the environment that was given and no file.
pub(crate) fn around(given: Environment) -> (BTreeMap<String, String>, Files) {
    if let Some(given) = given {
        return (given.into_iter().collect(), Files::default());
    }
    let text = |path: Option<PathBuf>| fs::read_to_string(path?).ok();
    let own = folder("APPDATA", "XDG_CONFIG_HOME", ".config").map(|folder| folder.join("pegcount.toml"));
    let files = Files::new(text(own), text(home().map(|home| home.join(".gc/config.toml"))));
    (VARIABLES.iter().filter_map(|name| Some(((*name).to_owned(), env::var(name).ok()?))).collect(), files)
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
pub(crate) struct TokenFile {
    path: PathBuf,
    lock: PathBuf,
}

#[uniffi::export]
impl TokenFile {
    /// Names a file; nothing is touched yet.
    #[uniffi::constructor]
    fn new(path: String) -> Self {
        TokenFile { lock: format!("{path}.lock").into(), path: path.into() }
    }

    /// The record, or nothing if there is none. Takes no lock. A file that is open to others, or theirs, is not read.
    fn load(&self) -> Result<Option<String>, Fault> {
        let mut file = match fs::File::open(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        if let Some(why) = exposed(&self.path, &file.metadata()?) {
            return Err(Fault::Beside { why });
        }
        let mut record = String::new();
        file.read_to_string(&mut record)?;
        Ok(Some(record))
    }

    /// Makes the lock if nobody holds it, or puts `owner` in the place of `takeover` if that one still holds it.
    /// Answers who holds the lock afterwards.
    fn lock(&self, owner: String, takeover: Option<String>) -> Result<String, Fault> {
        if takeover.is_some() && read(&self.lock)? == takeover {
            self.replace(&self.lock, &owner)?;
        } else if self.create(&owner)? {
            return Ok(owner);
        }
        // Between two that take over at once, the last rename wins: so look.
        Ok(read(&self.lock)?.unwrap_or_default())
    }

    /// Replaces the record, all or nothing.
    fn save(&self, record: String) -> Result<(), Fault> {
        Ok(self.replace(&self.path, &record)?)
    }

    /// Removes the lock if `owner` holds it.
    fn unlock(&self, owner: String) -> Result<(), Fault> {
        if read(&self.lock)? == Some(owner) {
            fs::remove_file(&self.lock)?;
        }
        Ok(())
    }

    /// Forgets the token. Answers whether there was one.
    fn clear(&self) -> Result<bool, Fault> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            removed => Ok(removed.map(|()| true)?),
        }
    }
}

impl TokenFile {
    fn create(&self, owner: &str) -> io::Result<bool> {
        self.folder()?;
        match created(&self.lock) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            file => file?.write_all(owner.as_bytes()).map(|()| true),
        }
    }

    fn replace(&self, path: &Path, text: &str) -> io::Result<()> {
        static WRITERS: AtomicU32 = AtomicU32::new(0);
        self.folder()?;
        // A name of its own for each writer; mode 0600 before the first byte.
        let mut temporary = path.as_os_str().to_owned();
        temporary.push(format!(".{}.{}", process::id(), WRITERS.fetch_add(1, Ordering::Relaxed)));
        let temporary = PathBuf::from(temporary);
        let write = || {
            let mut file = created(&temporary)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&temporary, path)
        };
        write().inspect_err(|_| {
            // What cannot be removed either has been reported by the first error.
            let _ = fs::remove_file(&temporary);
        })
    }

    fn folder(&self) -> io::Result<()> {
        let Some(folder) = self.path.parent() else { return Ok(()) };
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(folder)
    }
}

fn created(path: &Path) -> io::Result<fs::File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true).create_new(true).open(path)
}

fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        text => text.map(Some),
    }
}

/// What is wrong with the file of a token, if others can read or replace what is in it.
#[cfg(unix)]
fn exposed(path: &Path, found: &fs::Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt;

    let (mode, path) = (found.mode() & 0o7777, path.display());
    if mode & 0o077 != 0 {
        return Some(format!("{path} has mode {mode:04o}, which lets others at the token: chmod 600 {path}"));
    }
    let user = rustix::process::geteuid().as_raw();
    (![user, 0].contains(&found.uid()))
        .then(|| format!("{path} (mode {mode:04o}) belongs to another user: make it yours, then chmod 600 {path}"))
}

/// Neither modes nor such owners exist.
#[cfg(not(unix))]
fn exposed(_: &Path, _: &fs::Metadata) -> Option<String> {
    None
}
