//! Rules and ignore files of other scanners come over, proved, and what does not is told.

use std::process::Command;

use proptest::prelude::*;
use stanch::config::Settings;
use stanch::rules::import::{Format, read, write_rule};
use stanch::scan::{Carrier, prove};

use crate::support::{Ran, TestRepo};

const GITLEAKS: &str = r#"
title = "acme"
[extend]
useDefault = true
[[allowlists]]
paths = ['(?:^|/)fixtures(?:/.*)?$', '''\.(?:png|gif)$''', 'a\w+b']
stopwords = ["acme"]
[[rules]]
id = "acme-token"
description = "An Acme token opens the account"
regex = '''\b(?:key|(acme)_)?(?:acme_)([a-zA-Z0-9]{32})\b'''
secretGroup = 2
entropy = 3
keywords = ["acme_"]
[[rules.allowlists]]
paths = ['^docs/acme\.md$']
[[rules]]
id = "github-pat"
regex = '''ghz_[0-9a-zA-Z]{36}'''
[[rules]]
id = "Beta_Key"
regex = '''(?i)beta.{0,20}?(?:=|:)[\s'"]{0,3}([a-f0-9]{32}[[{]?)|\b(beta_live_[a-z0-9]{20,})'''
path = '''\.tf$'''
[[rules]]
id = "ahead"
regex = '''acme_(?=[a-z])'''
[[rules]]
id = "back"
regex = '''acme_(a)\1'''
[[rules]]
id = "wordless"
regex = '''\b[a-z0-9]{32}\b'''
keywords = ["acme"]
[[rules]]
id = "file-only"
path = '''\.p12$'''
"#;

const BETTERLEAKS: &str = "betterleaksMinVersion = 'v1'\n[[rules]]\nid = 'acme-id'\nregex = 'acmeid_[0-9]{20}'\nskipReport = true\n\
    [[rules]]\nid = 'acme-key'\nregex = 'acmekey_([a-z0-9]{32})'\nvalidate = 'http.get(1)'\n\
    filter = '''entropy(finding[\"secret\"]) <= 3.25 || containsAny(finding[\"secret\"], [\"abc\"])'''\n\
    [[rules.required]]\nid = 'acme-id'\n";

const KINGFISHER: &str = r#"rules:
  - name: Acme Key
    id: kingfisher.acme.1
    pattern: |
      (?xi)
      \b
      acme (?: .|[\n\r] ){0,32}?  (?# what stands between )
      \b
      (?P<TOKEN> [a-z0-9]{32} ) # the key
      \b (wide)?
    min_entropy: 3.0
    confidence: high
    examples:
      - ACME_KEY = "SECRET"
    negative_examples:
      - ACME_KEY = os.environ["ACME_KEY"]
    references: [https://acme.example/docs, not a page]
    validation:
      type: Http
  - name: Acme Id
    id: kingfisher.acme.2
    pattern: acmeid_[0-9]{9}
    visible: false
  - name: Short
    id: kingfisher.acme.3
    pattern: acmeshort_([0-9a-f]{8})\b
    min_entropy: 3.9
"#;

const NOSEYPARKER: &str =
    "rules:\n- name: Acme login\n  id: np.acme.1\n  pattern: 'acme-login ([a-z]{8,20}):([A-Za-z0-9]{20})'\n  categories: [identifier]\n";

/// Imports files, reads what came out as settings, and proves each rule of it.
fn carried(repo: &TestRepo, files: &[&str]) -> Ran {
    let ran = repo.stanch(["rules", "import"].iter().chain(files));
    repo.write("stanch.toml", ran.ok().out());
    repo.stanch(["rules", "list"]).ok();
    proves(repo, &ran.out());
    ran
}

/// Proves the rules of a text that is part of the settings.
fn proves(repo: &TestRepo, text: &str) {
    let ids: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"')).collect();
    if !ids.is_empty() {
        repo.stanch(["rules", "test"].iter().chain(&ids)).ok().says(&format!("{} rules proved, 0 failed", ids.len()));
    }
}

#[test]
fn what_comes_from_gitleaks_is_proved_and_what_stays_is_told_with_its_reason() {
    let repo = TestRepo::folder();
    repo.write("gitleaks.toml", GITLEAKS);
    let ran = carried(&repo, &["gitleaks.toml"]);
    insta::with_settings!({ snapshot_path => "../snapshots/cli", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("import", ran.redacted());
    });
}

#[test]
fn a_carried_rule_finds_what_it_found_there() {
    let repo = TestRepo::new();
    repo.write("gitleaks.toml", GITLEAKS);
    carried(&repo, &["gitleaks.toml"]).ok();
    let value = repo.secret().chars().filter(char::is_ascii_alphanumeric).cycle().skip(4).take(32).collect::<String>();
    repo.write("a.txt", format!("x = acme_{value}\n"));
    repo.write("fixtures/a.txt", format!("x = acme_{value}\n"));
    repo.stanch(["rules", "show", "acme-token"]).ok().says("An Acme token opens the account.");
    let ran = repo.stanch(["scan", "a.txt", "fixtures", "--verbose"]);
    ran.says("a.txt:1:10").says("acme-token").says("1 allowed").never_says(&value);
}

#[test]
fn filters_of_betterleaks_give_their_entropy_and_are_named_where_they_ask_more() {
    let repo = TestRepo::folder();
    repo.write("rules.toml", BETTERLEAKS);
    let ran = carried(&repo, &["rules.toml"]);
    ran.says("From `acme-key` of rules.toml (betterleaks)").says("entropy = 3.25").says("confidence = \"low\"");
    ran.says("what its `filter` asks besides entropy").says("the rules that it requires nearby").says("`skipReport`");
    ran.says("stanch asks no provider: 1 rules");
}

#[test]
fn a_secret_in_their_examples_does_not_come_along() {
    let repo = TestRepo::folder();
    let value: String = repo.secret().to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).cycle().skip(4).take(32).collect();
    repo.write("acme.yml", KINGFISHER.replace("SECRET", &value));
    let ran = carried(&repo, &["acme.yml"]);
    ran.never_says(&value).says("ACME_KEY = \"${").says("kingfisher-acme-1").says("confidence = \"high\"");
    ran.says(r#"references = ["https://acme.example/docs"]"#).says("\"Acme Key: whoever reads it may be able to act as its owner.\"");
    ran.says("`visible: false`").says("`kingfisher.acme.3`: its secrets do not reach the entropy of 3.9");
    let out = ran.out();
    let pattern = out.lines().find(|line| line.starts_with("pattern")).unwrap();
    assert_eq!(pattern, r"pattern = '(?i)\bacme(?:.|[\n\r]){0,32}?\b([a-z0-9]{32})\b(?:wide)?'");
}

#[test]
fn several_groups_of_nosey_parker_are_one_secret() {
    let repo = TestRepo::folder();
    repo.write("acme.yaml", NOSEYPARKER);
    let ran = carried(&repo, &["acme.yaml"]);
    ran.says("np-acme-1").says("severity = \"low\"").says("the whole match is the secret");
}

#[test]
fn ignore_files_become_entries_for_rules_that_are_here() {
    let repo = TestRepo::folder();
    repo.write("gitleaks.toml", GITLEAKS);
    let commit = "0f".repeat(20);
    let ignore =
        format!("# old\n{commit}:src/a[1].py:github-pat:3\nsrc/a[1].py:github-pat:9\nb.py:jwt:1\nb.py:unheard-of:1\nz.zip!a:jwt:1\nword\n");
    repo.write(".gitleaksignore", ignore);
    let ran = carried(&repo, &[".gitleaksignore", "gitleaks.toml"]);
    // `github-pat` is one of ours, so theirs has another name here, and the entry goes with it.
    ran.says("rule = \"gitleaks-github-pat\"\npath = \"src/a[[]1[]].py\"").says("rule = \"jwt\"\npath = \"b.py\"");
    ran.says(".gitleaksignore:5: left behind: the allow entry for `unheard-of`");
    ran.says(".gitleaksignore:6: left behind").says(".gitleaksignore:7: left behind").says("an entry holds for its whole file");
    assert_eq!(ran.out().matches("a[[]1[]].py").count(), 1, "an entry is there once");
}

#[test]
fn a_baseline_of_detect_secrets_becomes_entries_by_path_and_kind() {
    let repo = TestRepo::folder();
    let hash = "ab".repeat(20);
    let result = |kind: &str| format!(r#"{{"type": "{kind}", "hashed_secret": "{hash}", "line_number": 1}}"#);
    let confirmed = format!(r#"{{"type": "Private Key", "hashed_secret": "{hash}", "line_number": 1, "is_secret": true}}"#);
    let baseline = format!(
        r#"{{"version": "1.5.0", "plugins_used": [{{"name": "Acme", "path": "file://acme.py"}}],
            "filters_used": [{{"path": "detect_secrets.filters.regex.should_exclude_file", "pattern": ["\\.lock$"]}}],
            "results": {{"a\\b.py": [{}, {}], "c.py": [{}, {}, {confirmed}]}}}}"#,
        result("JSON Web Token"),
        result("JSON Web Token"),
        result("Secret Keyword"),
        result("Unheard Of"),
    );
    repo.write(".secrets.baseline", baseline);
    let ran = carried(&repo, &[".secrets.baseline"]);
    ran.says("rule = \"jwt\"\npath = \"a/b.py\"\nreason = \"in the baseline of detect-secrets: 2 of JSON Web Token\"");
    ran.says("left behind: 1 of Unheard Of in c.py").says("left behind: 1 of Private Key in c.py: a person confirmed");
    // What would let every rule's findings pass is never written.
    assert!(!ran.out().contains("[[allow]]\npath = \"c.py\""), "{}", ran.out());
    ran.says("rule = \"generic-password\"\npath = \"c.py\"")
        .says("path = \"**/*.lock\"")
        .says("SHA-1")
        .says("the plugin `Acme`")
        .never_says(&hash);
}

#[test]
fn a_rule_that_is_here_already_comes_under_another_name() {
    let repo = TestRepo::folder();
    repo.write("gitleaks.toml", GITLEAKS);
    let first = carried(&repo, &["gitleaks.toml"]).out();
    let second = repo.stanch(["rules", "import", "gitleaks.toml"]);
    second.ok().says("id = \"gitleaks-acme-token\"").says("id = \"gitleaks-github-pat-2\"");
    let both = format!("{first}{}", second.out());
    repo.write("stanch.toml", &both);
    proves(&repo, &both);
}

#[test]
fn what_cannot_be_read_is_told_with_its_place_and_nothing_comes_out() {
    let repo = TestRepo::folder();
    repo.write("good.toml", GITLEAKS);
    for (name, content, said) in [
        ("a.toml", b"[[rules]]\nid = \n".as_slice(), "a.toml:2:1: this is no TOML"),
        ("b.yml", b"rules:\n- name: 'a\n", "this is no YAML"),
        ("c.yml", b"x: &a [1]\nrules: [*a]\n", "c.yml:2:1: an alias"),
        ("d.toml", b"[[rules]]\nid = '\xff'\n", "d.toml:2:1: the file is not UTF-8 here"),
        ("e.json", b"{\"results\": {}, \"plugins_used\": [}", "this is no JSON"),
        ("f.txt", b"nothing of the kind\n", "nothing tells the format of `f.txt`"),
        ("g.yml", b"rules: none\n", "g.yml:1:1: `rules` is no list"),
        ("missing.toml", b"", "cannot read `missing.toml`"),
    ] {
        if !content.is_empty() {
            repo.write(name, content);
        }
        let ran = repo.stanch(["rules", "import", "good.toml", name]);
        ran.ends(2).says(said);
        assert!(ran.stdout.is_empty(), "{name}");
    }
    let deep = format!("rules:\n{}", "- ".repeat(100));
    repo.write("deep.yml", deep);
    repo.stanch(["rules", "import", "deep.yml"]).ends(2).says("nest deeper than 64");
    repo.write("large.toml", "#".repeat((16 << 20) + 1));
    repo.stanch(["rules", "import", "large.toml", "--from", "gitleaks"]).ends(2).says("larger than 16 MiB");
    repo.stanch(["rules", "import", "good.toml", "--from", "acme"]).ends(2).says("hint: choose one of: gitleaks,");
}

#[test]
fn nothing_carried_over_is_not_well() {
    let repo = TestRepo::folder();
    repo.write("none.toml", "[[rules]]\nid = 'a'\nregex = '[a-z]{20}'\n");
    repo.stanch(["rules", "import", "none.toml"]).ends(2).says("no word of at least 4 bytes").says("0 rules and 0 allow entries");
}

#[test]
fn from_overrides_what_the_name_says() {
    let repo = TestRepo::folder();
    repo.write("rules.txt", "a.py:jwt:1\n");
    repo.stanch(["rules", "import", "rules.txt"]).ok().says("rule = \"jwt\"");
    repo.stanch(["rules", "import", "rules.txt", "--from", "gitleaks"]).ends(2).says("this is no TOML");
}

#[test]
fn the_help_of_import_is_what_was_agreed() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stanch"));
    let said = command.args(["rules", "import", "--help"]).env("COLUMNS", "80").env("NO_COLOR", "1").output().unwrap();
    insta::with_settings!({ snapshot_path => "../snapshots/cli", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("import-help", String::from_utf8(said.stdout).unwrap());
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_reader_panic(text in "[\\[\\]{}:=\"'a-z0-9.#&*|>\\- \n]{0,200}") {
        for format in Format::ALL {
            read(format, "a", text.as_bytes()).ok();
        }
        Format::tell("a", &text);
    }

    #[test]
    fn whatever_expression_comes_over_is_proved(regex in "(\\(\\?i\\))?[a-d]{0,2}acme[-_]?(\\(|\\(\\?:|\\[[a-z&~\\[-]{0,4}|\\)|\\]|[|?*+.]|\\{[0-9]{0,2},?\\}|\\\\[bdws]|[a-f0-9]){0,12}") {
        let mut foreign = read(Format::Gitleaks, "a", b"[[rules]]\nid = 'a'\nregex = 'x'\n").unwrap();
        foreign.rules[0].regex = regex;
        let carried = Carrier::new([]).carry(&foreign.rules[0], "gitleaks");
        for one in carried.into_iter().flatten() {
            prop_assert_eq!(prove(&one.rule), Vec::<String>::new());
            let text = write_rule(&one.rule, "a");
            let settings = Settings::parse("a", text.as_bytes()).unwrap();
            prop_assert_eq!(&settings.rules[0].pattern, &one.rule.pattern);
            prop_assert_eq!(&settings.rules[0].matches, &one.rule.matches);
            prop_assert_eq!(settings.rules[0].after, one.rule.after);
        }
    }
}
