//! Help, completions and the schema of the settings: what a person reads before anything runs.

use std::process::Command;

use stanch::config::KEYS;

/// A terminal as small as they come.
const COLUMNS: usize = 80;
const LINES: usize = 24;

fn stanch(arguments: &[&str]) -> String {
    let said = Command::new(env!("CARGO_BIN_EXE_stanch"))
        .args(arguments)
        .env("COLUMNS", COLUMNS.to_string())
        .env("NO_COLOR", "1")
        .current_dir(std::env::temp_dir())
        .output()
        .unwrap();
    assert!(said.status.success(), "stanch {arguments:?}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap()
}

/// Whether a text is what was agreed (`just snap`).
fn agreed(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/cli");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The names of the commands that a help lists.
fn commands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    listed.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).filter(|name| name != "help").collect()
}

/// Every command that a person types, with those below it.
fn all_commands() -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for name in commands(&stanch(&["--help"])) {
        for below in commands(&stanch(&[&name, "--help"])) {
            all.push(vec![name.clone(), below]);
        }
        all.push(vec![name]);
    }
    all
}

#[test]
fn the_help_fits_a_small_terminal_and_is_what_was_agreed() {
    let help = stanch(&["--help"]);
    assert!(help.lines().count() <= LINES, "the help has {} lines", help.lines().count());
    assert_eq!(help.lines().find(|line| line.chars().count() > COLUMNS), None);
    agreed("help", &help);
}

#[test]
fn every_command_has_an_example_that_begins_with_its_name() {
    let all = all_commands();
    assert!(all.len() >= 12, "the commands are read: {all:?}");
    for names in all.iter().chain([&vec!["hook".to_owned()]]) {
        let arguments: Vec<&str> = names.iter().map(String::as_str).chain(["--help"]).collect();
        let help = stanch(&arguments);
        let (_, example) = help.split_once("\nExample").unwrap_or_else(|| panic!("`stanch {}` has an example", names.join(" ")));
        assert!(example.contains(&format!("stanch {}", names.join(" "))), "{example}");
    }
}

#[test]
fn short_help_and_no_arguments_say_the_same_as_help() {
    let bare = Command::new(env!("CARGO_BIN_EXE_stanch")).env("COLUMNS", COLUMNS.to_string()).output().unwrap();
    assert_eq!(bare.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&bare.stderr), stanch(&["--help"]));
    assert_eq!(stanch(&["-h"]), stanch(&["--help"]));
}

#[test]
fn completions_and_the_manual_name_every_command() {
    let texts: Vec<String> =
        ["bash", "zsh", "fish"].iter().map(|shell| stanch(&["completions", shell])).chain([stanch(&["man"])]).collect();
    for name in commands(&stanch(&["--help"])) {
        assert!(texts.iter().all(|text| text.contains(&name)), "{name}");
    }
}

#[test]
fn the_schema_is_json_schema_and_is_what_was_agreed() {
    let schema = stanch(&["schema"]);
    let parsed: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::draft202012::new(&parsed).unwrap();
    for (settings, is_valid) in [("{}", true), (r#"{"limits": {"threads": 2}}"#, true), (r#"{"limits": {"thread": 2}}"#, false)] {
        assert_eq!(validator.is_valid(&serde_json::from_str(settings).unwrap()), is_valid, "{settings}");
    }
    for key in KEYS {
        let name = key.name.rsplit('.').next().unwrap_or_default().trim_end_matches("[]");
        assert!(schema.contains(&format!("\"{name}\": {{")), "{name}");
    }
    agreed("schema", &schema);
}
