//! A secret inside an archive is found where it stands.

use zip::CompressionMethod;

use crate::support::TestRepo;
use crate::support::pack::{bzip2, database, gzip, leak, tar, xz, zip, zip_by, zstd};

#[test]
fn a_secret_in_a_zip_blocks_and_names_its_member() {
    let repo = TestRepo::started();
    let leak = format!("x=1\n{}", repo.leak());
    repo.commit_file("lib/app.jar", zip(&[("META-INF/MANIFEST.MF", b"a: b\n"), ("app/config.properties", leak.as_bytes())]))
        .blocks("lib/app.jar!/app/config.properties:2:14")
        .says("2 members");
    repo.stanch(["scan", "--output", "json"]).ends(1).says(r#""member": "app/config.properties""#).says(r#""path": "lib/app.jar""#);
}

#[test]
fn a_secret_in_an_archive_is_found_at_push_in_ci_and_in_files() {
    let repo = TestRepo::shared();
    let before = repo.ask(["rev-parse", "HEAD"]);
    repo.slip("a.zip", zip(&[("a.py", leak(&repo).as_bytes())]));
    repo.git(["push", "origin", "main"]).blocks("a.zip!/a.py:1:14");
    repo.stanch(["scan", "--range", &format!("{before}..HEAD")]).blocks("a.zip!/a.py:1:14");
    repo.stanch(["scan", "a.zip"]).blocks("a.zip!/a.py:1:14");
    repo.stanch_fed(&repo.read("a.zip"), ["scan", "--stdin", "--path", "a.zip"]).blocks("a.zip!/a.py:1:14");
}

#[test]
fn every_kind_of_archive_is_opened() {
    let repo = TestRepo::started();
    let files = |leak: &str| tar(&[("etc/a.conf", b"x\n"), ("etc/b.conf", leak.as_bytes())]);
    for (name, bytes, place) in [
        ("a.gz", gzip(leak(&repo).as_bytes()), "a.gz!/a:1:14"),
        ("b.log.bz2", bzip2(leak(&repo).as_bytes()), "b.log.bz2!/b.log:1:14"),
        ("c.sql.xz", xz(leak(&repo).as_bytes()), "c.sql.xz!/c.sql:1:14"),
        ("d.json.zst", zstd(leak(&repo).as_bytes()), "d.json.zst!/d.json:1:14"),
        ("e.tar", files(&leak(&repo)), "e.tar!/etc/b.conf:1:14"),
        ("f.tar.gz", gzip(&files(&leak(&repo))), "f.tar.gz!/etc/b.conf:1:14"),
        ("g.tar.bz2", bzip2(&files(&leak(&repo))), "g.tar.bz2!/etc/b.conf:1:14"),
        ("h.txz", xz(&files(&leak(&repo))), "h.txz!/etc/b.conf:1:14"),
        ("i.tar.zst", zstd(&files(&leak(&repo))), "i.tar.zst!/etc/b.conf:1:14"),
        ("j.whl", zip_by(CompressionMethod::Stored, &[("a.py", leak(&repo).as_bytes())]), "j.whl!/a.py:1:14"),
    ] {
        repo.write(name, bytes);
        repo.stanch(["scan", name]).blocks(place).says("1 blocked");
    }
}

#[test]
fn archives_in_archives_are_opened() {
    let repo = TestRepo::started();
    let jar = zip(&[("conf/app.properties", leak(&repo).as_bytes())]);
    let war = zip(&[("WEB-INF/lib/inner.jar", &jar), ("index.html", b"<p>")]);
    repo.commit_file("dist.tar.gz", gzip(&tar(&[("dist/app.war", &war)])))
        .blocks("dist.tar.gz!/dist/app.war!/WEB-INF/lib/inner.jar!/conf/app.properties:1:14");
}

#[test]
fn an_office_document_is_a_zip() {
    let repo = TestRepo::started();
    let text = format!("<?xml version=\"1.0\"?>\n<w:t>{}</w:t>", repo.secret());
    repo.commit_file("notes.docx", zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", text.as_bytes())]))
        .blocks("notes.docx!/word/document.xml:2:6");
}

#[test]
fn a_member_in_another_encoding_is_read() {
    let repo = TestRepo::started();
    let wide: Vec<u8> = std::iter::once(0xFEFF).chain(repo.leak().encode_utf16()).flat_map(u16::to_le_bytes).collect();
    repo.commit_file("a.zip", zip(&[("a.txt", &wide)])).blocks("a.zip!/a.txt:1:14");
    let mut false_mark = vec![0xFF, 0xFE];
    false_mark.extend(repo.leak().bytes());
    repo.commit_file("a.zip", zip(&[("a.txt", &false_mark)])).blocks("a.zip!/a.txt:1:");
}

#[test]
fn what_the_version_before_holds_is_old() {
    let repo = TestRepo::started();
    let (old, new) = (leak(&repo), leak(&repo));
    repo.slip("a.zip", zip(&[("a.py", old.as_bytes())]));
    repo.commit_file("a.zip", zip(&[("b.py", old.as_bytes()), ("c.py", b"x = 1\n")])).clean().says("1 old");
    repo.commit_file("a.zip", zip(&[("b.py", old.as_bytes()), ("c.py", new.as_bytes())])).blocks("a.zip!/c.py:1:14").says("1 old");
    repo.git(["reset", "-q", "--hard"]).ok();
    repo.git(["mv", "a.zip", "moved.zip"]).ok();
    repo.git(["commit", "-q", "-m", "moved"]).clean();
}

#[test]
fn one_name_that_stands_twice_in_a_zip_hides_nothing() {
    let repo = TestRepo::started();
    let mut bytes = zip(&[("a.py", leak(&repo).as_bytes()), ("b.py", b"x = 1\n")]);
    for at in 0..bytes.len() - 4 {
        if bytes[at..].starts_with(b"b.py") {
            bytes[at] = b'a';
        }
    }
    repo.commit_file("a.zip", bytes).blocks("a.zip!/a.py:1:14");
}

#[test]
fn what_stands_behind_the_end_of_a_tar_is_read() {
    let repo = TestRepo::started();
    let mut bytes = tar(&[("a.txt", b"x\n")]);
    bytes.extend([0; 8192]);
    bytes.extend(repo.leak().bytes());
    repo.commit_file("a.tar.gz", gzip(&bytes)).blocks("a.tar.gz!/(behind the end)");
}

#[test]
fn hooks_leave_large_archives_to_ci_and_a_server() {
    let repo = TestRepo::shared();
    let noise: Vec<u8> = (0_u32..800_000).flat_map(|number| number.wrapping_mul(0x9E37_79B9).to_le_bytes()).collect();
    let bytes = zip_by(CompressionMethod::Stored, &[("noise", &noise)]);
    let mut inner = zip(&[("a.py", leak(&repo).as_bytes())]);
    let packed = zip_by(CompressionMethod::Stored, &[("noise", &noise), ("inner.zip", &inner)]);
    assert!(bytes.len() > 1 << 20);
    repo.commit_file("large.zip", &packed).clean().says("1 archive not opened");
    repo.stanch(["scan", "large.zip"]).blocks("large.zip!/inner.zip!/a.py:1:14");
    let remote = repo.beside("remote.git");
    remote.stanch(["install"]).ok();
    repo.git(["push", "origin", "main"]).says("large.zip!/inner.zip!/a.py:1:14");
    // A commit cannot keep its own archive shut.
    inner.clear();
    repo.commit_file("stanch.toml", "[limits]\nhook_archive_bytes = 4000000\n").clean();
    repo.commit_file("larger.zip", [packed, inner].concat()).blocks("larger.zip!/inner.zip!/a.py:1:14");
    repo.git(["reset", "-q"]).ok();
    repo.stage("stanch.toml", "[limits]\nhook_archive_bytes = 0\narchive_bytes = 0\n");
    repo.git(["add", "larger.zip"]).ok();
    repo.git(["commit", "-q", "-m", "shut"]).blocks("larger.zip!/inner.zip!/a.py:1:14");
}

#[test]
fn a_database_is_read_row_by_row() {
    let repo = TestRepo::started();
    let padding = "x".repeat(5000);
    let bytes = database("wal", |database| {
        database.execute_batch("CREATE TABLE settings (name TEXT, note BLOB, value TEXT); CREATE VIEW loop AS SELECT * FROM loop").unwrap();
        for value in ["a", "b", &format!("{padding}\nNPM_TOKEN = {}", repo.secret())] {
            database.execute("INSERT INTO settings VALUES ('token', NULL, ?1)", [value]).unwrap();
        }
    });
    repo.commit_file("app.sqlite3", bytes).blocks("app.sqlite3!/settings:4:13");
}

#[test]
fn an_archive_in_a_database_is_opened() {
    let repo = TestRepo::started();
    let inner = zip(&[("a.py", leak(&repo).as_bytes())]);
    let bytes = database("delete", |database| {
        database.execute_batch("CREATE TABLE files (name, \"the content\"); INSERT INTO files VALUES ('a', x'00')").unwrap();
        database.execute("INSERT INTO files VALUES ('b', ?1)", [&inner]).unwrap();
    });
    repo.write("app.db", &bytes);
    repo.stanch(["scan", "app.db"]).blocks("app.db!/files!/the content:2!/a.py:1:14");
    repo.write("app.tar.gz", gzip(&tar(&[("app.db", &bytes)])));
    repo.stanch(["scan", "app.tar.gz"]).blocks("app.tar.gz!/app.db!/files!/the content:2!/a.py:1:14");
}

#[test]
fn a_bundle_of_git_is_read_without_a_repository() {
    for format in ["sha1", "sha256"] {
        let repo = TestRepo::started();
        let other = repo.beside("other");
        other.git(["init", "-q", "-b", "main", &format!("--object-format={format}")]).ok();
        let text: String = (0..2000).fold(String::new(), |text, number| text + &number.to_string() + "\n");
        other.slip("conf/app.env", &text);
        other.slip("conf/app.env", format!("{text}{}", repo.leak()));
        other.slip("conf/app.env", format!("{text}clean again\n"));
        other.git(["commit", "-q", "--allow-empty", "-m", &format!("With {}", repo.secret())]).ok();
        other.git(["bundle", "create", "-q", "../all.bundle", "main"]).ok();
        repo.write("all.bundle", repo.beside("").read("all.bundle"));
        let ran = repo.stanch(["scan", "all.bundle"]);
        ran.ends(1)
            .says("blocked: all.bundle!/blob ")
            .says("/app.env:2001:14")
            .says("blocked: all.bundle!/commit ")
            .says("2 blocked, 0 warned ·");
        // What stands in a bundle with a base is made from what is not in it.
        other.slip("other.txt", "x\n");
        other.slip("conf/app.env", format!("{text}clean\nfor ever\n"));
        other.git(["bundle", "create", "-q", "../part.bundle", "main~1..main"]).ok();
        repo.write("part.bundle", repo.beside("").read("part.bundle"));
        repo.stanch(["scan", "part.bundle"]).incomplete().says("needs commits which it does not hold");
    }
}
