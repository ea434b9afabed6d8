//! The papers: what they name is there, and they name nothing that they should not.

use std::path::{Path, PathBuf};
use std::process::Command;

use stanch::config::{Error, KEYS, Settings};
use stanch::rules::{RULES, fill};
use stanch::scan::prove;
use stanch::tools::{Form, Needs, presets};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every paper: path from the root, and text.
fn papers() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in ["", "docs", "docs/decisions"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                found.push((path.strip_prefix(root()).unwrap().to_owned(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(found.len() > 10, "the papers are read");
    found
}

#[test]
fn every_key_of_the_settings_is_in_the_reference_with_its_default() {
    let text = std::fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    for key in KEYS {
        let row = text.lines().find(|line| line.starts_with(&format!("| `{}` | ", key.name)));
        let row = row.unwrap_or_else(|| panic!("docs/configuration.md has a row for `{}`", key.name));
        let default = row.split(" | ").nth(1).unwrap();
        assert_eq!(default.trim_matches('`'), key.default, "{}", key.name);
    }
}

#[test]
fn every_key_form_and_preset_of_a_tool_is_in_its_reference() {
    let text = std::fs::read_to_string(root().join("docs/tools.md")).unwrap();
    let keys = KEYS.iter().filter_map(|key| key.name.strip_prefix("tool[]."));
    for name in keys.chain(Form::ALL.iter().map(|form| form.name())).chain(Needs::ALL.iter().map(|needs| needs.name())) {
        assert!(text.contains(&format!("`{name}`")), "docs/tools.md names `{name}`");
    }
    for preset in presets() {
        assert!(text.contains(&format!("\n| `{preset}` | ")), "docs/tools.md has a row for `{preset}`");
    }
}

#[test]
fn every_key_of_a_rule_is_in_its_reference() {
    let text = std::fs::read_to_string(root().join("docs/rules.md")).unwrap();
    let faults = Settings::parse("stanch.toml", b"[[rule]]\nno-such-key-anywhere = 1\n[rule.examples]\nno-such-key-anywhere = 1\n");
    let Err(Error::Faults { faults }) = faults else { panic!("an unknown key is a fault") };
    let known: Vec<&str> = faults.iter().filter_map(|fault| fault.hint.strip_prefix("keys known here: ")).collect();
    assert_eq!(known.len(), 2, "{faults:?}");
    for (table, prefix) in known.iter().zip(["", "examples."]) {
        for key in table.split(", ").filter(|key| *key != "examples") {
            assert!(text.contains(&format!("\n| `{prefix}{key}` | ")), "docs/rules.md has a row for `{prefix}{key}`");
        }
    }
}

#[test]
fn every_rule_of_the_reference_is_proved() {
    let text = std::fs::read_to_string(root().join("docs/rules.md")).unwrap();
    let tables: Vec<&str> = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(tables.len(), 3, "one with `pattern`, one with `value`, one with `query`");
    for table in tables {
        let rules = Settings::parse("rules.md", table.as_bytes()).unwrap_or_else(|error| panic!("{error:?}")).rules;
        assert_eq!(rules.iter().flat_map(prove).collect::<Vec<_>>(), [""; 0], "{table}");
    }
}

#[test]
fn every_rule_that_stands_for_one_left_out_is_there() {
    let text = std::fs::read_to_string(root().join("docs/rules-left-out.md")).unwrap();
    let is_id =
        |name: &&str| name.contains('-') && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let names: Vec<&str> = text.split('`').skip(1).step_by(2).filter(is_id).filter(|name| !name.starts_with('-')).collect();
    assert!(names.len() > 30, "{names:?}");
    for name in names.into_iter().filter(|name| !name.ends_with('-')) {
        assert!(RULES.iter().any(|rule| rule.info.id == name), "docs/rules-left-out.md names `{name}`");
    }
}

#[test]
fn every_filler_of_the_reference_can_be_filled() {
    let text = std::fs::read_to_string(root().join("docs/rules.md")).unwrap();
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| `${")).collect();
    assert!(rows.len() > 5);
    for row in rows {
        let (fillers, _) = row.trim_start_matches("| ").split_once(" |").unwrap();
        assert!(!fill(fillers).unwrap_or_else(|error| panic!("{error}")).contains("${"), "{fillers}");
    }
}

#[test]
fn every_link_between_papers_leads_somewhere() {
    for (path, text) in papers() {
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            if !file.is_empty() && !file.contains("://") {
                let there = root().join(path.parent().unwrap()).join(file);
                assert!(there.exists(), "{}: {target}", path.display());
            }
        }
    }
}

#[test]
fn every_file_that_the_papers_name_is_there() {
    for (path, text) in papers() {
        for name in text.split('`').skip(1).step_by(2) {
            let is_file = ["src/", "tests/", "docs/", "rules/", ".cargo/", ".ci/"].iter().any(|folder| name.starts_with(folder));
            if is_file && !name.contains(['<', '*', ' ', 'N']) {
                assert!(root().join(name).exists(), "{}: `{name}`", path.display());
            }
        }
    }
}

#[test]
fn every_decision_weighs_and_is_one_page() {
    let decisions = papers().into_iter().filter(|(path, _)| path.starts_with("docs/decisions"));
    for (number, (path, text)) in decisions.enumerate() {
        assert!(text.starts_with(&format!("# {}. ", number + 1)), "{} is numbered", path.display());
        let heads: Vec<&str> = text.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(heads, ["## Context", "## Decision", "## Consequences", "## What else was weighed"], "{}", path.display());
        assert!(text.lines().count() <= 66, "{} is one page", path.display());
    }
}

#[test]
fn the_papers_name_no_machine_and_no_registry() {
    let registries = ["crates", "npmjs", "pypi"].map(|name| [format!("{name}.io/"), format!("{name}.org/"), format!("{name}.com/")]);
    let homes = ["/home", "/root", "/Users", "/tmp", "/work"].map(|folder| format!("{folder}/"));
    for (path, text) in papers() {
        let bad = registries.iter().flatten().chain(&homes).find(|word| text.contains(word.as_str()));
        assert_eq!(bad, None, "{}", path.display());
    }
}

#[test]
#[cfg(unix)]
fn the_demo_of_the_installer_passes_without_a_home_or_an_identity() {
    let said = Command::new("sh")
        .args(["install.sh", "--demo", "--with", env!("CARGO_BIN_EXE_stanch")])
        .current_dir(root())
        .env_remove("GIT_DIR")
        .env("HOME", "")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success(), "{text}{}", String::from_utf8_lossy(&said.stderr));
    assert!(
        text.ends_with("demo passed: a planted token was blocked at git commit and at git push, and clean work went through\n"),
        "{text}"
    );
    assert!(text.matches("github-pat").count() >= 3 && text.contains("ghp_…(40)"), "{text}");
}

#[test]
#[cfg(unix)]
fn the_installer_tells_a_mistake_and_changes_nothing() {
    let run = |arguments: &[&str]| Command::new("sh").arg("install.sh").args(arguments).current_dir(root()).output().unwrap();
    assert_eq!(run(&["--help"]).status.code(), Some(0));
    for arguments in [["--what"].as_slice(), &["--with"], &["--with", "no/such/program"]] {
        let said = run(arguments);
        assert_eq!(said.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&said.stderr).contains("hint: "));
    }
}
