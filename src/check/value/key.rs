//! What a key says of its value: that it is a password, another secret, or something else.

use std::borrow::Cow;
use std::sync::LazyLock;

/// A list of words by their first letter.
macro_rules! by_letter {
    ($text:literal) => {
        LazyLock::new(|| ByLetter::new($text.split_ascii_whitespace()))
    };
}

/// What a key promises, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Promise {
    /// It says that the value is something else: a name, a path, a public key.
    Other,
    /// Nothing.
    Nothing,
    /// Something called a key, which may be one of a map.
    Key,
    /// A token, a secret, a key to an interface.
    Secret,
    /// A password.
    Password,
}

/// Words for passwords.
static PASSWORDS: LazyLock<ByLetter> = by_letter!(
    "password passwd passphrase passwort passcode pwd pswd psw pw pass paswd securestring contrasena motdepasse senha parola identifiedby"
);
/// Words for other secrets.
static SECRETS: LazyLock<ByLetter> = by_letter!(
    "\
    secret token access accesscode secretaccess apikey accesskey privatekey authkey secretkey encryptionkey signingkey masterkey accountkey sharedkey \
    licensekey licencekey appkey apptoken apisecret credential credentials bearer authorization auth psk presharedkey \
    jwt pat salt hmac storagekey subscriptionkey webhook connectionstring serverkey clientkey userkey \
    servicekey integrationkey writekey readkey adminkey xoauth2bearer apicode apipass xapikey seed mnemonic dsn creds cred \
    sas sig srt sec auths apitoken routingkey deploykey cipherkey aeskey deskey cryptokey vaultkey transferkey publishkey \
    subscribekey keytoken \
"
);
/// Words that make the value something else when the key ends with them.
static OTHER_ENDS: LazyLock<ByLetter> = by_letter!(
    "\
    id ids uuid guid name names file filename files path paths dir directory folder url urls uri uris endpoint host \
    hostname domain type types kind field fields label labels hint placeholder prompt title text texts message messages \
    msg error errors length len size min max count counter num number expiry expires expiration expire ttl timeout age \
    lifetime duration date time timestamp mtime ctime atime pattern regex regexp format policy rule rules validator validators validation \
    version prefix suffix index column columns table row class css selector icon image link page form input button screen \
    view route param params parameter parameters args header headers status state enabled disabled required optional \
    changed reset forgot forgotten strength algorithm alg algo usage scope scopes issuer audience provider providers \
    manager service store storage ref reference vault arn alias location region bucket encoding separator sep delimiter \
    generator factory handler callback function method module mode level order position offset hash hashes hasher hashers digest digests sha \
    checksum checksums fingerprint fingerprints thumbprint description desc help doc docs comment note notes example test tests schema model \
    object property properties attr attribute attributes binding variable var env environ config configuration settings \
    setting option options parser lexer stream list map set dict array expected actual result response request \
    event action command cmd rotation renewal management manager mgr user username login email mail account bits tokens keys \
    secrets passwords match matches confirmation confirm again repeat char chars character characters limit limits budget \
    cost price usd eth contract address symbol logo mint supply balance kid iv nonce group groups role roles permission \
    permissions owner source target public cert certificate crt pub ca year month day style color colour width height \
    weight font layout template theme lang language locale translation node span start end pos prev next first last \
    for the an of in with by from on at this that \
    fmt found charset encodage differ expired short current encode decode strip replace trim startswith endswith includes contains equals compare exec \
"
);
/// Words that make it something else wherever they stand before `key` or `token`.
static OTHER_KINDS: LazyLock<ByLetter> = by_letter!(
    "\
    public pub primary foreign sort partition cache map object unique keyboard hot translation locale i18n query \
    row hash range press cancel cancellation next page continuation lookup metric json dict event sorting index \
    idempotency dedupe image arrow trans csrf xsrf csrfmiddleware authenticity gpg pgp lang msg path tree leaf node jira issue kafka storage sync websocket socket verification binary \
"
);

/// Words before `pass` that make it no password.
const PASSES: &[&str] = &[
    "pre", "post", "one", "two", "first", "second", "last", "single", "multi", "render", "depth", "stencil", "shader", "forward",
    "backward",
];

/// A key, cut into its words.
#[derive(Debug)]
pub(super) struct Key {
    /// The words in lower case, without anything between them.
    joined: String,
    /// Where each word ends in it.
    ends: Vec<usize>,
    promise: Promise,
}

impl Key {
    /// Reads a key as written: in camel case, snake case, kebab case, as a path or in prose.
    pub(super) fn new(raw: &[u8]) -> Self {
        let mut joined = String::with_capacity(raw.len());
        let mut ends = Vec::with_capacity(FEW_WORDS);
        // Where the word begins that is read.
        let mut start = 0;
        let mut before = 0_u8;
        for (at, &byte) in raw.iter().enumerate() {
            let begins = byte.is_ascii_uppercase()
                && (before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || before.is_ascii_uppercase() && raw.get(at + 1).is_some_and(u8::is_ascii_lowercase));
            let is_inner = byte.is_ascii_alphanumeric();
            if (!is_inner || begins) && joined.len() > start {
                start = joined.len();
                ends.push(start);
            }
            if is_inner {
                joined.push(char::from(byte.to_ascii_lowercase()));
            }
            before = byte;
        }
        if joined.len() > start {
            ends.push(joined.len());
        }
        let promise = promise(&joined, words(&joined, &ends));
        Self { joined, ends, promise }
    }

    /// Its words, in order.
    fn words(&self) -> impl DoubleEndedIterator<Item = &str> {
        words(&self.joined, &self.ends)
    }

    /// Whether the key holds a word, however its parts are joined: `api_key` stands in `myApiKey` and `API-KEY`. A word of
    /// four letters or fewer must be one of the key's own words, or end one.
    pub(super) fn holds(&self, word: &str) -> bool {
        let plain: String = word.bytes().filter(u8::is_ascii_alphanumeric).map(char::from).collect();
        if plain.len() > 4 { self.joined.contains(&plain) } else { self.words().any(|own| ends(own, &plain)) }
    }

    /// Whether a value says no more than this key does: `PASSWORD = "password"`, `KEYWORDS_KEY = "_app_keywords"`.
    pub(super) fn repeats(&self, value: &Self) -> bool {
        let stem = self.words().next_back().map_or(0, |last| self.joined.len().saturating_sub(last.len()));
        let says = |name: &str| name.len() > 5 && value.joined.ends_with(name);
        !value.joined.is_empty()
            && (self.joined.ends_with(&value.joined) || says(&self.joined) || self.joined.get(..stem).is_some_and(says))
    }

    /// Whether it has several words.
    pub(super) fn is_compound(&self) -> bool {
        self.ends.len() > 1 || self.joined.len() > 5
    }

    /// What the key promises.
    pub(super) fn promise(&self) -> Promise {
        self.promise
    }
}

/// The words of a key, of which each ends where the next begins.
fn words<'k>(joined: &'k str, ends: &'k [usize]) -> impl DoubleEndedIterator<Item = &'k str> + Clone {
    let start = |number: usize| number.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    ends.iter().enumerate().map(move |(number, &end)| joined.get(start(number)..end).unwrap_or_default())
}

fn promise<'k>(joined: &'k str, words: impl DoubleEndedIterator<Item = &'k str> + Clone) -> Promise {
    let trimmed = words.map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()));
    let mut tail = trimmed.clone().rev().filter(|word| !word.is_empty());
    let Some(last) = tail.next() else { return Promise::Nothing };
    let before = tail.next();
    if OTHER_ENDS.contains(last) {
        return Promise::Other;
    }
    // Most keys hold no number.
    let has_digits = joined.bytes().any(|byte| byte.is_ascii_digit());
    let joined = if has_digits { Cow::Owned(trimmed.collect::<String>()) } else { Cow::Borrowed(joined) };
    // The names of assemblies of .NET hold one; the others keep forms from being sent by strangers.
    if joined.ends_with("publickeytoken")
        || joined.ends_with("pubkey")
        || joined.ends_with("repokey")
        || holds_mark(joined.as_bytes(), *b"csrf")
        || holds_mark(joined.as_bytes(), *b"xsrf")
    {
        return Promise::Other;
    }
    // What a program makes over a text or a picture.
    if last == "pass" && before.is_some_and(|before| PASSES.contains(&before)) {
        return Promise::Other;
    }
    let tail = [Some(last), before];
    if PASSWORDS.speaks(&tail, &joined) {
        return Promise::Password;
    }
    let is_other = before.is_some_and(|before| OTHER_KINDS.contains(before));
    if is_other && (ends(last, "key") || ends(last, "token")) {
        return Promise::Other;
    }
    // `private const LIMIT` is no secret, as `private` alone may be.
    if SECRETS.speaks(&tail, &joined) || last == "private" {
        return Promise::Secret;
    }
    if ends(last, "key") || last == "keys" { Promise::Key } else { Promise::Nothing }
}

/// Whether a key's letters hold a short mark.
fn holds_mark(joined: &[u8], mark: [u8; 4]) -> bool {
    joined.windows(mark.len()).any(|four| four == mark)
}

/// Words by their first letter.
struct ByLetter {
    all: [Vec<&'static str>; 26],
    /// Those of more than [`HEAD`] letters, each behind its first ones.
    long: [Vec<([u8; HEAD], &'static str)>; 26],
}

impl ByLetter {
    fn new(words: impl IntoIterator<Item = &'static str>) -> Self {
        let mut letters = Self { all: Default::default(), long: Default::default() };
        for word in words {
            let letter = letter(word.as_bytes());
            if let Some(list) = letters.all.get_mut(letter) {
                list.push(word);
            }
            if let (Some(list), Some((head, [_, ..]))) = (letters.long.get_mut(letter), word.as_bytes().split_first_chunk()) {
                list.push((*head, word));
            }
        }
        letters
    }

    fn begin_like(&self, text: &[u8]) -> impl Iterator<Item = &'static str> {
        self.all.get(letter(text)).into_iter().flatten().copied()
    }

    /// Whether a text begins with one of the long words, and few letters follow it.
    fn leads(&self, text: &[u8]) -> bool {
        let Some((head, rest)) = text.split_first_chunk::<HEAD>() else { return false };
        let mut known = self.long.get(letter(text)).into_iter().flatten();
        known.any(|(first, word)| {
            let rest = word.as_bytes().get(HEAD..).filter(|_| first == head).and_then(|end| rest.strip_prefix(end));
            rest.is_some_and(|rest| rest.len() <= MAX_AFTER_WORD)
        })
    }

    fn contains(&self, word: &str) -> bool {
        self.begin_like(word.as_bytes()).any(|known| known == word)
    }

    /// Whether one of the last two words of a key is one of these, or ends with a short one, or the key's letters hold a
    /// longer one near their end.
    fn speaks(&self, tail: &[Option<&str>], joined: &str) -> bool {
        let bytes = joined.as_bytes();
        let far = bytes.len().saturating_sub(MAX_WORD + MAX_AFTER_WORD);
        (far..bytes.len()).any(|at| bytes.get(at..).is_some_and(|rest| self.leads(rest))) || tail.iter().flatten().any(|own| self.ends(own))
    }

    /// Whether a word of a key is a short one of these, or ends with it.
    fn ends(&self, own: &str) -> bool {
        (2..=4).any(|length| {
            let at = own.len().checked_sub(length);
            at.and_then(|at| own.get(at..)).is_some_and(|end| self.begin_like(end.as_bytes()).any(|word| word == end) && ends(own, end))
        })
    }
}

/// The number of a text's first letter; that of `z` for anything else.
fn letter(text: &[u8]) -> usize {
    text.first().map_or(25, |byte| usize::from(byte.wrapping_sub(b'a')).min(25))
}

/// So many words a key has, mostly.
const FEW_WORDS: usize = 4;
/// How many of a word's first letters are compared at once.
const HEAD: usize = 4;
/// The most letters of a word in the lists.
const MAX_WORD: usize = 16;
/// How many letters may follow the word that tells, as in `passwordForSuperUser`.
const MAX_AFTER_WORD: usize = 14;

/// Whether a word is `end`, or a name with it at its end such as `dbpass`; `bypass` is not.
fn ends(word: &str, end: &str) -> bool {
    const LOOKALIKES: &[&str] = &[
        "bypass",
        "compass",
        "trespass",
        "surpass",
        "overpass",
        "underpass",
        "monkey",
        "donkey",
        "turkey",
        "hockey",
        "hotkey",
        "jockey",
        "whiskey",
        "passkey",
        "keypass",
        "spat",
        "format",
        "compat",
        "concat",
        "flat",
        "stat",
        "oauth",
        "unpass",
    ];
    word == end || word.strip_suffix(end).is_some_and(|head| head.len() >= 2 && end.len() > 2 && !LOOKALIKES.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_promise_what_a_reader_would_expect() {
        for (promise, keys) in [
            (
                Promise::Password,
                &[
                    "password",
                    "DB_PASSWORD",
                    "dbpass",
                    "userPwd",
                    "spring.datasource.password",
                    "ClearTextPassword",
                    "MYSQL_ROOT_PASSWORD1",
                ][..],
            ),
            (
                Promise::Secret,
                &["api_key", "apiKey", "X-API-Key", "client_secret", "authToken", "mySecretString", "AWS_SECRET_ACCESS_KEY", "acme token"],
            ),
            (Promise::Key, &["acme_key", "godaddyKey", "Key"]),
            (
                Promise::Other,
                &[
                    "password_file",
                    "PasswordMgr",
                    "gpg-key",
                    "authenticity_token",
                    "secretName",
                    "token_type",
                    "public_key",
                    "primaryKey",
                    "api_key_id",
                    "passwordHash",
                    "cache_key",
                    "Password for the",
                    "passwordMtime",
                    "publicKeyToken",
                    "updater.pubkey",
                    "docker_repo_repokey",
                    "BinaryKey",
                    "no strict pre-pass",
                    "csrfmiddlewaretoken",
                    "Sec-WebSocket-Key",
                    "KeystorePasswordSecretNotFound",
                ],
            ),
            (Promise::Nothing, &["monkey", "bypass", "name of it", "value", "private const ASCII", ""]),
        ] {
            for key in keys {
                let expected = if *key == "name of it" { Promise::Nothing } else { promise };
                assert_eq!(Key::new(key.as_bytes()).promise(), expected, "{key}");
            }
        }
    }

    #[test]
    fn a_word_is_held_however_its_parts_are_joined() {
        for key in ["api_key", "apiKey", "API-KEY", "my.api.key", "xapikey"] {
            assert!(Key::new(key.as_bytes()).holds("api_key"), "{key}");
        }
        assert!(!Key::new(b"bypass").holds("pass"));
        assert!(Key::new(b"dbpass").holds("pass"));
    }
}
