//! A run as such: time, threads, digests, reports, and what it cannot do.

use crate::support::TestRepo;

/// A repository with more files than one thread takes.
fn many_files() -> TestRepo {
    let repo = TestRepo::started();
    for number in 0..30 {
        let text = if number % 3 == 0 { repo.leak() } else { format!("x = {number}\n") };
        repo.stage(format!("folder{}/{number}.py", number % 4), text);
    }
    repo
}

fn without_time(report: &[u8]) -> String {
    let text = String::from_utf8(report.to_vec()).unwrap();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("\"elapsed_ms\""));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn one_thread_and_eight_say_the_same() {
    let repo = many_files();
    repo.git(["commit", "-q", "-n", "-m", "x"]).ok();
    for number in 0..12 {
        repo.slip("moving.py", format!("x = {number}\n{}", if number % 2 == 0 { repo.leak() } else { String::new() }));
    }
    for (number, leak) in [repo.leak(), repo.leak()].iter().enumerate() {
        (0..10).for_each(|file| repo.stage(format!("staged{number}/{file}.py"), leak));
    }
    let sources: [&[&str]; 4] = [&["scan"], &["scan", "--staged"], &["scan", "--history"], &["scan", "--range", "HEAD~5..HEAD"]];
    for source in sources {
        let run = |threads: &str| {
            let ran = repo.stanch(source.iter().copied().chain(["--output", "json", "--threads", threads]));
            without_time(&ran.ends(1).stdout)
        };
        assert_eq!(run("1"), run("8"), "{source:?}");
    }
}

#[test]
fn a_deadline_that_is_over_is_incomplete() {
    let repo = many_files();
    repo.stanch(["scan", "--deadline", "0"]).incomplete().says("deadline");
    repo.stanch(["scan", "--staged", "--deadline", "0"]).incomplete().says("deadline");
    repo.stanch(["scan", "--history", "--deadline", "0"]).incomplete().says("deadline");
    repo.stanch(["scan", "--staged", "--deadline", "600"]).ends(1);
}

#[test]
fn the_digest_that_was_asked_for_runs_and_no_other() {
    let repo = TestRepo::started();
    let digest = |repo: &TestRepo| {
        let report = repo.stanch(["scan", "--output", "json"]);
        let report: serde_json::Value = serde_json::from_slice(&report.ok().stdout).unwrap();
        report["rules"]["digest"].as_str().unwrap().to_owned()
    };
    let right = digest(&repo);
    repo.stanch(["scan", "--expect-rules", &right]).clean();
    repo.stanch(["rules", "list"]).ok().says(&right);
    repo.stanch(["doctor"]).ok().says(&right);
    let ran = repo.stanch(["scan", "--expect-rules", &"0".repeat(64)]);
    ran.ends(2).says("the rules are not those that were asked for").says(&right).says("hint:");
    repo.write("stanch.toml", "disable = [\"npm-access-token\"]\n");
    assert_ne!(digest(&repo), right);
    repo.stanch(["scan", "--expect-rules", &right]).ends(2);
}

#[test]
fn commit_push_and_ci_name_the_same_findings_by_the_same_rules() {
    let repo = TestRepo::started();
    repo.remote();
    repo.git(["push", "-q", "origin", "main"]).clean();
    let reports = repo.reports();
    let name = |ran: crate::support::Ran| {
        let text = ran.text();
        let name = text.split("stanch allow ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
        assert_eq!(name.len(), 12, "{ran}");
        name
    };
    let at_commit = name(repo.commit_file("a.py", repo.leak()));
    repo.git(["commit", "-q", "-n", "-m", "x"]).ok();
    assert_eq!(name(repo.git(["push", "origin", "main"])), at_commit);
    let json = format!("json={}", reports.join("ci.json").display());
    assert_eq!(name(repo.stanch(["scan", "--range", "origin/main..HEAD", "--output", &json, "--output", "human"])), at_commit);
    assert!(std::fs::read_to_string(reports.join("ci.json")).unwrap().contains(&at_commit));
    assert_eq!(name(repo.stanch(["scan"])), at_commit);
}

#[test]
fn every_format_at_once_goes_to_its_file_and_holds_no_secret() {
    let repo = TestRepo::started();
    repo.write("a.py", format!("x = 1  {}", repo.leak()));
    let reports = repo.reports();
    let formats = ["json", "jsonl", "sarif", "junit", "github", "gitlab-secrets", "gitlab-quality", "human"];
    let mut arguments = vec!["scan".to_owned()];
    for format in formats {
        arguments.extend(["--output".to_owned(), format!("{format}={}", reports.join(format).display())]);
    }
    let ran = repo.stanch(&arguments);
    assert_eq!(ran.ends(1).text(), "");
    for format in formats {
        assert!(std::fs::read_to_string(reports.join(format)).unwrap().contains("a.py"), "{format}");
    }
    repo.stanch(["scan", "--output", "json", "--output", "human"]).ends(2).says("standard output");
    repo.stanch(["scan", "--output", "xml"]).ends(2).says("unknown output format");
}

#[test]
fn what_cannot_be_scanned_is_told_with_a_way_out() {
    let repo = TestRepo::started();
    let before = repo.state();
    repo.stanch(["scan", "--range", "nowhere..HEAD"]).ends(2).says("unknown revision: `nowhere`").says("hint:");
    repo.stanch(["scan", "--range", "HEAD"]).ends(2).says("not a range").says("hint:");
    repo.stanch(["scan", "--history", "nowhere"]).ends(2).says("unknown revision");
    repo.stanch(["scan", "--message", "nowhere"]).ends(2);
    repo.stanch_fed(b"no line of git's\n", ["scan", "--push"]).ends(2);
    repo.stanch(["hook", "post-lunch"]).ends(2).says("git has no hook");
    repo.stanch(["scan", "--staged", "--history"]).ends(2);
    repo.stanch(["scan", "--nonsense"]).ends(2);
    assert_eq!(repo.state(), before);
    let folder = TestRepo::folder();
    for arguments in [["scan", "--staged"], ["scan", "--history"], ["hook", "pre-commit"], ["baseline", "create"]] {
        folder.stanch(arguments).ends(2).says("repository").says("hint:");
    }
    folder.stanch(["install"]).ends(2);
}

#[test]
fn a_range_may_leave_out_its_ends() {
    let repo = TestRepo::started();
    repo.slip("a.py", repo.leak());
    repo.git(["branch", "old", "HEAD~"]).ok();
    repo.stanch(["scan", "--range", "old.."]).blocks("a.py:1");
    repo.stanch(["scan", "--range", "old..main"]).blocks("a.py:1");
    repo.stanch(["scan", "--range", "old...main"]).blocks("a.py:1");
    repo.git(["checkout", "-q", "old"]).ok();
    repo.stanch(["scan", "--range", "..main"]).blocks("a.py:1");
    repo.stanch(["scan", "--range", "main..old"]).clean();
}

#[test]
fn broken_settings_stop_the_run_and_name_every_fault() {
    let repo = TestRepo::started();
    let settings = "colour = true\ndisable = [\"no-such-rule\"]\n\n[[allow]]\nrule = \"jwt\"\nuntil = \"soon\"\n";
    repo.stage("stanch.toml", settings);
    repo.stage("a.py", repo.leak());
    let ran = repo.git(["commit", "-m", "x"]);
    ran.ends(1).says("stanch.toml:1:").says("stanch.toml:2:").says("stanch.toml:6:").says("`soon` is no day").says("reason");
    repo.stanch(["scan"]).ends(2).says("stanch.toml:1:").says("nothing was changed");
    repo.stanch(["scan", "--staged"]).ends(2).says("no-such-rule");
}

#[test]
fn broken_settings_that_slipped_in_can_be_mended() {
    let repo = TestRepo::started();
    repo.slip("stanch.toml", "colour = true\n");
    repo.commit_file("stanch.toml", "disable = []\n").clean();
    repo.commit_file("a.py", repo.leak()).blocks("a.py:1");
}

#[test]
fn broken_settings_that_slipped_in_stop_what_does_not_mend_them() {
    let repo = TestRepo::started();
    repo.slip("stanch.toml", "colour = true\n");
    repo.commit_file("a.py", "x = 1\n").ends(1).says("stanch.toml").says("colour");
}

#[test]
fn a_scan_by_hand_of_a_push_reads_gits_lines() {
    let repo = TestRepo::started();
    repo.remote();
    repo.git(["push", "-q", "origin", "main"]).clean();
    let old = repo.ask(["rev-parse", "HEAD"]);
    let new = repo.slip("a.py", repo.leak());
    let zeros = "0".repeat(40);
    let line = format!("refs/heads/main {new} refs/heads/main {old}\n");
    repo.stanch_fed(line.as_bytes(), ["scan", "--push"]).blocks("a.py:1");
    repo.stanch_fed(line.trim_end().as_bytes(), ["scan", "--push"]).blocks("a.py:1");
    let gone = format!("(delete) {zeros} refs/heads/main {old}\n");
    repo.stanch_fed(gone.as_bytes(), ["scan", "--push"]).clean();
    repo.stanch_fed(b"", ["scan", "--push"]).clean();
    let absent = format!("refs/heads/main {} refs/heads/main {zeros}\n", "1".repeat(40));
    repo.stanch_fed(absent.as_bytes(), ["scan", "--push"]).ends(2);
}

#[test]
fn a_check_writes_nothing_but_its_own_notes() {
    let repo = TestRepo::started();
    repo.stage("a.py", repo.leak());
    repo.write("b.py", "x = 1\n");
    let before = repo.state();
    let objects = repo.ask(["count-objects", "-v"]);
    let sources: [&[&str]; 5] =
        [&["scan"], &["scan", "--staged"], &["scan", "--history"], &["hook", "pre-commit"], &["hook", "post-commit"]];
    for source in sources {
        assert!(repo.stanch(source).code.is_some_and(|code| code < 2));
    }
    repo.stanch(["doctor"]).ok();
    repo.stanch(["rules", "list"]).ok();
    assert_eq!(repo.state(), before);
    assert_eq!(repo.ask(["count-objects", "-v"]), objects);
}

/// A shell shows this end as 130.
#[cfg(unix)]
#[test]
fn an_interrupted_run_ends_by_the_signal() {
    use std::os::unix::process::ExitStatusExt as _;
    let repo = TestRepo::started();
    let mut command = repo.program("stanch", ["scan", "--stdin"]);
    // Standard input stays open, so the run waits for it whenever the signal comes.
    let mut child = command.stdin(std::process::Stdio::piped()).spawn().unwrap();
    let pid = child.id().to_string();
    repo.run(repo.program("kill", ["-INT", &pid]), b"").ok();
    assert_eq!(child.wait().unwrap().signal(), Some(2));
}
