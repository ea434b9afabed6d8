//! Private keys in the forms that people keep them in: PEM, DER, OpenSSH, PGP, `PuTTY`, JSON. Cost: a few passes over the
//! text and one parse; nothing is nested deeper than the form itself.

mod der;
mod pgp;
mod ssh;
mod text;

use bstr::ByteSlice as _;
use serde_json::{Map, Value};

use super::Proven;
use super::encoding::decode_base64;
use text::Text;

/// What a parser says of bytes in its own form: a note for people, or why no such key can be.
type Parsed = Result<Note, &'static str>;

/// Why the start of a key is none.
const STUB: &str = "nearly all of the key is missing";

/// What there is to tell of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Note {
    kind: String,
    encrypted: bool,
}

impl Note {
    fn plain(kind: impl Into<String>) -> Self {
        Self { kind: kind.into(), encrypted: false }
    }

    fn encrypted(kind: impl Into<String>) -> Self {
        Self { kind: kind.into(), encrypted: true }
    }
}

impl From<Parsed> for Proven {
    fn from(parsed: Parsed) -> Self {
        match parsed {
            Ok(Note { kind, encrypted: false }) => Self::Passed(Some(kind)),
            Ok(Note { kind, encrypted: true }) => Self::Passed(Some(format!("{kind}, encrypted"))),
            Err(reason) => Self::Failed(reason),
        }
    }
}

/// A private key that parses. What stands in armour and decodes, and is no key, fails; what is bare and does not parse may be
/// something else.
pub(super) fn private_key(value: &[u8]) -> Proven {
    if let Some(body) = open_armour(value) {
        return if der::is_stub(&body) { Proven::Void(STUB) } else { Proven::Silent };
    }
    bare_or_armoured(value).unwrap_or_else(|| {
        let Some(bytes) = decode_base64(&Text::new(value).joined()) else { return Proven::Silent };
        // Once more and no further: PEM in base 64, as Kubernetes keeps it, or DER in base 64.
        bare_or_armoured(&bytes).unwrap_or(Proven::Silent)
    })
}

/// The bytes behind the first line of a key whose last line is not there.
fn open_armour(value: &[u8]) -> Option<Vec<u8>> {
    let (_, rest) = value.split_once_str("-----BEGIN ").filter(|_| !value.contains_str("-----END "))?;
    let (_, body) = rest.split_once_str("-----").filter(|(label, _)| label.contains_str("PRIVATE KEY"))?;
    let mut text = Text::whole(body).joined();
    text.truncate(text.len() - text.len() % 4);
    decode_base64(&text)
}

/// Looks at a key that is not wrapped in anything.
fn bare_or_armoured(value: &[u8]) -> Option<Proven> {
    if let Some((label, body)) = armour(value) {
        return Some(armoured(label, body));
    }
    let text = value.trim_ascii();
    if text.starts_with(b"PuTTY-User-Key-File-") {
        return Some(ssh::putty(text).map_or(Proven::Silent, Proven::from));
    }
    if text.starts_with(b"{") {
        return Some(serde_json::from_slice(text).map_or(Proven::Silent, |object| json(&object)));
    }
    value.starts_with(b"\x30").then(|| der::parse(value).map_or(Proven::Silent, Proven::from))
}

/// The label of the first armour that says it holds a private key, and what stands between its lines.
fn armour(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut value = value;
    loop {
        let (_, rest) = value.split_once_str("-----BEGIN ")?;
        let (label, rest) = rest.split_once_str("-----")?;
        let (body, rest) = rest.split_once_str("-----END ")?;
        if label.contains_str("PRIVATE KEY") {
            return Some((label, body));
        }
        value = rest;
    }
}

fn armoured(label: &[u8], body: &[u8]) -> Proven {
    if body.contains_str("Proc-Type") && body.contains_str("ENCRYPTED") {
        // What is encrypted has no structure left to see.
        return Proven::Fits(Some("encrypted".to_owned()));
    }
    let is_pgp = label == b"PGP PRIVATE KEY BLOCK";
    let parse = if is_pgp { pgp::block } else { any };
    let whole = Text::whole(body);
    let first = parse(&whole);
    if let Some(Ok(note)) = first {
        return Ok(note).into();
    }
    let mut texts = Text::parts(body);
    let parsed: Vec<Parsed> = first.into_iter().chain(texts.iter().filter_map(parse)).collect();
    if let Some(best) = parsed.iter().find(|parsed| parsed.is_ok()).or(parsed.first()) {
        return best.clone().into();
    }
    texts.push(whole);
    // A body of another kind, or one that stands in the text in a way unknown here, says nothing.
    let decodes = texts.iter().any(|text| decode_base64(&text.joined()).is_some_and(|bytes| bytes.len() > 16));
    let cut = |is: fn(&[u8]) -> bool| texts.iter().filter_map(|text| decode_base64(&text.joined())).any(|bytes| is(&bytes));
    if cut(der::is_cut_off) {
        return match (cut(der::is_stub), cut(der::is_remnant)) {
            (true, _) => Proven::Void(STUB),
            (_, true) => Proven::Failed("most of the key is missing"),
            _ => Proven::Fits(Some("cut off".to_owned())),
        };
    }
    let known = !is_pgp && !label.starts_with(b"SSH2");
    if decodes && known { Proven::Failed("its body does not parse as a private key") } else { Proven::Silent }
}

/// What stands in PEM, whatever its label says: people write the wrong one.
fn any(text: &Text) -> Option<Parsed> {
    let bytes = decode_base64(&text.joined())?;
    ssh::openssh(&bytes).or_else(|| der::parse(&bytes)).or_else(|| sigstore(&bytes))
}

/// The key files of cosign: JSON in base 64, always encrypted.
fn sigstore(bytes: &[u8]) -> Option<Parsed> {
    let object: Map<String, Value> = serde_json::from_slice(bytes).ok()?;
    (object.contains_key("kdf") && object.contains_key("ciphertext")).then(|| Ok(Note::encrypted("Sigstore")))
}

/// A JSON web key (RFC 7517), or a file of a service account that holds a PEM.
fn json(object: &Map<String, Value>) -> Proven {
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    if let Some(pem) = text("private_key") {
        return armour(pem.as_bytes()).map_or(Proven::Silent, |(label, body)| armoured(label, body));
    }
    let length = |key: &str| text(key).and_then(|value| decode_base64(value.as_bytes())).map(|bytes| bytes.len());
    match (text("kty"), length("d"), length("k")) {
        (Some("RSA"), Some(64..), _) => Proven::Passed(Some("RSA".to_owned())),
        (Some("EC" | "OKP"), Some(28..=66), _) => Proven::Passed(text("crv").filter(|curve| is_name(curve)).map(str::to_owned)),
        (Some("oct"), _, Some(16..)) => Proven::Passed(Some("symmetric".to_owned())),
        _ => Proven::Silent,
    }
}

/// Whether a text from a key can be told as it is.
fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'@');
    (1..=64).contains(&text.len()) && text.bytes().all(plain)
}

#[cfg(test)]
mod tests;
