//! JSON web tokens. Cost: two decodings and two parses of JSON.

use serde_json::{Map, Value};

use super::encoding::decode_base64;
use super::token::from_object;
use super::{Proven, expiry};

/// The most characters of an issuer that are told.
const MAX_ISSUER_CHARS: usize = 60;

/// A signed token: header and claims are JSON, the header names an algorithm, and the signature has its length. A prefix
/// of the vendor may stand before it; a token that was encoded once more is unwrapped.
pub(super) fn jwt(value: &[u8], today_unix_secs: Option<u64>) -> Proven {
    // The base 64 of `eyJ`.
    if !value.starts_with(b"ZXlK") {
        return signed(value, today_unix_secs);
    }
    decode_base64(value).map_or(Proven::Silent, |token| signed(&token, today_unix_secs))
}

fn signed(value: &[u8], today_unix_secs: Option<u64>) -> Proven {
    let Some(token) = from_object(value) else { return Proven::Silent };
    let parts: Vec<&[u8]> = token.split(|&byte| byte == b'.').take(6).collect();
    let Some(header) = parts.first().and_then(|part| object(part)) else {
        return if parts.len() == 3 { Proven::Failed("its header is not JSON") } else { Proven::Silent };
    };
    let Some(algorithm) = header.get("alg").and_then(Value::as_str) else { return Proven::Silent };
    let [_, claims, signature] = parts.as_slice() else {
        return if parts.len() == 5 { Proven::Fits(Some("encrypted".to_owned())) } else { Proven::Silent };
    };
    if algorithm.eq_ignore_ascii_case("none") || signature.is_empty() {
        return Proven::Failed("it is not signed");
    }
    let Some(claims) = object(claims) else {
        // It may be compressed, or hold another token.
        let other = header.contains_key("zip") || header.contains_key("cty");
        return if other { Proven::Fits(None) } else { Proven::Failed("its claims are not JSON") };
    };
    if is_sample(&claims) {
        return Proven::Void("it is the sample token of jwt.io");
    }
    if claims.get("role").is_some_and(|role| role == "anon") && claims.get("iss").is_some_and(|issuer| issuer == "supabase") {
        return Proven::Void("it is a key of Supabase for the pages of a site, which all who visit read");
    }
    let note = Some(note(algorithm, &claims, today_unix_secs));
    let length = decode_base64(signature).map(|bytes| bytes.len());
    if length.is_some_and(|length| has_length(algorithm, length)) { Proven::Passed(note) } else { Proven::Fits(note) }
}

/// Whether the claims are those of the token that jwt.io shows: a name, a number and a date that all documents repeat, and
/// whether the person administers.
fn is_sample(claims: &Map<String, Value>) -> bool {
    let is_known = |(key, value): (&String, &Value)| match key.as_str() {
        "sub" => value == "1234567890",
        "name" => value == "John Doe",
        "iat" => value == 1_516_239_022,
        "admin" => value.is_boolean(),
        _ => false,
    };
    claims.len() >= 3 && claims.iter().all(is_known)
}

fn object(part: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(&decode_base64(part)?).ok()
}

/// Whether a signature of an algorithm can have so many bytes (RFC 7518, section 3; RFC 8037).
fn has_length(algorithm: &str, length: usize) -> bool {
    match algorithm {
        "HS256" => length == 32,
        "HS384" => length == 48,
        "HS512" => length == 64,
        "ES256" | "ES256K" => length == 64,
        "ES384" => length == 96,
        "ES512" => length == 132,
        "EdDSA" | "Ed25519" => length == 64 || length == 114,
        _ => length >= 64,
    }
}

/// What a person wants to know of a token: algorithm, issuer, role, last day.
fn note(algorithm: &str, claims: &Map<String, Value>, today_unix_secs: Option<u64>) -> String {
    let told = |key: &str| claims.get(key).and_then(Value::as_str).filter(|text| is_plain(text));
    let mut words = Vec::new();
    if is_plain(algorithm) {
        words.push(algorithm.to_owned());
    }
    words.extend(told("iss").map(|issuer| format!("from {issuer}")));
    words.extend(told("role").map(|role| format!("role {role}")));
    #[expect(clippy::cast_possible_truncation, reason = "a fraction of a second, or a date beyond all calendars, which is not told")]
    let until = claims.get("exp").and_then(|until| until.as_i64().or_else(|| until.as_f64().map(|until| until as i64)));
    words.extend(until.and_then(|until| expiry(until, today_unix_secs)));
    words.join(", ")
}

/// Whether a claim is short and of letters, digits and what stands in addresses, so that it can be told as it is.
fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'/');
    (1..=MAX_ISSUER_CHARS).contains(&text.len()) && text.bytes().all(plain)
}
