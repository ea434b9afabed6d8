//! What holds for every archive, sound, broken or hostile.

use std::convert::Infallible;
use std::process::Command;
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use stanch::archive::{Limits, Summary, Why, kind, open};

use crate::support::pack::{bzip2, database, gzip, tar, xz, zip, zip_by, zstd};

/// Small, so that they are met.
const LIMITS: Limits = Limits { depth: 3, members: 20, total_bytes: 1 << 20, ratio: 100, held_bytes: 64 << 10 };

/// A sound archive of every kind, and some in each other.
static SOUND: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let text = "a line of text\n".repeat(200).into_bytes();
    let noise: Vec<u8> = (0_u32..2000).flat_map(|number| number.wrapping_mul(0x9E37_79B9).to_le_bytes()).collect();
    let files = [("a.txt", text.as_slice()), ("a/b/c.bin", &noise), ("empty", b"")];
    let tarred = tar(&[("x".repeat(300).as_str(), text.as_slice()), ("b.gz", &gzip(&text))]);
    let tables = database("delete", |database| {
        database.execute_batch("CREATE TABLE a (b, c); CREATE INDEX d ON a (b); CREATE TABLE e (f PRIMARY KEY) WITHOUT ROWID").unwrap();
        for number in 0..300 {
            database.execute("INSERT INTO a VALUES (?1, ?2)", (number, gzip(&text))).unwrap();
            database.execute("INSERT INTO e VALUES (?1)", [format!("{number}")]).unwrap();
        }
    });
    vec![
        zip(&files),
        zip_by(zip::CompressionMethod::Stored, &files),
        zip(&[("in.zip", &zip(&files)), ("in.tar.xz", &xz(&tarred))]),
        tarred.clone(),
        gzip(&tarred),
        bzip2(&noise),
        xz(&noise),
        [zstd(&noise), vec![0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4], zstd(&text)].concat(),
        gzip(&gzip(&gzip(&gzip(&text)))),
        gzip(&vec![0; 4 << 20]),
        bundle(),
        zip(&[("a.bundle", &bundle())]),
        tables,
    ]
});

/// A bundle with deltas.
fn bundle() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false"]).args(arguments);
        assert!(command.current_dir(folder.path()).env("GIT_CONFIG_GLOBAL", "/dev/null").status().unwrap().success());
    };
    git(&["init", "-q"]);
    for number in 0..4 {
        let lines: Vec<String> = (0..300).map(|line| format!("{}\n", line * 7 + line % 3 * number)).collect();
        std::fs::write(folder.path().join("a.txt"), lines.concat()).unwrap();
        git(&["add", "a.txt"]);
        git(&["commit", "-q", "-m", "a change"]);
    }
    git(&["bundle", "create", "-q", "a.bundle", "HEAD"]);
    std::fs::read(folder.path().join("a.bundle")).unwrap()
}

/// Opens `bytes`, and tells the summary, the members and how many bytes they had.
fn opened(bytes: &[u8], limits: Limits) -> (Summary, Vec<String>, u64) {
    let (mut members, mut size) = (Vec::new(), 0);
    let taken: Result<Summary, Infallible> = open(b"dir/name.gz", bytes, limits, &mut |member| {
        members.push(member.path.to_string());
        let mut content = Vec::new();
        member.content.read_to_end(&mut content).expect("because what does not read ends a member");
        size += content.len() as u64;
        Ok(())
    });
    let Ok(summary) = taken;
    (summary, members, size)
}

#[test]
fn sound_archives_are_read_whole() {
    let wide = Limits { members: 10_000, ratio: 1_000_000, total_bytes: 1 << 30, depth: 8, held_bytes: 16 << 20 };
    for (number, bytes) in SOUND.iter().enumerate() {
        let (summary, members, size) = opened(bytes, wide);
        assert_eq!(summary.faults, [], "{number}: {members:?}");
        assert!(!members.is_empty() && summary.members == members.len() as u64 && size > 1000, "{number}: {members:?}");
    }
    let names = |at: usize| opened(&SOUND[at], wide).1;
    assert_eq!(names(1), ["a.txt", "a/b/c.bin"]);
    let long = format!("in.tar.xz!/{}", "x".repeat(300));
    assert_eq!(names(2), ["in.zip!/a.txt", "in.zip!/a/b/c.bin", "in.zip!/empty", "in.zip", &long, "in.tar.xz!/b.gz!/b"]);
    assert_eq!(names(7), ["name"]);
}

#[test]
fn limits_are_told_by_name() {
    let why = |at: usize, limits: Limits| opened(&SOUND[at], limits).0.faults.iter().map(|fault| fault.why).collect::<Vec<_>>();
    assert_eq!(why(8, LIMITS), [Why::Depth]);
    assert_eq!(why(9, Limits { total_bytes: 8 << 20, ..LIMITS }), [Why::Ratio]);
    assert_eq!(why(0, Limits { members: 1, ..LIMITS }), [Why::Members]);
    assert_eq!(why(1, Limits { total_bytes: 5000, ..LIMITS }), [Why::Total]);
    assert_eq!(why(2, Limits { held_bytes: 100, ..LIMITS }).first(), Some(&Why::Held));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_archive_makes_a_panic_or_passes_a_limit(
        which in 0_usize..13,
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
        more in vec(any::<u8>(), 0..40),
    ) {
        let mut bytes = SOUND[which].clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()) + 1);
        }
        bytes.extend(more);
        holds(&bytes)?;
    }

    #[test]
    fn no_bytes_make_a_panic(which in 0_usize..13, kept in 1_usize..64, bytes in vec(any::<u8>(), 0..2000)) {
        let head = SOUND[which].get(..kept).unwrap_or_default();
        holds(&[head, &bytes].concat())?;
    }
}

fn holds(bytes: &[u8]) -> Result<(), TestCaseError> {
    let (summary, members, size) = opened(bytes, LIMITS);
    if kind(bytes).is_none() {
        prop_assert_eq!((summary.members, summary.faults.len()), (0, 0));
        return Ok(());
    }
    // An archive inside is handed out as its bytes, too, once for each level that it stands in.
    let most = (LIMITS.total_bytes + bytes.len() as u64) * u64::from(LIMITS.depth + 1);
    prop_assert!(size <= most, "{} bytes of {}", size, bytes.len());
    prop_assert!(members.len() as u64 <= (LIMITS.members + 1) * 2);
    prop_assert!(members.iter().all(|path| path.matches("!/").count() <= LIMITS.depth as usize));
    Ok(())
}
