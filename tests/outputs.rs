//! What each format makes of two reports: one that has everything in it, and a clean one.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use stanch::model::*;
use stanch::output::{self, Format, Options};

/// Characters that must reach no terminal, beside the control characters.
const DECEPTIVE: &[char] = &['\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}', '\u{9b}'];

/// A value that looks live, put together here so that no file of ours holds one.
fn planted(number: usize) -> String {
    ["kP9vXw2L", "qT7dRz4H", "s8MbYc5N", "j3Fg"].concat() + &format!("{number:02}")
}

fn id(digit: char) -> ObjectId {
    ObjectId::from_hex(digit.to_string().repeat(40).as_bytes()).unwrap()
}

fn rule(id: &'static str, severity: Severity, confidence: Confidence) -> Arc<RuleInfo> {
    let rotate = if id == "aws-secret-access-key" { "https://console.aws.amazon.com/iam" } else { "" };
    let references: &'static [Text] =
        if rotate.is_empty() { &[] } else { &[Text::Borrowed("https://docs.aws.amazon.com/IAM/latest/UserGuide/")] };
    Arc::new(RuleInfo {
        pack: Pack::Secrets,
        id: id.into(),
        title: if id == "aws-secret-access-key" { "AWS secret access key" } else { "Generic <password> & \"token\"" }.into(),
        severity,
        confidence,
        why: "whoever reads this acts as its owner".into(),
        fix: "read it from the environment".into(),
        rotate: rotate.into(),
        references: references.into(),
    })
}

/// The finding of planted value `number` between `before` and `after` on line `number`, as the engine makes it.
fn finding(number: usize, rule: Arc<RuleInfo>, origin: Origin, path: &[u8], (before, after): (&str, &str)) -> Finding {
    let value = planted(number);
    let secret = Secret::new(value.as_bytes(), 0);
    let (line, length) = (u32::try_from(number).unwrap(), u32::try_from(value.len()).unwrap());
    let column = u32::try_from(before.len()).unwrap() + 1;
    let column_utf16 = u32::try_from(before.encode_utf16().count()).unwrap() + 1;
    let location =
        Location { line, column, column_utf16, end_line: line, end_column: column + length, end_column_utf16: column_utf16 + length };
    let masked = secret.masked();
    Finding {
        fingerprint: Fingerprint::new(&FingerprintKey::default(), &rule.id, &secret),
        confidence: rule.confidence,
        detail: None,
        mend: None,
        grounds: Vec::new(),
        beside: None,
        rule,
        path: path.into(),
        member: None,
        origin,
        blob: origin.commit().is_none().then(|| id('b')),
        location,
        excerpt: Excerpt {
            text: format!("{before}{masked}{after}"),
            mark_start: before.chars().count(),
            mark_length: masked.chars().count(),
        },
        secret,
        is_new: true,
        trail: None,
        comment: None,
    }
}

fn rich() -> Report {
    let aws = || rule("aws-secret-access-key", Severity::Critical, Confidence::High);
    let weak = || rule("generic-password", Severity::Medium, Confidence::Medium);
    let low = || rule("generic-token", Severity::Low, Confidence::Low);
    let proved = || rule("proved-key", Severity::High, Confidence::Proved);
    let line = ("KEY = \"", "\"");
    let trail = |first, last, in_tree| Some(Trail { first: id(first), last: id(last), in_tree, first_parents: 1 });
    let judged = [
        (finding(1, aws(), Origin::CommitMessage(id('c')), b"", ("Add the key ", "")), Verdict::Block),
        (finding(2, aws(), Origin::TagMessage(id('d')), b"", ("Release with ", "")), Verdict::Block),
        (finding(3, aws(), Origin::Message, b".git/COMMIT_EDITMSG", ("Add the key ", "")), Verdict::Block),
        (
            finding(
                4,
                proved(),
                Origin::Index,
                b"a\x1b[2J\nclean \xff,b:c\xe2\x80\xae.py",
                ("\t漢字e\u{301}\x1b\u{202e} = ", " \u{200b}<&>"),
            ),
            Verdict::Block,
        ),
        (Finding { trail: trail('e', 'f', false), ..finding(5, weak(), Origin::Commit(id('e')), b"it's gone.env", line) }, Verdict::Block),
        (Finding { trail: trail('f', 'f', true), ..finding(6, weak(), Origin::Commit(id('f')), b"new.env", line) }, Verdict::Block),
        (Finding { trail: trail('e', 'f', true), ..finding(7, weak(), Origin::Commit(id('e')), b"older.env", line) }, Verdict::Block),
        (Finding { is_new: false, ..finding(8, weak(), Origin::Index, b"old.py", line) }, Verdict::Allow(Reason::Old)),
        (finding(9, weak(), Origin::Index, b"other.py", line), Verdict::Allow(Reason::Entry("only a test account".to_owned()))),
        (finding(10, weak(), Origin::Index, b"other.py", line), Verdict::Allow(Reason::Comment("a public key".to_owned()))),
        (finding(11, weak(), Origin::Index, b"other.py", line), Verdict::Allow(Reason::Baseline)),
        (
            Finding {
                member: Some(b"lib/inner.zip!/\x1bconfig.properties".into()),
                ..finding(12, aws(), Origin::Index, b"app.jar", ("key=", ""))
            },
            Verdict::Block,
        ),
        (finding(14, aws(), Origin::Index, b"settings/production.py", ("AWS_SECRET_ACCESS_KEY = \"", "\"")), Verdict::Block),
        (finding(123_456, low(), Origin::WorkTree, b"settings/test.py", ("token: ", "")), Verdict::Warn),
        (finding(15, low(), Origin::Stdin, b"", ("token: ", "")), Verdict::Warn),
    ];
    let mut coverage = Coverage { blobs: 3, bytes: 14_200, commits: 2, members: 7, ..Coverage::default() };
    coverage.skip(SkipReason::Archive);
    coverage.skip(SkipReason::Submodule);
    coverage.gaps.push(Gap { place: b"big\x1b.bin".into(), what: "larger than the limit: raise `max_bytes`".to_owned() });
    Report {
        judged: judged.into_iter().map(|(finding, verdict)| Judged { finding, verdict }).collect(),
        coverage,
        notices: vec![Notice { code: "allow-expired", text: "an allow entry expired: `3f2a\u{202e}`".to_owned() }],
        rules: RuleSet { count: 98, digest: "0123abcd".to_owned() },
        subject: "what is staged".to_owned(),
        tip: Some(id('f')),
        elapsed: Duration::from_millis(7),
    }
}

fn clean() -> Report {
    Report {
        coverage: Coverage { blobs: 3, bytes: 14_200, ..Coverage::default() },
        rules: RuleSet { count: 98, digest: "0123abcd".to_owned() },
        subject: "what is staged".to_owned(),
        elapsed: Duration::from_millis(7),
        ..Report::default()
    }
}

fn options() -> Options {
    Options {
        colour: false,
        quiet: false,
        verbose: false,
        version: "1.2.3",
        started: "2026-11-23T10:00:00".to_owned(),
        finished: "2026-11-23T10:00:01".to_owned(),
    }
}

fn written(report: &Report, format: Format, options: &Options) -> String {
    let mut out = Vec::new();
    output::write(report, format, options, &mut out).unwrap();
    String::from_utf8(out).expect("because every format writes UTF-8")
}

fn parsed(report: &Report, format: Format) -> Value {
    serde_json::from_str(&written(report, format, &options())).unwrap()
}

/// The columns that the characters of these tests take, told one by one.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if "漢字".contains(c) { 2 } else { usize::from(c != '\u{301}') }).sum()
}

#[test]
fn every_format_writes_both_reports_as_agreed() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/outputs");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    for format in Format::ALL {
        insta::assert_snapshot!(format!("{}-rich", format.name()), written(&rich(), *format, &options()));
        insta::assert_snapshot!(format!("{}-clean", format.name()), written(&clean(), *format, &options()));
    }
    let verbose = Options { verbose: true, ..options() };
    insta::assert_snapshot!("human-verbose", written(&rich(), Format::Human, &verbose));
}

#[test]
fn no_format_shows_eight_characters_of_a_planted_secret() {
    for (format, talkative) in Format::ALL.iter().flat_map(|format| [(*format, false), (*format, true)]) {
        let text = written(&rich(), format, &Options { colour: talkative, verbose: talkative, ..options() });
        for Judged { finding, .. } in rich().judged {
            let number = usize::try_from(finding.location.line).unwrap();
            let value = planted(number);
            assert_eq!(finding.secret.reveal(), value.as_bytes(), "the report holds what was planted");
            let shown = value.as_bytes().windows(8).find(|part| text.contains(std::str::from_utf8(part).unwrap()));
            assert!(shown.is_none(), "{} shows a part of planted secret {number}", format.name());
        }
    }
}

#[test]
fn names_of_formats_are_read_back() {
    for format in Format::ALL {
        assert_eq!(Format::parse(format.name()), Some(*format));
    }
    assert_eq!(Format::parse("xml"), None);
}

#[test]
fn the_caret_stands_under_the_mark() {
    let text = written(&rich(), Format::Human, &options());
    let lines: Vec<&str> = text.lines().collect();
    let mut marks = 0;
    for pair in lines.windows(2) {
        let [line, below] = pair else { continue };
        let Some((_, carets)) = below.split_once("│ ") else { continue };
        let Some(caret) = carets.find('^') else { continue };
        let (_, line) = line.split_once("│ ").expect("because a mark stands below a line of a file");
        let mark = line.find("…(").expect("because each line of a file shows its masked secret");
        let end = mark + line.get(mark..).unwrap().find(')').unwrap() + 1;
        assert_eq!(columns(carets.get(..caret).unwrap()), columns(line.get(..mark).unwrap()), "{text}");
        assert_eq!(carets.chars().filter(|&c| c == '^').count(), columns(line.get(mark..end).unwrap()), "{text}");
        marks += 1;
    }
    assert_eq!(marks, 11);
}

#[test]
fn a_mark_may_stand_further_right_than_a_format_string_can_set_it() {
    let before = "x".repeat(usize::from(u16::MAX) + 1);
    let judged = rich().judged.into_iter().take(1).map(|judged| {
        let excerpt = Excerpt { text: format!("{before}…"), mark_start: before.len(), mark_length: 1 };
        Judged { finding: Finding { excerpt, ..judged.finding }, ..judged }
    });
    let report = Report { judged: judged.collect(), ..clean() };
    assert!(written(&report, Format::Human, &options()).contains(&format!("│ {}^ ", " ".repeat(before.len()))));
}

#[test]
fn nothing_that_acts_on_a_terminal_gets_through() {
    let verbose = Options { verbose: true, ..options() };
    for format in [Format::Human, Format::Github, Format::Junit] {
        let text = written(&rich(), format, &verbose);
        let bad = text.chars().find(|c| (c.is_control() && *c != '\n') || DECEPTIVE.contains(c));
        assert_eq!(bad, None, "{}", format.name());
        assert!(text.contains(r"a\x1b[2J\nclean \xff"), "{} shows the hostile path whole", format.name());
    }
}

#[test]
fn colour_adds_nothing_but_colour() {
    let coloured = written(&rich(), Format::Human, &Options { colour: true, ..options() });
    let mut parts = coloured.split('\x1b');
    let first = parts.next().unwrap().to_owned();
    let stripped = parts.fold(first, |text, part| text + part.split_once('m').unwrap().1);
    assert!(coloured.contains("\x1b["));
    assert_eq!(stripped, written(&rich(), Format::Human, &options()));
}

#[test]
fn the_last_line_says_how_it_went_and_what_was_looked_at() {
    let last = |report: &Report| written(report, Format::Human, &options()).lines().last().unwrap().to_owned();
    insta::assert_snapshot!(last(&rich()), @"9 blocked, 2 warned, 1 old, 3 allowed, 1 not looked at · 3 blobs, 14 kB, 7 members, 2 commits, 98 rules, 1 archive not opened · 7 ms");
    insta::assert_snapshot!(last(&clean()), @"clean · 3 blobs, 14 kB, 98 rules · 7 ms");
    let only = |wanted: fn(&Verdict) -> bool| {
        let judged = rich().judged.into_iter().filter(|judged| wanted(&judged.verdict)).collect();
        Report { judged, ..clean() }
    };
    insta::assert_snapshot!(last(&only(|verdict| *verdict == Verdict::Warn)), @"0 blocked, 2 warned · 3 blobs, 14 kB, 98 rules · 7 ms");
    insta::assert_snapshot!(last(&only(|verdict| *verdict == Verdict::Allow(Reason::Old))), @"clean, 1 old · 3 blobs, 14 kB, 98 rules · 7 ms");
    let incomplete = Report { coverage: rich().coverage, ..clean() };
    insta::assert_snapshot!(last(&incomplete), @"incomplete: 1 not looked at · 3 blobs, 14 kB, 7 members, 2 commits, 98 rules, 1 archive not opened · 7 ms");
}

#[test]
fn quiet_silences_a_clean_run_and_no_other() {
    let quiet = Options { quiet: true, ..options() };
    assert_eq!(written(&clean(), Format::Human, &quiet), "");
    assert_eq!(written(&clean(), Format::Github, &quiet), "");
    assert_eq!(written(&rich(), Format::Human, &quiet), written(&rich(), Format::Human, &options()));
    let gap = Report { coverage: rich().coverage, ..clean() };
    assert!(written(&gap, Format::Human, &quiet).contains("incomplete"));
}

#[test]
fn json_lines_hold_what_the_object_holds() {
    let whole = parsed(&rich(), Format::Json);
    let text = written(&rich(), Format::Jsonl, &options());
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut summary = lines.pop().unwrap();
    for line in &mut lines {
        assert_eq!(line.as_object_mut().unwrap().remove("type").unwrap(), "finding");
    }
    assert_eq!(summary.as_object_mut().unwrap().remove("type").unwrap(), "summary");
    summary.as_object_mut().unwrap().insert("findings".to_owned(), lines.into());
    assert_eq!(summary, whole);
    assert_eq!((&whole["version"], &whole["outcome"], &whole["exit_code"]), (&1.into(), &"blocked".into(), &1.into()));
}

#[test]
fn sarif_is_valid_by_the_official_schema() {
    let mut schema = sarif_schema();
    assert_eq!(schema["$id"], "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json");
    // A pattern of the published schema is no regular expression, by a bracket too many.
    for place in ["run", "toolComponent"] {
        let language = schema.pointer_mut(&format!("/definitions/{place}/properties/language")).unwrap();
        assert_eq!(language.as_object_mut().unwrap().remove("pattern").unwrap(), "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$");
    }
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    for report in [rich(), clean()] {
        let log = parsed(&report, Format::Sarif);
        let errors: Vec<String> = validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
    let mut broken = parsed(&rich(), Format::Sarif);
    broken["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "a b".into();
    assert!(!validator.is_valid(&broken), "the schema tells a broken log");
}

#[test]
fn sarif_points_each_result_at_its_rule() {
    let log = parsed(&rich(), Format::Sarif);
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.iter().map(|rule| rule["id"].as_str()).is_sorted());
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let levels = |level: &str| run["results"].as_array().unwrap().iter().filter(|result| result["level"] == level).count();
    assert_eq!((levels("error"), levels("warning"), levels("note")), (9, 2, 4));
}

#[test]
fn gitlab_entries_have_names_of_their_own_and_hold_nothing_allowed() {
    let mut report = rich();
    report.judged.extend(rich().judged);
    for (format, list, name, count) in
        [(Format::GitlabSecrets, "/vulnerabilities", "id", 22), (Format::GitlabQuality, "", "fingerprint", 23)]
    {
        let document = parsed(&report, format);
        let mut names: Vec<&str> =
            document.pointer(list).unwrap().as_array().unwrap().iter().map(|entry| entry[name].as_str().unwrap()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "{}", format.name());
        assert!(!document.to_string().contains("other.py"), "{}", format.name());
    }
}

#[test]
fn github_commands_stay_one_a_line() {
    let text = written(&rich(), Format::Github, &options());
    let commands = ["::error ", "::warning ", "::notice "];
    let (told, rest): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| commands.iter().any(|command| line.starts_with(command)));
    assert_eq!((told.len(), rest.len()), (13, 1));
    for line in told {
        let (properties, _) = line.get(2..).unwrap().split_once("::").unwrap();
        let (_, properties) = properties.split_once(' ').unwrap();
        assert!(properties.split(',').all(|property| property.split_once('=').is_some_and(|(_, value)| !value.contains(':'))), "{line}");
    }
}

/// The schema that OASIS publishes, out of the package that carries it. Nothing of the package is built.
fn sarif_schema() -> Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let metadata = Command::new(cargo)
        .args(["metadata", "--offline", "--locked", "--format-version", "1", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    assert!(metadata.status.success(), "run `cargo fetch` once: {}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let package = metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let manifest = std::path::Path::new(package["manifest_path"].as_str().unwrap());
    let schema = std::fs::read(manifest.with_file_name("src").join("schema.json")).unwrap();
    serde_json::from_slice(&schema).unwrap()
}
