//! What files hold, what they are called, and what they are.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::support::TestRepo;

/// Row 22.
#[test]
fn an_old_secret_passes_when_its_file_is_renamed_or_changed_elsewhere() {
    let repo = TestRepo::started();
    repo.remote();
    let text = format!("one\ntwo\nthree\n{}", repo.leak());
    repo.slip("old.py", &text);
    repo.slip_push(&["main"]);

    repo.git(["mv", "old.py", "new.py"]).ok();
    repo.git(["commit", "-q", "-m", "renamed"]).clean();
    repo.commit_file("new.py", format!("zero\n{text}")).clean().says("1 old");
    repo.git(["mv", "new.py", "other.py"]).ok();
    repo.stage("other.py", format!("zero\none\n{text}four\n"));
    repo.git(["commit", "-q", "-m", "renamed and changed"]).clean().says("1 old");
    repo.git(["push", "origin", "main"]).clean().says("old");
}

/// Row 23.
#[test]
fn a_secret_that_comes_with_a_rename_blocks_and_an_old_one_beside_it_does_not() {
    let repo = TestRepo::started();
    let text = format!("one\ntwo\nthree\n{}", repo.leak());
    repo.slip("old.py", &text);
    repo.git(["mv", "old.py", "new.py"]).ok();
    repo.stage("new.py", format!("{text}{}", repo.leak()));
    repo.git(["commit", "-m", "x"]).blocks("new.py:5").says("1 blocked, 0 warned, 1 old").never_says("new.py:4");
}

/// Row 24.
#[test]
fn the_text_of_a_symbolic_link_is_looked_at() {
    let repo = TestRepo::started();
    repo.commit_file("file", "x = 1\n").clean();
    symlink(repo.secret(), repo.path("link")).unwrap();
    repo.git(["add", "link"]).ok();
    repo.git(["commit", "-m", "x"]).blocks("link:1");
    repo.git(["rm", "-q", "--cached", "link"]).ok();

    repo.remove("file");
    symlink(repo.secret(), repo.path("file")).unwrap();
    repo.git(["add", "file"]).ok();
    repo.git(["commit", "-m", "x"]).blocks("file:1");
    repo.stanch(["scan"]).ends(1).says("blocked: file:1").says("blocked: link:1");
}

/// Row 25.
#[test]
fn a_symbolic_link_is_not_followed() {
    let repo = TestRepo::started();
    let outside = repo.beside("outside");
    outside.write("secrets.py", repo.leak());
    symlink(outside.path("secrets.py"), repo.path("link.py")).unwrap();
    symlink(outside.path(""), repo.path("folder")).unwrap();
    repo.git(["add", "."]).ok();
    repo.stanch(["scan"]).clean();
    repo.git(["commit", "-m", "x"]).clean();
}

/// Row 26.
#[test]
fn wide_encodings_are_decoded() {
    let repo = TestRepo::started();
    let text = format!("first\n{}", repo.leak());
    let wide = |mark: bool, bytes: fn(u16) -> [u8; 2]| {
        let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
        units.flat_map(bytes).collect::<Vec<u8>>()
    };
    let files = [
        ("le-mark.txt", wide(true, u16::to_le_bytes)),
        ("le.txt", wide(false, u16::to_le_bytes)),
        ("be-mark.txt", wide(true, u16::to_be_bytes)),
        ("be.txt", wide(false, u16::to_be_bytes)),
        ("wider.txt", text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect()),
    ];
    for (name, bytes) in files {
        repo.stage(name, bytes);
        repo.git(["commit", "-m", "x"]).blocks(&format!("{name}:2:14"));
        repo.git(["rm", "-q", "--cached", name]).ok();
    }
}

/// Row 27, `working-tree-encoding`.
#[test]
fn a_file_that_git_converts_is_read_as_git_stores_it() {
    let repo = TestRepo::started();
    repo.commit_file(".gitattributes", "*.txt working-tree-encoding=UTF-16LE-BOM eol=lf\n").clean();
    let text = format!("first\n{}", repo.leak());
    let wide: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    repo.commit_file("a.txt", wide).blocks("a.txt:2:14");
    assert_eq!(repo.ask(["show", ":a.txt"]), text.trim_end());
}

/// Row 27, a clean filter.
#[test]
fn what_a_filter_puts_into_the_blob_is_looked_at() {
    let repo = TestRepo::started();
    repo.git(["config", "filter.fill.clean", &format!("sed s/SLOT/{}/", repo.secret())]).ok();
    repo.commit_file(".gitattributes", "*.py filter=fill\n").clean();
    repo.commit_file("a.py", "TOKEN = 'SLOT'\n").blocks("a.py:1:10");
    assert_eq!(repo.read_text("a.py"), "TOKEN = 'SLOT'\n");
}

/// Row 28.
#[test]
fn attributes_and_zero_bytes_hide_nothing() {
    let repo = TestRepo::started();
    repo.remote();
    let attributes = "*.nodiff -diff\n*.bin binary\n*.conv diff=conv\n*.gen linguist-generated export-ignore\n*.raw -text\n";
    repo.commit_file(".gitattributes", attributes).clean();
    repo.git(["config", "diff.conv.textconv", "true"]).ok();
    repo.git(["config", "diff.conv.command", "true"]).ok();
    for name in ["a.nodiff", "a.bin", "a.conv", "a.gen", "a.raw"] {
        repo.commit_file(name, repo.leak()).blocks(&format!("{name}:1"));
        repo.git(["commit", "-q", "--no-verify", "-m", "x"]).ok();
    }
    let mut bytes = vec![0x7F, b'E', b'L', b'F', 0, 0, 0xFF, 0];
    bytes.extend(repo.leak().bytes());
    bytes.extend([0; 64]);
    repo.commit_file("program", bytes).blocks("program:1");
    repo.git(["push", "origin", "main"]).blocks("a.bin:1").says("blocked: a.nodiff:1").says("blocked: a.conv:1");
}

/// Row 31.
#[test]
fn a_path_that_is_no_utf_8_blocks_and_is_shown_escaped() {
    let repo = TestRepo::started();
    repo.remote();
    let name = OsStr::from_bytes(b"caf\xe9.py");
    repo.commit_file(name, repo.leak()).blocks(r"caf\xe9.py:1");
    repo.git(["commit", "-q", "--no-verify", "-m", "x"]).ok();
    repo.git(["push", "origin", "main"]).blocks(r"caf\xe9.py:1");
    repo.stanch(["scan"]).blocks(r"caf\xe9.py:1");
    repo.stanch(["scan", "--output", "json"]).ends(1).says(r#""path_bytes": "636166e92e7079""#);
}

/// Row 32.
#[test]
fn paths_that_look_like_something_else_block_as_files() {
    for (name, shown) in [("new\nline.py", r"new\nline.py:1"), ("-x.py", "-x.py:1"), (" leading.py", " leading.py:1"), ("--", "--:1")] {
        let repo = TestRepo::started();
        repo.remote();
        repo.commit_file(name, repo.leak()).blocks(shown);
        repo.stanch(["scan"]).blocks(shown);
        repo.git(["commit", "-q", "--no-verify", "-m", "x"]).ok();
        repo.git(["push", "origin", "main"]).blocks(shown);
    }
}

/// Row 33, a submodule.
#[test]
fn a_submodule_that_moves_passes() {
    let repo = TestRepo::started();
    let inner = repo.beside("inner");
    inner.git(["init", "-q", "-b", "main"]).ok();
    inner.slip("a.py", repo.leak());
    let url = inner.path("").display().to_string();
    repo.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "inner"]).ok();
    repo.git(["commit", "-q", "-m", "added"]).clean();
    let module = repo.at("inner");
    module.slip("a.py", repo.leak());
    repo.git(["commit", "-q", "-a", "-m", "moved"]).clean();
    repo.remote();
    repo.git(["push", "origin", "main"]).clean();
}

/// Row 33, a mode, and a deletion.
#[test]
fn a_leaking_file_may_change_its_mode_and_go_away() {
    let repo = TestRepo::started();
    repo.slip("a.py", repo.leak());
    std::fs::set_permissions(repo.path("a.py"), std::fs::Permissions::from_mode(0o755)).unwrap();
    repo.git(["commit", "-q", "-a", "-m", "executable"]).clean();
    assert!(repo.ask(["ls-tree", "HEAD", "a.py"]).starts_with("100755"));
    repo.git(["rm", "-q", "a.py"]).ok();
    repo.git(["commit", "-q", "-m", "gone"]).clean();
}
