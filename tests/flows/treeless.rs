//! A program that was built without the grammar of a rule's language.

use crate::support::TestRepo;

/// A rule for Python.
const SETTINGS: &str = r#"
[[rule]]
id = "acme-send"
kind = "tree"
language = "python"
title = "Request"
keywords = ["acme.send("]
query = '(call) @match'
why = "It waits for ever."
fix = "Do not send it."
examples.match = ["acme.send(x)"]
examples.miss = ["acme.send"]
"#;

#[test]
fn a_language_that_is_not_built_in_makes_a_run_incomplete_where_a_file_asks_for_it() {
    let repo = TestRepo::started();
    repo.commit_file("stanch.toml", SETTINGS).ok();
    repo.commit_file("a.txt", "acme.send(x)\n").clean();
    repo.stage("a.py", "acme.send(x)\n");
    let ran = repo.stanch(["scan", "--staged"]);
    ran.incomplete().says("`acme-send`: it is Python, which this program was built without (feature `tree-python`)");
    repo.stanch(["rules", "test", "acme-send"]).ends(1).says("built without");
}
