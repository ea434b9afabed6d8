//! Tokens that carry a CRC-32 of themselves. Cost: one pass over the value.

use super::Proven;

const BASE36: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// GitHub and npm: a prefix up to the first `_`, then a body whose last six characters are its checksum in base 62.
/// <https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/>
pub(super) fn base62(value: &[u8]) -> Proven {
    let Some((prefix, body)) = split_once(value, b'_') else { return Proven::Silent };
    let Some((body, tail)) = body.split_last_chunk::<6>() else { return Proven::Silent };
    let pinned = match prefix {
        b"ghp" | b"gho" | b"ghu" | b"ghs" | b"npm" => body.len() == 30,
        b"ghr" => matches!(body.len(), 30 | 70),
        _ => false,
    };
    if !pinned && !matches!(body.len(), 30 | 70) || !body.iter().chain(tail).all(u8::is_ascii_alphanumeric) {
        return Proven::Silent;
    }
    Proven::sum(in_base::<6>(crc32(body), BASE62) == *tail, pinned)
}

/// Grafana's service accounts: the last eight are the checksum of the 37 before the last `_`, lowest byte first.
pub(super) fn grafana(value: &[u8]) -> Proven {
    let Some((head, tail)) = value.split_at_checked(38).filter(|(_, tail)| tail.len() == 8) else { return Proven::Silent };
    let Some(body) = head.strip_suffix(b"_").filter(|body| body.starts_with(b"glsa_")) else { return Proven::Silent };
    hexadecimal(crc32(body).swap_bytes(), tail, true)
}

/// Atlassian's cloud tokens: the last eight are the checksum of all before, the `=` with it. In a URL that is `%3D`.
pub(super) fn atlassian(value: &[u8]) -> Proven {
    let Some((head, tail)) = value.split_last_chunk::<8>() else { return Proven::Silent };
    let pinned = (value.starts_with(b"ATATT3x") || value.starts_with(b"ATCTT3x")) && head.len() > 60;
    if let Some(body) = head.strip_suffix(b"%3D").or_else(|| head.strip_suffix(b"%3d")) {
        return hexadecimal(crc32(&[body, b"="].concat()), tail, pinned);
    }
    if head.ends_with(b"=") { hexadecimal(crc32(head), tail, pinned) } else { Proven::Silent }
}

/// Confluent's API secrets: the last six are the checksum of the 54 after `cflt`, lowest byte first, in base 64.
pub(super) fn confluent(value: &[u8]) -> Proven {
    let Some((body, tail)) = value.strip_prefix(b"cflt").and_then(|body| body.split_at_checked(54)) else { return Proven::Silent };
    if tail.len() != 6 {
        return Proven::Silent;
    }
    Proven::sum(data_encoding::BASE64_NOPAD.encode(&crc32(body).to_le_bytes()).as_bytes() == tail, true)
}

/// Zuplo's API keys: the last eight are the checksum of the 32 in the middle.
pub(super) fn zuplo(value: &[u8]) -> Proven {
    let Some((body, tail)) = value.strip_prefix(b"zpka_").and_then(|body| body.split_at_checked(32)) else { return Proven::Silent };
    tail.strip_prefix(b"_").map_or(Proven::Silent, |tail| hexadecimal(crc32(body), tail, true))
}

/// Cloudflare's tokens: the last eight are the checksum of the 40 before. Of `cfk_` few samples are known, so that it may
/// pass and not fail.
pub(super) fn cloudflare(value: &[u8]) -> Proven {
    let Some((prefix, body)) = split_once(value, b'_') else { return Proven::Silent };
    if !matches!(prefix, b"cfut" | b"cfat" | b"cfk") {
        return Proven::Silent;
    }
    let Some((body, tail)) = body.split_at_checked(40) else { return Proven::Silent };
    hexadecimal(crc32(body), tail, prefix != b"cfk")
}

/// GitLab's tokens with a route, `glpat-PAYLOAD.VERSION.LENGTH+CHECKSUM`: the last seven are the checksum of all before,
/// in base 36. The first form has no version.
/// <https://handbook.gitlab.com/handbook/engineering/architecture/design-documents/cells/routable_tokens/>
pub(super) fn gitlab(value: &[u8]) -> Proven {
    let Some((head, tail)) = value.split_last_chunk::<7>() else { return Proven::Silent };
    let mut parts = head.split(|&byte| byte == b'.');
    let (payload, version, length, rest) = (parts.next(), parts.next(), parts.next(), parts.next());
    let length = length.or(version);
    if rest.is_some() || length.is_none_or(|length| length.len() != 2) || version.is_none_or(|version| version.len() != 2) {
        return Proven::Silent;
    }
    let pinned = value.starts_with(b"gl") && payload.is_some_and(|payload| payload.len() >= 32);
    Proven::sum(in_base::<7>(crc32(head), BASE36) == *tail, pinned)
}

fn crc32(bytes: &[u8]) -> u32 {
    crc32fast::hash(bytes)
}

/// Compares a checksum with a tail of eight hexadecimal digits in either case.
fn hexadecimal(sum: u32, tail: &[u8], pinned: bool) -> Proven {
    if tail.len() != 8 || !tail.iter().all(u8::is_ascii_hexdigit) {
        return Proven::Silent;
    }
    Proven::sum(tail.eq_ignore_ascii_case(format!("{sum:08x}").as_bytes()), pinned)
}

/// The last `N` digits of a number in the base that has so many `digits`.
fn in_base<const N: usize>(mut number: u32, digits: &[u8]) -> [u8; N] {
    let mut written = [b'0'; N];
    for place in written.iter_mut().rev() {
        let base = u32::try_from(digits.len()).unwrap_or(u32::MAX);
        let digit = usize::try_from(number % base).unwrap_or(0);
        *place = digits.get(digit).copied().unwrap_or(b'0');
        number /= base;
    }
    written
}

fn split_once(value: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let place = value.iter().position(|&byte| byte == at)?;
    Some((value.get(..place)?, value.get(place + 1..)?))
}
