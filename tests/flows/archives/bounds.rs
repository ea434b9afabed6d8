//! Archives that are too much, broken or shut: what can be read is searched, and the rest is never clean.

use std::io::Write as _;

use flate2::write::GzEncoder;

use crate::support::TestRepo;
use crate::support::pack::{database, encrypted_zip, gzip, leak, tar, zip};

#[test]
fn a_bomb_ends_at_its_ratio_and_what_came_before_is_searched() {
    let repo = TestRepo::started();
    let zeros = vec![b'0'; 64 << 20];
    let bomb = zip(&[("a.py", b"x = 1\n"), ("zeros.txt", &zeros), ("never.py", b"")]);
    assert!(bomb.len() < 100_000);
    repo.commit_file("bomb.zip", &bomb).stops().says("`zeros.txt` was not fully read").says("limits.archive_ratio");
    let found = zip(&[("a.py", leak(&repo).as_bytes()), ("zeros.txt", &zeros)]);
    repo.commit_file("bomb.zip", found).blocks("bomb.zip!/a.py:1:14").says("1 not looked at");
    repo.write("bomb.gz", gzip(&zeros));
    repo.stanch(["scan", "bomb.gz"]).incomplete().says("not looked at: bomb.gz: `bomb` was not fully read");
}

#[test]
fn more_bytes_than_may_come_out_make_it_incomplete() {
    let repo = TestRepo::started();
    repo.write("stanch.toml", "[limits]\narchive_total_bytes = 1000\n");
    let noise: Vec<u8> = (0_u32..500).flat_map(|number| number.wrapping_mul(0x9E37_79B9).to_le_bytes()).collect();
    repo.write("a.zip", zip(&[("noise", &noise), ("b.py", leak(&repo).as_bytes())]));
    repo.stanch(["scan", "a.zip"]).incomplete().says("limits.archive_total_bytes");
}

#[test]
fn too_many_members_make_it_incomplete() {
    let repo = TestRepo::started();
    let leak = leak(&repo);
    let names: Vec<String> = (0..100_000).map(|number| format!("{number}")).collect();
    let mut files: Vec<(&str, &[u8])> = vec![("first.py", leak.as_bytes())];
    files.extend(names.iter().map(|name| (name.as_str(), b"x".as_slice())));
    repo.write("many.zip", zip(&files));
    repo.stanch(["scan", "many.zip"]).blocks("many.zip!/first.py:1:14").says("more than 10000 members").says("limits.archive_members");
    repo.write("many.tar.gz", gzip(&tar(&files[..10_002])));
    repo.stanch(["scan", "many.tar.gz"]).blocks("many.tar.gz!/first.py:1:14").says("more than 10000 members");
}

#[test]
fn archives_in_each_other_end_at_a_depth() {
    let repo = TestRepo::started();
    let mut bytes = zip(&[("a.py", leak(&repo).as_bytes())]);
    for _ in 0..5 {
        bytes = zip(&[("a.zip", &bytes)]);
    }
    repo.write("deep.zip", &bytes);
    repo.stanch(["scan", "deep.zip"]).incomplete().says("limits.archive_depth");
    repo.write("stanch.toml", "[limits]\narchive_depth = 6\n");
    repo.stanch(["scan", "deep.zip"]).blocks("deep.zip!/a.zip!/a.zip!/a.zip!/a.zip!/a.zip!/a.py:1:14").says("1 blocked, 0 warned ·");
    repo.write("stanch.toml", "[limits]\narchive_depth = 9\n");
    repo.stanch(["scan", "deep.zip"]).ends(2).says("give a whole number from 0 to 8");
}

/// Sixteen in each of sixteen, as in `42.zip`: small, and much when it is opened.
#[test]
fn archives_that_fan_out_end_at_a_limit() {
    let repo = TestRepo::started();
    let mut bytes = zip(&[("zeros", &vec![0; 4 << 20])]);
    for _ in 0..4 {
        let names: Vec<String> = (0..16).map(|number| format!("{number}.zip")).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), bytes.as_slice())).collect();
        bytes = zip(&files);
    }
    repo.commit_file("42.zip", bytes).stops().says("1 not looked at");
}

/// A gzip that holds itself, by Russ Cox's trick, would do the same: each level has a level below.
#[test]
fn a_gzip_in_a_gzip_without_end_ends() {
    let repo = TestRepo::started();
    let mut bytes = b"x = 1\n".to_vec();
    for _ in 0..64 {
        bytes = gzip(&bytes);
    }
    repo.commit_file("r.gz", bytes).stops().says("limits.archive_depth");
}

#[test]
fn a_gzip_that_ends_early_is_searched_as_far_as_it_goes() {
    let repo = TestRepo::started();
    let noise = (0_u32..5_000).map(|number| number.wrapping_mul(0x9E37_79B9).to_string()).collect::<Vec<_>>().join("\n");
    let mut stream = GzEncoder::new(Vec::new(), flate2::Compression::best());
    stream.write_all(leak(&repo).as_bytes()).unwrap();
    stream.flush().unwrap();
    stream.write_all(noise.as_bytes()).unwrap();
    let mut bytes = stream.finish().unwrap();
    bytes.truncate(bytes.len() / 2);
    repo.commit_file("a.log.gz", &bytes).blocks("a.log.gz!/a.log:1:14").says("1 not looked at").says("ends early or is broken");
    repo.commit_file("a.log.gz", &gzip(noise.as_bytes())[..1000]).stops();
}

#[test]
fn a_zip_that_ends_early_is_searched_as_far_as_it_goes() {
    let repo = TestRepo::started();
    let mut bytes = zip(&[("a.py", leak(&repo).as_bytes()), ("b.py", b"x = 1\n")]);
    bytes.truncate(bytes.len() - 40);
    repo.commit_file("a.zip", bytes).blocks("a.zip!/a.py:1:14").says("the archive was not fully read");
    repo.commit_file("a.zip", b"PK\x03\x04 and so on").stops().says("`exclude`");
}

#[test]
fn an_encrypted_member_is_not_clean() {
    let repo = TestRepo::started();
    repo.commit_file("shut.zip", encrypted_zip(&[("a.py", b"x = 1\n"), ("b.py", b"x = 1\n")]))
        .stops()
        .says("`a.py` and 1 more were not fully read, because it is encrypted");
    repo.commit_file("stanch.toml", "exclude = [\"shut.zip\"]\n").stops();
    repo.git(["commit", "-q", "-n", "-m", "accepted"]).ok();
    repo.stanch(["scan"]).clean();
}

#[test]
fn a_broken_database_and_a_broken_bundle_are_not_clean() {
    let repo = TestRepo::started();
    let mut bytes = database("delete", |database| {
        database.execute_batch("CREATE TABLE a (b)").unwrap();
        for number in 0..2000 {
            database.execute("INSERT INTO a VALUES (?1)", [format!("value {number}")]).unwrap();
        }
    });
    bytes[4096..8192].fill(0xA5);
    repo.write("a.db", &bytes);
    repo.stanch(["scan", "a.db"]).incomplete().says("ends early or is broken");
    repo.write("b.db", b"SQLite format 3\0 and so on");
    repo.stanch(["scan", "b.db"]).incomplete();
    repo.git(["bundle", "create", "-q", "c.bundle", "main"]).ok();
    let mut bytes = repo.read("c.bundle");
    bytes.truncate(bytes.len() - 30);
    repo.write("c.bundle", bytes);
    repo.stanch(["scan", "c.bundle"]).incomplete().says("ends early or is broken");
}

#[test]
fn what_is_not_opened_at_all_is_counted() {
    let repo = TestRepo::started();
    repo.commit_file("a.7z", b"7z\xBC\xAF\x27\x1C and so on").clean().says("1 archive not opened");
    repo.commit_file("a.zip", zip(&[("a.rar", b"Rar!\x1A\x07 and so on")])).clean().says("1 archive not opened");
    repo.commit_file("a.lz4", [&[0x04, 0x22, 0x4D, 0x18], b" and so on".as_slice()].concat()).clean().says("1 archive not opened");
    repo.commit_file("stanch.toml", "[limits]\narchive_bytes = 0\n").clean();
    repo.commit_file("b.zip", zip(&[("b.py", leak(&repo).as_bytes())])).clean().says("1 archive not opened");
}

#[test]
fn an_archive_larger_than_may_be_opened_makes_a_scan_incomplete() {
    let repo = TestRepo::started();
    repo.write("stanch.toml", "[limits]\narchive_bytes = 20\n");
    repo.write("a.zip", zip(&[("a.py", leak(&repo).as_bytes())]));
    repo.stanch(["scan", "a.zip"]).incomplete().says("larger than 20 bytes and was not opened; raise `limits.archive_bytes`");
}
