//! Tokens that hold something readable. Cost: one decoding, and one parse of JSON where they hold any.

use data_encoding::BASE32;
use serde_json::Value;

use super::encoding::decode_base64;
use super::{Bytes, Proven, expiry};
use crate::check::stand_in;

/// An access key id of AWS: bits 1 to 40 of its base 32 are the number of the account. Ids of the older kind, with an `I`
/// or a `J` behind the prefix, hold none. Nine ids of ten made up at random hold a number that could be one: no proof.
pub(super) fn aws_account(value: &[u8]) -> Proven {
    let Some((prefix, body)) = value.split_at_checked(4) else { return Proven::Silent };
    if !matches!(prefix, b"AKIA" | b"ASIA" | b"ABIA" | b"ACCA") || body.len() != 16 || matches!(body, [b'I' | b'J', ..]) {
        return Proven::Silent;
    }
    let Ok(bytes) = BASE32.decode(body) else { return Proven::Silent };
    let account = bytes.iter().take(6).fold(0_u64, |number, &byte| number << 8 | u64::from(byte)) >> 7 & 0xFF_FFFF_FFFF;
    match account {
        1..1_000_000_000_000 => Proven::Fits(Some(format!("account {account:012}"))),
        _ => Proven::Silent,
    }
}

/// A reference token of `JFrog`: base 64 of `reftkn:`, a version, an expiry and a name.
pub(super) fn jfrog(value: &[u8], today_unix_secs: Option<u64>) -> Proven {
    let Some(bytes) = decode_base64(value) else { return Proven::Silent };
    let mut parts = bytes.split(|&byte| byte == b':');
    let (word, version, until, name) = (parts.next(), parts.next(), parts.next(), parts.next());
    let number = |part: Option<&[u8]>| std::str::from_utf8(part?).ok()?.parse::<u32>().ok();
    if word != Some(b"reftkn") || name.is_none_or(|name| name.len() < 16 || !name.iter().all(u8::is_ascii_alphanumeric)) {
        return Proven::Silent;
    }
    match (number(version), number(until)) {
        (Some(_), Some(0)) => Proven::Passed(Some("never expires".to_owned())),
        (Some(_), Some(until)) => Proven::Passed(expiry(i64::from(until), today_unix_secs)),
        _ => Proven::Silent,
    }
}

/// A personal token of Jira or Confluence data centre, or, behind `BBDC-`, of Bitbucket: base 64 of a number, a colon and
/// random bytes.
pub(super) fn jira(value: &[u8]) -> Proven {
    let body = value.strip_prefix(b"BBDC-").unwrap_or(value);
    if body.len() != 44 {
        return Proven::Silent;
    }
    let Some(bytes) = decode_base64(body) else { return Proven::Silent };
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits >= 10 && bytes.get(digits) == Some(&b':') && bytes.len() - digits > 16 { Proven::Passed(None) } else { Proven::Silent }
}

/// A prefix and a JSON object in base 64, which begins with `eyJ`; what stands behind its padding, or behind a `_` or a `.`,
/// may be a signature.
pub(super) fn base64_json(value: &[u8]) -> Proven {
    let Some(body) = from_object(value) else { return Proven::Silent };
    let before = |mark: u8| body.iter().rposition(|&byte| byte == mark).and_then(|end| body.get(..end));
    let padded = body.iter().position(|&byte| byte == b'=').map(|end| end.next_multiple_of(4)).and_then(|end| body.get(..end));
    let candidates = [Some(body), padded, before(b'_'), before(b'.')];
    let decoded: Vec<Vec<u8>> = candidates.into_iter().flatten().filter_map(decode_base64).collect();
    if decoded.iter().any(|bytes| serde_json::from_slice::<Value>(bytes).is_ok_and(|value| value.is_object())) {
        return Proven::Passed(None);
    }
    if decoded.is_empty() { Proven::Silent } else { Proven::Failed("what it encodes is not JSON") }
}

/// From the first `eyJ`, the base 64 of `{"`, on.
pub(super) fn from_object(value: &[u8]) -> Option<&[u8]> {
    let start = value.windows(3).take(64).position(|window| window == b"eyJ")?;
    value.get(start..)
}

/// Base 64 of a user, a colon and a password, behind `Basic` or not.
pub(super) fn basic_auth(value: &[u8]) -> Proven {
    let body = value.strip_prefix(b"Basic").or_else(|| value.strip_prefix(b"basic")).unwrap_or(value).trim_ascii_start();
    let Some(bytes) = decode_base64(body) else { return Proven::Silent };
    let Ok(text) = std::str::from_utf8(&bytes) else { return Proven::Silent };
    let text = text.trim_end();
    if !text.contains(':') {
        return Proven::Void("it encodes no user and password");
    }
    let Some((user, password)) = text.split_once(':').filter(|_| !text.chars().any(char::is_control)) else { return Proven::Silent };
    match password.len() {
        0 => Proven::Void("its password is empty"),
        _ if password.eq_ignore_ascii_case(user) => Proven::Void("its password is its user's name"),
        _ if stand_in::of(password.as_bytes()).is_some() => Proven::Void("its password is a stand-in"),
        1..6 => Proven::Fits(None),
        _ => Proven::Passed(None),
    }
}

/// A bot token of Discord: the first of its three parts is the bot's number in base 64.
pub(super) fn discord(value: &[u8]) -> Proven {
    let parts: Vec<&[u8]> = value.split(|&byte| byte == b'.').collect();
    let [number, time, proof] = parts.as_slice() else { return Proven::Silent };
    if time.len() != 6 || !(27..=43).contains(&proof.len()) {
        return Proven::Silent;
    }
    let number = decode_base64(number).and_then(|bytes| String::from_utf8(bytes).ok());
    match number.filter(|number| (17..=20).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())) {
        Some(number) => Proven::Passed(Some(format!("bot {number}"))),
        None => Proven::Silent,
    }
}

/// A macaroon of version 2 behind a prefix such as `pypi-`: a location, an identifier, conditions, and 32 bytes of signature.
/// <https://github.com/rescrv/libmacaroons/blob/master/doc/format.txt>
pub(super) fn macaroon(value: &[u8]) -> Proven {
    let body = value.iter().position(|&byte| byte == b'-').and_then(|at| value.get(at + 1..)).unwrap_or(value);
    let Some(bytes) = decode_base64(body) else { return Proven::Silent };
    let Some(location) = macaroon_location(Bytes(&bytes)) else { return Proven::Silent };
    let note = location.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'/'));
    Proven::Passed(Some(location).filter(|location| note && !location.is_empty()).map(|location| format!("for {location}")))
}

/// Walks the fields of a macaroon to its very end; its location, where all is in its place.
fn macaroon_location(mut bytes: Bytes<'_>) -> Option<String> {
    let (mut location, mut identified, mut ends) = (String::new(), false, 0);
    if bytes.byte()? != 2 {
        return None;
    }
    loop {
        match bytes.byte()? {
            0 => {
                ends += 1;
                // Two ends in a row, or the first after the head, close the conditions' list.
                if ends > 1 && bytes.0.first() == Some(&6) {
                    break;
                }
            }
            kind @ (1 | 2 | 4) => {
                let length = usize::from(bytes.byte()?);
                let length = if length < 0x80 { length } else { length & 0x7F | usize::from(bytes.byte()? & 0x7F) << 7 };
                let field = bytes.take(length)?;
                match kind {
                    1 if ends == 0 => location = String::from_utf8(field.to_vec()).ok()?,
                    2 => identified = true,
                    _ => {}
                }
            }
            _ => return None,
        }
    }
    let signature = bytes.take(34)?;
    (identified && bytes.0.is_empty() && signature.starts_with(&[6, 32])).then_some(location)
}
