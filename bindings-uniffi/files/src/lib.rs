//! The file that shares a token, for every host that is native: Python, Kotlin, Java, Swift.
//!
//! Here and not in each language, so that names, modes and formats are the same everywhere, also where a language's
//! own library cannot create a file exclusively with a mode, or replace one. When to do what is the core's decision.

#![forbid(unsafe_code)]

#[cfg(test)]
mod tests;

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// A token in a file of mode 0600, and a `.lock` file beside it: shared by all languages and processes.
#[derive(Debug)]
pub struct TokenFile {
    path: PathBuf,
    lock: PathBuf,
}

impl TokenFile {
    /// Names a file; nothing is touched yet.
    pub fn new(path: PathBuf) -> Self {
        let mut lock = path.clone().into_os_string();
        lock.push(".lock");
        TokenFile { path, lock: lock.into() }
    }

    /// The record, or nothing if there is none. Takes no lock. A file that is not UTF-8 is one that holds no record.
    ///
    /// # Errors
    /// `PermissionDenied` for a file that is open to others, or theirs: the text says what to run. Else those of the
    /// file system.
    pub fn load(&self) -> io::Result<Option<String>> {
        let mut file = match fs::File::open(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        if let Some(why) = exposed(&self.path, &file.metadata()?) {
            return Err(io::Error::new(ErrorKind::PermissionDenied, why));
        }
        let mut record = Vec::new();
        file.read_to_end(&mut record)?;
        // Never what is left of its text: a token with a letter that was made up would be sent.
        Ok(Some(String::from_utf8(record).unwrap_or_else(|_| char::REPLACEMENT_CHARACTER.into())))
    }

    /// Makes the lock if nobody holds it, or puts `owner` in the place of `takeover` if that one still holds it.
    /// Answers who holds the lock afterwards.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn lock(&self, owner: &str, takeover: Option<&str>) -> io::Result<String> {
        if takeover.is_some() && read(&self.lock)?.as_deref() == takeover {
            self.replace(&self.lock, owner)?;
        } else if self.create(owner)? {
            return Ok(owner.to_owned());
        }
        // Between two that take over at once, the last rename wins: so look.
        Ok(read(&self.lock)?.unwrap_or_default())
    }

    /// Replaces the record, all or nothing.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn save(&self, record: &str) -> io::Result<()> {
        self.replace(&self.path, record)
    }

    /// Removes the lock if `owner` holds it.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn unlock(&self, owner: &str) -> io::Result<()> {
        if read(&self.lock)?.as_deref() == Some(owner) {
            fs::remove_file(&self.lock)?;
        }
        Ok(())
    }

    /// Forgets the token. Answers whether there was one.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn clear(&self) -> io::Result<bool> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            removed => removed.map(|()| true),
        }
    }

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

    opened(path, found.mode() & 0o7777, found.uid(), rustix::process::geteuid().as_raw())
}

#[cfg(unix)]
fn opened(path: &Path, mode: u32, owner: u32, user: u32) -> Option<String> {
    let path = path.display();
    if mode & 0o077 != 0 {
        return Some(format!("{path} has mode {mode:04o}, which lets others at the token: chmod 600 {path}"));
    }
    let mine = [user, 0].contains(&owner);
    (!mine).then(|| format!("{path} (mode {mode:04o}) belongs to another user: make it yours, then chmod 600 {path}"))
}

/// Neither modes nor such owners exist.
#[cfg(not(unix))]
fn exposed(_: &Path, _: &fs::Metadata) -> Option<String> {
    None
}
