//! Known vulnerabilities: dumps of our own into a database, and packages held against it. What cannot be told is never clean.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{Ran, TestRepo};

/// A day in the time of RFC 3339, so many days before today.
fn days_ago(days: i64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs().cast_signed();
    jiff::Timestamp::from_second(now - days * 86_400).unwrap().to_string()
}

/// A record about a package of PyPI that is affected before `fixed`.
fn record(id: &str, package: &str, fixed: &str) -> Value {
    json!({
        "id": id, "modified": days_ago(1), "summary": format!("a fault of {package}"),
        "affected": [{
            "package": {"ecosystem": "PyPI", "name": package},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fixed}]}]
        }]
    })
}

/// Writes a zip of records and tells where.
fn zip(repo: &TestRepo, name: &str, records: &[Value]) -> PathBuf {
    let path = repo.path(name);
    let mut writer = zip::ZipWriter::new(File::create(&path).unwrap());
    for record in records {
        let id = record["id"].as_str().unwrap();
        writer.start_file(format!("{id}.json"), zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(record.to_string().as_bytes()).unwrap();
    }
    writer.finish().unwrap();
    path
}

/// A folder with a database of these records of PyPI.
fn with_database(records: &[Value]) -> TestRepo {
    let repo = TestRepo::folder();
    let dump = zip(&repo, "dump.zip", records);
    repo.stanch(["db", "import", dump.to_str().unwrap()]).ok();
    repo
}

/// Holds requirements against the database.
fn pins(repo: &TestRepo, text: &str) -> Ran {
    repo.write("requirements.txt", text);
    repo.stanch(["vulns"])
}

/// Holds components, each a purl, against the database.
fn sbom(repo: &TestRepo, purls: &[&str], options: &[&str]) -> Ran {
    let components: Vec<Value> = purls.iter().map(|purl| json!({"type": "library", "name": "x", "purl": purl})).collect();
    let text = json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components}).to_string();
    repo.write("app.cdx.json", text);
    repo.stanch([["vulns", "--sbom", "app.cdx.json"].as_slice(), options].concat())
}

#[test]
fn a_vulnerable_pin_blocks_and_the_mended_one_is_clean() {
    let repo = with_database(&[record("PYSEC-1", "django", "4.2.2")]);
    pins(&repo, "Django==4.2.1\n").ends(1).says("blocked: django 4.2.1  PYSEC-1").says("mend  4.2.2 or later");
    pins(&repo, "Django==4.2.2\nsix==1.0\n").ends(0).says("clean · 2 packages, PyPI of ");
    pins(&repo, "Django==4.2.2rc1\n").ends(1);
}

#[test]
fn an_sbom_is_held_against_it_and_json_says_the_same() {
    let mut known = record("GHSA-aaaa", "a", "2.0");
    known["severity"] = json!([{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]);
    known["aliases"] = json!(["CVE-2020-1"]);
    let mut same = record("PYSEC-7", "a", "2.0");
    same["aliases"] = json!(["CVE-2020-1"]);
    let repo = with_database(&[known, same, record("PYSEC-8", "b", "1.5")]);
    let ran = sbom(&repo, &["pkg:pypi/a@1.0", "pkg:pypi/b@1.5"], &["--output", "json"]);
    let said: Value = serde_json::from_slice(&ran.ends(1).stdout).unwrap();
    assert_eq!((&said["outcome"], &said["exit_code"], &said["packages"]), (&json!("blocked"), &json!(1), &json!(2)));
    let findings = said["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "two records with one alias are one finding: {said:#}");
    assert_eq!(findings[0]["id"], "CVE-2020-1");
    assert_eq!(findings[0]["aliases"], json!(["GHSA-aaaa", "PYSEC-7"]));
    assert_eq!(findings[0]["severity"], json!({"word": "critical", "score": 9.8}));
    assert_eq!(findings[0]["fixed"], "2.0");
    assert_eq!(said["databases"][0]["ecosystem"], "PyPI");
}

#[test]
fn the_word_of_the_database_is_the_severity_where_there_is_no_vector() {
    let mut known = record("GHSA-bbbb", "a", "2.0");
    known["database_specific"] = json!({"severity": "MODERATE"});
    pins(&with_database(&[known]), "a==1.0\n").ends(1).says("GHSA-bbbb  medium");
    pins(&with_database(&[record("PYSEC-1", "a", "2.0")]), "a==1.0\n").ends(1).says("severity unknown");
}

#[test]
fn what_was_withdrawn_is_passed_over_and_counted() {
    let mut gone = record("PYSEC-1", "a", "2.0");
    gone["withdrawn"] = json!(days_ago(2));
    let repo = with_database(&[gone, record("PYSEC-2", "b", "2.0")]);
    pins(&repo, "a==1.0\n").ends(0);
    repo.stanch(["db", "status"]).ok().says("2 records, 1 of them withdrawn, of 2 packages");
}

#[test]
fn no_database_and_an_old_one_are_never_clean() {
    let repo = TestRepo::folder();
    pins(&repo, "a==1.0\n").ends(2).says("database of PyPI: it is not here").says("incomplete");
    repo.stanch(["db", "status"]).ends(2).says("there is no database");

    let mut old = record("PYSEC-1", "a", "0.5");
    old["modified"] = json!(days_ago(9));
    let repo = with_database(&[old]);
    pins(&repo, "a==1.0\n").ends(2).says("9 days ago; the limit is 7");
    repo.stanch(["vulns", "--max-age-days", "9"]).ends(0);
    repo.stanch(["vulns", "--max-age-days", "8"]).ends(2);
    sbom(&repo, &["pkg:npm/a@1.0.0"], &["--max-age-days", "9"]).ends(2).says("database of npm: it is not here");
}

#[test]
fn a_record_of_the_future_makes_no_database_newer() {
    let mut old = record("PYSEC-1", "a", "0.5");
    old["modified"] = json!(days_ago(30));
    let mut future = record("PYSEC-2", "b", "0.5");
    future["modified"] = json!(days_ago(-400));
    pins(&with_database(&[old, future]), "a==1.0\n").ends(2).says("30 days ago");
}

#[test]
fn nothing_to_look_at_is_not_clean() {
    let repo = with_database(&[record("PYSEC-1", "a", "2.0")]);
    repo.stanch(["vulns"]).ends(2).says("packages: there are none");
    sbom(&repo, &[], &[]).ends(2).says("packages: there are none");
    repo.write("app.cdx.json", "{\"bomFormat\": \"CycloneDX\", \"compon");
    repo.stanch(["vulns", "--sbom", "app.cdx.json"]).ends(2).says("it is no CycloneDX in JSON");
}

#[test]
fn what_cannot_be_compared_is_named_and_not_clean() {
    let mut jar = record("GHSA-cccc", "org.example:lib", "2.0");
    jar["affected"][0]["package"]["ecosystem"] = json!("Maven");
    let repo = with_database(&[record("PYSEC-1", "a", "2.0")]);
    let dump = zip(&repo, "maven.zip", &[jar]);
    repo.stanch(["db", "import", dump.to_str().unwrap()]).ok();
    sbom(&repo, &["pkg:maven/org.example/lib@1.0"], &[]).ends(2).says("order of Maven are not compared yet");
    sbom(&repo, &["pkg:maven/org.example/other@1.0"], &[]).ends(0);
    sbom(&repo, &["pkg:deb/debian/curl@7.0"], &[]).ends(2).says("packages of dpkg are not compared yet");
    sbom(&repo, &["pkg:conan/zlib@1.0"], &[]).ends(2).says("type `conan`");
    pins(&repo, "a==french toast\n").ends(2).says("not looked at: requirements.txt").says("this is no requirement");
    pins(&repo, "a>=1.0\n").ends(2).says("PYSEC-1: its version is not known");
    pins(&repo, "b>=1.0\n").ends(0);
    sbom(&repo, &["pkg:pypi/a@toast"], &[]).ends(2).says("`toast` is no version of PEP 440");
    // A finding outranks what is not known, and neither hides the other.
    pins(&repo, "a==1.0\ngit+https://acme.example/b.git\n").ends(1).says("PYSEC-1").says("not looked at: requirements.txt");
}

#[test]
fn an_import_is_whole_or_not_at_all() {
    let repo = with_database(&[record("PYSEC-1", "a", "2.0")]);
    let before = repo.stanch(["db", "status"]).out();
    for (name, broken) in [("half.zip", "{\"id\": \"X"), ("none.zip", "[]")] {
        let path = zip(&repo, name, &[record("PYSEC-2", "b", "2.0")]);
        let mut writer = zip::ZipWriter::new_append(File::options().read(true).write(true).open(&path).unwrap()).unwrap();
        writer.start_file("broken.json", zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(broken.as_bytes()).unwrap();
        writer.finish().unwrap();
        repo.stanch(["db", "import", name]).ends(2).says("`broken.json` is no OSV record");
    }
    let whole = std::fs::read(repo.path("dump.zip")).unwrap();
    repo.write("cut.zip", &whole[..whole.len() / 2]);
    repo.stanch(["db", "import", "cut.zip"]).ends(2).says("cannot read the zip");
    zip(&repo, "empty.zip", &[]);
    repo.stanch(["db", "import", "empty.zip"]).ends(2).says("holds no record");
    assert_eq!(repo.stanch(["db", "status"]).out(), before);
    pins(&repo, "a==1.0\nb==1.0\n").ends(1).says("1 vulnerability");

    zip(&repo, "next.zip", &[record("PYSEC-2", "b", "2.0")]);
    repo.stanch(["db", "import", "next.zip"]).ok();
    pins(&repo, "a==1.0\nb==1.0\n").ends(1).says("PYSEC-2").never_says("PYSEC-1");
}

#[test]
fn a_part_of_an_ecosystem_does_not_come_in_beside_another() {
    let mut both = record("GHSA-dddd", "a", "2.0");
    let mut other = both["affected"][0].clone();
    other["package"]["ecosystem"] = json!("npm");
    both["affected"].as_array_mut().unwrap().push(other);
    let repo = with_database(&[both.clone(), record("PYSEC-1", "b", "2.0")]);
    repo.stanch(["db", "status"]).ok().says("PyPI").never_says("npm");

    zip(&repo, "both.zip", &[both]);
    repo.stanch(["db", "import", "both.zip"]).ends(2).says("PyPI (1), npm (1)").says("--ecosystem");
    repo.stanch(["db", "import", "both.zip", "--ecosystem", "npm", "--ecosystem", "Go"]).ends(2).says("ecosystem `Go`");
    repo.stanch(["db", "status"]).ok().never_says("npm");
    repo.stanch(["db", "import", "both.zip", "--ecosystem", "npm"]).ok();
    repo.stanch(["db", "status"]).ok().says("npm").says("PyPI");
}

#[test]
fn a_folder_is_a_dump_too_and_the_database_may_lie_anywhere() {
    let repo = TestRepo::folder();
    repo.write("osv/a/PYSEC-1.json", record("PYSEC-1", "a", "2.0").to_string());
    repo.write("osv/README.md", "no record");
    repo.stanch(["db", "import", "osv", "--db", "here"]).ok().says("1 records");
    repo.write("requirements-dev.txt", "a==1.0\n");
    repo.stanch(["vulns", "--db", "here"]).ends(1).says("from  requirements-dev.txt");
    repo.stanch(["vulns"]).ends(2);
    repo.write("here/osv.sqlite", "no database at all, but long enough to be looked at as one by whoever opens it to read what is there");
    repo.stanch(["vulns", "--db", "here"]).ends(2).says("cannot be used");
}

#[test]
fn lock_files_below_a_repository_are_read_and_what_git_ignores_is_not() {
    let repo = TestRepo::new();
    zip(&repo, "dump.zip", &[record("PYSEC-1", "a", "2.0")]);
    repo.stanch(["db", "import", "dump.zip"]).ok();
    repo.write(".gitignore", ".venv\n");
    repo.write(".venv/requirements.txt", "a==1.0\n");
    repo.write("app/poetry.lock", "[[package]]\nname = \"a\"\nversion = \"2.0\"\n");
    repo.stanch(["vulns"]).ends(0).says("1 packages");
    repo.write("app/poetry.lock", "[[package]]\nname = \"a\"\nversion = \"1.9\"\n");
    repo.at("app").stanch(["vulns"]).ends(1).says("from  app/poetry.lock");
    repo.stanch(["vulns", "app/poetry.lock"]).ends(1);
}

#[test]
fn vulns_hold_what_the_census_counts_and_a_submodule_is_not_passed_over() {
    let repo = TestRepo::started();
    zip(&repo, "dump.zip", &[record("PYSEC-1", "a", "2.0")]);
    repo.stanch(["db", "import", "dump.zip"]).ok();
    // Kinds of files and includes that only the census reads.
    repo.write("app/Pipfile.lock", json!({"_meta": {}, "default": {"a": {"version": "==1.9"}}}).to_string());
    repo.stanch(["vulns"]).ends(1).says("from  app/Pipfile.lock");
    repo.remove("app/Pipfile.lock");
    repo.write("deps/base.txt", "a==1.9\n");
    pins(&repo, "-r deps/base.txt\n").ends(1).says("from  deps/base.txt");
    repo.write("deps/base.txt", "a==2.0\n");
    repo.stanch(["vulns"]).ends(0);
    let other = repo.beside("other");
    other.write("requirements.txt", "a==1.9\n");
    other.git(["init", "-q", "-b", "main"]).ok();
    other.git(["add", "."]).ok();
    other.git(["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "x"]).ok();
    repo.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.path("").to_str().unwrap(), "sub"]).ok();
    repo.stanch(["vulns"]).ends(2).says("sub").says("a submodule, which is looked into where it is named");
    repo.stanch(["vulns", ".", "sub"]).ends(1).says("from  sub/requirements.txt");
}

#[test]
fn chances_and_known_exploits_are_told_by_any_alias() {
    let mut known = record("GHSA-eeee", "a", "2.0");
    known["aliases"] = json!(["CVE-2021-44228"]);
    let repo = with_database(&[known, record("PYSEC-1", "b", "2.0")]);
    let table = "#model_version:v1,score_date:2026-01-02T00:00:00+0000\ncve,epss,percentile\nCVE-2021-44228,0.94358,0.99957\n";
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(table.as_bytes()).unwrap();
    repo.write("epss.csv.gz", packed.finish().unwrap());
    let entry = json!({"cveID": "CVE-2021-44228", "dateAdded": "2021-12-10"});
    repo.write("kev.json", json!({"dateReleased": "2026-01-03T00:00:00Z", "vulnerabilities": [entry]}).to_string());
    repo.stanch(["db", "import", "epss.csv.gz"]).ok().says("EPSS  1 records").says("newest of 2026-01-02");
    repo.stanch(["db", "import", "kev.json"]).ok().says("KEV  1 records");
    pins(&repo, "a==1.0\nb==1.0\n").ends(1).says("odds  94.4 % within a month").says("known since 2021-12-10 (KEV)");
    pins(&repo, "b==1.0\n").ends(1).never_says("EPSS)").never_says("(KEV)");

    let before = repo.stanch(["db", "status"]).out();
    repo.write("broken.csv", table.replace("0.99957", "often"));
    repo.stanch(["db", "import", "broken.csv"]).ends(2).says("is no list of EPSS");
    repo.write("record.json", record("PYSEC-2", "c", "2.0").to_string());
    repo.stanch(["db", "import", "record.json"]).ends(2).says("is no list of KEV");
    assert_eq!(repo.stanch(["db", "status"]).out(), before);
}
