use std::io::{Error, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{env, fs, process};

/// A folder that goes when its test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("pegcount-files-{name}-{}", process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(&self.0).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

#[test]
fn a_lock_leaves_nothing_beside_it() {
    let folder = Folder::new("lock");
    let file = super::TokenFile::new(folder.0.join("token"));
    assert_eq!(file.lock("a", None).unwrap(), "a");
    assert_eq!(file.lock("b", None).unwrap(), "a");
    assert_eq!(file.lock("b", Some("a")).unwrap(), "b");
    assert_eq!(folder.names(), ["token.lock"]);
    assert!(!file.create("c").unwrap(), "another was faster");
    assert_eq!(folder.names(), ["token.lock"]);
}

#[test]
fn what_others_left_behind_goes_once_it_is_old() {
    let folder = Folder::new("tidy");
    let file = super::TokenFile::new(folder.0.join("token"));
    let (old, young) = (Duration::from_secs(61), Duration::from_secs(30));
    let aged = |name: &str, age| {
        let made = fs::File::create(folder.0.join(name)).unwrap();
        made.set_modified(SystemTime::now() - age).unwrap();
    };
    for name in ["token.4711.0a1b2c3d", "token.lock.1.00000000"] {
        aged(name, old);
    }
    let mut stay = ["token.4711", "token.4711.0a1b2c3", "token.4711.0A1B2C3D", "token.x.0a1b2c3d", "token..0a1b2c3d"]
        .map(str::to_owned)
        .to_vec();
    stay.extend(["token.1.0a1b2c3d.csv", "token.lock", "token2.1.0a1b2c3d", "4711.0a1b2c3d"].map(str::to_owned));
    for name in &stay {
        aged(name, old);
    }
    aged("token.8.0a1b2c3d", young);
    stay.extend(["token".to_owned(), "token.8.0a1b2c3d".to_owned()]);
    stay.sort();
    file.save("{}").unwrap();
    assert_eq!(folder.names(), stay);
}

#[test]
fn a_lock_that_is_no_text_is_taken_over() {
    let folder = Folder::new("damaged");
    let file = super::TokenFile::new(folder.0.join("token"));
    fs::write(folder.0.join("token.lock"), b"a\xff").unwrap();
    let holder = file.lock("b", None).unwrap();
    assert_eq!(holder, "a\u{fffd}");
    assert_eq!(file.lock("b", Some(&holder)).unwrap(), "b");
}

/// Where there are no hard links.
#[test]
fn a_file_that_cannot_be_written_does_not_stay() {
    let folder = Folder::new("full");
    let path = folder.0.join("token.lock");
    let full = super::created(&path, |file| {
        file.write_all(b"half an ow")?;
        Err(Error::from(ErrorKind::StorageFull))
    });
    assert_eq!(full.unwrap_err().kind(), ErrorKind::StorageFull);
    assert_eq!(folder.names(), [""; 0]);
    super::created(&path, |file| file.write_all(b"a")).unwrap();
    let second = super::created(&path, |file| file.write_all(b"b"));
    assert_eq!(second.unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(fs::read(&path).unwrap(), b"a");
}

/// As if root's own file, and anybody's.
#[cfg(unix)]
#[test]
fn a_file_is_mine_or_of_root_and_closed_to_others() {
    let said = |mode, owner, user| super::opened(Path::new("f"), mode, owner, user);
    assert_eq!(said(0o600, 7, 7), None);
    assert_eq!(said(0o400, 0, 7), None);
    let theirs = "f (mode 0600) belongs to another user: make it yours, then chmod 600 f";
    assert_eq!(said(0o600, 8, 7).as_deref(), Some(theirs));
    assert_eq!(said(0o600, 8, 0).as_deref(), Some(theirs));
    for mode in [0o644, 0o620, 0o601, 0o604] {
        let open = format!("f has mode {mode:04o}, which lets others at the token: chmod 600 f");
        assert_eq!(said(mode, 7, 7), Some(open));
    }
}
