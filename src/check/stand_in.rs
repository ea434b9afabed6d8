//! Values that stand where a secret would, or are something else by their form: documentation, templates, references,
//! paths, addresses, sequences.

use std::sync::LazyLock;

use bstr::ByteSlice as _;

use super::notation;
use super::words::{Pieces, Words, pieces, words};

/// Why a value is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StandIn {
    /// Nothing to speak of.
    Empty,
    /// A word that only stand-ins contain, or a word that nobody would hide.
    Placeholder,
    /// A template, or the name of a variable.
    Reference,
    /// A call or an expression of a program.
    Expression,
    /// `abcdef`, `123456`, a row of keys.
    Sequence,
    /// The same few characters over and over.
    Repetition,
    /// A path in a file system.
    Path,
    /// An address without a user's name and password.
    Address,
    /// A name of a resource that is public by its form (`arn:`, `projects/…`).
    ResourceName,
    /// A sentence.
    Prose,
    /// JSON, or a key in armour, whose parts are looked at for themselves.
    Structure,
    /// The hash of a password.
    PasswordHash,
    /// A UUID.
    Uuid,
    /// A digest of the usual lengths.
    Digest,
    /// A number, a date, a version.
    Number,
}

impl StandIn {
    /// The reason in words; `explain` prints it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Placeholder => "a stand-in by its words",
            Self::Reference => "a template or the name of a variable",
            Self::Expression => "a call or an expression",
            Self::Sequence => "a sequence of neighbours",
            Self::Repetition => "a repetition",
            Self::Path => "a path",
            Self::Address => "an address without a password",
            Self::ResourceName => "the public name of a resource",
            Self::Prose => "prose",
            Self::Structure => "a structure whose parts are looked at",
            Self::PasswordHash => "the hash of a password",
            Self::Uuid => "a UUID",
            Self::Digest => "a digest",
            Self::Number => "a number",
        }
    }
}

/// Words that only stand-ins contain; the providers' own example keys among them (`AKIAIOSFODNN7EXAMPLE`).
static MARKS: LazyLock<Pieces> = pieces!(
    "\
    example changeme change_me change-me changeit placeholder your_ your- yourapi yoursecret yourpass yourtoken yourkey \
    xxxx redacted replace_me replaceme replace-me insert_ insert- dummy notreal not-a-real not_a_real deadbeef abcdefghij \
    fakefake notasecret not-a-secret not_a_secret todo fixme <your my-secret my_secret fill_me fillme sample_ sample- \
"
);

/// What stands for a part that is left out.
static CUTS: LazyLock<Pieces> = pieces!("... **** \u{2022}\u{2022}");

/// Whole values, and words of values, that nobody meant to hide.
static WORDS: LazyLock<Pieces> = pieces!(
    "\
    password passwd pass passphrase secret secrets postgres postgresql mysql root admin administrator user username test \
    tests testing tester guest mypassword mysecret secretpassword pwd token apikey api key keys none null nil true false \
    undefined foo bar baz qux hello world my the a an some is this value string str default demo fake mock stub sample \
    example invalid valid wrong bad good new old your here enter insert super very long short random private public client \
    server access auth oauth bearer basic login database redis rabbitmq minio minioadmin elastic kibana grafana qwerty \
    letmein hunter abc xyz asdf foobar blah something anything other another first second not no yes ok id name email mail \
    dev local localhost prod staging temp tmp xxx and or of to in for with from plain plaintext clear text hash hashed \
    encrypted encoded raw empty blank optional required changed change me it correct horse battery staple open sesame s3cr3t p4ssw0rd \
    passw0rd pa55word pa55w0rd toor alice bob john doe jane joe \
"
);

/// How templates enclose the name of a value that is put in later.
const TEMPLATES: [(&str, &str); 9] =
    [("${", "}"), ("{{", "}}"), ("$(", ")"), ("<%", "%>"), ("%(", ")s"), ("#{", "}"), ("{%", "%}"), ("[[", "]]"), ("@{", "}")];

/// How references to other values begin.
static REFERENCES: LazyLock<Pieces> = pieces!(
    "\
    $env: env. env( env[ env: process.env os.environ os.getenv getenv secrets. vars. var. local. data. module. self. this. \
    config. settings. vault: ref+ op:// arn: aws_secretsmanager ssm: secretsmanager: resolve: !ref !sub !env enc[ enc( \
    file:// file: keyring: gcp: projects/ lookup( system.getenv \
"
);

/// Ends of values that name a thing on disk.
static FILE_ENDS: Words = words!(
    "\
    .pem .key .crt .cer .p12 .pfx .jks .json .yml .yaml .txt .xml .toml .ini .conf .html .js .ts .css .py .go .rs .java \
    .sh .md .png .svg .jpg .gif .com .org .net .io .dev .local .internal .example \
"
);

/// How the hashes of passwords begin (crypt, Django, LDAP, Argon2).
static HASHES: LazyLock<Pieces> = pieces!(
    "\
    $1$ $2a$ $2b$ $2y$ $5$ $6$ $y$ $argon2 $scrypt $pbkdf2 $apr1$ argon2$ bcrypt pbkdf2_ pbkdf2: scrypt: \
    md5$ sha1$ sha256$ sha512$ {ssha {sha {md5 {bcrypt} sha256: sha512: sha256- sha384- sha512- sha1- md5: \
"
);

/// Operators of programs, and what begins and ends tags.
static OPERATORS: LazyLock<Pieces> = LazyLock::new(|| Pieces::new(["->", "::", "||", "&&", " + ", " . ", "=>", "</", "/>", "==", "!="]));

/// What stands before a token in an HTTP header.
const SCHEMES: [&str; 4] = ["Bearer ", "bearer ", "Token ", "token "];

/// Rows in which neighbours on a keyboard or in the alphabet follow each other.
const ROWS: &[&[u8]] = &[
    b"abcdefghijklmnopqrstuvwxyz",
    b"zyxwvutsrqponmlkjihgfedcba",
    b"01234567890123456789",
    b"98765432109876543210",
    b"qwertyuiopasdfghjklzxcvbnm",
];

/// The digits that people put behind a word that stands in for a password.
const USUAL_TAILS: &[&[u8]] = &[
    b"",
    b"0",
    b"1",
    b"2",
    b"3",
    b"01",
    b"12",
    b"123",
    b"1234",
    b"12345",
    b"123456",
    b"1234567",
    b"12345678",
    b"123456789",
    b"1234567890",
    b"321",
    b"000",
    b"111",
];
/// The fewest distinct bytes of a real secret of twelve bytes or more.
const MIN_DISTINCT: usize = 5;
/// The fewest bytes of a sequence.
const MIN_SEQUENCE_BYTES: usize = 6;
/// A run of so many neighbours is no chance.
const LONG_RUN: usize = 5;
/// Values longer than this are not asked for words that stand-ins contain: they hold any word by chance.
const MAX_MARKED_BYTES: usize = 400;

/// Whether `value` is a stand-in by its own look, whatever rule found it.
pub(crate) fn is_stand_in(value: &[u8]) -> bool {
    mask(value).is_some() || sequence(value).is_some()
}

/// Why `value` is no secret, of those reasons that hold in any place.
pub(crate) fn of(value: &[u8]) -> Option<StandIn> {
    // The scheme of an HTTP header is no part of what it carries.
    let value = SCHEMES.iter().find_map(|scheme| value.strip_prefix(scheme.as_bytes())).unwrap_or(value);
    mask(value).or_else(|| sequence(value)).or_else(|| reference(value)).or_else(|| path(value)).or_else(|| words(value))
}

/// Stand-ins of the strictest kind, which hold for values of an exact shape too.
fn mask(value: &[u8]) -> Option<StandIn> {
    if value.is_empty() {
        return Some(StandIn::Empty);
    }
    let lower = value.to_ascii_lowercase();
    let closed = |(open, close): (&str, &str)| value.find(open).is_some_and(|at| value.get(at..).unwrap_or_default().contains_str(close));
    let variable = value.first() == Some(&b'$')
        && value.len() > 1
        && value.iter().skip(1).all(|&b| b.is_ascii_uppercase() || b == b'_' || b.is_ascii_digit());
    let bracketed = value.first() == Some(&b'<') && value.last() == Some(&b'>');
    let percent = value.len() > 2 && value.first() == Some(&b'%') && value.last() == Some(&b'%');
    // How one begins, each of them.
    let may_be_template = value.iter().any(|byte| matches!(byte, b'$' | b'{' | b'<' | b'%' | b'#' | b'[' | b'@'));
    if may_be_template && TEMPLATES.into_iter().any(closed) || value == b"%s" || value == b"%d" || bracketed || variable || percent {
        return Some(StandIn::Reference);
    }
    let cut = CUTS.are_in(value);
    let marked = value.len() < MAX_MARKED_BYTES && MARKS.are_in(&lower);
    if cut || marked || WORDS.leading(&lower).any(|word| lower == word) {
        return Some(StandIn::Placeholder);
    }
    if value.len() >= 12 && distinct(&lower) < MIN_DISTINCT
        || value.len() >= 5 && distinct(&lower) < 4 && value.len() < 12 && distinct(&lower) * 2 < value.len()
    {
        return Some(StandIn::Repetition);
    }
    let repeats = |unit: usize| value.len() >= unit * 3 && value.iter().zip(value.iter().skip(unit)).all(|(one, two)| one == two);
    let twins = value.windows(2).filter(|pair| pair.first() == pair.last()).count();
    (value.len() >= 12 && ((1..=4).any(repeats) || twins * 2 >= value.len())).then_some(StandIn::Repetition)
}

/// For each byte, a bit for each that follows it in one of [`ROWS`].
static FOLLOWERS: [u128; 128] = {
    let mut followers = [0; 128];
    let mut row = 0;
    while row < ROWS.len() {
        let mut at = 1;
        while at < ROWS[row].len() {
            followers[ROWS[row][at - 1] as usize] |= 1 << ROWS[row][at];
            at += 1;
        }
        row += 1;
    }
    followers
};

/// Most of the value follows rows of the alphabet, of digits or of a keyboard.
fn sequence(value: &[u8]) -> Option<StandIn> {
    if value.len() < MIN_SEQUENCE_BYTES {
        return None;
    }
    let follows = |one: u8, two: u8| {
        let followers = FOLLOWERS.get(usize::from(one.to_ascii_lowercase())).copied().unwrap_or_default();
        followers.checked_shr(u32::from(two.to_ascii_lowercase())).is_some_and(|bits| bits & 1 == 1)
    };
    // Runs of five and more, one after the other: `ABCDEabcde12345`.
    let (mut steps, mut run, mut in_runs) = (0, 1, 0);
    for (&one, &two) in value.iter().zip(value.iter().skip(1)) {
        if follows(one, two) {
            steps += 1;
            run += 1;
        } else {
            in_runs += if run >= LONG_RUN { run } else { 0 };
            run = 1;
        }
    }
    in_runs += if run >= LONG_RUN { run } else { 0 };
    (steps * 10 >= (value.len() - 1) * 9 || in_runs * 10 >= value.len() * 8).then_some(StandIn::Sequence)
}

fn reference(value: &[u8]) -> Option<StandIn> {
    let lower = value.to_ascii_lowercase();
    // The last names the scope of a signature of AWS: who signs, where and when.
    if lower.starts_with(b"arn:") || lower.starts_with(b"projects/") || lower.contains_str("aws4_request") {
        return Some(StandIn::ResourceName);
    }
    let is_structure = matches!(value, [b'{' | b'[', ..]) && (value.contains_str("\":") || value.contains_str("\\\":"));
    if is_structure || value.contains_str("-----BEGIN") {
        // What is inside is read for itself.
        return Some(StandIn::Structure);
    }
    if HASHES.lead(&lower) {
        return Some(StandIn::PasswordHash);
    }
    if let Some(notation) = notation::of(value) {
        return Some(notation);
    }
    // `NAME=value`, of which the value is read for itself.
    let name = value.iter().take_while(|&&byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_').count();
    if name > 2 && value.first().is_some_and(u8::is_ascii_uppercase) && matches!(value.get(name..), Some([b'=', next, ..]) if *next != b'=')
    {
        return Some(StandIn::Structure);
    }
    if REFERENCES.lead(&lower) {
        return Some(StandIn::Reference);
    }
    // `$NAME`, also where more follows.
    let sigil = value.strip_prefix(b"\\").unwrap_or(value).strip_prefix(b"$");
    if sigil.is_some_and(|name| name.iter().take_while(|&&byte| byte.is_ascii_uppercase() || byte == b'_').count() > 2) {
        return Some(StandIn::Reference);
    }
    // `"'.call().'"`: a string that ends, an expression, and a string that goes on.
    if let [quote @ (b'\'' | b'"'), sign @ (b'.' | b'+'), inner @ .., again, close] = value
        && (quote, sign) == (close, again)
        && !inner.is_empty()
    {
        return Some(StandIn::Expression);
    }
    let name = value.strip_prefix(b"$").or_else(|| value.strip_prefix(b"@")).unwrap_or(value);
    let is_plain_name =
        name.len() < value.len() && !name.is_empty() && name.iter().all(|&byte| byte.is_ascii_alphabetic() || byte == b'_' || byte == b'.');
    // Names of constants: words in capitals, joined by underscores; in PHP, behind a backslash.
    let is_constant = value.len() > 3
        && value.contains(&b'_')
        && value
            .strip_prefix(b"\\")
            .unwrap_or(value)
            .iter()
            .all(|&byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit())
        && value.split(|&byte| byte == b'_').all(|word| word.iter().filter(|byte| byte.is_ascii_digit()).count() * 2 <= word.len().max(2));
    if is_plain_name || is_constant {
        return Some(StandIn::Reference);
    }
    let braced = value.first() == Some(&b'{') && value.last() == Some(&b'}') && value.len() < 40;
    if braced && !value.iter().any(|byte| matches!(byte, b'+' | b'/' | b'=')) {
        return Some(StandIn::Reference);
    }
    // `call(…)`, `object.field`, `a->b`, `a::b`, `a[0]`, `a || b`.
    let call = value.find_byte(b'(').is_some_and(|at| {
        at > 1
            && value
                .get(..at)
                .is_some_and(|head| head.iter().all(|&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'$')))
    });
    let member = value.len() < 80
        && value
            .strip_prefix(b"@")
            .unwrap_or(value)
            .iter()
            .all(|&byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.' | b'$' | b'?' | b'!'))
        && value.split(|&byte| byte == b'.').count() > 1
        && value.split(|&byte| byte == b'.').skip(1).all(|part| !part.is_empty());
    let has_operator = || OPERATORS.are_in(value);
    let base64 = value.iter().all(|&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_'));
    // `name=org.package.Class` too.
    let class =
        value.split_once_str("=").map_or(value, |(name, class)| if name.iter().all(u8::is_ascii_alphanumeric) { class } else { value });
    let named_member = super::value::is_member(class) && super::value::reads_like_words(class);
    (call
        || member
        || named_member
        || !base64 && value.len() < 200 && value.iter().filter(|byte| byte.is_ascii_digit()).count() * 4 < value.len() && has_operator())
    .then_some(StandIn::Expression)
}

fn path(value: &[u8]) -> Option<StandIn> {
    let lower = value.to_ascii_lowercase();
    if let Some(scheme) = lower.find(b"://") {
        let rest = lower.get(scheme + 3..).unwrap_or_default();
        let authority = rest.split(|&byte| matches!(byte, b'/' | b'?' | b'#')).next().unwrap_or_default();
        let user = authority.rsplit_once_str("@").map(|(user, _)| user).unwrap_or_default();
        let has_password = user.split_once_str(":").is_some_and(|(_, password)| of(password).is_none());
        return (!has_password).then_some(StandIn::Address);
    }
    let is_word =
        |part: &[u8]| part.iter().all(|&byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_' | b'.' | b'*' | b'~' | b':' | b'@'));
    let parts: Vec<&[u8]> = lower.split(|&byte| byte == b'/' || byte == b'\\').collect();
    let is_version = |part: &[u8]| matches!(part, [b'v', digits @ ..] if digits.iter().all(u8::is_ascii_digit));
    let named = parts.iter().filter(|part| !part.is_empty() && (is_word(part) || is_version(part))).count();
    let filled = parts.iter().filter(|part| !part.is_empty() || !value.starts_with(b"/")).count();
    let rooted = value.starts_with(b"/")
        || value.starts_with(b"./")
        || value.starts_with(b"../")
        || value.starts_with(b"~/")
        || value.starts_with(b"\\");
    let drive = matches!(value, [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    let long_words = value.split(|&byte| byte == b'/').all(|part| {
        part.is_empty()
            || part.len() > 2
                && part.iter().filter(|byte| byte.is_ascii_digit()).count() * 4 <= part.len()
                && super::value::reads_like_words(part)
    });
    let is_path = parts.len() > 1 && (drive || named + 1 >= filled && (rooted || parts.len() > 2) || long_words && parts.len() > 2);
    let is_file = value.len() < 100 && FILE_ENDS.iter().any(|end| lower.ends_with(end.as_bytes())) && super::value::reads_like_words(value);
    (is_path || is_file).then_some(StandIn::Path)
}

/// Words that nobody would hide, alone or joined, with digits at the end; and sentences.
fn words(value: &[u8]) -> Option<StandIn> {
    if value.iter().filter(|byte| !byte.is_ascii()).count() * 3 > value.len() {
        return Some(StandIn::Prose);
    }
    // A word of another language than English.
    if !value.is_ascii() && !value.iter().any(u8::is_ascii_digit) {
        return Some(StandIn::Prose);
    }
    let spaces = value.split(|&byte| byte == b' ').count() - 1;
    if spaces > 0 && super::value::reads_like_words(value) {
        return Some(StandIn::Prose);
    }
    if spaces >= 2 && spaces * 12 >= value.len() && value.iter().filter(|byte| byte.is_ascii_digit()).count() * 5 < value.len() {
        return Some(StandIn::Prose);
    }
    if !value.iter().any(u8::is_ascii_alphanumeric) {
        return Some(StandIn::Empty);
    }
    // `mySecret` and `password123`, but not `mySecret2024` or `Password12!`.
    let tail = value.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |at| at + 1);
    let is_counted =
        value.iter().take(tail).all(|byte| !byte.is_ascii_digit()) && USUAL_TAILS.contains(&value.get(tail..).unwrap_or_default());
    let is_plain = value.iter().all(|&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b' ' | b'.' | b':' | b'/'));
    if !is_counted || !is_plain {
        return None;
    }
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let words = letter_runs(value);
    let known: usize = words.iter().filter(|word| word.len() > 2 && is_joined(word)).map(Vec::len).sum();
    let short: usize = words.iter().filter(|word| word.len() <= 2).map(Vec::len).sum();
    (known > 2 && known + short == letters && known >= short * 2).then_some(StandIn::Placeholder)
}

/// The words of a value, in lower case: cut at anything but letters, and where a capital follows a small letter.
fn letter_runs(value: &[u8]) -> Vec<Vec<u8>> {
    let ends = |pair: &[u8]| matches!(pair, [one, two] if one.is_ascii_lowercase() && two.is_ascii_uppercase());
    let mut cuts = vec![0];
    cuts.extend(value.windows(2).enumerate().filter(|(_, pair)| ends(pair)).map(|(at, _)| at + 1));
    cuts.push(value.len());
    let parts: Vec<&[u8]> = cuts.windows(2).filter_map(|cut| value.get(*cut.first()?..*cut.last()?)).collect();
    parts
        .into_iter()
        .flat_map(|part| part.split(|byte| !byte.is_ascii_alphabetic()))
        .filter(|word| !word.is_empty())
        .map(<[u8]>::to_ascii_lowercase)
        .collect()
}

/// Whether a word is one of [`WORDS`], or several of them joined.
fn is_joined(word: &[u8]) -> bool {
    if word.len() > 48 {
        return false;
    }
    // What is reached by whole words, from the start.
    let mut reached = vec![false; word.len() + 1];
    reached.iter_mut().take(1).for_each(|start| *start = true);
    for at in 0..word.len() {
        if reached.get(at) == Some(&true) {
            let rest = word.get(at..).unwrap_or_default();
            let lengths = WORDS.leading(rest).map(<[u8]>::len);
            for length in lengths.filter(|&length| length > 1) {
                reached.iter_mut().skip(at + length).take(1).for_each(|end| *end = true);
            }
        }
    }
    reached.last() == Some(&true)
}

/// Whether `value` is a UUID: groups of 8, 4, 4, 4 and 12 hexadecimal digits.
pub(crate) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

fn distinct(value: &[u8]) -> usize {
    let mut seen = [false; 256];
    value.iter().filter(|&&byte| seen.get_mut(usize::from(byte)).is_some_and(|flag| !std::mem::replace(flag, true))).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_are_told_from_values() {
        for value in [
            "AKIAIOSFODNN7EXAMPLE",
            "${TOKEN}",
            "{{ token }}",
            "<your token>",
            "xxxxxxxxxxxxxxxx",
            "aaaaaaaaaaaabbbb",
            "changeme",
            "$DB_PASS",
            "%DB_PASS%",
            "abababababababab",
            "ghp_abc...xyz",
        ] {
            assert!(is_stand_in(value.as_bytes()), "{value}");
        }
        for value in ["kP9vXw2LqT7d", "s3cr3t-Pa55", "hunter2hunter", "a%(b$(c*d.e"] {
            assert!(!is_stand_in(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn values_that_are_something_else_are_told_by_their_form() {
        for (value, reason) in [
            ("os.environ[TOKEN]", StandIn::Reference),
            ("getSecret(name)", StandIn::Expression),
            ("request.user.token", StandIn::Expression),
            ("DB_PASSWORD", StandIn::Reference),
            ("/etc/ssl/private/server.key", StandIn::Path),
            ("https://host.test/path", StandIn::Address),
            ("abcdefg1234567", StandIn::Sequence),
            ("arn:aws:iam::1:role/x", StandIn::ResourceName),
            ("get this from the vault", StandIn::Prose),
            ("testpassword123", StandIn::Placeholder),
            ("my-secret-token", StandIn::Placeholder),
            ("wp_user", StandIn::Placeholder),
            ("opensesame", StandIn::Placeholder),
            ("^.{8,32}$", StandIn::Expression),
            ("-gcflags=", StandIn::Expression),
            ("ALLOW_EMPTY_PASSWORD=true", StandIn::Structure),
            ("Bearer ABCDEabcde12345", StandIn::Sequence),
            ("/Default/CodeStyle/UserRules/=042e7460_002D/@EntryValue", StandIn::Path),
            ("oauth2", StandIn::Placeholder),
            ("@source.new_record?", StandIn::Expression),
            ("http3=org.package.http3.netty4.Http3ChannelAccessor", StandIn::Expression),
            ("\\PASSWORD_ARGON2I", StandIn::Reference),
            ("mysql://user:password@localhost/webmail", StandIn::Address),
            ("heslá!", StandIn::Prose),
            ("'.csrf_token().'", StandIn::Expression),
            ("\"+newToken2()+\"", StandIn::Expression),
            ("/api/v3/admin/customers/", StandIn::Path),
        ] {
            let told = of(value.as_bytes());
            assert!(told.is_some(), "{value} {reason:?} {told:?}");
        }
        for value in
            ["kP9vXw2LqT7d", "pq/7Xw+2LqT7d9ZrW2mVx==", "tr0ub4dor&3", "QUJDREVGR0g9=", "https://user:w0rd@host.test/", "k%40s%24m9Xw%2FqT"]
        {
            assert_eq!(of(value.as_bytes()), None, "{value}");
        }
    }
}
