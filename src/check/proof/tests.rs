//! Each check with values that are put together here; the keys are in `key/tests.rs`.

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD};
use proptest::collection::vec;
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use super::{MAX_BYTES, Proven, prove};
use crate::model::Proof;

/// Characters that look random and are the same each time.
pub(super) fn filler(alphabet: &str, count: usize) -> String {
    let alphabet = alphabet.as_bytes();
    let digest = |block: usize| Sha256::digest(format!("{block} of {count}"));
    let bytes = (0..=count / 32).flat_map(digest).take(count);
    bytes.map(|byte| char::from(alphabet[usize::from(byte) % alphabet.len()])).collect()
}

const ALNUM: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const URL: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const LOWER: &str = "0123456789abcdefghijklmnopqrstuvwxyz";

fn crc(text: &str) -> u32 {
    crc32fast::hash(text.as_bytes())
}

fn in_base(mut number: u32, base: u32, width: usize) -> String {
    let mut digits = Vec::new();
    while number > 0 || digits.len() < width {
        digits.push(ALNUM.chars().nth((number % base) as usize).unwrap());
        number /= base;
    }
    digits.iter().rev().collect()
}

/// Says that the value passes, and that it fails with any other character in one of its last `tail` places.
fn holds(proof: Proof, value: &str, tail: usize) {
    assert!(matches!(prove(proof, value.as_bytes(), None), Proven::Passed(_)), "{proof:?}: {:?}", prove(proof, value.as_bytes(), None));
    for place in value.len() - tail..value.len() {
        let mut other = value.as_bytes().to_vec();
        for byte in (b'0'..=b'9').chain(b'a'..=b'z').chain(b'A'..=b'Z').filter(|byte| !byte.eq_ignore_ascii_case(&value.as_bytes()[place]))
        {
            other[place] = byte;
            let said = prove(proof, &other, None);
            assert!(!matches!(said, Proven::Passed(_) | Proven::Fits(_)), "{proof:?} at {place}: {said:?}");
        }
    }
}

fn fails(proof: Proof, value: &str) -> bool {
    matches!(prove(proof, value.as_bytes(), None), Proven::Failed(_) | Proven::Void(_))
}

#[test]
fn github_and_npm_tokens_pass_with_their_checksum_and_with_no_other() {
    for (prefix, length) in [("ghp_", 30), ("gho_", 30), ("ghu_", 30), ("ghs_", 30), ("ghr_", 30), ("ghr_", 70), ("npm_", 30)] {
        let body = filler(ALNUM, length);
        holds(Proof::Crc32Base62, &format!("{prefix}{body}{}", in_base(crc(&body), 62, 6)), 6);
        assert!(fails(Proof::Crc32Base62, &format!("{prefix}{body}000000")));
        let other = prove(Proof::Crc32Base62, format!("acme_{body}000000").as_bytes(), None);
        assert_eq!(other, Proven::Silent, "another's token may have another check");
    }
    let short = format!("ghp_{}", filler(ALNUM, 35));
    assert_eq!(prove(Proof::Crc32Base62, short.as_bytes(), None), Proven::Silent);
    let stateless = format!("ghs_{}", filler(ALNUM, 500));
    assert_eq!(prove(Proof::Crc32Base62, stateless.as_bytes(), None), Proven::Silent);
}

#[test]
fn tokens_with_a_hexadecimal_tail_pass_with_their_checksum_and_with_no_other() {
    let body = format!("glsa_{}", filler(ALNUM, 32));
    holds(Proof::Grafana, &format!("{body}_{:08x}", crc(&body).swap_bytes()), 8);

    for prefix in ["ATATT3xFfGF0", "ATCTT3xFfGN0"] {
        let body = format!("{prefix}{}=", filler(URL, 171));
        let sum = format!("{:08X}", crc(&body));
        holds(Proof::Atlassian, &format!("{body}{sum}"), 8);
        holds(Proof::Atlassian, &format!("{}%3D{sum}", body.trim_end_matches('=')), 8);
    }

    let body = filler(LOWER, 32);
    holds(Proof::Zuplo, &format!("zpka_{body}_{:08x}", crc(&body)), 8);

    let body = filler(ALNUM, 40);
    for prefix in ["cfut_", "cfat_", "cfk_"] {
        let value = format!("{prefix}{body}{:08x}", crc(&body));
        holds(Proof::Cloudflare, &value, 8);
        assert_eq!(fails(Proof::Cloudflare, &format!("{prefix}{body}00000000")), prefix != "cfk_");
    }
}

#[test]
fn confluent_and_routable_gitlab_tokens_pass_with_their_checksum_and_with_no_other() {
    let body = filler(ALNUM, 54);
    let tail = BASE64_NOPAD.encode(&crc(&body).to_le_bytes());
    let value = format!("cflt{body}{tail}");
    holds(Proof::Confluent, &value, 0);
    assert!(fails(Proof::Confluent, &format!("cflt{body}AAAAAA")));

    for version in ["", "01."] {
        let head = format!("glpat-{}.{version}0r", filler(URL, 27));
        holds(Proof::GitlabRoutable, &format!("{head}{}", in_base(crc(&head), 36, 7).to_lowercase()), 7);
    }
    let classic = format!("glpat-{}", filler(URL, 20));
    assert_eq!(prove(Proof::GitlabRoutable, classic.as_bytes(), None), Proven::Silent);
}

#[test]
fn an_access_key_id_tells_its_account_and_proves_nothing() {
    let account: u64 = 123_456_789_012;
    let bits = (account << 7 | 1 << 47).to_be_bytes();
    let bytes = [&bits[2..], &[1, 2, 3, 4]].concat();
    let id = format!("AKIA{}", data_encoding::BASE32.encode(&bytes));
    assert_eq!(prove(Proof::AwsAccount, id.as_bytes(), None), Proven::Fits(Some("account 123456789012".to_owned())));
    for other in ["AKIA0189", "AKIAI", "AKIAJ"] {
        let id = format!("{other}{}", filler("ABCDEFGH234567", 20 - other.len()));
        assert_eq!(prove(Proof::AwsAccount, id.as_bytes(), None), Proven::Silent);
    }
}

fn token(header: &str, claims: &str, signature: &[u8]) -> String {
    [header.as_bytes(), claims.as_bytes(), signature].map(|part| BASE64URL_NOPAD.encode(part)).join(".")
}

#[test]
fn a_web_token_tells_algorithm_issuer_and_last_day() {
    let signed = token(r#"{"alg":"HS256"}"#, r#"{"iss":"https://id.acme.test/","role":"anon","exp":1704153600}"#, &[7; 32]);
    let note = |today| prove(Proof::Jwt, signed.as_bytes(), today).note().unwrap().to_owned();
    assert_eq!(note(None), "HS256, from https://id.acme.test/, role anon, good until 2024-01-02");
    assert!(note(Some(1_704_153_599)).ends_with(", expires 2024-01-02"));
    assert!(note(Some(1_704_153_601)).ends_with(", expired 2024-01-02"));

    let wrapped = BASE64.encode(signed.as_bytes());
    assert_eq!(prove(Proof::Jwt, wrapped.as_bytes(), None), prove(Proof::Jwt, signed.as_bytes(), None));
    let behind = format!("ghs_123456_{signed}");
    assert!(matches!(prove(Proof::Jwt, behind.as_bytes(), None), Proven::Passed(_)));
}

#[test]
fn the_token_that_every_document_shows_is_no_secret() {
    let sample = |more: &str| token(r#"{"alg":"HS256"}"#, &format!(r#"{{"sub":"1234567890","name":"John Doe",{more}}}"#), &[7; 32]);
    for known in [r#""iat":1516239022"#, r#""admin":true"#, r#""admin":true,"iat":1516239022"#] {
        assert_eq!(prove(Proof::Jwt, sample(known).as_bytes(), None), Proven::Void("it is the sample token of jwt.io"), "{known}");
    }
    for other in [r#""iat":1516239023"#, r#""iat":1516239022,"iss":"acme""#] {
        assert!(matches!(prove(Proof::Jwt, sample(other).as_bytes(), None), Proven::Passed(_)), "{other}");
    }
}

#[test]
fn a_web_token_of_supabase_is_a_secret_unless_it_is_for_anybody() {
    let of = |role: &str| token(r#"{"alg":"HS256"}"#, &format!(r#"{{"iss":"supabase","ref":"acme","role":"{role}"}}"#), &[7; 32]);
    assert!(matches!(prove(Proof::Jwt, of("anon").as_bytes(), None), Proven::Void(_)));
    assert!(matches!(prove(Proof::Jwt, of("service_role").as_bytes(), None), Proven::Passed(_)));
}

#[test]
fn a_web_token_without_signature_fails_and_one_with_a_wrong_length_only_fits() {
    for unsigned in [token(r#"{"alg":"none"}"#, "{}", b""), token(r#"{"alg":"HS256"}"#, "{}", b"")] {
        assert_eq!(prove(Proof::Jwt, unsigned.as_bytes(), None), Proven::Failed("it is not signed"));
    }
    let short = token(r#"{"alg":"RS256"}"#, r#"{"iss":"a b\u0007"}"#, &[1; 32]);
    assert_eq!(prove(Proof::Jwt, short.as_bytes(), None), Proven::Fits(Some("RS256".to_owned())));
    assert!(fails(Proof::Jwt, &token(r#"{"alg":"HS256"}"#, "no claims", &[1; 32])));
    let encrypted = format!("{}..a.b.c", BASE64URL_NOPAD.encode(br#"{"alg":"dir","enc":"A256GCM"}"#));
    assert_eq!(prove(Proof::Jwt, encrypted.as_bytes(), None), Proven::Fits(Some("encrypted".to_owned())));
    let other = token(r#"{"typ":"TCV2"}"#, "{}", &[1; 32]);
    assert_eq!(prove(Proof::Jwt, other.as_bytes(), None), Proven::Silent);
}

#[test]
fn readable_tokens_pass_when_they_say_what_they_should() {
    let passes = |proof, value: &str| matches!(prove(proof, value.as_bytes(), None), Proven::Passed(_));
    let reference = BASE64_NOPAD.encode(format!("reftkn:01:1893456000:{}", filler(ALNUM, 27)).as_bytes());
    assert_eq!(prove(Proof::JfrogReference, reference.as_bytes(), Some(0)), Proven::Passed(Some("expires 2030-01-01".to_owned())));
    assert!(!passes(Proof::JfrogReference, &filler(ALNUM, 64)));

    let personal = BASE64.encode(&[b"123456789012:".as_slice(), &[0xA5; 20]].concat());
    assert!(passes(Proof::JiraDataCenter, &personal) && passes(Proof::JiraDataCenter, &format!("BBDC-{personal}")));
    assert!(!passes(Proof::JiraDataCenter, &filler(ALNUM, 44)));

    let object = BASE64.encode(br#"{"iat":1,"url":"https://id.acme.test"}"#);
    for value in [
        format!("sntrys_{object}_{}", filler(ALNUM, 43)),
        format!("ops_{}", object.trim_end_matches('=')),
        object.clone(),
        format!("{object}{}", filler(URL, 44)),
    ] {
        assert!(passes(Proof::Base64Json, &value), "{value}");
    }
    assert!(fails(Proof::Base64Json, &format!("glc_{}", BASE64.encode(b"{\"n\":"))));

    let number = BASE64URL_NOPAD.encode(b"123456789012345678");
    let bot = format!("{number}.{}.{}", filler(ALNUM, 6), filler(ALNUM, 38));
    assert_eq!(prove(Proof::DiscordBot, bot.as_bytes(), None), Proven::Passed(Some("bot 123456789012345678".to_owned())));
}

#[test]
fn user_and_password_pass_when_the_password_is_no_stand_in() {
    let said = |pair: &str| prove(Proof::BasicAuth, format!("Basic {}", BASE64.encode(pair.as_bytes())).as_bytes(), None);
    assert_eq!(said(&format!("deploy:{}", filler(ALNUM, 12))), Proven::Passed(None));
    assert_eq!(said("user:password"), Proven::Void("its password is a stand-in"));
    assert_eq!(said("user:"), Proven::Void("its password is empty"));
    assert_eq!(said("user:opensesame"), Proven::Void("its password is a stand-in"));
    assert_eq!(said("Deploy:deploy\n"), Proven::Void("its password is its user's name"));
    assert_eq!(said("user:k9x"), Proven::Fits(None));
    assert_eq!(said("no colon here"), Proven::Void("it encodes no user and password"));
    assert_eq!(said("user:\u{7}\u{7}\u{7}\u{7}\u{7}\u{7}\u{7}"), Proven::Silent);
}

#[test]
fn a_macaroon_passes_when_its_fields_end_where_it_ends() {
    let head = [b"\x02\x01\x08pypi.org\x02\x05ident\x00".as_slice()].concat();
    let signature = [&[0, 6, 32], [9_u8; 32].as_slice()].concat();
    let conditions = b"\x02\x03abc\x00\x02\x04abcd\x00".as_slice();
    for bytes in [[head.as_slice(), &signature].concat(), [&head, conditions, &signature].concat()] {
        let value = format!("pypi-{}", BASE64URL_NOPAD.encode(&bytes));
        assert_eq!(prove(Proof::Macaroon, value.as_bytes(), None), Proven::Passed(Some("for pypi.org".to_owned())));
        let longer = format!("pypi-{}", BASE64URL_NOPAD.encode(&[bytes, vec![0]].concat()));
        assert_eq!(prove(Proof::Macaroon, longer.as_bytes(), None), Proven::Silent);
    }
}

#[test]
fn base58_passes_for_private_keys_alone() {
    let written = |body: &[u8]| {
        let sum = Sha256::digest(Sha256::digest(body));
        bs58::encode([body, &sum[..4]].concat()).into_string()
    };
    let key = |version: u8, compressed: &[u8]| written(&[&[version], [0x5A_u8; 32].as_slice(), compressed].concat());
    holds(Proof::Base58Check, &key(0x80, &[]), 6);
    holds(Proof::Base58Check, &key(0x80, &[1]), 6);
    assert_eq!(prove(Proof::Base58Check, key(0xEF, &[1]).as_bytes(), None), Proven::Passed(Some("test network".to_owned())));
    let extended = written(&[&[0x04, 0x88, 0xAD, 0xE4], [0x11_u8; 74].as_slice()].concat());
    assert!(extended.starts_with("xprv"));
    holds(Proof::Base58Check, &extended, 6);
    let address = written(&[&[0], [0x22_u8; 20].as_slice()].concat());
    assert_eq!(prove(Proof::Base58Check, address.as_bytes(), None), Proven::Fits(None));
}

#[test]
fn bech32_passes_for_private_keys_alone() {
    let written = |prefix: &str| bech32::encode::<bech32::Bech32>(bech32::Hrp::parse(prefix).unwrap(), &[0x33; 32]).unwrap();
    holds(Proof::Bech32, &written("nsec"), 6);
    holds(Proof::Bech32, &written("age-secret-key-").to_uppercase(), 6);
    holds(Proof::Bech32, &written("age-secret-key-pq-").to_uppercase(), 6);
    assert_eq!(prove(Proof::Bech32, written("age").as_bytes(), None), Proven::Fits(None));
}

#[test]
fn seeds_of_nats_pass_with_their_checksum_and_with_no_other() {
    let body: Vec<u8> = [&[(18 << 3) | (20 << 3 >> 5), (20 << 3 & 31) << 3], [0x44_u8; 32].as_slice()].concat();
    let crc = body
        .iter()
        .fold(0_u16, |sum, byte| (0..8).fold(sum ^ (u16::from(*byte) << 8), |sum, _| (sum << 1) ^ if sum >> 15 == 1 { 0x1021 } else { 0 }));
    let seed = data_encoding::BASE32_NOPAD.encode(&[body, crc.to_le_bytes().to_vec()].concat());
    assert_eq!(prove(Proof::Nkey, seed.as_bytes(), None), Proven::Passed(Some("user seed".to_owned())), "{seed}");
    holds(Proof::Nkey, &seed, 3);
}

#[test]
fn card_numbers_and_plain_base64_fit_and_prove_nothing() {
    let digits = "411111111111111";
    let fit: Vec<u32> = (0..10).filter(|last| !fails(Proof::Luhn, &format!("{digits}{last}"))).collect();
    assert_eq!(fit, [1]);
    assert_eq!(prove(Proof::Luhn, b"4111 1111-1111 1111", None), Proven::Fits(None));

    for bytes in [16, 31, 32, 33] {
        let said = prove(Proof::Base64, BASE64.encode(&vec![0xFB; bytes]).as_bytes(), None);
        assert_eq!(said, Proven::Fits(Some(format!("{bytes} bytes"))));
        assert_eq!(prove(Proof::Base64, BASE64URL_NOPAD.encode(&vec![0xFB; bytes]).as_bytes(), None), said);
    }
    for other in ["", "A", "AAAAA", "AA==AA", "A A="] {
        assert!(fails(Proof::Base64, other), "{other}");
    }
    for other in ["AA=", "AB==", "AAB"] {
        assert_eq!(prove(Proof::Base64, other.as_bytes(), None), Proven::Silent, "{other}");
    }
}

/// Marvin again, written as its description has it.
fn marvin(bytes: &[u8], seed: &str) -> [u8; 4] {
    let mut padded = [bytes, &[0x80]].concat();
    padded.resize(padded.len().next_multiple_of(4), 0);
    let seed = u64::from_be_bytes(seed.as_bytes().try_into().unwrap());
    let (mut low, mut high) = (u32::try_from(seed & 0xFFFF_FFFF).unwrap(), u32::try_from(seed >> 32).unwrap());
    let words = padded.chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap()));
    for word in words.chain([0]) {
        low = low.wrapping_add(word);
        for (turn, other) in [(20, 9), (27, 19)] {
            high ^= low;
            low = low.rotate_left(turn).wrapping_add(high);
            high = high.rotate_left(other);
        }
    }
    (low ^ high).to_le_bytes()
}

#[test]
fn azure_keys_pass_with_the_checksum_of_their_service() {
    let made = |bytes: usize, at: usize, signature: &str, seed: &str| {
        let mut text = filler(ALNUM, bytes.div_ceil(3) * 4);
        text.replace_range(at..at + 4, signature);
        text.replace_range(at + 4..=at + 4, "A");
        let mut key = BASE64.decode(text.as_bytes()).unwrap();
        key.truncate(bytes - 4);
        let sum = marvin(&key, seed);
        (BASE64.encode(&[key, sum.to_vec()].concat()), signature.to_owned())
    };
    for (bytes, at, signature, seed, name) in [
        (64, 76, "+ASt", "Default0", "Azure Storage key"),
        (64, 76, "ACDb", "MastRO00", "Azure Cosmos DB key"),
        (32, 33, "+ASb", "Listen00", "Azure Service Bus key"),
        (40, 44, "AzFu", "Master00", "Azure Functions key"),
        (39, 42, "+ACR", "ACRDflt0", "Azure Container Registry key"),
    ] {
        let (key, signature) = made(bytes, at, signature, seed);
        assert_eq!(key.find(&signature), Some(at));
        assert_eq!(prove(Proof::AzureKey, key.as_bytes(), None), Proven::Passed(Some(name.to_owned())));
        let (key, _) = made(bytes, at, &signature, "Other000");
        let said = prove(Proof::AzureKey, key.as_bytes(), None);
        assert!(if signature == "+ASt" { matches!(said, Proven::Failed(_)) } else { said == Proven::Fits(None) }, "{signature}: {said:?}");
    }
    assert_eq!(prove(Proof::AzureKey, BASE64.encode(&[9; 64]).as_bytes(), None), Proven::Fits(None));
}

#[test]
fn annotated_keys_and_secrets_of_entra_pass_with_their_checksum() {
    let head = format!("{}JQQJ99BC{}AZDO", filler(ALNUM, 52), filler(ALNUM, 16));
    let sum = marvin(&BASE64.decode(head.as_bytes()).unwrap(), "Default0");
    for tail in [in_base(u32::from_be_bytes(sum), 62, 1), BASE64.encode(&sum)] {
        let tail: String = tail.chars().chain("00".chars()).take(4).collect();
        let said = prove(Proof::AzureCask, format!("{head}{tail}").as_bytes(), None);
        assert_eq!(said, Proven::Passed(Some("made 2025-03".to_owned())));
    }
    assert_eq!(prove(Proof::AzureCask, format!("{head}!!!!").as_bytes(), None), Proven::Fits(Some("made 2025-03".to_owned())));

    let alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~";
    let body = format!("{}8Q~{}", filler(alphabet, 3), filler(alphabet, 31));
    let number = u32::from_le_bytes(marvin(body.as_bytes(), "AadPwd00"));
    let digit = |power: u32| alphabet.chars().nth((number / 66_u32.pow(power) % 66) as usize).unwrap();
    let tail: String = [5, 4, 3].map(digit).iter().collect();
    holds(Proof::EntraSecret, &format!("{body}{tail}"), 0);
    assert!(fails(Proof::EntraSecret, &format!("{body}~~~")));
}

fn any_value() -> impl Strategy<Value = Vec<u8>> {
    let starts = ["ghp_", "glsa_", "ATATT3x", "eyJ", "ZXlK", "pypi-Ag", "AKIA", "xprv", "nsec1", "SU", "-----BEGIN RSA PRIVATE KEY-----\n"];
    let starts =
        [starts.as_slice(), &["-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n", "PuTTY-User-Key-File-2: a\n", "{\"kty\":", "0\u{82}"]].concat();
    let ends = ["", "=", "==", "\n-----END RSA PRIVATE KEY-----", "\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----", "\"}"];
    (prop::sample::select(starts), prop_oneof![vec(any::<u8>(), 0..200), "[A-Za-z0-9+/=_.:\\\\-]{0,200}".prop_map(String::into_bytes)])
        .prop_flat_map(move |(start, body)| {
            prop::sample::select(ends.to_vec()).prop_map(move |end| [start.as_bytes(), &body, end.as_bytes()].concat())
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_value_makes_a_check_panic(value in any_value(), raw in vec(any::<u8>(), 0..120)) {
        for proof in Proof::ALL {
            prove(*proof, &value, Some(0));
            prove(*proof, &raw, None);
        }
    }
}

#[test]
fn the_largest_values_of_hostile_shapes_are_looked_at_to_their_end() {
    let shapes = ["A", "1", "(", "=", "\\", "{", "[", "0\u{80}", "eyJ", "a.", "\"", "<", "-----BEGIN ", "\n", "+\n"];
    for shape in shapes {
        let whole = shape.repeat(MAX_BYTES / shape.len());
        let armour = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", shape.repeat((MAX_BYTES - 60) / shape.len()));
        for value in [whole, armour] {
            for proof in Proof::ALL {
                let proven = prove(*proof, value.as_bytes(), None);
                assert!(!matches!(proven, Proven::Passed(_)) || *proof == Proof::BasicAuth, "{proof:?} on `{shape}`");
            }
        }
    }
    let beyond = vec![b'A'; MAX_BYTES + 1];
    assert!(Proof::ALL.iter().all(|proof| prove(*proof, &beyond, None) == Proven::Silent));
}

#[test]
fn every_proof_stands_in_the_reference() {
    let text = include_str!("../../../docs/rules.md");
    for proof in Proof::ALL {
        assert!(text.contains(&format!("\n| `{}` | ", proof.name())), "docs/rules.md has a row for `{}`", proof.name());
    }
}
