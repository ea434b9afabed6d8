//! Ways past the scanner that somebody tried, and that are shut.

use crate::support::TestRepo;

#[test]
fn a_submodule_that_becomes_a_file_of_the_same_id_is_looked_at() {
    let repo = TestRepo::shared();
    repo.write("a.py", repo.leak());
    let blob = repo.ask(["hash-object", "-w", "a.py"]);
    repo.remove("a.py");
    repo.git(["update-index", "--add", "--cacheinfo", &format!("160000,{blob},f")]).ok();
    repo.git(["commit", "-q", "-m", "x"]).ok();
    repo.git(["update-index", "--add", "--cacheinfo", &format!("100644,{blob},f")]).ok();
    repo.git(["commit", "-m", "x"]).blocks("f:1");
    repo.git(["commit", "-q", "-n", "-m", "x"]).ok();
    repo.git(["push", "origin", "main"]).blocks("f:1");
}

#[test]
fn a_folder_with_an_odd_mode_is_a_folder() {
    let repo = TestRepo::shared();
    repo.write("inner/f", repo.leak());
    repo.git(["add", "inner"]).ok();
    let whole = repo.ask(["write-tree"]);
    let inner = repo.ask(["rev-parse", &format!("{whole}:inner")]);
    let id: Vec<u8> = (0..inner.len() / 2).map(|at| u8::from_str_radix(&inner[at * 2..at * 2 + 2], 16).unwrap()).collect();
    repo.write("tree.bin", [b"40755 d\0".as_slice(), &id].concat());
    let tree = repo.ask(["hash-object", "--literally", "-t", "tree", "-w", "tree.bin"]);
    let commit = repo.ask(["commit-tree", "-p", "HEAD", "-m", "x", &tree]);
    repo.git(["update-ref", "refs/heads/odd", &commit]).ok();
    repo.git(["push", "origin", "odd"]).blocks("d/f:1");
}

#[test]
fn a_wide_beginning_hides_no_plain_bytes() {
    let repo = TestRepo::started();
    let leak = repo.leak();
    repo.commit_file("f", [b"\xff\xfe".as_slice(), leak.as_bytes()].concat()).blocks("f:1");
    let mut wide: Vec<u8> = "padding ".repeat(1200).encode_utf16().flat_map(u16::to_le_bytes).collect();
    wide.extend(leak.as_bytes());
    repo.commit_file("f", wide).blocks("f:1");
}

#[test]
fn headers_of_commits_are_looked_at() {
    let repo = TestRepo::shared();
    let text = repo.ask(["cat-file", "commit", "HEAD"]).replacen("\n\n", &format!("\nnote {}\n\n", repo.secret()), 1);
    repo.write("commit.txt", text);
    let commit = repo.ask(["hash-object", "-t", "commit", "-w", "--literally", "commit.txt"]);
    repo.remove("commit.txt");
    repo.git(["update-ref", "refs/heads/noted", &commit]).ok();
    repo.git(["push", "origin", "noted"]).ends(1).says("npm-access-token");
}

#[test]
fn a_branch_without_a_base_brings_no_settings_of_its_own() {
    let repo = TestRepo::shared();
    repo.git(["checkout", "-q", "--orphan", "other"]).ok();
    repo.write("stanch.toml", "exclude = [\"**\"]\n");
    repo.write("f", repo.leak());
    repo.git(["add", "."]).ok();
    repo.git(["commit", "-q", "-n", "-m", "x"]).ok();
    repo.git(["push", "origin", "other"]).blocks("f:1").says("settings that this change itself brings");
}

#[test]
fn a_key_completed_by_taking_a_line_out_is_new() {
    let repo = TestRepo::started();
    // A key that does not parse is no proof and warns; here it is to block.
    repo.commit_file("stanch.toml", "[block]\nconfidence = \"medium\"\n").clean();
    let line = || format!("{}{}\n", &repo.secret()[4..36], &repo.secret()[4..36]);
    let body: String = (0..12).map(|_| line()).collect();
    let (begin, end) = (format!("-----BEGIN {} KEY-----\n", "RSA PRIVATE"), format!("-----END {} KEY-----\n", "RSA PRIVATE"));
    repo.commit_file("k", format!("{begin}## not yet ##!!{{}}\n{body}{end}")).clean();
    repo.commit_file("k", format!("{begin}{body}{end}")).blocks("k:1");
}

#[test]
fn a_history_of_all_refs_names_those_it_cannot_follow() {
    let repo = TestRepo::started();
    repo.write("f", repo.leak());
    let blob = repo.ask(["hash-object", "-w", "f"]);
    repo.git(["tag", "blob", &blob]).ok();
    repo.stanch(["scan", "--history", "--all"]).incomplete().says("refs/tags/blob");
}

#[test]
fn a_value_at_the_border_of_a_window_keeps_its_surroundings() {
    let border = (8 << 20) - (128 << 10);
    let repo = TestRepo::started();
    let pair = format!("\nA={} B={}\n", repo.secret(), repo.secret());
    for shift in [14, 44, 60] {
        let mut text = "filling\n".repeat((border - shift) / 8);
        text.push_str(&"x".repeat(border - shift - text.len()));
        text.push_str(&pair);
        text.push_str(&"filling\n".repeat((10 << 20) / 8));
        repo.write("large", &text);
        repo.stanch(["scan", "large"]).ends(1).says("2 blocked");
    }
}

#[test]
fn going_after_coming_twice_leaves_what_somebody_set_between() {
    let repo = TestRepo::guarded();
    repo.git(["config", "user.nick", "kim"]).ok();
    repo.stanch(["install"]).ok();
    repo.stanch(["uninstall"]).ok();
    assert_eq!(repo.ask(["config", "user.nick"]), "kim");
    assert_ne!(repo.git(["config", "stanch.binary"]).code, Some(0));
}

#[test]
fn faults_of_the_settings_show_no_value_that_may_be_a_secret() {
    let repo = TestRepo::started();
    let secret = repo.secret();
    repo.write("stanch.toml", format!("disable = [\"{secret}\"]\n{secret} = 1\n[[allow]]\nfingerprint = \"{secret}\"\nreason = \"x\"\n"));
    repo.stanch(["scan"]).ends(2).says("there is no rule `…(40)`").says("unknown key `…(40)`");
    repo.write("stanch.toml", "baseline = \"../outside\"\n");
    repo.stanch(["baseline", "create"]).ends(2).says("leads out of the repository");
}

#[cfg(unix)]
#[test]
fn a_pipe_that_is_asked_for_by_name_is_not_clean() {
    let repo = TestRepo::started();
    repo.run(repo.program("mkfifo", ["pipe"]), b"").ok();
    repo.stanch(["scan", "pipe"]).incomplete().says("pipe: neither a file nor a folder");
}

#[test]
fn the_commands_for_a_root_commit_are_those_that_work() {
    let repo = TestRepo::new();
    repo.slip("f", repo.leak());
    repo.slip("g", "x = 1\n");
    repo.stanch(["scan", "--history"]).ends(1).says("git rebase -i -r --root");
}
