//! What a machine mends: shown as a patch, put into index and work tree without losing a byte, and put back.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;

use proptest::collection::vec;
use proptest::prelude::*;
use stanch::fix::{self, Apply, Journal, Planned, Wanted};
use stanch::git::{Door, Repo};

use crate::support::{STANCH, TestRepo, files_below};

/// A repository with a pack for style and one file that is committed.
fn repo(path: &str, content: &str) -> TestRepo {
    let repo = TestRepo::started();
    repo.commit_file("stanch.toml", "packs = [\"secrets\", \"quality\", \"style\"]\n").ok();
    repo.slip(path, content);
    repo
}

/// What is staged of a file, byte for byte.
fn staged(repo: &TestRepo, path: &str) -> Vec<u8> {
    let output = repo.program("git", ["cat-file", "blob", &format!(":{path}")]).output().unwrap();
    assert!(output.status.success());
    output.stdout
}

/// Work tree and index entries.
fn places(repo: &TestRepo) -> (Vec<(PathBuf, Vec<u8>, u32)>, String) {
    let files = files_below(&repo.path("."));
    let files = files.into_iter().filter(|(path, _)| !path.starts_with(".git"));
    (files.map(|(path, file)| (path, file.bytes, file.mode)).collect(), repo.ask(["ls-files", "-s"]))
}

#[test]
fn the_patch_is_shown_and_nothing_is_touched() {
    let repo = repo("a.py", "old = 1 \nx = 2\n");
    repo.stage("a.py", "old = 1 \nx = 3 \ny = 4");
    let state = repo.state();
    let ran = repo.stanch(["fix"]);
    ran.ends(1).says("--- a/a.py").says(" old = 1 \n-x = 3 \n-y = 4\n\\ No newline at end of file\n+x = 3\n+y = 4\n");
    ran.says("1 file to mend (final-newline, trailing-whitespace); `stanch fix --write` does it");
    assert_eq!(repo.state(), state);
    assert!(!repo.git_dir().join("stanch/fixes").exists());
}

#[test]
fn the_patch_is_put_into_index_and_work_tree_and_back() {
    let repo = repo("a.py", "old = 1 \nx = 2\n");
    repo.stage("a.py", "old = 1 \nx = 3 \ny = 4\n\n\n");
    let before = places(&repo);
    repo.stanch(["fix", "--write"]).ok().says("mended: a.py  final-newline, trailing-whitespace");
    assert_eq!(staged(&repo, "a.py"), b"old = 1 \nx = 3\ny = 4\n");
    assert_eq!(repo.read_text("a.py"), "old = 1 \nx = 3\ny = 4\n");
    assert_eq!(repo.ask(["status", "--porcelain"]), "M  a.py");
    repo.stanch(["fix"]).ok().says("nothing to mend");
    repo.stanch(["fix", "no/such"]).ends(2).says("there is no `no/such`");
    repo.stanch(["fix", "--undo"]).ok().says("put back: a.py");
    assert_eq!(places(&repo), before);
    repo.stanch(["fix", "--undo"]).ends(2).says("there is no fix to undo");
}

#[test]
fn what_is_not_staged_stays_as_it_is() {
    let repo = repo("a.py", "a\nb\nc\n");
    repo.stage("a.py", "a \nb\nc\n");
    let unstaged = "a \nnot staged  \nb\nc\nneither ";
    repo.write("a.py", unstaged);
    repo.stanch(["fix", "--write"]).ok();
    assert_eq!(staged(&repo, "a.py"), b"a\nb\nc\n");
    assert_eq!(repo.read_text("a.py"), "a\nnot staged  \nb\nc\nneither ");
    repo.stanch(["fix", "--undo"]).ok();
    assert_eq!((staged(&repo, "a.py"), repo.read_text("a.py")), (b"a \nb\nc\n".to_vec(), unstaged.to_owned()));
}

#[test]
fn a_file_whose_unstaged_change_stands_in_the_way_is_left_alone_in_both_places() {
    let repo = repo("a.py", "a\n");
    repo.stage("a.py", "b \n");
    repo.stage("good.py", "c \n");
    repo.write("a.py", "b  and more\n");
    let ran = repo.stanch(["fix", "--write"]);
    ran.ends(1).says("left alone: a.py  what is not staged of it stands where the fix goes").says("mended: good.py");
    assert_eq!((staged(&repo, "a.py"), repo.read_text("a.py")), (b"b \n".to_vec(), "b  and more\n".to_owned()));
    assert_eq!((staged(&repo, "good.py"), repo.read_text("good.py")), (b"c\n".to_vec(), "c\n".to_owned()));
}

#[test]
fn undo_leaves_a_file_alone_that_changed_since() {
    let repo = repo("a.py", "a\n");
    repo.stage("a.py", "b \n");
    repo.stage("b.py", "b \n");
    repo.stage("c.py", "b \n");
    repo.stanch(["fix", "--write"]).ok();
    repo.write("a.py", "b\nmore\n");
    repo.stage("b.py", "b\nmore\n");
    let ran = repo.stanch(["fix", "--undo"]);
    ran.ends(1).says("left alone: a.py  it changed on disk since").says("left alone: b.py  what is staged of it changed since");
    ran.says("put back: c.py");
    assert_eq!((repo.read_text("a.py"), staged(&repo, "a.py")), ("b\nmore\n".to_owned(), b"b\n".to_vec()));
    assert_eq!((repo.read_text("c.py"), staged(&repo, "c.py")), ("b \n".to_owned(), b"b \n".to_vec()));
    repo.write("a.py", "b\n");
    repo.stanch(["fix", "--undo", "a.py"]).ok().says("put back: a.py");
}

#[test]
fn links_special_entries_and_what_is_gone_from_disk() {
    let repo = repo("gone.py", "a\n");
    repo.stage("gone.py", "b \n");
    repo.remove("gone.py");
    repo.stage("link.py", "b \n");
    repo.write("target", "b \n");
    repo.remove("link.py");
    std::os::unix::fs::symlink("target", repo.path("link.py")).unwrap();
    repo.stage("folder/in.py", "b \n");
    fs::rename(repo.path("folder"), repo.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink("elsewhere", repo.path("folder")).unwrap();
    repo.stage("valid.py", "b \n");
    repo.git(["update-index", "--assume-unchanged", "valid.py"]).ok();
    let ran = repo.stanch(["fix", "--write"]);
    ran.ends(1).says("mended: gone.py").says("link.py  on disk it is a link").says("folder/in.py  a folder on the way to it is a link");
    ran.says("valid.py  its entry in the index is a special one");
    assert_eq!(staged(&repo, "gone.py"), b"b\n");
    assert!(!repo.path("gone.py").exists());
    assert_eq!(
        (repo.read_text("target"), repo.read_text("elsewhere/in.py"), repo.read_text("valid.py")),
        ("b \n".to_owned(), "b \n".to_owned(), "b \n".to_owned())
    );
    repo.stanch(["fix", "--undo"]).ok();
    assert!(!repo.path("gone.py").exists());
}

#[test]
fn each_kind_of_fault_that_needs_no_judgement_is_mended() {
    let repo = repo("requirements.txt", "flask\n");
    repo.stage("requirements.txt", "flask\ndjango\n");
    repo.stage("mixed.py", "a\nb\r\nc\n");
    repo.stage("mark.py", "\u{FEFF}a\n");
    repo.stage("book.ipynb", "{\"cells\": [{\"execution_count\": 1, \"outputs\": [\n{\"text\": 1}\n]}]}\n");
    repo.stage("run.sh", "#!/bin/sh\n");
    repo.stage("hidden.py", "a\u{202e}b\n");
    repo.stanch(["fix", "--write"]).ok().never_says("hidden.py");
    let is = |path: &str, text: &str| assert_eq!((staged(&repo, path), repo.read_text(path)), (text.as_bytes().to_vec(), text.to_owned()));
    is("requirements.txt", "django\nflask\n");
    is("mixed.py", "a\nb\nc\n");
    is("mark.py", "a\n");
    is("book.ipynb", "{\"cells\": [{\"execution_count\": null, \"outputs\": []}]}\n");
    assert_eq!(repo.path("run.sh").metadata().unwrap().permissions().mode() & 0o111, 0o111);
    assert!(repo.ask(["ls-files", "-s", "run.sh"]).starts_with("100755 "));
    repo.stanch(["fix", "--undo"]).ok();
    assert_eq!(repo.path("run.sh").metadata().unwrap().permissions().mode() & 0o111, 0);
    is("mixed.py", "a\nb\r\nc\n");
}

#[test]
fn what_a_person_lets_pass_and_what_was_there_is_not_mended() {
    let repo = repo("a.py", "old \n");
    repo.stage("a.py", "old \nx \ny  # stanch:allow trailing-whitespace two blanks are meant  \n");
    repo.stanch(["fix", "--write"]).ok();
    assert_eq!(staged(&repo, "a.py"), b"old \nx\ny  # stanch:allow trailing-whitespace two blanks are meant  \n");
}

#[test]
fn a_line_that_was_there_is_not_mended_where_a_new_one_stands_below() {
    let repo = repo("a.txt", "a\nb\n");
    repo.stage("a.txt", "a\nb\nc\r\nd\r\ne\r\n");
    repo.stanch(["scan", "--staged"]).says("mixed-line-endings");
    repo.stanch(["fix"]).ok().says("nothing to mend");
    repo.stage("a.txt", "a\nb\nc\r\nd\n");
    repo.stanch(["fix", "--write"]).ok();
    assert_eq!(staged(&repo, "a.txt"), b"a\nb\nc\nd\n");
}

#[test]
fn reports_say_how_a_finding_is_mended_and_never_with_a_secret() {
    let repo = repo("requirements.txt", "flask\n");
    repo.stage("requirements.txt", "flask\ndjango\n");
    let ran = repo.stanch(["scan", "--staged", "--output", "sarif"]);
    let log: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let change = &log["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(change["insertedContent"]["text"], "django\nflask\n");
    assert_eq!((&change["deletedRegion"]["startLine"], &change["deletedRegion"]["endLine"]), (&1.into(), &3.into()));
    repo.stanch(["scan", "--staged", "--output", "json"]).says("\"fixable\": true");
    repo.stage("requirements.txt", format!("flask\ndjango  # {}", repo.leak()));
    repo.stanch(["scan", "--staged", "--output", "sarif"]).ends(1).never_says("insertedContent");
}

#[test]
fn paths_are_named_from_where_one_stands() {
    let repo = repo("a.py", "a\n");
    repo.stage("a.py", "b \n");
    repo.stage("src/b.py", "b \n");
    repo.stage("src/c.py", "b \n");
    let below = repo.at("src");
    below.stanch(["fix", "--write", "b.py"]).ok().says("mended: src/b.py").never_says("c.py");
    below.stanch(["fix", "../src/"]).ends(1).says("+++ b/src/c.py").never_says("a/a.py");
    below.stanch(["fix", "/"]).ends(2).says("not in this work tree");
    repo.stanch(["fix"]).ends(1).says("2 files to mend");
}

#[test]
fn a_secret_in_the_patch_is_hidden_and_none_is_kept_by_the_journal() {
    let repo = repo("a.py", "a\n");
    repo.stage("a.py", format!("{}b \n", repo.leak().replace('\n', " \n")));
    repo.stanch(["fix"]).ends(1).says("-NPM_TOKEN = \"…\" \n");
    repo.stanch(["fix", "--write"]).ok();
    repo.stanch(["fix", "--undo"]).ok();
}

#[test]
fn line_ends_and_encodings_on_disk_stay_as_they_are() {
    let repo = repo("a.py", "a\n");
    repo.commit_file(".gitattributes", "*.txt eol=crlf\n*.utf16 text working-tree-encoding=UTF-16LE\n*.up filter=up\n").ok();
    repo.git(["config", "filter.up.clean", "tr A-Z a-z"]).ok();
    repo.git(["config", "filter.up.smudge", "tr a-z A-Z"]).ok();
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    repo.stage("a.txt", "a \r\nb\r\n");
    repo.stage("a.utf16", wide("a \nb\n"));
    repo.stage("a.up", "A \nB\n");
    repo.stage("odd.up", "A \nb\n");
    let before = places(&repo);
    repo.write("a.txt", "a \r\nb\r\nc\r\n");
    let ran = repo.stanch(["fix", "--write"]);
    ran.ends(1).says("odd.up  git's filters do not give its bytes on disk back");
    assert_eq!((staged(&repo, "a.txt"), repo.read_text("a.txt")), (b"a\nb\n".to_vec(), "a\r\nb\r\nc\r\n".to_owned()));
    assert_eq!((staged(&repo, "a.utf16"), repo.read("a.utf16")), (b"a\nb\n".to_vec(), wide("a\nb\n")));
    assert_eq!((staged(&repo, "a.up"), repo.read_text("a.up")), (b"a\nb\n".to_vec(), "A\nB\n".to_owned()));
    assert_eq!((staged(&repo, "odd.up"), repo.read_text("odd.up")), (b"a \nb\n".to_vec(), "A \nb\n".to_owned()));
    repo.stanch(["fix", "--undo"]).ok();
    repo.write("a.txt", "a \r\nb\r\n");
    assert_eq!(places(&repo), before);
}

#[test]
fn line_ends_that_the_whole_repository_has_on_disk_stay() {
    let repo = repo("a.py", "a\n");
    repo.git(["config", "core.autocrlf", "true"]).ok();
    repo.stage("a.py", "b \r\nc\r\n");
    repo.write("a.py", "b \r\nc\r\nnot staged \r\n");
    repo.stage("unix.py", "b \nc\n");
    repo.stanch(["fix", "--write"]).ok();
    assert_eq!((staged(&repo, "a.py"), repo.read_text("a.py")), (b"b\nc\n".to_vec(), "b\r\nc\r\nnot staged \r\n".to_owned()));
    assert_eq!((staged(&repo, "unix.py"), repo.read_text("unix.py")), (b"b\nc\n".to_vec(), "b\nc\n".to_owned()));
}

#[test]
fn every_form_of_an_index_and_of_a_repository_is_kept() {
    let forms: [&[&str]; 4] = [
        &["config", "core.splitIndex", "true"],
        &["config", "index.version", "4"],
        &["config", "feature.manyFiles", "true"],
        &["sparse-checkout", "set", "--cone", "--sparse-index", "in"],
    ];
    for form in forms {
        let repo = repo("out/a.py", "a\n");
        repo.slip("in/a.py", "a\n");
        repo.git(form).ok();
        repo.git(["update-index", "--force-write-index"]).ok();
        let entries = repo.ask(["ls-files", "-s", "-t", "--sparse"]);
        repo.stage("in/a.py", "b \n");
        repo.stanch(["fix", "--write"]).ok().says("mended: in/a.py");
        assert_eq!((staged(&repo, "in/a.py"), repo.read_text("in/a.py")), (b"b\n".to_vec(), "b\n".to_owned()), "{form:?}");
        assert_eq!(repo.ask(["status", "--porcelain"]), "M  in/a.py", "{form:?}");
        repo.stanch(["fix", "--undo"]).ok();
        repo.git(["reset", "-q", "--hard"]).ok();
        assert_eq!(repo.ask(["ls-files", "-s", "-t", "--sparse"]), entries, "{form:?}");
        repo.git(["fsck", "--strict"]).ok();
    }
}

#[test]
fn a_linked_work_tree_has_a_journal_of_its_own_and_ids_may_be_long() {
    let repo = TestRepo::started_with("--object-format=sha256");
    repo.commit_file("stanch.toml", "packs = [\"style\"]\n").ok();
    repo.git(["worktree", "add", "-q", "../linked"]).ok();
    let linked = repo.at("../linked");
    for place in [&repo, &linked] {
        place.stage("a.py", "b \n");
        place.stanch(["fix", "--write"]).ok();
        assert_eq!((staged(place, "a.py"), place.read_text("a.py")), (b"b\n".to_vec(), "b\n".to_owned()));
    }
    repo.stanch(["fix", "--undo"]).ok();
    assert_eq!((repo.read_text("a.py"), linked.read_text("a.py")), ("b \n".to_owned(), "b\n".to_owned()));
    repo.stanch(["fix", "--undo"]).ends(2);
    linked.stanch(["fix", "--undo"]).ok();
    assert_eq!(staged(&linked, "a.py"), b"b \n");
}

#[test]
fn a_file_of_a_merge_and_a_renamed_one_are_mended_where_they_are_new() {
    let repo = repo("a.py", "1 \n2\n3\n4\n5\n6\n");
    repo.git(["mv", "a.py", "b.py"]).ok();
    repo.stage("b.py", "1 \n2\n3\n4\n5\n6\n7 \n");
    repo.stanch(["fix", "--write"]).ok();
    assert_eq!(staged(&repo, "b.py"), b"1 \n2\n3\n4\n5\n6\n7\n");
}

#[test]
fn a_filter_that_fails_leaves_its_file_alone() {
    let repo = repo("a.py", "a\n");
    repo.commit_file(".gitattributes", "*.up filter=up\n").ok();
    repo.stage("a.up", "a \n");
    repo.git(["config", "filter.up.clean", "false"]).ok();
    repo.git(["config", "filter.up.required", "true"]).ok();
    repo.stanch(["fix", "--write"]).ends(1).says("left alone: a.up  git cannot store a file through its filters");
    assert_eq!((staged(&repo, "a.up"), repo.read_text("a.up")), (b"a \n".to_vec(), "a \n".to_owned()));
}

#[test]
fn another_gits_lock_is_respected_and_stays() {
    let repo = repo("a.py", "a\n");
    repo.stage("a.py", "b \n");
    let before = places(&repo);
    fs::write(repo.git_dir().join("index.lock"), "").unwrap();
    repo.stanch(["fix", "--write"]).ends(2).says("the index is locked").says("nothing was changed");
    assert_eq!(fs::read(repo.git_dir().join("index.lock")).unwrap(), b"");
    fs::remove_file(repo.git_dir().join("index.lock")).unwrap();
    assert_eq!(places(&repo), before);
    repo.stanch(["fix", "--undo"]).ends(2).says("no fix to undo");
}

#[test]
fn scan_mends_before_it_looks_and_hooks_never_do() {
    let repo = repo("a.py", "a\n");
    repo.stage("a.py", "b \n");
    let state = repo.state();
    repo.stanch(["scan", "--staged"]).ok().says("trailing-whitespace").says("stanch fix --write writes it");
    assert_eq!(repo.state(), state);
    repo.stanch(["scan", "--staged", "--fix"]).clean().says("mended: a.py");
    repo.stanch(["scan", "--fix"]).ends(2);
    repo.commit_file("c.py", "c \n").says("warned: c.py:1");
    assert_eq!(staged(&repo, "c.py"), b"c \n");
}

#[test]
fn the_index_that_git_names_is_mended_and_one_that_git_throws_away_is_not() {
    let repo = repo("a.py", "a\n");
    repo.stage("keep.py", "k \n");
    repo.script(".git/hooks/pre-commit", "#!/bin/sh\nstanch scan --staged --fix --quiet\n");
    repo.write("a.py", "b \n");
    repo.git(["commit", "-q", "-m", "one", "a.py"]).ends(1).says("commits from an index that it throws away");
    assert_eq!(
        (repo.read_text("a.py"), repo.ask(["ls-files", "-s", "a.py"])),
        ("b \n".to_owned(), repo.ask(["ls-tree", "HEAD", "a.py"]).replace(" blob", "").replace('\t', " 0\t"))
    );
    repo.git(["commit", "-q", "-a", "-m", "all"]).ok().says("mended: a.py");
    assert_eq!(repo.ask(["show", "HEAD:a.py"]), "b");
    assert_eq!(repo.ask(["status", "--porcelain"]), "");
}

/// A repository in which three files of several kinds can be mended, each with a change that is not staged.
fn three() -> TestRepo {
    let repo = repo("a.py", "a\n");
    repo.stage("a.py", "b \n\nc\n");
    repo.write("a.py", "b \n\nc\nnot staged \n");
    repo.stage("folder/b.py", "b \n");
    repo.stage("run.sh", "#!/bin/sh\n");
    repo.write("run.sh", "#!/bin/sh\nnot staged \n");
    repo
}

/// What a fix of these files plans.
fn planned(repo: &TestRepo, git: &Repo) -> Planned {
    let index = git.index().unwrap().unwrap();
    let wanted = |path: &str, after: &str, mode| Wanted {
        path: path.into(),
        old: index.plain_entry_at(path.as_bytes()).unwrap(),
        before: staged(repo, path),
        after: after.into(),
        mode,
    };
    let plain = 0o100_644;
    let all = [wanted("a.py", "b\n\nc\n", plain), wanted("folder/b.py", "b\n", plain), wanted("run.sh", "#!/bin/sh\n", 0o100_755)];
    let planned = fix::plan(git, &all).unwrap();
    assert_eq!((planned.changes.len(), planned.left.len()), (3, 0));
    planned
}

fn opened(repo: &TestRepo) -> Repo {
    Repo::open(Door::Path(repo.path("."))).unwrap()
}

/// Does the first `steps` of a fix, or of what undoes the last one, and stops there as a kill does.
fn cut_off(repo: &TestRepo, undo: bool, steps: usize) -> usize {
    let git = opened(repo);
    let journal = Journal::open(&git).unwrap();
    let planned = if undo { fix::undo(&git, &journal, |_| true).unwrap() } else { planned(repo, &git) };
    let mut apply = Apply::new(&git, &journal, &planned).unwrap();
    for _ in 0..steps {
        apply.step().unwrap();
    }
    apply.left()
}

/// After a kill at each step, the next run leaves all as it was or all as it should be, and a fix that is in place can be
/// undone.
fn survives_a_kill_at_every_step(undo: bool) {
    let mut left = 1;
    let mut steps = 0;
    while left > 0 {
        let repo = three();
        let mut ends = vec![places(&repo)];
        if undo {
            repo.stanch(["fix", "--write"]).ok();
            ends.push(places(&repo));
        }
        left = cut_off(&repo, undo, steps);
        // Whoever looks says what happened; a file that was moved and one that was not never stay side by side.
        let ran = repo.stanch(["fix"]);
        assert!(matches!(ran.code, Some(0 | 1)), "{steps}: {ran}");
        let after = places(&repo);
        assert!(!repo.state().is_locked(), "{steps}");
        let rest = files_below(&repo.git_dir().join("stanch/fixes"));
        assert!(rest.keys().all(|path| path.extension().is_none_or(|end| end == "done")), "{steps}: {rest:?}");
        if after == ends[0] {
            assert_eq!(ran.text().contains("rolled back"), !undo && steps > 0, "{steps}: {ran}");
        } else if undo {
            assert_eq!(after, ends[1], "{steps}");
            assert_eq!(ran.text().contains("rolled back"), steps > 0, "{steps}: {ran}");
        }
        // From wherever it stands, a fix and what undoes it give the same as ever.
        repo.stanch(["fix", "--write"]).ok();
        assert_eq!(repo.read_text("a.py"), "b\n\nc\nnot staged \n");
        repo.stanch(["fix", "--undo"]).ok();
        assert_eq!(places(&repo), ends[0], "{steps}");
        steps += 1;
    }
    assert!(steps > 12, "{steps} steps");
}

#[test]
fn a_fix_survives_a_kill_at_every_step() {
    survives_a_kill_at_every_step(false);
}

#[test]
fn an_undo_survives_a_kill_at_every_step() {
    survives_a_kill_at_every_step(true);
}

#[test]
fn what_a_person_writes_after_a_kill_is_not_rolled_back() {
    let repo = three();
    let left = cut_off(&repo, false, 8);
    assert!(left > 3, "some files are in place and the index is not");
    repo.write("a.py", "something else\n");
    repo.stanch(["fix", "--undo"]).ends(2).says("rolled back").says("left alone: a.py").says("no fix to undo");
    assert_eq!(repo.read_text("a.py"), "something else\n");
    assert_eq!((repo.read_text("folder/b.py"), staged(&repo, "folder/b.py")), ("b \n".to_owned(), b"b \n".to_vec()));
}

#[test]
fn a_real_kill_while_git_writes_the_index_is_rolled_back() {
    let repo = three();
    let before = places(&repo);
    // git calls this hook when the copy of the index is written; its grandparent is stanch.
    repo.script(".git/hooks/post-index-change", "#!/bin/sh\nread -r _ _ _ parent _ < /proc/$PPID/stat\nkill -KILL \"$parent\"\n");
    let status = repo.program(STANCH, ["fix", "--write"]).output().unwrap().status;
    assert_eq!(status.signal(), Some(9));
    fs::remove_file(repo.git_dir().join("hooks/post-index-change")).unwrap();
    assert!(repo.git_dir().join("index.lock").exists());
    repo.stanch(["fix", "--undo"]).ends(2).says("an earlier fix that was cut off was rolled back").says("no fix to undo");
    assert_eq!(places(&repo), before);
    assert!(!repo.state().is_locked());
    repo.git(["add", "."]).ok();
}

#[test]
fn a_save_that_an_exchange_put_aside_takes_its_place_again() {
    let repo = three();
    // All stands beside, nothing is moved yet.
    cut_off(&repo, false, 6);
    let beside = fs::read_dir(repo.path(".")).unwrap().map(|entry| entry.unwrap().path());
    let beside =
        beside.into_iter().find(|path| path.to_string_lossy().contains(".stanch-fix-") && path.to_string_lossy().ends_with("-0")).unwrap();
    // As if an editor had saved at the moment of the exchange, and then the power went.
    fs::rename(&beside, repo.path("a.py")).unwrap();
    fs::write(&beside, "an editor's save\n").unwrap();
    repo.stanch(["fix"]).ends(1).says("rolled back").says("left alone: a.py");
    assert_eq!(repo.read_text("a.py"), "an editor's save\n");
    assert!(!beside.exists());
}

#[test]
fn somebody_who_writes_at_the_same_time_stops_it() {
    for (steps, what) in [(1, "a.py"), (6, "folder/b.py")] {
        let repo = three();
        let before = staged(&repo, "a.py");
        let git = opened(&repo);
        let journal = Journal::open(&git).unwrap();
        let mut apply = Apply::new(&git, &journal, &planned(&repo, &git)).unwrap();
        (0..steps).for_each(|_| apply.step().unwrap());
        repo.write(what, "an editor's save\n");
        let error = apply.run().unwrap_err();
        assert!(matches!(error, fix::Error::Changed { .. }), "{error}");
        assert_eq!((repo.read_text(what), staged(&repo, "a.py")), ("an editor's save\n".to_owned(), before));
        assert!(!repo.state().is_locked());
    }
}

#[test]
fn two_fixes_at_once_do_not_meet() {
    let repo = three();
    let git = opened(&repo);
    let journal = Journal::open(&git).unwrap();
    repo.stanch(["fix", "--write"]).ends(2).says("another `stanch fix` is running");
    drop(journal);
    repo.stanch(["fix", "--write"]).ok();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_unstaged_line_is_lost_and_undo_gives_every_byte_back(
        old in vec(0_usize..6, 0..8),
        stage in vec((0_usize..8, 0_u8..3, 0_usize..6), 0..5),
        work in vec((0_usize..8, 0_u8..3), 0..4),
    ) {
        let pieces = ["one\n", "two \n", "\n", "three\r\n", "four\t\n", "end"];
        let line = |kind: usize| pieces[kind].to_owned();
        let edited = |mut lines: Vec<String>, edits: &[(usize, u8, String)]| {
            for (at, what, text) in edits {
                let at = (*at).min(lines.len());
                match what {
                    0 => lines.insert(at, text.clone()),
                    1 if at < lines.len() => lines[at].clone_from(text),
                    _ if at < lines.len() => drop(lines.remove(at)),
                    _ => {}
                }
            }
            lines
        };
        let old: Vec<String> = old.into_iter().map(line).collect();
        let stage: Vec<_> = stage.into_iter().map(|(at, what, kind)| (at, what, line(kind))).collect();
        let work: Vec<_> = work.into_iter().enumerate().map(|(number, (at, what))| (at, what, format!("unstaged {number} \t\n"))).collect();
        let repo = repo("a.txt", &old.concat());
        let new = edited(old, &stage);
        repo.stage("a.txt", new.concat());
        let mine = edited(new.clone(), &work);
        repo.write("a.txt", mine.concat());
        let before = places(&repo);
        let ran = repo.stanch(["fix", "--write"]);
        prop_assert!(matches!(ran.code, Some(0 | 1)), "{ran}");
        let text = repo.read_text("a.txt");
        for (_, _, line) in work.iter().filter(|(.., line)| mine.contains(line)) {
            prop_assert!(text.contains(line.as_str()), "{line:?} is lost in {text:?}");
        }
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(words(&text), words(&mine.concat()));
        prop_assert_eq!(words(std::str::from_utf8(&staged(&repo, "a.txt")).unwrap()), words(&new.concat()));
        if ran.text().contains("mended: ") {
            repo.stanch(["fix", "--undo"]).ok();
        }
        prop_assert_eq!(places(&repo), before);
    }
}
