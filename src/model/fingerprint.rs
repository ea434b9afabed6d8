//! Lasting names of findings.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Hex, Secret};

/// The key under which a repository's fingerprints are made. Without the key nobody can try a list of weak
/// passwords against many repositories at once.
#[derive(Clone, PartialEq, Eq)]
pub struct FingerprintKey(Vec<u8>);

impl FingerprintKey {
    /// Wraps the bytes of a key; any length will do.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }
}

impl Default for FingerprintKey {
    /// The key of a repository that has not chosen its own.
    fn default() -> Self {
        Self(b"stanch".to_vec())
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKey")
    }
}

/// The lasting name of a finding: twelve hexadecimal digits of HMAC-SHA-256 over version, rule and secret.
///
/// It holds no path, line, commit or time, so a finding keeps its name when its file moves and when commits are
/// rewritten; a new value on the same line has another name. Forty-eight bits are enough to tell the findings of
/// one repository apart and too few to be worth much to one who would guess the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 6]);

impl Fingerprint {
    /// Names what `rule` found.
    pub fn new(key: &FingerprintKey, rule: &str, secret: &Secret) -> Self {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key.0).expect("because HMAC takes keys of any length");
        for part in [b"stanch-1".as_slice(), rule.as_bytes(), secret.reveal()] {
            mac.update(part);
            mac.update(&[0]);
        }
        let digest = mac.finalize().into_bytes();
        let mut short = [0; 6];
        short.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        Self(short)
    }

    /// Reads the twelve digits; `None` for anything else.
    pub fn parse(hex: &str) -> Option<Self> {
        if hex.len() != 12 {
            return None;
        }
        let value = u64::from_str_radix(hex, 16).ok()?;
        let mut short = [0; 6];
        short.iter_mut().zip(value.to_be_bytes().into_iter().skip(2)).for_each(|(to, from)| *to = from);
        Some(Self(short))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(&self.0).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depends_on_key_rule_and_value_and_survives_text() {
        let (key, secret) = (FingerprintKey::default(), Secret::new(b"value", 0));
        let one = Fingerprint::new(&key, "rule", &secret);
        assert_eq!(Fingerprint::parse(&one.to_string()), Some(one));
        assert_ne!(one, Fingerprint::new(&key, "other", &secret));
        assert_ne!(one, Fingerprint::new(&key, "rule", &Secret::new(b"valuf", 0)));
        assert_ne!(one, Fingerprint::new(&FingerprintKey::new(*b"k"), "rule", &secret));
        assert!(Fingerprint::parse("+00000000000").is_none() || Fingerprint::parse("+0000000000").is_none());
    }
}
