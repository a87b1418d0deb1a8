use std::path::Path;

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
