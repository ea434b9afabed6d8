//! A repository that receives pushes.

use crate::support::TestRepo;

/// A guarded bare repository, and one without hooks that pushes to it and has pushed `main`.
fn served() -> (TestRepo, TestRepo) {
    served_with("--object-format=sha1")
}

fn served_with(option: &str) -> (TestRepo, TestRepo) {
    let client = TestRepo::folder();
    client.git(["init", "-q", "-b", "main", option]).ok();
    client.slip("README.md", "# a project\n");
    let server = client.remote();
    server.git(["config", "receive.advertisePushOptions", "true"]).ok();
    server.stanch(["install"]).ok().says("pre-receive");
    client.git(["push", "-q", "origin", "main"]).clean();
    (server, client)
}

#[test]
fn a_push_with_a_secret_is_refused_and_leaves_nothing_behind() {
    for option in ["--object-format=sha1", "--object-format=sha256"] {
        let (server, client) = served_with(option);
        let before = server.ask(["rev-parse", "main"]);
        let leaking = client.slip("a.py", format!("x = 1\n{}", client.leak()));
        client.git(["push", "origin", "main"]).blocks("a.py:2").says("pre-receive hook declined");
        assert_eq!(server.ask(["rev-parse", "main"]), before);
        assert_ne!(server.git(["cat-file", "-e", &leaking]).code, Some(0), "the quarantine is gone");
        client.slip("a.py", "x = 1\n");
        client.git(["push", "origin", "main"]).blocks("a.py:2").says("only in commit");
        client.git(["reset", "-q", "--soft", "HEAD~2"]).ok();
        client.slip("a.py", "x = 2\n");
        client.git(["push", "origin", "main"]).clean();
    }
}

#[test]
fn large_pushes_come_as_packs_and_are_read_from_the_quarantine() {
    let (server, client) = served();
    server.git(["config", "receive.unpackLimit", "1"]).ok();
    client.slip("a.py", client.leak());
    client.git(["push", "origin", "main"]).blocks("a.py:1");
    client.git(["reset", "-q", "--hard", "HEAD~"]).ok();
    client.slip("b.py", "x = 1\n");
    client.git(["push", "origin", "main"]).clean();
}

#[test]
fn of_several_refs_all_land_or_none() {
    let (server, client) = served();
    client.git(["checkout", "-q", "-b", "good"]).ok();
    client.slip("a.py", "x = 1\n");
    client.git(["checkout", "-q", "-b", "bad", "main"]).ok();
    client.slip("b.py", client.leak());
    client.git(["push", "origin", "good", "bad"]).blocks("b.py:1");
    assert_eq!(server.ask(["for-each-ref", "--format=%(refname)"]), "refs/heads/main");
    client.git(["push", "origin", "good"]).clean();
    client.git(["push", "origin", ":good", "bad"]).blocks("b.py:1");
    assert_eq!(server.ask(["for-each-ref", "--format=%(refname)"]), "refs/heads/good\nrefs/heads/main");
    client.git(["push", "origin", ":good"]).clean();
}

#[test]
fn the_first_push_to_an_empty_server_is_looked_at() {
    let client = TestRepo::new();
    client.slip("a.py", client.leak());
    client.slip("stanch.toml", "[[allow]]\npath = \"**\"\nreason = \"let me\"\n");
    let server = client.remote();
    server.stanch(["install"]).ok();
    client.git(["push", "origin", "main"]).blocks("a.py:1");
    assert_eq!(server.ask(["for-each-ref"]), "");
}

#[test]
fn what_the_server_has_already_is_not_looked_at_again() {
    let (server, client) = served();
    server.stanch(["uninstall"]).ok();
    client.slip("a.py", client.leak());
    client.git(["push", "-q", "origin", "main"]).ok();
    server.stanch(["install"]).ok();
    client.git(["push", "origin", "main:refs/heads/copy"]).clean().says("0 blobs");
    client.slip("b.py", "x = 1\n");
    client.git(["push", "origin", "main"]).clean().says("1 commit,");
}

/// A server whose `main` has an entry that a push may name.
fn served_with_a_named_entry() -> (TestRepo, TestRepo) {
    let (server, client) = served();
    let entry = "[[allow]]\nnamed = \"import\"\npath = \"vendor/**\"\nreason = \"the import of old code\"\n";
    client.slip("stanch.toml", entry);
    client.git(["push", "-q", "origin", "main"]).clean();
    (server, client)
}

#[test]
fn a_push_option_may_name_an_entry_that_is_approved() {
    let (_server, client) = served_with_a_named_entry();
    client.slip("vendor/a.py", client.leak());
    client.git(["push", "origin", "main"]).blocks("vendor/a.py:1");
    client.git(["push", "-o", "stanch.allow=other", "origin", "main"]).blocks("vendor/a.py:1");
    client.git(["push", "-o", "import", "origin", "main"]).blocks("vendor/a.py:1");
    client.git(["push", "-o", "ci.skip", "-o", "stanch.allow=import", "origin", "main"]).clean().says("1 allowed");
}

#[test]
fn a_push_option_reaches_no_further_than_its_entry() {
    let (_server, client) = served_with_a_named_entry();
    client.slip("vendor/a.py", client.leak());
    client.slip("src/a.py", client.leak());
    client.git(["push", "-o", "stanch.allow=import", "origin", "main"]).blocks("src/a.py:1").never_says("blocked: vendor");
}

#[test]
fn a_push_may_not_bring_the_entry_that_it_names() {
    let (_server, client) = served();
    client.slip("stanch.toml", "[[allow]]\nnamed = \"mine\"\npath = \"**\"\nreason = \"let me\"\n");
    client.slip("a.py", client.leak());
    let ran = client.git(["push", "-o", "stanch.allow=mine", "origin", "main"]);
    ran.blocks("a.py:1").says("this change itself brings");
}

#[test]
fn a_push_may_tighten_its_own_gate() {
    let (_server, client) = served();
    client.slip("stanch.toml", "[[allow]]\npath = \"tests/**\"\nreason = \"test values\"\n");
    client.git(["push", "-q", "origin", "main"]).clean();
    client.slip("tests/a.py", client.leak());
    client.slip("stanch.toml", "");
    client.git(["push", "origin", "main"]).blocks("tests/a.py:1");
}

#[test]
fn broken_settings_in_a_push_are_refused() {
    let (_server, client) = served();
    client.slip("stanch.toml", "colour = true\n");
    client.git(["push", "origin", "main"]).ends(1).says("stanch.toml:1:").says("pre-receive hook declined");
}

#[test]
fn the_hook_update_gives_each_ref_its_own_verdict() {
    let (server, client) = served();
    server.stanch(["uninstall"]).ok();
    server.stanch(["install", "--hook", "update"]).ok();
    client.git(["checkout", "-q", "-b", "good"]).ok();
    client.slip("a.py", "x = 1\n");
    client.git(["checkout", "-q", "-b", "bad", "main"]).ok();
    client.slip("b.py", client.leak());
    client.git(["push", "origin", "good", "bad"]).blocks("b.py:1").says("hook declined");
    assert_eq!(server.ask(["for-each-ref", "--format=%(refname)"]), "refs/heads/good\nrefs/heads/main");
    client.git(["push", "origin", ":good"]).clean();
}

#[test]
fn two_refs_on_one_leaking_commit_are_both_refused_by_update() {
    let (server, client) = served();
    server.stanch(["uninstall"]).ok();
    server.stanch(["install", "--hook", "update"]).ok();
    client.slip("b.py", client.leak());
    client.git(["push", "origin", "main:one", "main:two"]).blocks("b.py:1");
    assert_eq!(server.ask(["for-each-ref", "--format=%(refname)"]), "refs/heads/main");
    client.git(["push", "origin", "main:one"]).blocks("b.py:1");
}

#[test]
fn the_message_of_an_annotated_tag_is_looked_at() {
    let (_server, client) = served();
    client.beside("outside").write("message", format!("subject\n\n{}", client.leak()));
    client.git(["tag", "-a", "-F", "../outside/message", "v1"]).ok();
    let id = client.ask(["rev-parse", "--short=12", "v1"]);
    client.git(["push", "origin", "v1"]).blocks(&format!("tag {id} message:3")).says("delete the tag");
    client.git(["tag", "-a", "-m", "clean", "v2"]).ok();
    client.git(["tag", "-a", "-m", "a tag of a tag", "v3", "v1"]).ok();
    client.git(["push", "origin", "v2"]).clean();
    client.git(["push", "origin", "v3"]).blocks(&format!("tag {id} message:3"));
    client.stanch(["install"]).ok();
    client.git(["push", "origin", "v1"]).blocks(&format!("tag {id} message:3"));
}

#[test]
fn a_server_without_stanch_refuses_every_push() {
    let (server, client) = served();
    server.git(["config", "stanch.binary", "/nowhere/stanch"]).ok();
    client.slip("a.py", "x = 1\n");
    let mut push = client.program("git", ["push", "origin", "main"]);
    push.env("PATH", crate::support::path_without_stanch());
    client.run(push, b"").ends(1).says("stanch is not here").says("cargo install --locked stanch").says("pre-receive hook declined");
}

#[test]
fn a_hook_of_the_servers_own_runs_after_and_reads_the_same_lines() {
    let (server, client) = served();
    server.stanch(["uninstall"]).ok();
    server.script("hooks/pre-receive", "#!/bin/sh\ncat >lines\necho own >&2\n");
    server.stanch(["install"]).ok().says("runs after it: pre-receive");
    let old = server.ask(["rev-parse", "main"]);
    let new = client.slip("a.py", "x = 1\n");
    client.git(["push", "origin", "main"]).clean().says("own");
    assert_eq!(server.read_text("lines"), format!("{old} {new} refs/heads/main\n"));
    client.slip("b.py", client.leak());
    client.git(["push", "origin", "main"]).blocks("b.py:1").never_says("own\n");
}
