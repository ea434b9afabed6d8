//! Makes constants of `rules/*.toml`, so that the binary parses nothing when it starts. A new file needs no other
//! change; a file with faults stops the build and names them all.

#![allow(
    unreachable_pub,
    dead_code,
    clippy::disallowed_methods,
    clippy::format_collect,
    clippy::needless_for_each,
    clippy::use_debug,
    reason = "a build script shares files with the library, reads cargo's environment, and writes Rust literals by `Debug`"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "../src/rules/fields.rs"]
mod fields;
#[path = "../src/check/lead.rs"]
mod lead;
#[path = "../src/model/rule.rs"]
mod model;
#[path = "../src/rules/pack.rs"]
mod pack;
#[path = "../src/rules/rule.rs"]
mod rule;

use fields::{Document, Fields};
use rule::Rule;
use sha2::{Digest, Sha256};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    for file in ["check/lead.rs", "model/rule.rs", "rules/fields.rs", "rules/pack.rs", "rules/rule.rs"] {
        println!("cargo::rerun-if-changed=src/{file}");
    }
    let mut files: Vec<PathBuf> =
        fs::read_dir("rules").expect("because the package has a folder `rules`").flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();

    let mut faults = Vec::new();
    let mut all: Vec<Rule> = Vec::new();
    for path in &files {
        all.extend(read(path, &mut faults));
    }
    let mut seen = BTreeSet::new();
    faults
        .extend(all.iter().filter(|rule| !seen.insert(rule.info.id.clone())).map(|rule| format!("rule `{}` is there twice", rule.info.id)));
    assert!(faults.is_empty(), "faults in rules:\n{}", faults.join("\n"));

    all.sort_by(|a, b| a.info.id.cmp(&b.info.id));
    let mut code = format!("/// The rules of `rules/*.toml`, sorted by id.\npub static RULES: [Rule; {}] = [\n", all.len());
    all.iter().for_each(|rule| write_rule(&mut code, rule).expect("because a string takes all writes"));
    code.push_str("];\n");
    let digest: String = Sha256::digest(&code).iter().map(|byte| format!("{byte:02x}")).collect();
    code.push_str(&format!("/// SHA-256 of the rules, in hexadecimal.\npub const BUILTIN_DIGEST: &str = \"{digest}\";\n"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("because cargo names it"));
    fs::write(out.join("builtin.rs"), code).expect("because cargo made the folder");
}

fn read(path: &Path, faults: &mut Vec<String>) -> Vec<Rule> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut document = Document::new(&name, &text);
    let root = document.root();
    let mut rules = Vec::new();
    let mut fields = Fields::new(&mut document, root, 0);
    fields.each("rule", |table| rules.push(pack::read_rule(table)));
    fields.finish();
    faults.extend(document.faults.iter().map(ToString::to_string));
    rules
}

fn write_rule(code: &mut String, rule: &Rule) -> std::fmt::Result {
    let info = &rule.info;
    let list = |texts: &[model::Text]| {
        let items: Vec<String> = texts.iter().map(|text| format!("Borrowed({text:?})")).collect();
        format!("Borrowed(&[{}])", items.join(", "))
    };
    writeln!(code, "Rule {{ info: RuleInfo {{ id: Borrowed({:?}), title: Borrowed({:?}),", info.id, info.title)?;
    writeln!(code, "severity: Severity::{:?}, confidence: Confidence::{:?},", info.severity, info.confidence)?;
    writeln!(code, "why: Borrowed({:?}), fix: Borrowed({:?}), rotate: Borrowed({:?}),", info.why, info.fix, info.rotate)?;
    writeln!(code, "references: {} }},", list(&info.references))?;
    writeln!(code, "keywords: {}, pattern: Borrowed({:?}),", list(&rule.keywords), rule.pattern)?;
    writeln!(
        code,
        "leads: {}, before: {}, after: {}, entropy: {:?},",
        lead::leads(&rule.pattern, &rule.keywords),
        rule.before,
        rule.after,
        rule.entropy
    )?;
    writeln!(code, "matches: {}, misses: {} }},", list(&rule.matches), list(&rule.misses))
}
