//! The bill of materials: what each file says, what Syft says, and that a bill which would not be whole is none.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{Ran, TestRepo};

/// A Syft that says these packages.
fn syft(repo: &TestRepo, purls: &[&str]) -> String {
    let components: Vec<Value> = purls
        .iter()
        .map(|purl| {
            let path = json!([{ "name": "syft:location:0:path", "value": "/requirements.txt" }]);
            json!({ "type": "library", "name": "x", "version": "1", "purl": purl, "properties": path, "licenses": [{ "license": { "id": "MIT" } }] })
        })
        .collect();
    let said =
        json!({ "bomFormat": "CycloneDX", "metadata": { "tools": { "components": [{ "version": "9.9.9" }] } }, "components": components });
    fake(repo, &format!("cat <<'SAID'\n{said}\nSAID\n"))
}

/// A Syft that does this, with the folder that it is shown in `$seen`.
fn fake(repo: &TestRepo, script: &str) -> String {
    let place = repo.reports().join("syft");
    std::fs::write(&place, format!("#!/bin/sh\nseen=${{2#dir:}}\n{script}")).unwrap();
    std::fs::set_permissions(&place, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    place.to_str().unwrap().to_owned()
}

fn sbom(repo: &TestRepo, more: &[&str]) -> Ran {
    repo.stanch([&["sbom"], more].concat())
}

/// The bill of the census alone.
fn census(repo: &TestRepo) -> Value {
    let ran = sbom(repo, &["--census-only", "--output", "cyclonedx"]);
    serde_json::from_str(&ran.ok().out()).unwrap()
}

/// Each package URL with what it is needed for and its first place.
fn packages(bill: &Value) -> BTreeMap<String, String> {
    let property = |part: &Value, name: &str| {
        let all = part["properties"].as_array().unwrap().iter();
        all.filter(|one| one["name"] == name).map(|one| one["value"].as_str().unwrap().to_owned()).next().unwrap_or_default()
    };
    let parts = bill["components"].as_array().unwrap().iter();
    parts
        .map(|part| {
            let told = format!("{} {}", property(part, "stanch:scope"), property(part, "stanch:place"));
            (part["purl"].as_str().unwrap().to_owned(), told)
        })
        .collect()
}

/// What the census counts in these files.
#[track_caller]
fn counts(files: &[(&str, &str)], wanted: &[(&str, &str)]) {
    let repo = TestRepo::new();
    for (name, text) in files {
        repo.write(name, text);
    }
    let wanted: BTreeMap<String, String> = wanted.iter().map(|(purl, told)| ((*purl).to_owned(), (*told).to_owned())).collect();
    assert_eq!(packages(&census(&repo)), wanted);
}

#[test]
fn requirements_are_read_under_any_name_with_what_they_include() {
    counts(
        &[
            ("requirements.txt", "-r deploy/base.pip\nFlask>=2 # any\n-c pins.txt\n"),
            ("deploy/base.pip", "# base\nDjango==5.0.1 ; python_version > '3' \\\n    --hash=sha256:00\n"),
            ("pins.txt", "flask==2.1\nunused==1\n"),
            ("requirements/dev.txt", "pytest==8.0\nblack\n"),
            ("packages.txt", "Zope.Interface==6.0\n"),
            ("notes.txt", "hello\nworld\n"),
        ],
        &[
            ("pkg:pypi/black", "dev requirements/dev.txt:2"),
            ("pkg:pypi/django@5.0.1", "prod deploy/base.pip:2"),
            ("pkg:pypi/flask@2.1", "prod requirements.txt:2"),
            ("pkg:pypi/pytest@8.0", "dev requirements/dev.txt:1"),
            ("pkg:pypi/zope-interface@6.0", "prod packages.txt:1"),
        ],
    );
}

#[test]
fn lock_files_of_python_say_what_a_package_is_for() {
    let uv = "version = 1\n[[package]]\nname = \"app\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"a\", extra = [\"x\"] }]\n\
              [package.optional-dependencies]\nredis = [{ name = \"o\" }]\n[package.dev-dependencies]\ndev = [{ name = \"d\" }]\n\
              [[package]]\nname = \"a\"\nversion = \"1.0\"\n[package.optional-dependencies]\nx = [{ name = \"b\" }]\nnever = [{ name = \"d\" }]\n\
              [[package]]\nname = \"b\"\nversion = \"2.0\"\n[[package]]\nname = \"o\"\nversion = \"3.0\"\n[[package]]\nname = \"d\"\nversion = \"4.0\"\n";
    counts(
        &[
            ("uv/uv.lock", uv),
            (
                "old/poetry.lock",
                "[[package]]\nname = \"P\"\nversion = \"1\"\n[package.dependencies]\nq = \"*\"\n[[package]]\nname = \"q\"\nversion = \"2\"\n[[package]]\nname = \"t\"\nversion = \"3\"\n",
            ),
            (
                "old/pyproject.toml",
                "[tool.poetry.dependencies]\npython = \"^3\"\np = \"^1\"\n[tool.poetry.group.dev.dependencies]\nt = \"^3\"\n",
            ),
            (
                "new/poetry.lock",
                "[[package]]\nname = \"m\"\nversion = \"1\"\noptional = true\ngroups = [\"main\"]\n[[package]]\nname = \"n\"\nversion = \"1\"\ngroups = [\"dev\"]\n",
            ),
            ("pdm.lock", "[[package]]\nname = \"pd\"\nversion = \"1\"\ngroups = [\"default\", \"test\"]\n"),
            (
                "pylock.dev.toml",
                "lock-version = \"1.0\"\n[[packages]]\nname = \"py\"\nversion = \"1\"\nmarker = \"'dev' in dependency_groups\"\n",
            ),
            ("Pipfile.lock", "{\n\"default\": {\n\"pi\": {\"version\": \"==1.0\"}},\n\"develop\": {\n\"pj\": {\"version\": \"==2.0\"}}}\n"),
        ],
        &[
            ("pkg:pypi/a@1.0", "prod uv/uv.lock:11"),
            ("pkg:pypi/b@2.0", "prod uv/uv.lock:17"),
            ("pkg:pypi/o@3.0", "optional uv/uv.lock:20"),
            ("pkg:pypi/d@4.0", "dev uv/uv.lock:23"),
            ("pkg:pypi/p@1", "prod old/poetry.lock:2"),
            ("pkg:pypi/q@2", "prod old/poetry.lock:7"),
            ("pkg:pypi/t@3", "dev old/poetry.lock:10"),
            ("pkg:pypi/m@1", "optional new/poetry.lock:2"),
            ("pkg:pypi/n@1", "dev new/poetry.lock:7"),
            ("pkg:pypi/pd@1", "prod pdm.lock:2"),
            ("pkg:pypi/py@1", "dev pylock.dev.toml:3"),
            ("pkg:pypi/pi@1.0", "prod Pipfile.lock:3"),
            ("pkg:pypi/pj@2.0", "dev Pipfile.lock:5"),
        ],
    );
}

#[test]
fn lock_files_of_node_are_read_in_all_their_forms() {
    let pnpm = "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      pa:\n        specifier: ^1\n        version: 1.0.0(pb@2.0.0)\n\
                \x20   devDependencies:\n      pd:\n        specifier: ^4\n        version: 4.0.0\npackages:\n  pa@1.0.0: {}\n  '@p/c@3.0.0': {}\n  pd@4.0.0: {}\n\
                snapshots:\n  pa@1.0.0(pb@2.0.0):\n    dependencies:\n      '@p/c': 3.0.0\n";
    counts(
        &[
            (
                "npm/package-lock.json",
                "{\"lockfileVersion\": 3, \"packages\": {\n\"\": {\"name\": \"own\"},\n\"node_modules/@a/b\": {\"version\": \"1.0.0\"},\n\"node_modules/x/node_modules/c\": {\"version\": \"2.0.0\", \"dev\": true},\n\"packages/own\": {\"version\": \"1.0.0\"}, \"node_modules/own\": {\"link\": true}}}",
            ),
            (
                "npm1/package-lock.json",
                "{\"lockfileVersion\": 1, \"dependencies\": {\n\"n\": {\"version\": \"1.0.0\", \"dependencies\": {\n\"in\": {\"version\": \"2.0.0\", \"optional\": true}}}}}",
            ),
            ("pnpm/pnpm-lock.yaml", pnpm),
            ("pnpm5/pnpm-lock.yaml", "lockfileVersion: 5.4\npackages:\n  /@q/r/1.0.0_z@1.0.0:\n    dev: true\n"),
            ("yarn/package.json", "{\"dependencies\": {\"ya\": \"^1.0.0\"}, \"devDependencies\": {\"yd\": \"2\"}}"),
            (
                "yarn/yarn.lock",
                "# yarn lockfile v1\n\nya@^1.0.0, ya@^1.1.0:\n  version \"1.2.0\"\n  dependencies:\n    \"@y/b\" \"^3.0.0\"\n\n\"@y/b@^3.0.0\":\n  version \"3.0.1\"\n\nyd@2:\n  version \"2.0.0\"\n",
            ),
            (
                "berry/yarn.lock",
                "__metadata:\n  version: 8\n\n\"bx@npm:^1.0.0\":\n  version: 1.0.5\n  resolution: \"bx@npm:1.0.5\"\n  linkType: hard\n\n\"own@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"own@workspace:.\"\n  linkType: soft\n",
            ),
        ],
        &[
            ("pkg:npm/%40a/b@1.0.0", "prod npm/package-lock.json:3"),
            ("pkg:npm/c@2.0.0", "dev npm/package-lock.json:4"),
            ("pkg:npm/n@1.0.0", "prod npm1/package-lock.json:2"),
            ("pkg:npm/in@2.0.0", "optional npm1/package-lock.json:3"),
            ("pkg:npm/pa@1.0.0", "prod pnpm/pnpm-lock.yaml:13"),
            ("pkg:npm/%40p/c@3.0.0", "prod pnpm/pnpm-lock.yaml:14"),
            ("pkg:npm/pd@4.0.0", "dev pnpm/pnpm-lock.yaml:15"),
            ("pkg:npm/%40q/r@1.0.0", "dev pnpm5/pnpm-lock.yaml:3"),
            ("pkg:npm/ya@1.2.0", "prod yarn/yarn.lock:3"),
            ("pkg:npm/%40y/b@3.0.1", "prod yarn/yarn.lock:8"),
            ("pkg:npm/yd@2.0.0", "dev yarn/yarn.lock:11"),
            ("pkg:npm/bx@1.0.5", "prod berry/yarn.lock:4"),
        ],
    );
}

#[test]
fn other_languages_and_systems_are_counted() {
    counts(
        &[
            (
                "Cargo.lock",
                "[[package]]\nname = \"own\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.1\"\nsource = \"registry+x\"\n",
            ),
            (
                "go/go.mod",
                "module x\ngo 1.22\nrequire github.com/Acme/Tool v1.2.0\nrequire (\n\tb.example/c v0.1.0 // indirect\n\td.example/e v1.0.0\n)\nreplace d.example/e => f.example/g v1.1.0\n",
            ),
            ("go/go.sum", "github.com/Acme/Tool v1.1.0 h1:x=\n"),
            (
                "composer.lock",
                "{\n \"packages\": [\n {\n  \"name\": \"symfony/console\",\n  \"version\": \"v6.0.1\",\n  \"license\": [\"MIT\"]\n }],\n \"packages-dev\": []}",
            ),
            (
                "Gemfile.lock",
                "PATH\n  remote: .\n  specs:\n    own (0.1)\n\nGEM\n  remote: https://example.org/\n  specs:\n    rack (3.0.1)\n    nokogiri (1.15.0-x86_64-linux)\n      rack (>= 2)\n",
            ),
            (
                "deb/var/lib/dpkg/status",
                "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nSource: glibc (2.36)\nVersion: 2.36-9\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n",
            ),
            ("deb/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n"),
            ("alp/lib/apk/db/installed", "C:x\nP:musl\nV:1.2.4-r2\nA:x86_64\nL:MIT\no:musl\n\n"),
        ],
        &[
            ("pkg:cargo/serde@1.0.1", "prod Cargo.lock:6"),
            ("pkg:golang/github.com/acme/Tool@v1.2.0", "prod go/go.mod:3"),
            ("pkg:golang/b.example/c@v0.1.0", "prod go/go.mod:5"),
            ("pkg:golang/f.example/g@v1.1.0", "prod go/go.mod:6"),
            ("pkg:composer/symfony/console@v6.0.1", "prod composer.lock:4"),
            ("pkg:gem/rack@3.0.1", "prod Gemfile.lock:9"),
            ("pkg:gem/nokogiri@1.15.0?platform=x86_64-linux", "prod Gemfile.lock:10"),
            ("pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12&upstream=glibc%402.36", "prod deb/var/lib/dpkg/status:1"),
            ("pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64", "prod alp/lib/apk/db/installed:1"),
        ],
    );
}

#[test]
fn what_git_ignores_is_not_counted_and_a_commit_is_what_was_committed() {
    let repo = TestRepo::new();
    repo.write("requirements.txt", "django==5.0\n");
    repo.write(".gitignore", "venv/\n");
    repo.git(["add", "."]).ok();
    repo.git(["commit", "-qm", "x"]).ok();
    repo.write("venv/requirements.txt", "secretly==1\n");
    repo.write("requirements.txt", "django==5.1\n");
    assert_eq!(packages(&census(&repo)).keys().collect::<Vec<_>>(), ["pkg:pypi/django@5.1"]);
    let out = sbom(&repo, &["--census-only", "--commit", "HEAD", "--output", "cyclonedx"]).ok().out();
    let bill: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(packages(&bill).keys().collect::<Vec<_>>(), ["pkg:pypi/django@5.0"]);
    assert_eq!(bill["metadata"]["component"]["version"], repo.ask(["rev-parse", "HEAD"]));
    assert!(bill["metadata"]["timestamp"].as_str().unwrap().starts_with("2023-11-"), "that of the commit");
}

#[test]
fn what_syft_missed_is_added_and_where_they_disagree_is_told() {
    let repo = TestRepo::new();
    repo.write("requirements.txt", "django==5.0\n-r more.txt\nopen>=1\n");
    repo.write("more.txt", "flask==2.0\nold==1.0\n");
    repo.write("ignored/x", "");
    let program = syft(&repo, &["pkg:pypi/Django@5.0", "pkg:pypi/old@2.0", "pkg:github/actions/checkout@v4", "pkg:npm/own"]);
    let ran = sbom(&repo, &["--syft", &program]);
    ran.ok().says("5 packages, 1 found by both, 2 by Syft 9.9.9 alone, 2 by the census alone");
    ran.says("pkg:pypi/flask@2.0  more.txt:1").says("pkg:github/actions/checkout@v4  requirements.txt");
    ran.says("PyPI old: the census 1.0, Syft 2.0").says("PyPI open >=1  requirements.txt:3").says("npm own");
    let bill: Value = serde_json::from_str(&sbom(&repo, &["--syft", &program, "--output", "cyclonedx"]).ok().out()).unwrap();
    let django = bill["components"].as_array().unwrap().iter().find(|part| part["name"] == "django").unwrap();
    assert_eq!(django["licenses"], json!([{ "license": { "id": "MIT" } }]));
    assert_eq!(django["properties"][0], json!({ "name": "stanch:origin", "value": "both" }));
}

#[test]
fn syft_sees_the_tree_of_the_commit_and_none_of_its_settings() {
    let repo = TestRepo::new();
    repo.commit_file("a/requirements.txt", "django==5.0\n").ok();
    repo.write("a/requirements.txt", "django==6.0\n");
    repo.write("untracked", "x");
    let note = repo.reports().join("seen");
    let said = r#"{"bomFormat": "CycloneDX", "components": []}"#;
    let program = fake(
        &repo,
        &format!(
            "{{ (cd \"$seen\" && find . -type f && cat a/requirements.txt); ls -A; echo \"$@\"; }} >'{}'\necho '{said}'\n",
            note.display()
        ),
    );
    sbom(&repo, &["--syft", &program, "--commit", "HEAD"]).ok();
    let seen = std::fs::read_to_string(&note).unwrap();
    assert!(seen.starts_with("./a/requirements.txt\ndjango==5.0\nsyft.yaml\nscan dir:"), "{seen}");
    assert!(seen.contains("--config"), "{seen}");
    assert_eq!(std::fs::read_dir(repo.root().join("tmp")).unwrap().count(), 0, "the copy is gone");
}

#[test]
fn the_same_tree_gives_the_same_bytes_in_the_form_of_the_schema() {
    let repo = TestRepo::new();
    repo.write("requirements.txt", "django==5.0\nopen>=1\n");
    repo.write("package-lock.json", "{\"packages\": {\"node_modules/a\": {\"version\": \"1.0.0\", \"license\": \"SEE LICENSE\"}}}");
    repo.git(["add", "."]).ok();
    repo.git(["commit", "-qm", "x"]).ok();
    let program = syft(&repo, &["pkg:pypi/django@5.0", "pkg:gem/b@1.0"]);
    let other = repo.clone_of(&repo, "other", &[]);
    let bill = |repo: &TestRepo, form: &str| sbom(repo, &["--syft", &program, "--commit", "HEAD", "--output", form]).ok().out();
    for form in ["cyclonedx", "spdx"] {
        assert_eq!(bill(&repo, form), bill(&other, form), "in another folder, at another time");
    }
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let mut told: Value = serde_json::from_str(&bill(&repo, "cyclonedx")).unwrap();
    let errors: Vec<String> = validator.iter_errors(&told).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
    told["components"][0]["scope"] = "dev".into();
    assert!(!validator.is_valid(&told), "the schema tells a broken bill");
    let spdx: Value = serde_json::from_str(&bill(&repo, "spdx")).unwrap();
    assert_eq!((&spdx["spdxVersion"], spdx["packages"].as_array().unwrap().len()), (&"SPDX-2.3".into(), 5));
}

/// The schema that the makers of CycloneDX publish, out of the package that carries it. Nothing of the package is built.
fn schema() -> Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--offline", "--locked", "--format-version", "1", "--manifest-path"];
    let metadata = Command::new(cargo).args(arguments).arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).output().unwrap();
    assert!(metadata.status.success(), "run `cargo fetch` once: {}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let package = metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == "serde-cyclonedx").unwrap();
    let manifest = std::path::Path::new(package["manifest_path"].as_str().unwrap());
    // The package goes without the two that it names: the list of licences, and signatures. `tests/bench/sbom` has them.
    let text = std::fs::read_to_string(manifest.with_file_name("schemas").join("cyclonedx_1_6.json")).unwrap();
    let text = text.replace("\"$ref\": \"spdx.schema.json\"", "\"type\": \"string\"");
    let text = text.replace("\"$ref\": \"jsf-0.82.schema.json#/definitions/signature\"", "\"type\": \"object\"");
    let schema: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(schema["$id"], "http://cyclonedx.org/schema/bom-1.6.schema.json");
    schema
}

#[test]
fn without_a_syft_that_works_there_is_no_bill() {
    let repo = TestRepo::new();
    repo.write("requirements.txt", "django==5.0\n");
    let file = repo.reports().join("bill.json");
    let output = format!("cyclonedx={}", file.display());
    let run = |more: &[&str]| sbom(&repo, &[&["--output", &output], more].concat());
    for (script, what) in [
        ("echo broken >&2; exit 3\n", "ended with code 3: broken"),
        ("echo '{\"bomFormat\": \"CycloneDX\", \"comp'\n", "is no CycloneDX"),
        ("echo '{}'\n", "is no CycloneDX"),
        ("kill -KILL $$\n", "ended by signal 9"),
        ("exec tail -f /dev/null\n", "more than 1 seconds"),
    ] {
        run(&["--syft", &fake(&repo, script), "--timeout", "1"]).ends(2).says("INCONCLUSIVE").says(what);
    }
    run(&["--syft", "/no/such/syft"]).ends(2).says("cannot run");
    let mut command = repo.program("stanch", ["sbom", "--output", &output]);
    // A PATH with stanch and git alone.
    let git = repo.ask(["--exec-path"]);
    let stanch = std::path::Path::new(env!("CARGO_BIN_EXE_stanch")).parent().unwrap().display().to_string();
    command.env("PATH", format!("{stanch}:{git}"));
    repo.run(command, b"").ends(2).says("install.sh --with-syft").says("--census-only");
    assert!(!file.exists(), "no bill was written");
    run(&["--census-only"]).ok();
    assert!(std::fs::read_to_string(&file).unwrap().contains("\"value\": \"census\""), "it says that the census alone was asked");
}

#[test]
fn what_cannot_be_read_is_no_empty_file() {
    for (name, text, what) in [
        ("uv.lock", "[[package", "uv.lock: line 1: this is no TOML"),
        ("package-lock.json", "{", "package-lock.json: line 1: this is no JSON"),
        ("pnpm-lock.yaml", "a: [", "pnpm-lock.yaml: line"),
        ("yarn.lock", "<<<<<<< HEAD\n", "yarn.lock: line 1"),
        ("requirements.txt", "django==5\n-r gone.txt\n", "line 2: it includes `gone.txt`, which is not in the tree"),
        ("requirements.txt", "django==5\n-r ../../up.txt\n", "outside of the tree"),
        ("requirements.txt", "django==5\n{{ more }}\n", "line 2: this is no requirement"),
        ("requirements.txt", "django>=5\n", "no package with a version is found"),
        ("var/lib/dpkg/status", "Package: x\nStatus: install ok installed\n", "no name or no version"),
    ] {
        let repo = TestRepo::new();
        repo.write(name, text);
        sbom(&repo, &["--census-only"]).ends(2).says("INCONCLUSIVE").says(what);
    }
}

#[test]
fn a_password_in_a_place_to_fetch_from_is_not_shown() {
    let repo = TestRepo::new();
    let word = repo.secret();
    repo.write(
        "requirements.txt",
        format!("a==1\nb @ git+https://me:{word}@example.org/b.git\n-e git+https://me:{word}@example.org/c.git#egg=c\n"),
    );
    sbom(&repo, &["--census-only"]).ok().says("PyPI b git+https://example.org/b.git").says("PyPI c");
    sbom(&repo, &["--census-only", "--output", "cyclonedx"]).ok().never_says(&word);
}

#[test]
fn two_bills_are_compared_in_either_form() {
    let repo = TestRepo::new();
    let lock = |licence: &str, version: &str, other: &str| {
        format!(
            "{{\"packages\": {{\"node_modules/a\": {{\"version\": \"{version}\", \"license\": \"{licence}\"}}, \"node_modules/{other}\": {{\"version\": \"1.0.0\"}}}}}}"
        )
    };
    let bills = [("before", lock("MIT", "1.0.0", "gone")), ("after", lock("ISC", "1.1.0", "new"))];
    for (name, text) in bills {
        repo.write("package-lock.json", text);
        for form in ["cyclonedx", "spdx"] {
            sbom(&repo, &["--census-only", "--output", &format!("{form}={name}.{form}")]).ok();
        }
    }
    for (before, after) in [("before.cyclonedx", "after.cyclonedx"), ("before.spdx", "after.cyclonedx"), ("before.spdx", "after.spdx")] {
        let told = sbom(&repo, &["diff", before, after]).ok().out();
        let wanted =
            "added: npm new 1.0.0\nremoved: npm gone 1.0.0\nother versions: npm a 1.0.0 -> 1.1.0\nother licences: npm a MIT -> ISC\n";
        assert_eq!(told, wanted);
    }
    sbom(&repo, &["diff", "before.spdx", "before.cyclonedx"]).ok().says("nothing changed");
    repo.write("x.json", "{}");
    sbom(&repo, &["diff", "before.spdx", "x.json"]).ends(2).says("neither CycloneDX nor SPDX");
}
