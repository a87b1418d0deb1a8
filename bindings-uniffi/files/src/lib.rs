//! The file that shares a token, for every host that is native: Python, Kotlin, Java, Swift.
//!
//! Here and not in each language, so that names, modes and formats are the same everywhere, also where a language's
//! own library cannot create a file exclusively with a mode, or replace one. When to do what is the core's decision.

#![forbid(unsafe_code)]

#[cfg(test)]
mod tests;

use std::fs::{self, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::time::Duration;

/// A temporary file may be in use for so long.
const YOUNG: Duration = Duration::from_secs(60);

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
        match read(&self.lock)? {
            None if self.create(owner)? => return Ok(owner.to_owned()),
            held if held.is_some() && held.as_deref() == takeover => self.replace(&self.lock, owner)?,
            _ => {}
        }
        // Between two that take over at once, the last rename wins: so look.
        Ok(read(&self.lock)?.unwrap_or_default())
    }

    /// Replaces the record, all or nothing.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn save(&self, record: &str) -> io::Result<()> {
        self.replace(&self.path, record)?;
        // What cannot be seen or removed stays: the token is saved.
        let _ = self.tidy();
        Ok(())
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

    /// Makes the lock, with its owner in it from the first moment.
    fn create(&self, owner: &str) -> io::Result<bool> {
        let made = self.written(&self.lock, owner)?;
        let linked = fs::hard_link(&made, &self.lock);
        // What is left over does no harm.
        let _ = fs::remove_file(&made);
        let locked = match linked {
            // Not every file system has hard links, and Android allows none.
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                created(&self.lock, |lock| lock.write_all(owner.as_bytes()))
            }
            linked => linked,
        };
        match locked {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            locked => locked.map(|()| true),
        }
    }

    fn replace(&self, path: &Path, text: &str) -> io::Result<()> {
        let made = self.written(path, text)?;
        fs::rename(&made, path).inspect_err(|_| {
            // What cannot be removed either has been reported by the first error.
            let _ = fs::remove_file(&made);
        })
    }

    /// A file with this text under a name of its own, beside the one that it is for.
    fn written(&self, path: &Path, text: &str) -> io::Result<PathBuf> {
        self.folder()?;
        let mut name = path.as_os_str().to_owned();
        // Not of the process alone: in containers that share a folder many have the same number. Go and JavaScript name
        // theirs alike, and all remove what is left over when they save.
        let own = RandomState::new().hash_one(()) & 0xffff_ffff;
        name.push(format!(".{}.{own:08x}", process::id()));
        let made = PathBuf::from(name);
        created(&made, |file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })?;
        Ok(made)
    }

    /// Removes what processes left behind that died while they wrote. It may hold a token. What is young may be in use.
    fn tidy(&self) -> io::Result<()> {
        let saved = fs::metadata(&self.path)?.modified()?;
        let name = self.path.file_name().unwrap_or_default().as_encoded_bytes();
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        for file in fs::read_dir(folder.unwrap_or(Path::new(".")))?.flatten() {
            let written = file.metadata().and_then(|found| found.modified());
            let old = written.is_ok_and(|at| saved.duration_since(at).is_ok_and(|age| age > YOUNG));
            if old && file.file_name().as_encoded_bytes().strip_prefix(name).is_some_and(leftover) {
                let _ = fs::remove_file(file.path());
            }
        }
        Ok(())
    }

    fn folder(&self) -> io::Result<()> {
        let Some(folder) = self.path.parent() else { return Ok(()) };
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(folder)
    }
}

/// Whether this follows the name of the file, or of its lock, in the name of a temporary one: `.4711.0a1b2c3d`.
fn leftover(rest: &[u8]) -> bool {
    let rest = rest.strip_prefix(b".lock").unwrap_or(rest);
    let mut parts = rest.split(|byte| *byte == b'.');
    let [before, process, own, after] = std::array::from_fn(|_| parts.next());
    before == Some(b"")
        && process.is_some_and(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
        && own.is_some_and(|own| own.len() == 8 && own.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')))
        && after.is_none()
}

/// Makes a file that does not exist yet; mode 0600 before the first byte. One that cannot be written does not stay.
fn created(path: &Path, write: impl FnOnce(&mut fs::File) -> io::Result<()>) -> io::Result<()> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.write(true).create_new(true).open(path)?;
    write(&mut file).inspect_err(|_| {
        let _ = fs::remove_file(path);
    })
}

/// Who holds a lock. What is no text is no owner's either, and like any other it may be taken over.
fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        owner => owner.map(|owner| Some(String::from_utf8_lossy(&owner).into_owned())),
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
