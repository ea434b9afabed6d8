//! What is found without a shape of its own: encoded, in pairs, beside a word, in a file that is named for it.

use std::process::Command;

use data_encoding::BASE64;

use crate::support::TestRepo;

/// Thirty-two letters and digits that mean nothing.
fn random(repo: &TestRepo) -> String {
    repo.secret()[4..36].to_owned()
}

#[test]
fn what_is_encoded_blocks_where_it_stands_and_is_not_shown() {
    let repo = TestRepo::started();
    let leak = BASE64.encode(repo.leak().as_bytes());
    let ran = repo.commit_file("secret.yaml", format!("kind: Secret\ndata:\n  npmrc: {leak}\n"));
    ran.blocks("secret.yaml:3").says("npm-access-token").says("encoded as base64").never_says(&leak[8..24]);
    let twice = BASE64.encode(leak.as_bytes());
    repo.commit_file("twice.yaml", format!("kind: Secret\ndata:\n  npmrc: {twice}\n")).blocks("twice.yaml:3").never_says(&twice[8..24]);
}

#[test]
fn a_text_in_utf_16_is_told_once_and_at_its_right_place() {
    let repo = TestRepo::started();
    let text = format!("é\u{1F600} x\r\n{}\n", repo.leak());
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    repo.commit_file("wide.txt", [&[0xFF, 0xFE], wide.as_slice()].concat()).blocks("wide.txt:2").says("1 blocked");
    repo.commit_file("bare.txt", wide).blocks("bare.txt:2").says("2 blocked");
}

#[test]
fn the_key_of_an_emulator_does_not_block() {
    let repo = TestRepo::started();
    let key = ["C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4", "QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw=="].concat();
    repo.commit_file("a.json", format!("\"AccountEndpoint=https://localhost:8081/;AccountKey={key}\"\n")).clean();
}

#[test]
fn what_nests_more_deeply_than_is_undone_is_incomplete() {
    let repo = TestRepo::started();
    let nested = (0..8).fold(repo.leak(), |text, _| BASE64.encode(text.as_bytes()));
    repo.write("deep.txt", format!("{nested}\n"));
    repo.stanch(["scan"]).incomplete().says("deep.txt").says("encoded text");
}

#[test]
fn two_halves_of_a_pair_in_two_files_of_a_change_block_as_one() {
    let repo = TestRepo::started();
    let value = random(&repo);
    let id = format!("SCW{}", value[..17].to_ascii_uppercase());
    let hex: String = value.bytes().map(|byte| char::from_digit(u32::from(byte % 16), 16).unwrap()).collect();
    let secret = format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32]);
    repo.commit_file("secret.env", format!("SCW_SECRET_KEY={secret}\n# one half\n")).ok().says("warned: secret.env:1");
    repo.stage("id.env", format!("SCW_ACCESS_KEY={id}\n"));
    repo.stage("secret.env", format!("# both halves\nSCW_SECRET_KEY={}\n", secret.replace('a', "b").replace('1', "2")));
    repo.git(["commit", "-q", "-m", "x"]).blocks("secret.env:2").says("pair  with id.env:1:16").says("1 blocked");
}

#[test]
fn a_value_beside_a_word_warns_and_explain_tells_its_score() {
    let repo = TestRepo::started();
    let ran = repo.commit_file("settings.py", format!("ACME_API_KEY = \"{}\"\n", random(&repo)));
    ran.ok().says("warned: settings.py:1").says("generic-secret");
    let text = ran.text();
    let fingerprint = text.split("stanch allow ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    repo.stanch(["explain", fingerprint])
        .ok()
        .says("its confidence is medium, because")
        .says("reads like no words")
        .says("key of a secret");
}

#[test]
fn a_value_is_found_in_whichever_of_the_common_syntaxes_it_is_written() {
    let repo = TestRepo::started();
    let value = random(&repo);
    let files = [
        ("pod.yaml", "env:\n- value: \"<>\"\n  name: DB_PASSWORD\n", 2),
        ("task.json", "{\n\"Value\": \"<>\",\n\"Name\": \"API_SECRET_KEY\"\n}\n", 2),
        ("line.json", "{\"Value\":\"<>\",\"Name\":\"API_SECRET_KEY\",\"Type\":\"plain\"}\n", 1),
        ("heredoc.tf", "x_password = <<-EOT\n  <>\nEOT\n", 2),
        ("block.yaml", "password: >-\n  <>\n", 2),
        ("stack.yaml", "  DBPassword:\n    Type: String\n    Default: <>\n", 3),
        ("args.yaml", "args:\n- --api-token\n- <>\n", 3),
        ("env.js", "const key = process.env.API_TOKEN || \"<>\";\n", 1),
    ];
    for (number, (path, text, _)) in files.iter().enumerate() {
        repo.write(path, text.replace("<>", &format!("{value}{number}")));
    }
    let ran = repo.stanch(["scan"]);
    ran.ok().never_says(&value[4..20]);
    for (path, _, line) in &files {
        ran.says(&format!("{path}:{line}"));
    }
}

#[test]
fn a_secret_of_several_strings_is_found_as_one_and_no_part_is_shown() {
    let repo = TestRepo::started();
    let value = random(&repo);
    let (one, two) = value.split_at(16);
    for (path, between) in [("a.js", "\" + \""), ("b.php", "\" . \""), ("c.py", "\" \\\n  \""), ("d.js", "\" +\n  \"")] {
        repo.write(path, format!("api_token = \"{one}{between}{two}\"\n"));
        repo.stanch(["scan", path]).ok().says(&format!("{path}:1:14")).says("1 warned").never_says(&one[4..]).never_says(&two[4..]);
    }
}

#[test]
fn no_part_of_a_secret_is_shown_that_a_sign_cuts_from_it() {
    let repo = TestRepo::started();
    let value = random(&repo);
    let (one, two) = value.split_at(16);
    for sign in [")", ",", ";", "<", "(", "]", "}", "\"", "'", "`"] {
        for (path, line) in [(".env", "DB_PASSWORD=<>"), ("a.yaml", "password: <>"), ("b.ini", "password = <>"), ("c.txt", "password=<>")] {
            repo.write(path, format!("{}\n", line.replace("<>", &format!("{one}{sign}{two}"))));
            let ran = repo.stanch(["scan", path]);
            ran.ok().never_says(&one[4..]).never_says(&two[4..]);
            // Elsewhere a bracket may make a call of it.
            if (path, sign) != ("c.txt", "(") {
                ran.says(&format!("{path}:1"));
            }
        }
    }
}

#[test]
fn what_stands_in_a_test_is_counted_and_shown_when_asked_for() {
    let repo = TestRepo::started();
    let line = format!("ACME_API_KEY = \"{}\"\n", random(&repo));
    repo.commit_file("tests/settings.py", &line).ok().never_says("warned:");
    repo.stanch(["scan", "--verbose"]).ok().says("tests/settings.py:1").says("less sure than what is warned of");
    repo.write("stanch.toml", "[warn]\nconfidence = \"low\"\n");
    repo.stanch(["scan"]).ok().says("warned: tests/settings.py:1");
}

#[test]
fn the_hash_of_a_password_warns_in_the_data_of_a_test_and_not_in_its_text() {
    let repo = TestRepo::started();
    let value = random(&repo);
    let hash = format!("$2b$12${value}{}", &value[..21]);
    repo.commit_file("tests/fixtures/users.json", format!("{{\"password\": \"{hash}\"}}\n")).ok().says("bcrypt-hash");
    repo.commit_file("tests/test_hash.py", format!("assert made == '{hash}'\n")).ok().never_says("bcrypt-hash");
    repo.commit_file("docs/hash.md", format!("It gives `{hash}`.\n")).ok().never_says("bcrypt-hash");
}

#[test]
fn a_password_at_a_host_that_no_one_owns_does_not_block() {
    let repo = TestRepo::started();
    let value = random(&repo);
    repo.commit_file("a.env", format!("URL=postgres://app:{value}@db.example.com/app\n")).ok().says("warned: a.env:1");
    repo.commit_file("test/a.env", format!("URL=postgres://app:{value}@db.example.com/app\n")).ok().never_says("test/a.env:1");
    repo.commit_file("b.env", format!("URL=postgres://app:{value}@db.acme-corp.io/app\n")).blocks("b.env:1");
}

#[test]
fn a_small_file_that_is_named_for_its_secret_warns() {
    let repo = TestRepo::started();
    repo.commit_file("deploy.token", format!("{}\n", random(&repo))).ok().says("warned: deploy.token:1");
    repo.commit_file("deploy.txt", format!("{}\n", random(&repo))).clean();
}

#[test]
fn a_token_whose_checksum_fails_warns() {
    let repo = TestRepo::started();
    let wrong = repo.leak().replace("npm_", "npm_Z");
    let wrong = format!("{}\"\n", &wrong[..wrong.trim_end().len() - 2]);
    repo.commit_file("a.py", wrong).ok().says("warned: a.py:1").says("its checksum does not agree");
}

#[test]
fn a_report_to_a_link_or_a_pipe_leaves_the_link_and_the_pipe() {
    let repo = TestRepo::started();
    repo.commit_file("a.py", "x = 1\n").clean();
    let beside = repo.beside("outside");
    beside.write("report.json", "old");
    let (link, pipe) = (beside.path("link.json"), beside.path("pipe"));
    std::os::unix::fs::symlink(beside.path("report.json"), &link).unwrap();
    repo.stanch(["scan", "--output", &format!("json={}", link.display())]).ok();
    assert!(link.is_symlink());
    assert!(std::fs::read_to_string(beside.path("report.json")).unwrap().contains("\"outcome\": \"clean\""));
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read_to_string(pipe).unwrap()
    });
    repo.stanch(["scan", "--output", &format!("json={}", pipe.display())]).ok();
    assert!(reader.join().unwrap().contains("\"outcome\": \"clean\""));
    assert!(!std::fs::metadata(&pipe).unwrap().is_file());
}

#[test]
fn ids_in_a_list_and_expressions_between_strings_are_no_secrets() {
    let repo = TestRepo::started();
    let hex = || -> String { random(&repo).bytes().map(|byte| char::from_digit(u32::from(byte % 16), 16).unwrap()).collect() };
    let uuid = |first: usize| {
        let hex = hex();
        format!("{first:08x}-{}-{}-{}-{}", &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32])
    };
    let names = ["Vault", "OnePassword", "Keeper", "NordPass", "Sesame", "LastPass", "Dashlane", "Firefox"];
    let line = |(name, first): (&&str, usize)| format!("  {name} = \"{}\",\n", uuid(first));
    let list = names.iter().zip(0x4d5e_6f70..).map(line).collect::<Vec<_>>().concat();
    repo.commit_file("brands.ts", format!("export enum Brand {{\n{list}}}\n")).clean();
    repo.commit_file("one.ts", format!("export const ServicePassword = \"{}\";\n", uuid(0x1a2b_3c4d))).ok().says("warned: one.ts:1");
    let hashes = [hex() + &hex(), hex() + &hex()];
    let text = format!("DEFAULT_JWT_KEY_HASHES = {{\n    '{}',  # public\n    '{}',  # private\n}}\n", hashes[0], hashes[1]);
    repo.commit_file("keys.py", text).clean();
    repo.commit_file("form.php", "<?php\n$f = '<input name=\"_token\" value=\"'.csrf_token().'\" hidden>';\n").clean();
    repo.commit_file(
        "call.go",
        "m := map[string]any{\n\t\"consumer_secret\": flattenCustomerAccountCredentialsConsumerSecretKey(raw),\n}\n",
    )
    .clean();
}
