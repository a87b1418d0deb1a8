//! What was found stays found: every input of the corpora goes through its target.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use pegcount_fuzz::TARGETS;

#[test]
fn every_input_goes_through() {
    for (name, target) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
        assert!(files.len() >= 20, "{name}: a corpus of {} inputs", files.len());
        for file in files {
            let bytes = fs::read(&file).expect("an input");
            assert!(catch_unwind(|| target(&bytes)).is_ok(), "{} does not go through", file.display());
        }
    }
}

/// The search begins there: so does every other.
#[test]
fn nothing_goes_through() {
    TARGETS.into_iter().for_each(|(_, target)| target(b""));
}
