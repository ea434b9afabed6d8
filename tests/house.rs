//! The wall: what ARCHITECTURE.md says of the house is so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::paths::{Named, Token, absolute, named, tokens};
use stanch::hooks::{Event, SCRIPT};
use stanch::rules::RULES;

/// The most lines with code in them that a file of `src` may have.
const MAX_CODE_LINES: usize = 500;
/// The most lines of the hook script.
const MAX_HOOK_LINES: usize = 15;
/// Names that say nothing.
const EMPTY_NAMES: [&str; 5] = ["util", "helper", "manager", "misc", "common"];
/// The one file that may say `unsafe`, once (`docs/decisions/0002-libgit2-settings.md`).
const UNSAFE_FILE: &str = "src/git/repo.rs";

// The house as it stands.

#[test]
fn every_import_goes_down_and_every_power_stands_in_its_room() {
    let files = sources();
    assert!(files.len() > 50, "the sources are read");
    assert_eq!(faults(&house(), &files), Vec::<String>::new());

    let mut upside_down = house();
    upside_down.floors.values_mut().for_each(|floor| *floor = 99 - *floor);
    assert!(faults(&upside_down, &files).len() > 100, "the imports are seen");
    let powers = upside_down.powers.iter_mut().filter(|(_, rooms)| !rooms.is_empty());
    powers.for_each(|(_, rooms)| *rooms = BTreeSet::from(["nowhere".to_owned()]));
    let told = faults(&upside_down, &files);
    for power in ["git2", "regex", "rayon", "clap", "std::process::Command", "std::env::var_os", "std::io::stdout"] {
        assert!(told.iter().any(|fault| fault.contains(&format!("`{power}` is not for the room"))), "{power} is seen");
    }
}

#[test]
fn every_room_says_first_what_it_is() {
    for (path, text) in sources().iter().filter(|(path, _)| path.ends_with("/mod.rs")) {
        assert!(text.starts_with("//! "), "{path} opens with what the room is and what it will not do");
    }
}

#[test]
fn the_hook_scripts_are_one_script_under_every_name() {
    let names: BTreeSet<String> = files("hooks").iter().map(|path| last_part(path)).collect();
    let ours = Event::all().filter(|event| !matches!(event, Event::Other(_))).map(|event| event.name().to_owned());
    assert_eq!(names, ours.collect(), "each hook that stanch looks at has its script, and no other");
    for name in &names {
        let path = root().join("hooks").join(name);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), SCRIPT, "hooks/{name}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o111, 0o111, "hooks/{name} is executable");
        }
    }
    assert!(SCRIPT.starts_with("#!/bin/sh\n") && SCRIPT.lines().count() <= MAX_HOOK_LINES);
}

#[test]
fn the_scripts_have_no_fault_that_shellcheck_knows() {
    if Command::new("shellcheck").arg("--version").output().is_err() {
        // A person without it is not kept from the other tests; `tests/run` and so CI install it.
        assert!(std::env::var_os("CI").is_none(), "shellcheck is installed in CI");
        return;
    }
    for (shell, scripts) in [("sh", ["hooks/pre-commit", "install.sh"]), ("bash", ["tests/run", ".ci/run"])] {
        let checked = Command::new("shellcheck").arg("--shell").arg(shell).args(scripts).current_dir(root()).output().unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    }
}

#[test]
fn every_file_of_rules_is_in_the_binary() {
    let mut written = BTreeSet::new();
    for path in files("rules").iter().filter(|path| path.extension().is_some_and(|extension| extension == "toml")) {
        let text = std::fs::read_to_string(path).unwrap();
        let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let rules = table["rule"].as_array().unwrap();
        assert!(!rules.is_empty(), "{} holds rules", path.display());
        written.extend(rules.iter().map(|rule| rule["id"].as_str().unwrap().to_owned()));
    }
    let embedded: BTreeSet<String> = RULES.iter().map(|rule| rule.info.id.to_string()).collect();
    assert_eq!(written, embedded);
}

// The checker catches what it is for.

const MAP: &str = "```floors\n3 cli\n2 scan hooks\n1 git\n0 model\n```\n```powers\ngit2: git\nprintln! std::io::stdout: cli\n\
                   std::env::var: cli\nstd::process::Command: hooks\nstd::process::exit: nowhere\n```\n";

/// What is wrong with a small house that holds `text` in the file `path`.
fn faults_of(path: &str, text: &str) -> Vec<String> {
    let mut files: Vec<(String, String)> =
        ["cli", "scan", "hooks", "git", "model"].map(|room| (format!("src/{room}/mod.rs"), String::new())).into();
    files.push((path.to_owned(), text.to_owned()));
    faults(&House::read(MAP), &files)
}

#[test]
fn an_import_downwards_or_within_the_room_is_no_fault() {
    for text in [
        "use crate::{git::{self, Repo}, model::*};",
        "use super::other; use super::{a, b::C};",
        "pub(in crate::scan) fn run() { let x = crate::git::open(); }",
        "mod tests { use super::*; use super::super::run; }",
        "//! [`crate::cli::Args`]\n/* crate::cli /* nested */ crate::cli */ const A: &str = \"crate::cli::x \\\" crate::cli\";",
        "const A: &str = r#\"use crate::cli::\"x\"\"#; const B: char = '\"'; fn f<'a>(x: &'a str) {} // crate::cli",
    ] {
        assert_eq!(faults_of("src/scan/run.rs", text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn an_import_upwards_or_sideways_is_caught_however_it_is_written() {
    for text in [
        "use crate::cli::Args;",
        "use crate::{git::Repo, cli::{term::Term}};",
        "use crate::{model::{A, B}, hooks};",
        "use super::super::cli;",
        "mod tests { use super::super::super::cli::Args; }",
        "fn f() { let x = crate::cli::run(); }",
        "fn f() -> X { X { a, ..crate::hooks::X::default() } }",
        "use crate::*;",
        "use crate as whole;",
        "use crate::{self as whole};",
        "use super::super::{self as whole};",
        "extern crate self as whole;",
        "#[path = \"../cli/mod.rs\"] mod other;",
        "use crate::cellar::Wine;",
    ] {
        assert_eq!(faults_of("src/scan/run.rs", text).len(), 1, "{text}: {:?}", faults_of("src/scan/run.rs", text));
    }
    let told = faults_of("src/scan/run.rs", "\nuse crate::{git::Repo, cli::Args};");
    assert_eq!(told, ["src/scan/run.rs:2: `scan` (floor 2) must not know `cli` (floor 3): crate::cli::Args"]);
}

#[test]
fn a_power_in_the_wrong_room_is_caught_however_it_is_written() {
    for text in [
        "use git2::Repository;",
        "use {git2, std::fs};",
        "fn f() { ::git2::opts(); }",
        "fn f() { println!(\"\"); }",
        "fn f() { std::println!(\"\"); }",
        "use std::{fs, io::{self, stdout}};",
        "use std::io; fn f() { io::stdout(); }",
        "use std::process; fn f() { process::Command::new(\"a\"); }",
        "use std::{process as other};",
        "use std::process::*;",
        "fn f() { std::env::var(\"A\"); }",
        "fn f() { std::process::exit(1) }",
    ] {
        assert!(!faults_of("src/scan/run.rs", text).is_empty(), "{text}");
    }
    for text in ["use std::process::ExitStatus;", "fn f(git2: u8) { a.stdout(git2); env!(\"A\"); }", "// git2::x\n", "use std::{env, io};"]
    {
        assert_eq!(faults_of("src/scan/run.rs", text), Vec::<String>::new(), "{text}");
    }
    assert_eq!(faults_of("src/cli/exit.rs", "use std::process::exit;").len(), 1, "what stands nowhere stands nowhere");
    assert_eq!(faults_of("src/cli/print.rs", "fn f() { println!(\"\"); }"), Vec::<String>::new());
}

#[test]
fn a_room_without_a_place_and_a_place_without_a_room_are_caught() {
    assert_eq!(faults_of("src/cellar/mod.rs", ""), ["src/cellar: this room is not on the map"]);
    assert_eq!(faults_of("src/stray.rs", ""), ["src/stray.rs: only lib.rs and main.rs stand outside a room"]);
    let files: Vec<_> = ["cli", "scan", "git", "model"].map(|room| (format!("src/{room}/mod.rs"), String::new())).into();
    assert_eq!(faults(&House::read(MAP), &files), ["the map shows `hooks`, and there is no such room"]);
}

#[test]
fn manners_are_held() {
    for (path, text) in [
        ("src/scan/unsafe.rs", "unsafe { f() }"),
        ("src/scan/todo.rs", "// TODO: mend this"),
        ("src/scan/todo.rs", "fn f() { todo!() }"),
        ("src/scan/path_utils.rs", ""),
        ("src/scan/long.rs", &"f();\n".repeat(MAX_CODE_LINES + 1)),
    ] {
        assert_eq!(faults_of(path, text).len(), 1, "{path}: {text}");
    }
    for text in ["// TODO(#12): mend this", "fn f() { todo!(\"#12\") }", "#[expect(unsafe_code)]"] {
        assert_eq!(faults_of("src/scan/good.rs", text), Vec::<String>::new());
    }
    let prose = "// a line\n\n".repeat(MAX_CODE_LINES);
    assert_eq!(faults_of("src/scan/prose.rs", &prose), Vec::<String>::new(), "comments are not counted");
    let twice = faults(&House::read("```floors\n0 git\n```"), &[(UNSAFE_FILE.to_owned(), "unsafe {} unsafe {}".to_owned())]);
    assert_eq!(twice, ["src/git/repo.rs: `unsafe` stands here 2 times, not once"]);
}

// The checker.

/// What the papers say of the house.
struct House {
    floors: BTreeMap<String, u32>,
    /// A power and its rooms.
    powers: Vec<(Vec<String>, BTreeSet<String>)>,
}

impl House {
    /// Reads the blocks `floors` and `powers` of a text.
    fn read(text: &str) -> Self {
        let mut house = Self { floors: BTreeMap::new(), powers: Vec::new() };
        for line in block(text, "floors") {
            let (floor, rooms) = line.split_once(' ').expect("because a floor has a number and rooms");
            let floor = floor.parse().expect("because a floor is a number");
            house.floors.extend(rooms.split_whitespace().map(|room| (room.to_owned(), floor)));
        }
        for line in block(text, "powers") {
            let (names, rooms) = line.rsplit_once(": ").expect("because a power has rooms, or stands nowhere");
            let rooms: BTreeSet<String> = rooms.split_whitespace().filter(|room| *room != "nowhere").map(str::to_owned).collect();
            assert!(rooms.iter().all(|room| house.floors.contains_key(room)), "the rooms of `{names}` are on the map");
            let parts = |name: &str| name.split("::").map(str::to_owned).collect();
            house.powers.extend(names.split_whitespace().map(|name| (parts(name), rooms.clone())));
        }
        house
    }
}

fn block(text: &str, name: &str) -> Vec<String> {
    let lines = text.lines().skip_while(|line| *line != format!("```{name}")).skip(1);
    lines.take_while(|line| !line.starts_with("```")).map(str::to_owned).collect()
}

/// What is wrong with files of `src`, in sentences.
fn faults(house: &House, files: &[(String, String)]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut rooms = BTreeSet::new();
    for (path, text) in files {
        let parts: Vec<&str> = path.trim_start_matches("src/").trim_end_matches(".rs").split('/').collect();
        match parts.as_slice() {
            ["lib" | "main"] => check(house, path, text, &[], &mut faults),
            [_] => faults.push(format!("{path}: only lib.rs and main.rs stand outside a room")),
            [room, ..] => {
                if rooms.insert(*room) && !house.floors.contains_key(*room) {
                    faults.push(format!("src/{room}: this room is not on the map"));
                }
                let module: Vec<String> = parts.iter().filter(|part| **part != "mod").map(|part| (*part).to_owned()).collect();
                check(house, path, text, &module, &mut faults);
            }
            [] => {}
        }
    }
    let missing = house.floors.keys().filter(|room| !rooms.contains(room.as_str()));
    faults.extend(missing.map(|room| format!("the map shows `{room}`, and there is no such room")));
    faults
}

/// Checks the file at `path`, which is the module `module` of the crate.
fn check(house: &House, path: &str, text: &str, module: &[String], faults: &mut Vec<String>) {
    let tokens = tokens(text);
    let room = module.first().map_or("", String::as_str);
    for Named { names, module, in_use, renamed, line } in named(&tokens, module) {
        let written = names.join("::");
        if let Some(target) = absolute(&names, &module).filter(|_| !room.is_empty()) {
            match target.first().map(String::as_str) {
                None if renamed => faults.push(format!("{path}:{line}: the whole crate under another name: {written}")),
                Some("*") => faults.push(format!("{path}:{line}: all rooms at once: {written}")),
                Some(other) if other != room => {
                    faults.extend(house.climb(room, other).map(|how| format!("{path}:{line}: {how}: {written}")));
                }
                _ => {}
            }
        }
        for (power, rooms) in &house.powers {
            if !rooms.contains(room) && is_power(power, &names, in_use, renamed) {
                faults.push(format!("{path}:{line}: `{}` is not for the room `{room}`: {written}", power.join("::")));
            }
        }
        if names == ["extern", "crate"] || names == ["path", "="] {
            faults.push(format!("{path}:{line}: a module by another way than its place"));
        }
    }
    manners(path, text, &tokens, faults);
}

impl House {
    /// Why `room` must not know `other`, if it must not.
    fn climb(&self, room: &str, other: &str) -> Option<String> {
        let floor = self.floors.get(room)?;
        match self.floors.get(other) {
            None => Some(format!("`{other}` is no room on the map")),
            Some(above) if above >= floor => Some(format!("`{room}` (floor {floor}) must not know `{other}` (floor {above})")),
            Some(_) => None,
        }
    }
}

/// Whether a path names a power: whole, from its last module on, by a glob, or by a new name for a part of it.
fn is_power(power: &[String], names: &[String], in_use: bool, renamed: bool) -> bool {
    if let [name] = power {
        let macro_named = name.ends_with('!') && names.last() == Some(name);
        return macro_named || names.first() == Some(name) && (in_use || names.len() > 1);
    }
    let begins = |power: &[String]| {
        let ends_early = names.len() < power.len();
        let globs = names.last().is_some_and(|name| name == "*") && names.len() <= power.len();
        let length = if globs { names.len() - 1 } else { power.len() };
        let whole = (!ends_early || globs) && names.iter().zip(power).take(length).all(|(name, part)| name == part);
        whole && (length > 0) || in_use && renamed && ends_early && power.starts_with(names)
    };
    begins(power) || power.len() > 2 && begins(&power[1..])
}

fn manners(path: &str, text: &str, tokens: &[Token], faults: &mut Vec<String>) {
    let lines: BTreeSet<usize> = tokens.iter().map(|token| token.line).collect();
    if lines.len() > MAX_CODE_LINES {
        faults.push(format!("{path}: {} lines of code are more than {MAX_CODE_LINES}", lines.len()));
    }
    let count = tokens.iter().filter(|token| token.text == "unsafe").count();
    if path == UNSAFE_FILE && count != 1 {
        faults.push(format!("{path}: `unsafe` stands here {count} times, not once"));
    } else if path != UNSAFE_FILE && count > 0 {
        faults.push(format!("{path}: `unsafe` stands in {UNSAFE_FILE} alone"));
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    if EMPTY_NAMES.iter().any(|empty| name.contains(empty)) {
        faults.push(format!("{path}: this name says nothing"));
    }
    for (number, line) in text.lines().enumerate() {
        let marked = ["TODO", "FIXME", "todo!", "unimplemented!"].iter().any(|mark| line.contains(mark));
        let issue = line.split_once('#').is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()));
        if marked && !issue {
            faults.push(format!("{path}:{}: what is to be done has the number of its issue: `TODO(#123)`", number + 1));
        }
    }
}

// The files.

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn house() -> House {
    let house = House::read(&std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap());
    assert!(!house.floors.is_empty() && !house.powers.is_empty(), "ARCHITECTURE.md holds the blocks `floors` and `powers`");
    house
}

/// All files below a folder of the package, sorted.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn last_part(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// The files of `src`: path from the root, and text.
fn sources() -> Vec<(String, String)> {
    let name = |path: &PathBuf| path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
    files("src").iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}
