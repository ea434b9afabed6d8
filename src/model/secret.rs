//! The bytes that must not be shown.

use std::fmt;

/// How many bytes of a secret's fixed prefix may be shown at most. Prefixes of this kind (`ghp_`, `AKIA`,
/// `xoxb-`) are public; the rest of the value is not.
const MAX_PREFIX_BYTES: usize = 12;

/// A secret value. It has no `Display` and no `Serialize`, and its `Debug` gives the length alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    bytes: Vec<u8>,
    prefix_bytes: usize,
}

impl Secret {
    /// Wraps a value. `prefix` is how many of its first bytes are the public mark of its kind.
    pub fn new(bytes: &[u8], prefix: usize) -> Self {
        // A prefix that is most of the value would give the value away.
        let prefix_bytes = if prefix <= MAX_PREFIX_BYTES && prefix * 3 <= bytes.len() { prefix } else { 0 };
        Self { bytes: bytes.to_vec(), prefix_bytes }
    }

    /// The value itself: the one way out. Used to fingerprint and to compare; never to print.
    pub fn reveal(&self) -> &[u8] {
        &self.bytes
    }

    /// The length of the value in bytes.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether the value is empty.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// What may be shown in the value's place: its public prefix and its length, `ghp_…(40)`.
    pub fn masked(&self) -> String {
        let prefix: String =
            self.bytes.iter().take(self.prefix_bytes).map(|&b| if b.is_ascii_graphic() { char::from(b) } else { '.' }).collect();
        format!("{prefix}…({})", self.bytes.len())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_prefix_and_length_and_nothing_else() {
        let secret = Secret::new(b"abcd_0123456789", 5);
        assert_eq!(secret.masked(), "abcd_…(15)");
        assert_eq!(format!("{secret:?}"), "Secret(15 bytes)");
        assert_eq!(Secret::new(b"abcdef", 5).masked(), "…(6)");
    }
}
