//! Rules over syntax trees: what a query captures is told where a change touched it, and what was not looked at is no pass.

use crate::support::TestRepo;

/// A rule of the repository's own.
const RULE: &str = r#"
[[rule]]
id = "acme-send-without-timeout"
kind = "tree"
language = "python"
title = "Request without a timeout"
severity = "medium"
confidence = "high"
keywords = ["acme.send("]
query = '''
((call
  function: (attribute object: (identifier) @_of attribute: (identifier) @_call)
  arguments: (argument_list) @_arguments) @match
  (#eq? @_of "acme")
  (#eq? @_call "send")
  (#not-match? @_arguments "\\btimeout="))
'''
except = ["vendored/**"]
why = "It waits for ever."
fix = "Give it `timeout=`."
examples.match = ["acme.send(x)"]
examples.miss = ["acme.send(x, timeout=1)"]
"#;

/// A call that lacks something on its third line.
const CALL: &str = "import acme\n\nacme.send(\n    a,\n    b,\n)\ndone(1)\n";

fn repo() -> TestRepo {
    with(&format!("packs = [\"secrets\", \"quality\", \"django\"]\n{RULE}"))
}

fn with(settings: &str) -> TestRepo {
    let repo = TestRepo::started();
    repo.commit_file("stanch.toml", settings).ok();
    repo
}

fn slip(repo: &TestRepo, path: &str, content: &str) {
    repo.stage(path, content);
    repo.git(["commit", "-q", "--no-verify", "-m", "x"]).ok();
}

#[test]
fn what_a_query_captures_over_lines_blocks_and_shows_its_first_line() {
    let repo = repo();
    repo.commit_file("a.py", CALL).blocks("a.py:3").says("acme-send-without-timeout").says("acme.send(").says("Request without a timeout");
    repo.git(["rm", "-q", "--cached", "-f", "a.py"]).ok();
    for (path, content) in [("a.txt", CALL), ("vendored/a.py", CALL), ("b.py", "# acme.send(x)\nx = 'acme.send(x)'\n"), ("c.py", "x = 1\n")]
    {
        repo.commit_file(path, content).clean();
    }
    repo.stanch(["rules", "test", "acme-send-without-timeout"]).ok();
    repo.stanch(["rules", "show", "acme-send-without-timeout"]).ok().says("language    python").says("(#eq? @_of");
}

#[test]
fn it_is_new_when_any_of_its_lines_is_and_old_when_others_are() {
    let repo = repo();
    slip(&repo, "a.py", CALL);
    repo.commit_file("a.py", CALL.replace("done(1)", "done(2)")).clean();
    repo.commit_file("a.py", CALL.replace("    b,", "    c,")).blocks("a.py:3");
}

#[test]
fn it_is_new_when_a_line_in_its_midst_went_away() {
    let repo = repo();
    slip(&repo, "a.py", &CALL.replace("    b,", "    b,\n    timeout=3,"));
    repo.commit_file("a.py", CALL).blocks("a.py:3");
    repo.git(["commit", "-q", "--no-verify", "-m", "x"]).ok();
    repo.commit_file("a.py", CALL.replace("    b,\n", "")).clean();
}

#[test]
fn a_person_allows_it_under_any_line_number_and_a_comment_does_too() {
    let repo = repo();
    let text = repo.commit_file("a.py", CALL).blocks("a.py:3").text();
    let name = text.split("stanch allow ").nth(1).unwrap().split(' ').next().unwrap();
    repo.stanch(["allow", name, "--reason", "needed here"]).ok();
    repo.git(["add", "."]).ok();
    repo.git(["commit", "-q", "-m", "x"]).clean().says("1 allowed");
    repo.commit_file("a.py", format!("# moved\n{CALL}")).clean();
    let comment = CALL.replace("acme.send(", "acme.send(  # stanch:allow acme-send-without-timeout waits on purpose");
    repo.commit_file("b.py", comment).clean().says("1 allowed");
}

#[test]
fn a_file_that_does_not_parse_is_looked_at_as_far_as_it_does() {
    let repo = with(&format!("packs = [\"secrets\"]\n{RULE}"));
    let broken = format!("def f(:\n  )) = [\nclass\n\n{CALL}\nif )):\n");
    repo.commit_file("a.py", broken).blocks("a.py:7").says("acme-send-without-timeout");
}

#[test]
fn a_script_is_of_the_language_that_its_first_line_names() {
    let repo = repo();
    repo.commit_file("run", format!("#!/usr/bin/env python3\n{CALL}")).blocks("run:4");
}

#[test]
fn a_fault_of_a_query_is_told_with_its_line_and_column() {
    let repo = TestRepo::started();
    let faults = [
        ("(argument_list) @_arguments", "(no_such_node) @_arguments", "stanch.toml:13:15: ", "Python has no node `no_such_node`"),
        ("object: (ident", "objekt: (ident", "stanch.toml:12:24: ", "Python has no field `objekt`"),
        ("(#eq? @_call", "(#eq? @_cull", "stanch.toml:15:10: ", "nothing is captured as `@_cull`"),
        ("#not-match?", "#matches?", "stanch.toml:11:1: ", "the predicate `#matches?` is not known"),
        ("@match", "@found", "stanch.toml:11:1: ", "no node is captured as `@match`"),
        ("timeout=\"))", "timeout=(\"))", "stanch.toml:11:1: ", "a predicate is wrong"),
        ("@_arguments) @match", "@_arguments @match", "stanch.toml:", "this is no query"),
        ("language = \"python\"", "language = \"pyton\"", "stanch.toml:5:12: ", "choose one of: python, javascript"),
        ("language = \"python\"", "language = []", "stanch.toml:2:1: ", "`language` is missing"),
        ("keywords = [\"acme.send(\"]", "", "stanch.toml:2:1: ", "`keywords` is missing"),
        ("kind = \"tree\"", "kind = \"tree\"\npack = \"secrets\"", "stanch.toml:2:1: ", "finds no secrets"),
        ("kind = \"tree\"", "kind = \"tree\"\npattern = 'a'", "stanch.toml:2:1: ", "a rule needs one of"),
    ];
    for (from, to, place, what) in faults {
        let settings = RULE.replacen(from, to, 1);
        assert_ne!(settings, RULE, "{from}");
        repo.write("stanch.toml", settings);
        repo.stanch(["scan"]).ends(2).says(place).says(what).says("hint: ");
    }
}

#[test]
fn a_file_that_is_too_large_to_parse_makes_a_run_incomplete() {
    let repo = with(&format!("packs = [\"secrets\"]\n{RULE}"));
    let lines = |bytes: usize| "x = 1\n".repeat(bytes / 6);
    repo.commit_file("small.py", format!("{}acme.send(x, timeout=1)\n", lines(1 << 20))).clean();
    repo.commit_file("other.py", lines(3 << 20)).clean();
    repo.stage("large.py", format!("{}acme.send(x, timeout=1)\n", lines(3 << 20)));
    repo.stanch(["scan", "--staged"]).incomplete().says("large.py").says("`acme-send-without-timeout`: it is larger than 2097152 bytes");
    repo.stage("large.py", format!("{}acme.send(x, timeout=1)\n", lines(17 << 20)));
    repo.stanch(["scan", "--staged"]).incomplete().says("large.py").says("it is larger than 2097152 bytes");
    repo.git(["rm", "-q", "--cached", "-f", "large.py"]).ok();
    repo.commit_file("large.txt", format!("{}acme.send(x, timeout=1)\n", lines(17 << 20))).clean();
}

#[test]
fn sql_that_is_put_together_over_lines_is_told() {
    let repo = repo();
    let code =
        "def f(cursor, name):\n    cursor.execute(\n        \"SELECT * FROM a\"\n        \" WHERE b = '%s'\"\n        % name\n    )\n";
    repo.commit_file("shop/views.py", code).ok().says("warned: shop/views.py:2").says("execute(").says("django-sql-interpolation");
    let code = "export const f = (db, name: string) =>\n  db.query(\n    `SELECT * FROM a\n     WHERE b = ${name}`,\n  );\n";
    repo.commit_file("shop/db.ts", code).ok().says("warned: shop/db.ts:2").says("query(").says("javascript-sql-interpolation");
}

#[test]
fn a_rule_for_elements_speaks_in_tsx_and_has_nothing_to_say_in_ts() {
    let repo = repo();
    let code = "const a = (x) => <p dangerouslySetInnerHTML={{ __html: x }} />;\n";
    for path in ["a.jsx", "a.js", "a.tsx"] {
        repo.commit_file(path, code).ok().says("react-raw-html").says(path);
    }
    repo.commit_file("a.ts", "const dangerouslySetInnerHTML = 1;\n").clean();
}
