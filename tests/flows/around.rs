//! What is wrong with a file beside others: in the index, in a commit that is pushed, on disk.

use std::os::unix::fs::symlink;

use crate::support::TestRepo;

/// A repository with packs on.
fn with(packs: &str) -> TestRepo {
    let repo = TestRepo::shared();
    repo.commit_file("stanch.toml", format!("packs = [{packs}]\n")).ok();
    repo
}

#[test]
fn a_name_that_differs_in_case_is_told_at_commit_and_at_push() {
    let repo = with("\"quality\"");
    repo.slip("docs/Guide.md", "x\n");
    let ran = repo.commit_file("Docs/other.md", "y\n");
    ran.blocks("Docs/other.md").says("case-conflict").says("`docs` stands there too");
    repo.git(["rm", "-q", "--cached", "Docs/other.md"]).ok();
    repo.remove("Docs/other.md");
    repo.commit_file("docs/guide.md", "y\n").blocks("docs/guide.md").says("`docs/Guide.md` stands there too");
    repo.slip("docs/guide.md", "y\n");
    // It was there before.
    repo.commit_file("docs/guide.md", "z\n").clean();
    repo.git(["push", "origin", "main"]).blocks("docs/guide.md");
    repo.stanch(["scan"]).ends(1).says("docs/guide.md").says("docs/Guide.md");
}

#[test]
fn a_rename_to_another_case_is_no_conflict() {
    let repo = with("\"quality\"");
    repo.slip("guide.md", "x\n");
    repo.git(["mv", "guide.md", "Guide.md"]).ok();
    repo.git(["commit", "-q", "-m", "x"]).clean();
}

#[test]
fn a_link_that_leads_nowhere_and_one_that_became_a_file_are_told() {
    let repo = with("\"quality\"");
    repo.write("a/b.txt", "x\n");
    symlink("a/b.txt", repo.path("good")).unwrap();
    symlink("a/c.txt", repo.path("bad")).unwrap();
    repo.git(["add", "."]).ok();
    let ran = repo.git(["commit", "-q", "-m", "x"]);
    ran.ok().says("warned: bad").says("there is no `a/c.txt`").never_says("good");
    repo.stanch(["scan"]).ok().says("warned: bad:1").never_says("good");
    repo.git(["push", "origin", "main"]).ok().says("warned: bad");
    repo.remove("good");
    repo.commit_file("good", "a/b.txt").blocks("good").says("destroyed-link").says("it was a link to `a/b.txt`");
    repo.commit_file("good", "what it was about\n").clean();
}

#[test]
fn a_submodule_that_comes_is_told_and_one_that_moves_is_not() {
    let repo = with("\"quality\"");
    let inner = repo.at("inner");
    inner.git(["init", "-q", "-b", "main"]).ok();
    inner.slip("a.txt", "x\n");
    repo.git(["add", "inner"]).ok();
    repo.git(["commit", "-q", "-m", "x"]).ok().says("warned: inner").says("new-submodule");
    inner.slip("a.txt", "y\n");
    repo.git(["commit", "-q", "-a", "-m", "x"]).clean();
}

#[test]
fn two_last_migrations_and_a_missing_one_are_told() {
    let repo = with("\"django\"");
    repo.slip("shop/migrations/0001_initial.py", "dependencies = []\n");
    repo.slip("shop/migrations/0002_price.py", "dependencies = [('shop', '0001_initial')]\n");
    let ran = repo.commit_file("shop/migrations/0002_tax.py", "dependencies = [('shop', '0001_initial')]\n");
    ran.blocks("shop/migrations/0002_tax.py").says("`0002_price` is a last one too");
    let ran = repo.commit_file("shop/migrations/0002_tax.py", "dependencies = [('shop', '0002_price')]\n");
    ran.clean();
    let ran = repo.commit_file("shop/migrations/0005_more.py", "dependencies = [('shop', '0002_tax')]\n");
    ran.ok().says("warned: shop/migrations/0005_more.py").says("there is no 0004");
}

#[test]
fn a_lock_file_that_did_not_follow_is_told_on_the_lines_that_changed() {
    let repo = with("\"quality\"");
    repo.slip("Cargo.lock", "[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\n");
    repo.slip("Cargo.toml", "[dependencies]\nold = \"1\"\nserde = \"1\"\n");
    let manifest = "[dependencies]\nold = \"1\"\nserde = \"1\"\ntoml = \"1\"\n";
    let ran = repo.commit_file("Cargo.toml", manifest);
    ran.ok().says("warned: Cargo.toml:4").says("`toml` is not in Cargo.lock").never_says("`old`");
    repo.stage("Cargo.lock", "[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"toml\"\nversion = \"1.0.0\"\n");
    repo.commit_file("Cargo.toml", format!("{manifest}# more\n")).clean();
    repo.stanch(["scan"]).ok().says("`old` is not in Cargo.lock").never_says("`toml` is");
}

#[test]
fn expressions_of_django_are_read_over_several_lines() {
    let repo = with("\"django\"");
    repo.commit_file("site/settings.py", "ALLOWED_HOSTS = [\n    \"*\",\n]\n").blocks("site/settings.py:2").says("django-allowed-hosts");
    repo.git(["rm", "-q", "--cached", "-f", "site/settings.py"]).ok();
    let ran = repo.commit_file("templates/a.html", "<script>\n  const a = \"{{ name }}\";\n</script>\n");
    ran.ok().says("warned: templates/a.html:2").says("django-variable-in-script");
}

#[test]
fn a_new_file_without_its_header_is_told() {
    let repo = TestRepo::started();
    let rule = "[[rule]]\nid = \"acme-licence\"\npack = \"quality\"\ntitle = \"no licence\"\nseverity = \"medium\"\nconfidence = \"high\"\n\
                check = \"header\"\npattern = 'Copyright \\d{4} Acme'\npaths = [\"**/*.py\"]\nwhy = \"It is ours.\"\nfix = \"Say so.\"\n";
    repo.slip("old.py", "x = 1\n");
    repo.commit_file("stanch.toml", format!("packs = [\"quality\"]\n{}", rule.replace("pattern", "#")))
        .says("`header` needs a pattern")
        .ends(1);
    repo.commit_file("stanch.toml", format!("packs = [\"quality\"]\n{rule}")).ok();
    repo.commit_file("new.py", "x = 1\n").blocks("new.py:1").says("acme-licence");
    repo.commit_file("new.py", "#!/usr/bin/env python\n# Copyright 2024 Acme\nx = 1\n").says("warned").never_says("acme-licence");
    repo.stage("empty.py", "");
    repo.commit_file("old.py", "x = 2\n").clean();
    repo.commit_file("new.py", "x = 1\n").blocks("new.py:1");
    repo.stanch(["scan"]).ends(1).says("old.py:1").never_says("empty.py");
}
