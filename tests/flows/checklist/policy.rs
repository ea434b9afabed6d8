//! What may pass, for how long, and who says so.

use crate::support::{Ran, TestRepo};

/// The fingerprint that a finding shows.
fn fingerprint(ran: &Ran) -> String {
    ran.text().split("stanch allow ").nth(1).unwrap().split(' ').next().unwrap().to_owned()
}

#[test]
fn what_a_person_allows_can_be_committed_and_pushed() {
    let repo = TestRepo::started();
    repo.remote();
    repo.git(["push", "-q", "origin", "main"]).clean();
    let ran = repo.commit_file("a.py", repo.leak());
    let name = fingerprint(ran.blocks("a.py:1"));
    repo.stanch(["allow", &name, "--reason", "revoked test key"]).ok().says("git add stanch.toml");
    repo.git(["add", "stanch.toml"]).ok();
    repo.git(["commit", "-q", "-m", "x"]).clean().says("1 allowed").never_says("unscanned");
    repo.git(["push", "origin", "main"]).clean().says("1 allowed");
    let settings = repo.read_text("stanch.toml");
    assert!(settings.contains("reason = \"revoked test key\"") && settings.contains("rule = \"npm-access-token\""));
    repo.stanch(["scan"]).clean();
}

#[test]
fn an_allowed_value_passes_with_the_key_that_is_there_and_its_neighbour_does_not() {
    let repo = TestRepo::started();
    repo.stanch(["init", "--no-hooks"]).ok();
    repo.git(["add", "."]).ok();
    repo.git(["commit", "-q", "-m", "settings"]).clean();
    repo.stage("b.py", repo.leak());
    let name = fingerprint(repo.commit_file("a.py", repo.leak()).blocks("a.py:1"));
    repo.stanch(["allow", &name[..6], "--reason", "revoked", "--until", "2999-01-31"]).ok();
    repo.git(["add", "stanch.toml"]).ok();
    repo.git(["commit", "-m", "x"]).blocks("b.py:1").says("1 blocked, 0 warned, 1 allowed").never_says("blocked: a.py");
}

#[test]
fn an_allowance_needs_a_finding_a_reason_and_a_day_that_is_one() {
    let repo = TestRepo::started();
    let name = fingerprint(&repo.commit_file("a.py", repo.leak()));
    repo.stanch(["allow", &name, "--reason", " "]).ends(2).says("needs a reason");
    repo.stanch(["allow", &name]).ends(2);
    repo.stanch(["allow", &name, "--reason", "x", "--until", "soon"]).ends(2).says("`soon` is no day");
    repo.stanch(["allow", "000000000000", "--reason", "x"]).ends(2).says("hint:");
    repo.stanch(["allow", &name[..2], "--reason", "x"]).ends(2);
    assert!(!repo.path("stanch.toml").exists());
}

#[test]
fn an_entry_written_by_hand_in_the_same_change_is_told_and_lets_nothing_pass() {
    let repo = TestRepo::started();
    let name = fingerprint(&repo.commit_file("a.py", repo.leak()));
    repo.stage("stanch.toml", format!("[[allow]]\nfingerprint = \"{name}\"\nreason = \"let me\"\n"));
    repo.git(["commit", "-m", "x"]).blocks("a.py:1").says("this change itself brings");
    repo.git(["rm", "-q", "--cached", "a.py"]).ok();
    repo.git(["commit", "-q", "-m", "the entry first"]).clean();
    repo.git(["add", "a.py"]).ok();
    repo.git(["commit", "-q", "-m", "then the value"]).clean().says("1 allowed");
}

#[test]
fn what_a_person_allowed_here_is_not_accepted_on_another_machine() {
    let repo = TestRepo::started();
    let remote = repo.remote();
    repo.git(["push", "-q", "origin", "main"]).clean();
    remote.stanch(["install"]).ok();
    let name = fingerprint(&repo.commit_file("a.py", repo.leak()));
    repo.stanch(["allow", &name, "--reason", "revoked"]).ok();
    repo.git(["add", "stanch.toml"]).ok();
    repo.git(["commit", "-q", "-m", "x"]).clean();
    repo.git(["push", "origin", "main"]).ends(1).says("remote: blocked: a.py:1").says("this change itself brings");
    repo.stanch(["scan", "--range", "origin/main..HEAD", "--base", "origin/main"]).ok();
}

#[test]
fn an_entry_whose_day_is_over_is_told_and_lets_nothing_pass() {
    let repo = TestRepo::started();
    let entry = |day: &str| format!("[[allow]]\nrule = \"npm-access-token\"\nreason = \"for now\"\nuntil = \"{day}\"\n");
    repo.commit_file("stanch.toml", entry("2020-01-31")).ok().says("expired on 2020-01-31");
    repo.commit_file("a.py", repo.leak()).blocks("a.py:1").says("the allow entry `npm-access-token` expired on 2020-01-31");
    repo.git(["rm", "-q", "-f", "a.py"]).ok();
    repo.commit_file("stanch.toml", entry("2999-01-31")).clean();
    repo.commit_file("a.py", repo.leak()).clean().says("1 allowed");
}

#[test]
fn an_entry_that_names_nothing_any_more_is_told_by_a_whole_scan() {
    let repo = TestRepo::started();
    repo.commit_file("stanch.toml", "[[allow]]\npath = \"gone/**\"\nreason = \"old code\"\n").clean();
    repo.stanch(["scan"]).clean().says("`gone/**` names nothing any more");
    repo.stanch(["scan", "README.md"]).clean().never_says("names nothing");
}

#[test]
fn a_comment_with_rule_and_reason_lets_its_line_pass() {
    let repo = TestRepo::started();
    let line = |comment: &str| format!("{}  # {comment}\n", repo.leak().trim());
    repo.commit_file("a.py", line("stanch:allow npm-access-token revoked test key"))
        .clean()
        .says("1 allowed")
        .says("1 new here pass by a comment");
    repo.commit_file("b.py", format!("# stanch:allow npm-access-token revoked test key\n{}", repo.leak())).clean().says("1 allowed");
    repo.commit_file("c.py", line("stanch:allow npm-access-token")).blocks("c.py:1");
    repo.commit_file("c.py", line("stanch:allow github-pat no such thing")).blocks("c.py:1");
    repo.commit_file("c.py", format!("{}{}", line("stanch:allow npm-access-token fine"), repo.leak()))
        .blocks("c.py:2")
        .never_says("c.py:1");
    repo.stanch(["scan", "--verbose"]).ends(1).says("allow-comment: revoked test key");
}

#[test]
fn a_new_value_on_an_allowed_line_blocks() {
    let repo = TestRepo::started();
    let name = fingerprint(&repo.commit_file("a.py", repo.leak()));
    repo.stanch(["allow", &name, "--reason", "revoked"]).ok();
    repo.git(["add", "."]).ok();
    repo.git(["commit", "-q", "-m", "x"]).clean();
    repo.commit_file("a.py", repo.leak()).blocks("a.py:1");
}

#[test]
fn a_baseline_holds_what_was_there_and_nothing_else() {
    let repo = TestRepo::started();
    let (one, two) = (repo.leak(), repo.leak());
    repo.slip("one.py", &one);
    repo.slip("two.py", &two);
    repo.stanch(["scan"]).ends(1).says("2 blocked");
    repo.stanch(["baseline", "create"]).ok().says("2 entries in .stanch-baseline");
    repo.stanch(["scan"]).clean().says("2 allowed");
    repo.stanch(["baseline", "create"]).ends(2).says("there is a baseline already");
    repo.git(["add", "."]).ok();
    repo.git(["commit", "-q", "-m", "baseline"]).clean();

    // Moved to another file and line it is the same value; another value is new.
    repo.git(["rm", "-q", "one.py"]).ok();
    repo.commit_file("moved.py", format!("\n\n{one}")).clean();
    repo.commit_file("two.py", repo.leak()).blocks("two.py:1");
    repo.stanch(["scan"]).blocks("two.py:1").says("1 blocked, 0 warned, 1 allowed");
}

#[test]
fn a_baseline_in_the_same_change_lets_nothing_new_pass() {
    let repo = TestRepo::started();
    repo.write("a.py", repo.leak());
    repo.stanch(["baseline", "create"]).ok();
    repo.git(["add", "."]).ok();
    repo.git(["commit", "-m", "x"]).blocks("a.py:1").says("this change itself brings");
}

#[test]
fn a_baseline_file_holds_one_sorted_line_an_entry_and_nothing_that_moves() {
    let repo = TestRepo::started();
    for name in ["c.py", "a.py", "b.py"] {
        repo.slip(name, repo.leak());
    }
    repo.stanch(["baseline", "create"]).ok();
    let text = repo.read_text(".stanch-baseline");
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert!(lines.is_sorted() && lines.len() == 3, "{text}");
    assert!(lines.iter().all(|line| line.split(' ').count() == 4 && line.contains(" npm-access-token unaudited ")), "{text}");

    repo.write("a.py", format!("# moved\n\n{}", repo.read_text("a.py")));
    repo.stanch(["baseline", "update"]).ok().says("0 entries taken out, 0 written down");
    assert_eq!(repo.read_text(".stanch-baseline"), text);
}

#[test]
fn an_update_takes_out_what_is_gone_and_writes_down_what_came_only_when_told() {
    let repo = TestRepo::started();
    repo.slip("a.py", repo.leak());
    repo.slip("b.py", repo.leak());
    repo.stanch(["baseline", "create"]).ok();
    repo.remove("a.py");
    repo.write("c.py", repo.leak());
    repo.stanch(["scan"]).ends(1).says("1 baseline entries name nothing any more");
    repo.stanch(["baseline", "update"]).ok().says("1 entries taken out, 0 written down");
    repo.stanch(["scan"]).blocks("c.py:1");
    repo.stanch(["baseline", "update", "--add"]).ok().says("0 entries taken out, 1 written down");
    repo.stanch(["scan"]).clean().says("2 allowed");
}

#[test]
fn an_audit_labels_entries_and_shows_no_value() {
    let repo = TestRepo::started();
    for name in ["a.py", "b.py", "c.py"] {
        repo.slip(name, repo.leak());
    }
    repo.stanch(["baseline", "create"]).ok();
    let ran = repo.stanch_fed(b"r\nf\nq\n", ["baseline", "audit"]);
    ran.ok().says("1 real").says("1 not looked at yet").says(".py:1:14");
    let text = repo.read_text(".stanch-baseline");
    for label in [" real ", " false ", " unaudited "] {
        assert_eq!(text.matches(label).count(), 1, "{text}");
    }
    repo.stanch_fed(b"s\n", ["baseline", "audit"]).ok().says("1 not looked at yet");
    assert_eq!(repo.read_text(".stanch-baseline"), text);
    repo.stanch_fed(b"false\n", ["baseline", "audit"]).ok().says("0 not looked at yet");
    repo.stanch(["scan"]).clean();
    repo.stanch(["baseline", "update"]).ok();
    assert_eq!(repo.read_text(".stanch-baseline").matches(" false ").count(), 2, "labels outlive an update");
}

#[test]
fn two_branches_that_both_write_a_baseline_merge_or_are_told() {
    let repo = TestRepo::started();
    repo.slip("a.py", repo.leak());
    repo.stanch(["baseline", "create"]).ok();
    let text = repo.read_text(".stanch-baseline");
    repo.write(".stanch-baseline", format!("<<<<<<< HEAD\n{text}=======\n>>>>>>> side\n"));
    repo.stanch(["scan"]).ends(2).says(".stanch-baseline:1:").says("this line is no baseline entry");
}

#[test]
fn settings_may_come_from_a_base_and_be_tightened_only() {
    let repo = TestRepo::started();
    repo.git(["checkout", "-q", "-b", "side"]).ok();
    repo.slip("stanch.toml", "[[allow]]\npath = \"**\"\nreason = \"let me\"\n");
    repo.slip("a.py", repo.leak());
    repo.stanch(["scan"]).clean();
    repo.stanch(["scan", "--base", "main"]).blocks("a.py:1").says("this change itself brings");
    repo.stanch(["scan", "--range", "main..side"]).blocks("a.py:1");
    repo.stanch(["scan", "--range", "HEAD~..HEAD"]).clean();
    repo.stanch(["scan", "--range", "HEAD~..HEAD", "--base", "main"]).blocks("a.py:1");
    repo.stanch(["scan", "--history", "--base", "main"]).blocks("a.py:1");
}

#[test]
fn what_is_below_the_line_warns_and_does_not_block() {
    let repo = TestRepo::started();
    repo.commit_file("stanch.toml", "[block]\nconfidence = \"proved\"\n").clean();
    // Of an exact shape, and without a checksum that would prove it.
    let leak = format!("KEY = \"{}_live_{}\"\n", "sk", &repo.secret()[4..28]);
    repo.commit_file("a.py", leak).ok().says("warned: a.py:1").says("0 blocked, 1 warned");
}

#[test]
fn an_excluded_path_is_counted_and_not_read() {
    let repo = TestRepo::started();
    repo.commit_file("stanch.toml", "exclude = [\"vendor/**\"]\n").clean();
    repo.commit_file("vendor/a.py", repo.leak()).clean();
    repo.stanch(["scan", "--verbose"]).clean().says("1 excluded");
}

#[test]
fn a_rule_of_the_repositorys_own_blocks() {
    let repo = TestRepo::started();
    let rule = "[[rule]]\nid = \"acme-word\"\ntitle = \"Acme word\"\nseverity = \"high\"\nconfidence = \"high\"\nkeywords = [\"acme-\"]\n\
                pattern = 'acme-[0-9]{6}'\nwhy = \"it opens doors\"\nfix = \"change it\"\nexamples.match = [\"acme-${digit:6}\"]\nexamples.miss = [\"acme-\"]\n";
    repo.commit_file("stanch.toml", rule).clean();
    repo.stanch(["rules", "test", "acme-word"]).ok().says("1 rules proved");
    repo.commit_file("a.py", format!("x = 'acme-{}'\n", 654_321)).blocks("a.py:1").says("it opens doors");
}

#[test]
fn a_finding_is_explained() {
    let repo = TestRepo::started();
    let name = fingerprint(&repo.commit_file("a.py", repo.leak()));
    repo.stanch(["explain", &name]).ok().says("was last found in a.py").says("npm-access-token");
    repo.stanch(["explain", "npm-access-token"]).ok().says("here it blocks");
    repo.stanch(["explain", "nonsense"]).ends(2).says("hint:");
}

#[test]
fn settings_that_are_not_utf_8_are_told_and_never_rewritten() {
    let repo = TestRepo::started();
    let latin = b"# caf\xe9\nexclude = []\n";
    repo.write("stanch.toml", latin);
    repo.stanch(["scan"]).ends(2).says("stanch.toml:1:1: the file is not UTF-8 here");
    repo.stanch(["baseline", "create"]).ends(2);
    assert_eq!(repo.read("stanch.toml"), latin);
}

#[test]
fn every_fault_of_the_settings_is_told_at_once_in_the_order_of_lines() {
    let repo = TestRepo::started();
    repo.write("stanch.toml", "exclud = []\n[block]\nseverity = \"huge\"\n[[allow]]\nrule = 3\n");
    let ran = repo.stanch(["scan"]);
    ran.ends(2)
        .says("stanch.toml:1:1: unknown key `exclud`")
        .says("did you mean `exclude`?")
        .says("stanch.toml:3:12")
        .says("stanch.toml:5:8");
    ran.says("nothing was changed");
}
