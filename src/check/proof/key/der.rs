//! Private keys in DER: PKCS#8, PKCS#1, SEC1, and the old form of DSA. The parsers read lengths against the bytes that are
//! there and nest as deep as the form does, which is four levels.

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef, UintRef};
use der::{Decode as _, Reader, SliceReader};
use pkcs1::RsaPrivateKey;
use pkcs8::PrivateKeyInfoRef;

use super::{Note, Parsed};

/// No one uses a shorter modulus, in bits.
const MIN_MODULUS_BITS: usize = 512;
/// The most bytes of what is cut off behind its first line, of 64 characters or 76.
const MAX_STUB_BYTES: usize = 60;

const RSA: &[&str] = &["1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"];
const EC: &str = "1.2.840.10045.2.1";
/// Schemes of encryption with a password: PKCS#5 and PKCS#12.
const PASSWORD: [&str; 2] = ["1.2.840.113549.1.5.", "1.2.840.113549.1.12.1."];
/// Keys that are a row of bytes: what they are, and how many.
const ROWS: &[(&str, &str, usize)] =
    &[("1.3.101.110", "X25519", 32), ("1.3.101.111", "X448", 56), ("1.3.101.112", "Ed25519", 32), ("1.3.101.113", "Ed448", 57)];
/// Other algorithms, whose keys are not looked into.
const OTHERS: &[(&str, &str)] = &[("1.2.840.10040.4.1", "DSA"), ("1.2.840.113549.1.3.1", "Diffie-Hellman")];
const CURVES: &[(&str, &str)] = &[
    ("1.2.840.10045.3.1.7", "P-256"),
    ("1.3.132.0.34", "P-384"),
    ("1.3.132.0.35", "P-521"),
    ("1.3.132.0.10", "secp256k1"),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"),
];

/// Parses a key; `None` where the bytes are of another form, or have something behind their end.
pub(super) fn parse(bytes: &[u8]) -> Option<Parsed> {
    pkcs8(bytes).or_else(|| rsa(bytes)).or_else(|| ec(bytes, None)).or_else(|| dsa(bytes)).or_else(|| encrypted(bytes))
}

/// Whether bytes begin as a key does, with a sequence and a version in it, and end before the sequence's end.
pub(super) fn is_cut_off(bytes: &[u8]) -> bool {
    announced(bytes).is_some_and(|length| bytes.len() < length)
}

/// Whether no more than a line of such a key is there, which says how long it is and little else.
pub(super) fn is_stub(bytes: &[u8]) -> bool {
    is_cut_off(bytes) && bytes.len() <= MAX_STUB_BYTES
}

/// Whether less than a third of such a key is there.
pub(super) fn is_remnant(bytes: &[u8]) -> bool {
    announced(bytes).is_some_and(|length| bytes.len() * 3 < length)
}

/// How many bytes a key has that begins like these.
fn announced(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [0x30, 0x82, high, low, 0x02, 0x01, 0 | 1, ..] => Some(4 + usize::from(u16::from_be_bytes([*high, *low]))),
        _ => None,
    }
}

/// RFC 5958.
fn pkcs8(bytes: &[u8]) -> Option<Parsed> {
    let info = PrivateKeyInfoRef::from_der(bytes).ok()?;
    let algorithm = info.algorithm.oid.to_string();
    let key = info.private_key.as_bytes();
    let broken = || Err("its key does not parse as its algorithm says");
    if RSA.contains(&algorithm.as_str()) {
        return Some(rsa(key).unwrap_or_else(broken));
    }
    if algorithm == EC {
        return Some(ec(key, info.algorithm.parameters).unwrap_or_else(broken));
    }
    if let Some((_, name, length)) = ROWS.iter().find(|(oid, ..)| algorithm == *oid) {
        let row = <&OctetStringRef>::from_der(key).ok().filter(|row| row.as_bytes().len() == *length);
        return Some(row.map_or_else(broken, |_| Ok(Note::plain(*name))));
    }
    let name = OTHERS.iter().find(|(oid, _)| algorithm == *oid).map_or("PKCS#8", |(_, name)| name);
    Some(Ok(Note::plain(name)))
}

/// RFC 8017. The modulus is the product of the primes, of which the last 64 bits are compared.
fn rsa(bytes: &[u8]) -> Option<Parsed> {
    let key = RsaPrivateKey::<UintRef<'_>>::from_der(bytes).ok()?;
    let modulus = key.modulus.as_bytes();
    let bits = modulus.len() * 8 - modulus.first().map_or(0, |first| first.leading_zeros() as usize);
    if bits < MIN_MODULUS_BITS {
        return Some(Err("its modulus is too short for a key"));
    }
    let product = low(key.prime1.as_bytes()).wrapping_mul(low(key.prime2.as_bytes()));
    if key.other_prime_infos.is_none() && product != low(modulus) {
        return Some(Err("its primes do not make its modulus"));
    }
    Some(Ok(Note::plain(format!("RSA, {bits} bits"))))
}

/// The last 64 bits of a number.
fn low(number: &[u8]) -> u64 {
    number.iter().fold(0, |low, &byte| low << 8 | u64::from(byte))
}

/// RFC 5915; the curve may be named outside, in PKCS#8, or be written out instead of named.
fn ec(bytes: &[u8], outside: Option<AnyRef<'_>>) -> Option<Parsed> {
    let mut reader = SliceReader::new(bytes).ok()?;
    let (length, named) = reader
        .sequence(|inner| {
            let version = u8::decode(inner)?;
            let key = <&OctetStringRef>::decode(inner)?.as_bytes();
            let rest = inner.read_slice(inner.remaining_len())?;
            if version != 1 {
                return Err(inner.error(der::ErrorKind::Failed));
            }
            Ok((key.len(), curve_in(rest)))
        })
        .ok()?;
    reader.finish().ok()?;
    let outside = outside.and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
    let name = outside.or(named).and_then(|oid| CURVES.iter().find(|(known, _)| oid.to_string() == *known)).map(|(_, name)| name);
    (16..=72).contains(&length).then(|| Ok(Note::plain(name.map_or_else(|| "EC".to_owned(), |name| format!("EC, {name}")))))
}

/// The named curve at the start of what follows the key.
fn curve_in(rest: &[u8]) -> Option<ObjectIdentifier> {
    let any = SliceReader::new(rest).ok()?.decode::<AnyRef<'_>>().ok()?;
    ObjectIdentifier::from_der(any.value()).ok()
}

/// OpenSSL's own form: nought, three numbers of the group, the public and the private one.
fn dsa(bytes: &[u8]) -> Option<Parsed> {
    let mut reader = SliceReader::new(bytes).ok()?;
    let version = reader
        .sequence(|inner| {
            let version = UintRef::decode(inner)?;
            for _ in 0..5 {
                UintRef::decode(inner)?;
            }
            Ok::<_, der::Error>(version)
        })
        .ok()?;
    reader.finish().ok()?;
    (version.as_bytes() == [0]).then(|| Ok(Note::plain("DSA")))
}

/// PKCS#8 behind a password.
fn encrypted(bytes: &[u8]) -> Option<Parsed> {
    let mut reader = SliceReader::new(bytes).ok()?;
    let scheme = reader
        .sequence(|inner| {
            let scheme = pkcs8::spki::AlgorithmIdentifierRef::decode(inner)?.oid;
            <&OctetStringRef>::decode(inner)?;
            Ok::<_, der::Error>(scheme.to_string())
        })
        .ok()?;
    reader.finish().ok()?;
    PASSWORD.iter().any(|family| scheme.starts_with(family)).then(|| Ok(Note::encrypted("PKCS#8")))
}
