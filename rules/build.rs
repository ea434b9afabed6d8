//! Packs `rules/*.toml` into one text for the binary and files their keywords, so that neither is done when it starts. A new
//! file needs no other change; a file with faults stops the build and names them all.

#![allow(
    unreachable_pub,
    dead_code,
    clippy::disallowed_methods,
    clippy::format_collect,
    reason = "a build script shares files with the library and reads cargo's environment"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "../src/rules/fields.rs"]
mod fields;
#[path = "../src/check/keyword.rs"]
mod keyword;
#[path = "../src/check/lead.rs"]
mod lead;
#[path = "../src/model/rule.rs"]
mod model;
#[path = "../src/check/outline.rs"]
mod outline;
#[path = "../src/rules/pack.rs"]
mod pack;
#[path = "../src/rules/rule.rs"]
mod rule;
#[path = "../src/rules/shape.rs"]
mod shape;

/// The room of the files above, as the library names it.
mod rules {
    pub use crate::rule::{Kind, Rule};
    pub use crate::shape::{Bytes, Shape, Step, Stretch};
}

use fields::{Document, Fields};
use keyword::{Ask, KeywordIndex};
use rule::Rule;
use sha2::{Digest, Sha256};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    for file in [
        "check/keyword.rs",
        "check/grams.txt",
        "check/lead.rs",
        "check/outline.rs",
        "model/rule.rs",
        "rules/fields.rs",
        "rules/pack.rs",
        "rules/rule.rs",
        "rules/shape.rs",
    ] {
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
    let (mut pack, mut starts) = (String::new(), vec![0]);
    for rule in &all {
        pack.push_str(&pack_rule(rule));
        starts.push(pack.len());
    }
    let asks = all.iter().enumerate().flat_map(|(number, rule)| Ask::words(number, rule));
    let common = fs::read("src/check/grams.txt").expect("because it stands beside the index");
    let keywords = KeywordIndex::filed(asks, &common);
    let packs: Vec<String> = all.iter().map(|rule| format!("Pack::{:?}", rule.info.pack)).collect();
    let packs = format!("[{}]", packs.join(", "));
    let checks: Vec<usize> = (0..all.len()).filter(|&number| matches!(all[number].kind, rule::Kind::Check(_))).collect();
    let digest: String = Sha256::digest(&pack).iter().map(|byte| format!("{byte:02x}")).collect();
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("because cargo names it"));
    let files = [
        ("pack", pack),
        ("starts", format!("{starts:?}")),
        ("digest", digest),
        ("keywords", keywords.to_source()),
        ("packs", packs),
        ("checks", format!("{checks:?}")),
    ];
    for (name, content) in files {
        fs::write(out.join(format!("rules.{name}")), content).expect("because cargo made the folder");
    }
}

fn read(path: &Path, faults: &mut Vec<String>) -> Vec<Rule> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut document = Document::new(&name, &text);
    let root = document.root();
    let mut rules = Vec::new();
    let mut fields = Fields::new(&mut document, root, 0);
    fields.each("rule", |table| {
        let mut rule = pack::read_rule(table);
        rule.leads = lead::leads(&rule.pattern, &rule.keywords);
        rule.lengths = lead::lengths(&rule.pattern);
        rule.shape = outline::outline(rule.kind, &rule.pattern, &rule.keywords);
        rules.push(rule);
    });
    fields.finish();
    faults.extend(document.faults.iter().map(ToString::to_string));
    rules
}

/// A rule as one text: fields parted by RS, the items of a list by US (the separators of ASCII). `src/rules/builtin.rs`
/// reads it. One text needs no address put in by the loader when the program starts; tables of texts need thousands.
fn pack_rule(rule: &Rule) -> String {
    let info = &rule.info;
    let list = |texts: &[model::Text]| texts.join("\x1f");
    let fields = [
        info.id.to_string(),
        info.pack.name().to_owned(),
        info.title.to_string(),
        info.severity.name().to_owned(),
        info.confidence.name().to_owned(),
        info.why.to_string(),
        info.fix.to_string(),
        info.rotate.to_string(),
        list(&info.references),
        list(&rule.keywords),
        match rule.kind {
            rule::Kind::Pattern => "pattern".to_owned(),
            rule::Kind::Value => "value".to_owned(),
            rule::Kind::Check(check) => check.name().to_owned(),
            rule::Kind::Tree(languages) => format!("tree:{}", languages.names()),
        },
        list(&rule.paths),
        list(&rule.except),
        rule.pattern.to_string(),
        list(&rule.near),
        list(&rule.keys),
        rule.proof.map_or("", |proof| proof.name()).to_owned(),
        list(&rule.companions),
        rule.companion_lines.to_string(),
        rule.leads.to_string(),
        rule.lengths.0.to_string(),
        rule.lengths.1.to_string(),
        rule.shape.pack(),
        rule.before.to_string(),
        rule.after.to_string(),
        rule.entropy.to_string(),
        rule.score.to_string(),
        list(&rule.matches),
        list(&rule.misses),
    ];
    assert!(!fields.iter().any(|field| field.contains('\x1e')), "rule `{}` holds a separator", info.id);
    fields.join("\x1e")
}
