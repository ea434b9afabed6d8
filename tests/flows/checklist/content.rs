//! Texts, names and settings of git that could hide something.

use crate::support::TestRepo;

#[test]
fn lines_that_end_in_a_carriage_return_alone_are_lines() {
    let repo = TestRepo::started();
    let leak = repo.leak();
    repo.slip("a.txt", format!("one\r{}\rthree\r", leak.trim()));
    repo.commit_file("a.txt", format!("zero\rone\r{}\rthree\r", leak.trim())).clean().says("1 old");
    repo.commit_file("b.txt", format!("one\rtwo\r{}\r", repo.leak().trim())).blocks("b.txt:3:14");
}

#[test]
fn a_file_that_only_changed_its_line_ends_has_nothing_new() {
    let repo = TestRepo::started();
    let text = format!("one\n{}three\n", repo.leak());
    repo.slip("a.txt", &text);
    repo.commit_file("a.txt", text.replace('\n', "\r\n")).clean().says("1 old");
}

#[test]
fn latin_1_is_read_and_columns_count_bytes() {
    let repo = TestRepo::started();
    let mut text = b"# caf\xe9\npass\xe9 = '".to_vec();
    text.extend(repo.secret().bytes());
    text.extend(b"'\n");
    repo.commit_file("a.py", text).blocks("a.py:2:10");
    repo.stanch(["scan", "--output", "json"]).ends(1).says(r#""column": 10"#).says(r#""column_utf16": 10"#);
}

#[test]
fn a_binary_is_searched_as_bytes() {
    let repo = TestRepo::started();
    let mut bytes: Vec<u8> = (0..=255).cycle().take(4096).collect();
    bytes.extend(repo.secret().bytes());
    bytes.extend((0..=255).cycle().take(4096));
    repo.commit_file("a.out", bytes).blocks("a.out:");
}

#[test]
fn a_secret_in_a_very_long_line_is_found_and_shown_short() {
    let repo = TestRepo::started();
    let mut text = "x".repeat(3 << 20);
    text.push(' ');
    text.push_str(&repo.secret());
    text.push_str(&" y".repeat(1 << 20));
    let ran = repo.commit_file("a.min.js", text);
    ran.blocks("a.min.js:1:3145730");
    assert!(ran.text().lines().all(|line| line.len() < 300));
}

#[test]
fn a_blob_too_large_to_hold_is_read_in_windows() {
    let repo = TestRepo::started();
    repo.remote();
    let line = "a line of text that says nothing at all\n";
    let mut text = line.repeat(17 * (1 << 20) / line.len());
    let lines = text.lines().count();
    text.push_str(&repo.leak());
    repo.commit_file("large.txt", &text).blocks(&format!("large.txt:{}:14", lines + 1));
    repo.git(["commit", "-q", "-n", "-m", "x"]).ok();
    repo.git(["gc", "-q"]).ok();
    text.push_str("and more\n");
    repo.commit_file("large.txt", &text).clean().says("1 old");
    repo.git(["push", "origin", "main"]).blocks("large.txt:");
    repo.stanch(["scan", "--output", "json"]).ends(1).says(r#""windowed": 1"#);
}

#[test]
fn settings_of_gits_diff_hide_nothing() {
    let repo = TestRepo::started();
    repo.remote();
    for (key, value) in [
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.external", "true"),
        ("diff.renames", "copies"),
        ("diff.ignoreSubmodules", "all"),
        ("diff.conv.textconv", "true"),
        ("core.quotePath", "false"),
        ("color.ui", "always"),
        ("core.pager", "false"),
    ] {
        repo.git(["config", key, value]).ok();
    }
    repo.commit_file(".gitattributes", "*.conv diff=conv\n*.no -diff\n").clean();
    for name in ["a.py", "b.conv", "c.no"] {
        repo.commit_file(name, repo.leak()).blocks(&format!("{name}:1"));
    }
    repo.git(["commit", "-q", "-n", "-m", "x"]).ok();
    repo.git(["push", "origin", "main"]).blocks("a.py:1").says("blocked: b.conv:1").says("blocked: c.no:1");
}

#[test]
fn what_would_act_on_a_terminal_is_shown_and_not_done() {
    let repo = TestRepo::started();
    let name = "a\u{1b}[31m\r\u{202e}\u{7}.py";
    let text = format!("\u{1b}]0;title\u{7}\u{1b}[2J {}\n", repo.leak().trim());
    let ran = repo.commit_file(name, text);
    ran.blocks(r"a\x1b[31m\r\u{202e}\x07.py:1");
    repo.git(["commit", "-q", "-n", "-m", "\u{1b}[31mred"]).ok();
    for ran in [ran, repo.stanch(["scan"]), repo.stanch(["scan", "--history"]), repo.stanch(["scan", "--output", "github"])] {
        let bad = ran.text().chars().find(|&c| (c.is_control() && c != '\n') || c == '\u{202e}');
        assert_eq!(bad, None, "{ran}");
    }
}

#[test]
fn a_file_that_is_tracked_though_ignored_is_found_and_an_untracked_one_is_not() {
    let repo = TestRepo::started();
    repo.commit_file(".gitignore", "*.env\nbuild/\n").clean();
    repo.write("tracked.env", repo.leak());
    repo.git(["add", "-f", "tracked.env"]).ok();
    repo.write("untracked.env", repo.leak());
    repo.write("build/a.py", repo.leak());
    repo.stanch(["scan"]).blocks("tracked.env:1").says("1 blocked");
    repo.stanch(["scan", "tracked.env"]).blocks("tracked.env:1");
    repo.stanch(["scan", "untracked.env"]).blocks("untracked.env:1");
    repo.at("build").stanch(["scan", "a.py"]).blocks("build/a.py:1");
}

#[test]
fn files_are_scanned_by_the_paths_that_were_asked_for() {
    let repo = TestRepo::started();
    repo.write("one/a.py", repo.leak());
    repo.write("two/b.py", repo.leak());
    repo.write(".hidden/c.py", repo.leak());
    repo.stanch(["scan", "one"]).blocks("one/a.py:1").says("1 blocked");
    repo.stanch(["scan", "one", "two"]).blocks("one/a.py:1").says("2 blocked");
    repo.stanch(["scan"]).ends(1).says("3 blocked").says("blocked: .hidden/c.py:1");
    repo.at("one").stanch(["scan"]).ends(1).says("blocked: one/a.py:1");
    repo.stanch(["scan", "nowhere"]).ends(2).says("nowhere");
}

#[test]
fn a_folder_outside_any_repository_is_scanned() {
    let folder = TestRepo::folder();
    folder.write("a.py", folder.leak());
    folder.write("deep/b.py", "x = 1\n");
    folder.stanch(["scan"]).blocks("a.py:1").says("2 blobs");
    folder.stanch(["scan", "deep"]).clean();
    folder.stanch(["scan", "a.py"]).blocks("a.py:1");
    let repo = folder.at("repo");
    repo.git(["init", "-q", "-b", "main"]).ok();
    repo.stanch(["scan", "../a.py"]).blocks("../a.py:1");
}

#[test]
fn standard_input_is_scanned_under_a_name() {
    let repo = TestRepo::started();
    let leak = repo.leak();
    repo.stanch_fed(leak.as_bytes(), ["scan", "--stdin", "--path", "src/a.py"]).blocks("src/a.py:1");
    repo.stanch_fed(leak.as_bytes(), ["scan", "--stdin"]).blocks("stdin:1");
    repo.stanch_fed(b"x = 1\n", ["scan", "--stdin"]).clean();
    repo.stanch_fed(b"", ["scan", "--stdin"]).clean();
    let folder = TestRepo::folder();
    folder.stanch_fed(folder.leak().as_bytes(), ["scan", "--stdin"]).blocks("stdin:1");
}
