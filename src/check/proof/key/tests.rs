//! Keys that are put together here and belong to nobody.

use data_encoding::BASE64;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::check::proof::tests::filler;
use crate::check::proof::{MAX_BYTES, Proven, prove};
use crate::model::Proof;

const HEX: &str = "0123456789abcdef";

fn bytes(count: usize) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(filler(HEX, count * 2).as_bytes()).unwrap()
}

/// A value of DER behind its tag and length.
fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = match u16::try_from(value.len()).unwrap() {
        short @ 0..128 => vec![u8::try_from(short).unwrap()],
        middle @ 128..256 => vec![0x81, u8::try_from(middle).unwrap()],
        long => [&[0x82], long.to_be_bytes().as_slice()].concat(),
    };
    [&[tag], length.as_slice(), value].concat()
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

fn integer(number: &[u8]) -> Vec<u8> {
    let lead: &[u8] = if number.first().is_some_and(|first| first & 0x80 != 0) { &[0] } else { &[] };
    tlv(0x02, &[lead, number].concat())
}

fn oid(dotted: &str) -> Vec<u8> {
    tlv(0x06, der::asn1::ObjectIdentifier::new(dotted).unwrap().as_bytes())
}

/// An odd number of so many bytes, with its first bit set; another one for each salt.
fn prime(count: usize, salt: usize) -> Vec<u8> {
    let mut number = bytes(count + salt);
    number.truncate(count);
    number[0] |= 0x80;
    number[count - 1] |= 1;
    number
}

fn product(left: &[u8], right: &[u8]) -> Vec<u8> {
    let mut digits = vec![0_u32; left.len() + right.len()];
    for (i, a) in left.iter().rev().enumerate() {
        for (j, b) in right.iter().rev().enumerate() {
            let mut carry = u32::from(*a) * u32::from(*b);
            let mut place = i + j;
            while carry > 0 {
                carry += digits[place];
                digits[place] = carry & 0xFF;
                carry >>= 8;
                place += 1;
            }
        }
    }
    let digits = digits.iter().rev().map(|digit| u8::try_from(*digit).unwrap());
    digits.skip_while(|digit| *digit == 0).collect()
}

/// PKCS#1, with primes of so many bytes.
fn rsa(prime_bytes: usize) -> Vec<u8> {
    let (p, q) = (prime(prime_bytes, 0), prime(prime_bytes, 1));
    let numbers = [product(&p, &q), vec![1, 0, 1], prime(prime_bytes * 2, 2), p, q, prime(20, 0), prime(21, 0), prime(22, 0)];
    sequence(&[vec![integer(&[0])], numbers.map(|number| integer(&number)).to_vec()].concat())
}

fn pkcs8(algorithm: &str, parameters: &[u8], key: &[u8]) -> Vec<u8> {
    sequence(&[integer(&[0]), sequence(&[oid(algorithm), parameters.to_vec()]), tlv(0x04, key)])
}

fn ec(parameters: &[u8]) -> Vec<u8> {
    sequence(&[integer(&[1]), tlv(0x04, &bytes(32)), parameters.to_vec()])
}

fn pem(label: &str, der: &[u8]) -> String {
    let body = BASE64.encode(der);
    let lines: Vec<String> = body.as_bytes().chunks(64).map(|line| String::from_utf8(line.to_vec()).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn said(value: &[u8]) -> Proven {
    prove(Proof::PrivateKey, value, None)
}

fn passed(note: &str) -> Proven {
    Proven::Passed(Some(note.to_owned()))
}

#[test]
fn a_key_passes_in_pem_in_der_and_in_base64_of_either() {
    let p256 = tlv(0xA0, &oid("1.2.840.10045.3.1.7"));
    let scheme = sequence(&[oid("1.2.840.113549.1.5.13"), sequence(&[])]);
    let group = [vec![0], prime(128, 0), prime(20, 0), prime(128, 1), prime(128, 2), prime(19, 0)].map(|number| integer(&number));
    for (label, der, note) in [
        ("RSA PRIVATE KEY", rsa(64), "RSA, 1024 bits"),
        ("PRIVATE KEY", pkcs8("1.2.840.113549.1.1.1", &[5, 0], &rsa(128)), "RSA, 2048 bits"),
        ("EC PRIVATE KEY", ec(&p256), "EC, P-256"),
        ("EC PRIVATE KEY", ec(&[]), "EC"),
        ("PRIVATE KEY", pkcs8("1.2.840.10045.2.1", &oid("1.3.132.0.10"), &ec(&[])), "EC, secp256k1"),
        ("PRIVATE KEY", pkcs8("1.3.101.112", &[], &tlv(0x04, &bytes(32))), "Ed25519"),
        ("PRIVATE KEY", pkcs8("1.2.3.4", &[], b"anything"), "PKCS#8"),
        ("DSA PRIVATE KEY", sequence(&group), "DSA"),
        ("ENCRYPTED PRIVATE KEY", sequence(&[scheme.clone(), tlv(0x04, &bytes(120))]), "PKCS#8, encrypted"),
        ("RSA PRIVATE KEY", openssh(false), "ssh-ed25519"),
    ] {
        let armoured = pem(label, &der);
        assert_eq!(said(armoured.as_bytes()), passed(note), "{label}");
        assert_eq!(said(BASE64.encode(armoured.as_bytes()).as_bytes()), passed(note), "{label} in base64");
        if !der.starts_with(b"openssh") {
            assert_eq!(said(&der), passed(note), "{label} in DER");
            assert_eq!(said(BASE64.encode(&der).as_bytes()), passed(note), "{label} in DER in base64");
        }
    }
}

#[test]
fn what_is_bare_and_no_key_is_not_spoken_of() {
    let certificate = sequence(&[sequence(&[integer(&[2])]), sequence(&[oid("1.2.840.113549.1.1.11")]), tlv(0x03, &[0, 1])]);
    let digest = sequence(&[sequence(&[oid("2.16.840.1.101.3.4.2.1"), vec![5, 0]]), tlv(0x04, &bytes(32))]);
    for other in [certificate, digest, b"0".to_vec(), vec![], b"text".to_vec(), [rsa(64), vec![0]].concat()] {
        assert_eq!(said(&other), Proven::Silent);
        assert_eq!(said(BASE64.encode(&other).as_bytes()), Proven::Silent);
    }
    assert_eq!(said(pem("CERTIFICATE", &rsa(64)).as_bytes()), Proven::Silent);
    assert_eq!(said(b"-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"), Proven::Silent);
    assert_eq!(said(b"-----BEGIN PRIVATE KEY-----\nMIIE"), Proven::Silent, "it is cut off");
}

#[test]
fn armour_around_something_else_fails() {
    for broken in [
        pem("PRIVATE KEY", &bytes(200)),
        pem("RSA PRIVATE KEY", &rsa(20)),
        pem("PRIVATE KEY", &pkcs8("1.3.101.112", &[], &tlv(0x04, &bytes(31)))),
        pem("OPENSSH PRIVATE KEY", b"openssh-key-v1\0\0\0\0\x04none"),
    ] {
        assert!(matches!(said(broken.as_bytes()), Proven::Failed(_)), "{broken}");
    }
    let half = pem("RSA PRIVATE KEY", &rsa(64)[..300]);
    assert_eq!(said(half.as_bytes()), Proven::Fits(Some("cut off".to_owned())));
    let stub = pem("RSA PRIVATE KEY", &rsa(64)[..48]);
    assert_eq!(said(stub.as_bytes()), Proven::Void("nearly all of the key is missing"));
    let remnant = pem("RSA PRIVATE KEY", &rsa(64)[..96]);
    assert_eq!(said(remnant.as_bytes()), Proven::Failed("most of the key is missing"));
    let first_line = stub.lines().take(2).collect::<Vec<_>>().join("\n");
    assert_eq!(said(first_line.as_bytes()), Proven::Void("nearly all of the key is missing"));
    let (p, q) = (prime(64, 0), prime(64, 1));
    let mut modulus = product(&p, &q);
    *modulus.last_mut().unwrap() ^= 2;
    let numbers = [&[0_u8][..], &modulus, &[3], &[7], &p, &q, &[9], &[9], &[9]].map(integer);
    assert_eq!(said(pem("RSA PRIVATE KEY", &sequence(&numbers)).as_bytes()), Proven::Failed("its primes do not make its modulus"));
}

#[test]
fn a_key_passes_however_it_stands_in_a_text() {
    for (key, note) in [
        (pem("RSA PRIVATE KEY", &rsa(64)), "RSA, 1024 bits"),
        (pem("OPENSSH PRIVATE KEY", &openssh(false)), "ssh-ed25519"),
        (pgp(&[0]), "PGP, Ed25519"),
    ] {
        let lines: Vec<&str> = key.trim_end().lines().collect();
        let each = |before: &str, after: &str| lines.iter().map(|line| format!("{before}{line}{after}")).collect::<Vec<_>>().join("\n");
        let json = serde_json::to_string(&key).unwrap();
        for text in [
            each("      ", ""),
            each("# ", ""),
            each("// ", ""),
            each(" * ", ""),
            each("+", ""),
            each("", "\r"),
            each("\"", "\\n\" +"),
            each("'", "' ."),
            each("key += '", "\\n'"),
            each("", " \\"),
            key.replace('\n', "\\n"),
            key.replace('\n', "\\r\\n"),
            key.replace('\n', "\\\\n"),
            key.replace('\n', "<br/>"),
            key.replace('\n', "&#10;"),
            key.replace('\n', "%0A").replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"),
            json.replace('/', "\\/"),
            serde_json::to_string(&json).unwrap(),
            serde_json::to_string(&lines).unwrap(),
            each("#7 0.228 ", ""),
            lines.iter().filter(|line| !line.contains(": ")).copied().collect::<Vec<_>>().join(" "),
        ] {
            assert_eq!(said(text.as_bytes()), passed(note), "{text}");
        }
    }
}

#[test]
fn the_block_before_a_key_is_stepped_over_and_headers_are_no_part_of_it() {
    let key = pem("EC PRIVATE KEY", &ec(&[]));
    let both = format!("{}{key}", pem("EC PARAMETERS", &oid("1.3.132.0.34")));
    assert_eq!(said(both.as_bytes()), passed("EC"));
    let commented = key.replacen("-----\n", "-----\nComment: made here\n\n", 1);
    assert_eq!(said(commented.as_bytes()), passed("EC"));
    let encrypted = key.replacen("-----\n", "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n", 1);
    assert_eq!(said(encrypted.as_bytes()), Proven::Fits(Some("encrypted".to_owned())));
}

fn string(bytes: &[u8]) -> Vec<u8> {
    [u32::try_from(bytes.len()).unwrap().to_be_bytes().as_slice(), bytes].concat()
}

fn openssh(encrypted: bool) -> Vec<u8> {
    let (cipher, kdf): (&[u8], &[u8]) = if encrypted { (b"aes256-ctr", b"bcrypt") } else { (b"none", b"none") };
    let public = [string(b"ssh-ed25519"), string(&bytes(32))].concat();
    let private = [bytes(4), bytes(4), public.clone(), string(&bytes(64)), string(b"me"), vec![1, 2, 3]].concat();
    let parts = [string(cipher), string(kdf), string(b""), vec![0, 0, 0, 1], string(&public), string(&private)];
    [b"openssh-key-v1\0".to_vec(), parts.concat()].concat()
}

#[test]
fn a_key_of_openssh_passes_with_its_two_numbers_alike_and_tells_when_it_is_encrypted() {
    assert_eq!(said(pem("OPENSSH PRIVATE KEY", &openssh(true)).as_bytes()), passed("ssh-ed25519, encrypted"));
    let mut key = openssh(false);
    let place = key.len() - 64 - 4 - 6 - 3 - 51 - 1;
    assert_eq!(key[place - 3..=place], bytes(4));
    key[place] ^= 1;
    assert_eq!(said(pem("OPENSSH PRIVATE KEY", &key).as_bytes()), Proven::Failed("its two check numbers differ"));
}

#[test]
fn a_key_of_putty_passes_when_its_parts_agree() {
    let file = |version: u8, kind: &str, encryption: &str| {
        let public = BASE64.encode(&[string(kind.as_bytes()), string(&bytes(32))].concat());
        let derivation = if version == 3 && encryption != "none" { "Key-Derivation: Argon2id\nArgon2-Memory: 8192\n" } else { "" };
        format!(
            "PuTTY-User-Key-File-{version}: ssh-ed25519\nEncryption: {encryption}\nComment: made here\nPublic-Lines: 2\n{}\n{}\n\
             {derivation}Private-Lines: 1\n{}\nPrivate-MAC: {}\n",
            public.chars().take(64).collect::<String>(),
            public.chars().skip(64).collect::<String>(),
            BASE64.encode(&string(&bytes(32))),
            filler(HEX, 64),
        )
    };
    assert_eq!(said(file(2, "ssh-ed25519", "none").as_bytes()), passed("ssh-ed25519"));
    assert_eq!(said(file(3, "ssh-ed25519", "none").replace('\n', "\\r\\n").as_bytes()), passed("ssh-ed25519"));
    assert_eq!(said(file(3, "ssh-ed25519", "aes256-cbc").as_bytes()), passed("ssh-ed25519, encrypted"));
    assert!(matches!(said(file(2, "ssh-other18", "none").as_bytes()), Proven::Failed(_)));
    assert_eq!(said(file(2, "ssh-ed25519", "none").replace("Private-Lines", "Lines").as_bytes()), Proven::Silent);
}

/// A block of PGP with one packet, which says how it is protected in the bytes `protection`.
fn pgp(protection: &[u8]) -> String {
    let curve = [0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x0F, 0x01];
    let public = [&[1, 7], [0x40_u8; 33].as_slice()].concat();
    let body = [&[4], bytes(4).as_slice(), &[22, 9], &curve, &public, protection, &[1, 0], &bytes(32)].concat();
    let packet = [&[0x94, u8::try_from(body.len()).unwrap()], body.as_slice()].concat();
    let sum = packet.iter().fold(0x00B7_04CE_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte) << 16, |sum, _| {
            let next = sum << 1;
            if next & 0x0100_0000 != 0 { next ^ 0x0186_4CFB } else { next }
        })
    });
    let body = pem("PGP PRIVATE KEY BLOCK", &packet).replacen("-----\n", "-----\nVersion: none\n\n", 1);
    let sum = BASE64.encode(&sum.to_be_bytes()[1..]);
    body.replace("\n-----END", &format!("\n={sum}\n-----END"))
}

#[test]
fn a_key_of_pgp_passes_with_its_checksum_and_tells_when_it_is_encrypted() {
    assert_eq!(said(pgp(&[254, 9, 3, 8]).as_bytes()), passed("PGP, Ed25519, encrypted"));
    let key = pgp(&[0]);
    let at = key.rfind("\n=").unwrap() + 2;
    for place in at..at + 4 {
        let mut other = key.clone().into_bytes();
        other[place] = if other[place] == b'A' { b'B' } else { b'A' };
        assert_eq!(said(&other), Proven::Failed("its checksum does not agree"));
    }
    let public = pem("PGP PRIVATE KEY BLOCK", &[0x98, 3, 4, 0, 0]);
    assert_eq!(said(public.as_bytes()), Proven::Silent);
}

#[test]
fn keys_in_json_pass() {
    let number = |count| data_encoding::BASE64URL_NOPAD.encode(&bytes(count));
    let web = |kty: &str, key: &str, count| format!(r#"{{"kty":"{kty}","crv":"P-256","{key}":"{}"}}"#, number(count));
    assert_eq!(said(web("EC", "d", 32).as_bytes()), passed("P-256"));
    assert_eq!(said(web("RSA", "d", 256).as_bytes()), passed("RSA"));
    assert_eq!(said(web("oct", "k", 32).as_bytes()), passed("symmetric"));
    assert_eq!(said(web("EC", "x", 32).as_bytes()), Proven::Silent, "a public key");
    let account = serde_json::json!({ "type": "service_account", "private_key": pem("RSA PRIVATE KEY", &rsa(64)) });
    assert_eq!(said(account.to_string().as_bytes()), passed("RSA, 1024 bits"));
}

#[test]
fn hostile_der_is_refused_and_bounded() {
    let nested = (0..10_000).fold(vec![], |inner, _| if inner.len() < MAX_BYTES - 8 { sequence(&[inner]) } else { inner });
    let long = [&[0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF, 2, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], [0; 20].as_slice()].concat();
    let many = sequence(&vec![integer(&[0]); MAX_BYTES / 4]);
    for hostile in [nested, long, many, vec![0x30; MAX_BYTES], b"\x30\x80\x30\x80".to_vec()] {
        assert_eq!(said(&hostile), Proven::Silent);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_change_of_a_key_makes_a_parser_panic(which in 0_usize..4, changes in vec((any::<u16>(), any::<u8>()), 1..6), cut in any::<u16>()) {
        let mut key = [rsa(64), ec(&[]), openssh(false), pkcs8("1.3.101.112", &[], &tlv(4, &bytes(32)))][which].clone();
        for (place, byte) in changes {
            let place = usize::from(place) % key.len();
            key[place] = byte;
        }
        said(&key);
        said(pem("PRIVATE KEY", &key).as_bytes());
        key.truncate(usize::from(cut) % (key.len() + 1));
        said(&key);
        said(pem("PGP PRIVATE KEY BLOCK", &key).as_bytes());
    }
}
