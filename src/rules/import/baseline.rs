//! A baseline of detect-secrets. Its hashes are SHA-1 of the values alone, so no entry can name a value here.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::Node;
use super::{Foreign, ForeignAllow, ForeignPath, fault};
use crate::rules::Fault;

/// The rules of ours that find what a kind of theirs finds.
const KINDS: &[(&str, &[&str])] = &[
    ("AWS Access Key", &["aws-access-key-id", "aws-temporary-access-key-id", "aws-secret-access-key"]),
    ("Base64 High Entropy String", &["generic-secret", "generic-key"]),
    ("Basic Auth Credentials", &["url-password"]),
    ("Hex High Entropy String", &["generic-secret", "generic-key"]),
    ("JSON Web Token", &["jwt"]),
    ("Mailchimp Access Key", &["mailchimp-api-key"]),
    ("OpenAI Token", &["openai-api-key"]),
    (
        "Private Key",
        &[
            "rsa-private-key",
            "pkcs8-private-key",
            "ec-private-key",
            "dsa-private-key",
            "openssh-private-key",
            "pgp-private-key",
            "putty-private-key",
        ],
    ),
    ("PyPI Token", &["pypi-token", "pypi-test-token"]),
    ("SendGrid API Key", &["sendgrid-api-key"]),
    ("Secret Keyword", &["generic-password", "generic-secret", "generic-key"]),
    ("Square OAuth Secret", &["square-oauth-secret"]),
    ("Stripe Access Key", &["stripe-secret-key", "stripe-restricted-key"]),
    ("Telegram Bot Token", &["telegram-bot-token"]),
];

/// Reads the file.
pub(super) fn read(root: &Node) -> Result<Foreign, Fault> {
    let results = root
        .get("results")
        .ok_or_else(|| fault("", 1, "there are no `results`".to_owned(), "write the baseline anew: `detect-secrets scan`"))?;
    let mut foreign = Foreign::default();
    let mut hashes = 0;
    for (path, found) in results.entries() {
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        let mut confirmed: BTreeSet<&str> = BTreeSet::new();
        for secret in found.list().unwrap_or_default() {
            *kinds.entry(secret.text("type")).or_default() += 1;
            if secret.flag("is_secret") {
                confirmed.insert(secret.text("type"));
            }
            hashes += usize::from(!secret.text("hashed_secret").is_empty());
        }
        // Theirs are paths of the system that wrote the file.
        let path = path.replace('\\', "/");
        for (kind, count) in kinds {
            let what = || format!("{count} of {} in {path}", if kind.is_empty() { "no kind" } else { kind });
            if confirmed.contains(kind) {
                foreign.lose(0, what(), "a person confirmed one as a secret, which must not pass; rotate it");
                continue;
            }
            // An entry for every rule would let pass what is no such thing.
            let Some((_, rules)) = KINDS.iter().find(|(theirs, _)| *theirs == kind) else {
                foreign.lose(0, what(), "no rule here finds that kind alone; `stanch baseline create` writes down what is there");
                continue;
            };
            foreign.allows.extend(rules.iter().map(|rule| ForeignAllow {
                line: 0,
                rule: Some((*rule).to_owned()),
                path: ForeignPath::Plain(path.clone()),
                reason: format!("in the baseline of detect-secrets: {count} of {}", if kind.is_empty() { "no kind" } else { kind }),
            }));
        }
    }
    for filter in root.tables("filters_used") {
        let name = filter.text("path").rsplit('.').next().unwrap_or_default();
        for regex in filter.texts("pattern") {
            if name == "should_exclude_file" {
                let reason = "a file that detect-secrets does not look at".to_owned();
                foreign.allows.push(ForeignAllow { line: 0, rule: None, path: ForeignPath::Regex(regex), reason });
            } else {
                foreign.lose(0, format!("the filter `{name}`"), "an entry names a path or a fingerprint, not an expression");
            }
        }
    }
    for plugin in root.tables("plugins_used") {
        if plugin.text("path").starts_with("file:") {
            foreign.lose(0, format!("the plugin `{}`", plugin.text("name")), "it is a program, not a rule");
        }
    }
    if hashes > 0 {
        foreign.lose(0, format!("{hashes} values"), "they are kept as SHA-1 of the value alone, which stanch neither makes nor stores; `stanch baseline create` writes down what is there");
    }
    if !foreign.allows.is_empty() {
        foreign.notes.push("an entry holds for its whole file, also for what comes into it later".to_owned());
    }
    Ok(foreign)
}
