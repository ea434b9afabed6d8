//! Other programs beside our own checks: what they see, what becomes of what they say, and what they cannot do.

use crate::support::TestRepo;

/// A tool that says `bad.py:LINE:COLUMN: warning: …` of each line with `BAD`, as compilers do.
const GREP: &str = "#!/bin/sh\nexec 2>/dev/null\ngrep -nH BAD \"$@\" | sed 's/^\\([^:]*:[0-9]*\\):.*/\\1:1: warning: bad word [W1]/'\n";
/// How it is told in the settings.
const LINT: &str = r#"
[[tool]]
name = "lint"
files = ["**/*.py"]
command = ["lint-it", "{files}"]
exit = { clean = [0, 1] }
parser = "regex"
pattern = '^(?<path>[^:]+):(?<line>\d+):(?<column>\d+): (?<severity>\w+): (?<message>.*) \[(?<code>\w+)\]$'
"#;

/// A repository whose settings name tools, and which accepts them. Scripts stand in `bin` beside it, on the `PATH`.
fn with(settings: &str, scripts: &[(&str, &str)]) -> Tools {
    let repo = TestRepo::started();
    let tools = Tools { bin: repo.beside("bin"), repo };
    for (name, text) in scripts {
        tools.bin.script(name, text);
    }
    tools.repo.write("stanch.toml", settings);
    tools.stanch(&["tools", "accept"]).ok();
    tools.repo.git(["add", "stanch.toml"]).ok();
    tools.repo.git(["commit", "-q", "--no-verify", "-m", "settings"]).ok();
    tools
}

struct Tools {
    repo: TestRepo,
    bin: TestRepo,
}

impl Tools {
    #[track_caller]
    fn run(&self, program: &str, arguments: &[&str]) -> crate::support::Ran {
        let mut command = self.repo.program(program, arguments);
        let path = command.get_envs().find(|(key, _)| *key == "PATH").and_then(|(_, value)| value).unwrap().to_owned();
        let mut with_bin = self.bin.path("").into_os_string();
        with_bin.push(":");
        with_bin.push(path);
        command.env("PATH", with_bin);
        self.repo.run(command, b"")
    }

    #[track_caller]
    fn stanch(&self, arguments: &[&str]) -> crate::support::Ran {
        self.run(crate::support::STANCH, arguments)
    }

    /// Stages a file and commits.
    #[track_caller]
    fn commit(&self, path: &str, content: &str) -> crate::support::Ran {
        self.repo.stage(path, content);
        self.run("git", &["commit", "-q", "-m", "a change"])
    }
}

#[test]
fn what_a_tool_says_of_a_new_line_blocks_and_of_an_old_one_does_not() {
    let tools = with(LINT, &[("lint-it", GREP)]);
    tools.repo.slip("a.py", "BAD = 1\nx = 2\n");
    tools.commit("a.py", "BAD = 1\nx = 3\n").clean().says("1 old");
    tools.commit("a.py", "BAD = 1\nx = 3\ny = BAD\n").blocks("a.py:3:1").says("lint/W1").says("lint W1: bad word").says("y = BAD");
    tools.commit("a.txt", "BAD\n").blocks("a.py:3").never_says("a.txt");
}

#[test]
fn a_tool_sees_what_is_staged_and_not_what_stands_on_disk() {
    let tools = with(LINT, &[("lint-it", GREP)]);
    tools.repo.stage("a.py", "BAD = 1\n");
    tools.repo.write("a.py", "good = 1\n");
    let before = tools.repo.state();
    tools.stanch(&["scan", "--staged"]).blocks("a.py:1");
    assert_eq!(tools.repo.state(), before, "nothing of the person's is touched");
    tools.repo.stage("a.py", "good = 1\n");
    tools.repo.write("a.py", "BAD = 1\n");
    tools.run("git", &["commit", "-q", "-m", "x"]).clean();
}

#[test]
fn only_what_is_accepted_here_runs_and_what_is_not_is_told() {
    let tools = with(LINT, &[("lint-it", GREP)]);
    let loud = LINT.replace("\"lint-it\",", "\"lint-it\", \"-w\",");
    tools.repo.stage("stanch.toml", &loud);
    let ran = tools.commit("a.py", "x = 1\n");
    ran.stops().says("[[tool]] lint: it did not run: it is not accepted on this machine").says("stanch tools accept");
    tools.stanch(&["tools", "list"]).ok().says("lint  not accepted, version not asked").says("runs  lint-it -w {files}");
    tools.stanch(&["tools", "accept"]).ok().says("accepted lint: lint-it -w {files}").says("no longer accepted lint: lint-it {files}");
    tools.stanch(&["tools", "list"]).ok().says("lint  accepted, no version known, on commit and push");
    tools.run("git", &["commit", "-q", "-m", "x"]).clean().says("`stanch tools accept` took it out");
    // Files that no tool is for ask for none.
    tools.repo.write("stanch.toml", loud.replace("-w", "-i"));
    tools.repo.git(["add", "stanch.toml"]).ok();
    tools.commit("b.txt", "x\n").clean();
}

#[test]
fn a_change_cannot_take_a_tool_out_for_itself() {
    let tools = with(LINT, &[("lint-it", GREP)]);
    tools.repo.stage("stanch.toml", "");
    tools.commit("a.py", "BAD\n").blocks("a.py:1");
}

#[test]
fn whoever_installs_accepts_what_stands_in_head() {
    let tools = with(LINT, &[("lint-it", GREP)]);
    let clone = Tools { repo: tools.repo.clone_of(&tools.repo, "clone", &[]), bin: tools.bin.at("") };
    clone.repo.stage("a.py", "BAD\n");
    clone.stanch(&["scan", "--staged"]).incomplete().says("--no-tools");
    clone.stanch(&["scan", "--staged", "--no-tools"]).clean().says("left out by `--no-tools`");
    clone.stanch(&["scan", "--staged", "--tools"]).blocks("a.py:1");
    clone.stanch(&["install"]).ok().says("accepted the tool lint: lint-it {files}");
    clone.run("git", &["commit", "-q", "-m", "x"]).blocks("a.py:1");
}

#[test]
fn in_ci_the_tools_of_the_accepted_settings_run_and_not_those_of_the_change() {
    let tools = with(LINT, &[("lint-it", GREP)]);
    let base = tools.repo.ask(["rev-parse", "HEAD"]);
    tools.repo.stage("stanch.toml", format!("{LINT}\n[[tool]]\nname = \"evil\"\ncommand = [\"sh\", \"-c\", \"touch {{root}}/../evil\"]\n"));
    tools.repo.slip("a.py", "BAD\n");
    tools.repo.slip("a.py", "BAD\nx = 1\n");
    let range = format!("{base}..HEAD");
    let ran = tools.stanch(&["scan", "--range", &range, "--tools"]);
    // The line came with the first of two commits: it is new in what the range brought.
    ran.blocks("a.py:1").says("the tool `evil` did not run: it came with this change").says("1 blocked");
    assert!(!tools.repo.root().join("tmp/evil").exists());
    tools.stanch(&["scan", "--tools"]).says("a.py:1");
}

#[test]
fn a_push_shows_a_tool_the_newest_commit_against_all_that_was_known() {
    let tools = with(LINT, &[("lint-it", GREP)]);
    tools.repo.remote();
    tools.repo.slip("old.py", "BAD\n");
    tools.repo.slip_push(&["main"]);
    tools.repo.git(["checkout", "-q", "-b", "side"]).ok();
    tools.repo.slip("a.py", "BAD\n");
    tools.repo.slip("a.py", "good\n");
    tools.repo.slip("old.py", "BAD\nx = 1\n");
    tools.run("git", &["push", "-q", "origin", "side"]).clean().says("1 old");
    tools.repo.git(["checkout", "-q", "main"]).ok();
    tools.repo.slip("main.py", "BAD\n");
    tools.repo.slip_push(&["main"]);
    tools.repo.git(["checkout", "-q", "side"]).ok();
    tools.repo.git(["merge", "-q", "--no-verify", "-m", "merge", "main"]).ok();
    // What the merge brought from `main` is known there.
    tools.run("git", &["push", "-q", "origin", "side"]).clean();
    tools.repo.slip("a.py", "BAD\n");
    tools.run("git", &["push", "-q", "origin", "side"]).blocks("a.py:1");
}

#[test]
fn allow_baseline_and_comments_hold_for_tools_too() {
    let tools = with(LINT, &[("lint-it", GREP)]);
    let text = tools.commit("a.py", "BAD\n").blocks("a.py:1").text();
    let name = text.split("stanch allow ").nth(1).unwrap().split(' ').next().unwrap();
    tools.stanch(&["allow", name, "--reason", "needed"]).ok();
    tools.repo.git(["add", "."]).ok();
    tools.run("git", &["commit", "-q", "-m", "x"]).clean().says("1 allowed");
    tools.commit("b.py", "BAD  # stanch:allow lint/W1 a name of theirs\n").clean();
    tools.repo.slip("c.py", "BAD = 3\n");
    tools.stanch(&["baseline", "create"]).ok();
    tools.stanch(&["scan"]).ok().never_says("c.py");
}

#[test]
fn what_a_tool_says_shows_no_secret() {
    let tool = "#!/bin/sh\nfor file; do sed \"s/^/$file:1:1: error: I saw /; s/$/ [E1]/\" \"$file\"; done\n";
    let tools = with(LINT, &[("lint-it", tool)]);
    let leak = tools.repo.leak();
    tools.commit("a.py", &leak).says("lint/E1").says("holds a secret, and is not shown").says("NPM_TOKEN");
    let parts =
        "#!/bin/sh\nfor file; do echo \"$file:1:1: error: I saw $(cut -c14-34 \"$file\") [E1]\"; done\necho oh $(cat \"$@\") >&2; exit 7\n";
    let tools = with(&LINT.replace("[0, 1]", "[0, 7]"), &[("lint-it", parts)]);
    let leak = tools.repo.leak();
    tools.commit("a.py", &leak).says("lint/E1").never_says("I saw").says("holds a secret");
    let tools = with(LINT, &[("lint-it", parts)]);
    let leak = tools.repo.leak();
    tools.commit("a.py", &leak).says("code 7").never_says("oh npm");
}

/// The world of a test looks for its secrets in all that is said.
#[test]
fn a_value_alone_shows_no_secret_as_a_code_or_where_no_file_is_named() {
    let value = "sed -n 's/.*=//p' a.py";
    for (settings, tool) in [
        ("parser = \"regex\"\npattern = '^(?<line>1):(?<code>.*)$'", format!("#!/bin/sh\necho \"1:$({value})\"\nexit 1\n")),
        ("", format!("#!/bin/sh\n{value}\nexit 1\n")),
        ("", format!("#!/bin/sh\n{value}\nexit 3\n")),
    ] {
        for packs in ["[\"secrets\"]", "[\"quality\"]"] {
            let text = format!("packs = {packs}\n[[tool]]\nname = \"t\"\ncommand = [\"t\"]\n{settings}\n");
            let tools = with(&text, &[("t", &tool)]);
            let leak = format!("db_password={}\n", tools.repo.secret().chars().rev().collect::<String>());
            tools.repo.stage("b.py", "x\n");
            tools.commit("a.py", &leak).says("shown").never_says(leak.trim().split_once('=').unwrap().1);
        }
    }
}

/// A repository whose one tool prints `said` and ends with `code`.
fn saying(settings: &str, said: &str, code: u8) -> Tools {
    let script = format!("#!/bin/sh\ncat <<'END-OF-IT' | sed \"s|ROOT|$PWD|\"\n{said}\nEND-OF-IT\nexit {code}\n");
    with(&format!("[[tool]]\nname = \"t\"\ncommand = [\"say-it\", \"{{files}}\"]\n{settings}"), &[("say-it", &script)])
}

/// Two lines of which the second is the one that is spoken of.
const TEXT: &str = "one\ntwo = three\n";

#[test]
fn every_form_of_output_becomes_the_same_finding() {
    let sarif = r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t","rules":[{"id":"X1","helpUri":"https://example.com/X1"}]}},"results":[{"ruleId":"X1","level":"error","message":{"text":"bad thing"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"file://ROOT/a.txt"},"region":{"startLine":2,"startColumn":7,"endColumn":12}}}]}]}]}"#;
    let rdjson = r#"{"source":{"name":"t"},"diagnostics":[{"message":"bad thing","severity":"ERROR","code":{"value":"X1"},"location":{"path":"./a.txt","range":{"start":{"line":2,"column":7},"end":{"line":2,"column":12}}}}]}"#;
    let checkstyle = r#"<?xml version="1.0"?><checkstyle version="4.3"><file name="a.txt"><error line="2" column="7" severity="error" message="bad thing" source="X1"/></file></checkstyle>"#;
    let cargo = r#"{"reason":"compiler-message","message":{"code":{"code":"X1"},"level":"error","message":"bad thing","spans":[{"file_name":"a.txt","is_primary":true,"line_start":2,"line_end":2,"column_start":7,"column_end":12}]}}"#;
    let eslint = r#"[{"filePath":"ROOT/a.txt","messages":[{"ruleId":"X1","severity":2,"message":"bad thing","line":2,"column":7,"endLine":2,"endColumn":12}]}]"#;
    let gitlab = r#"[{"description":"bad thing","check_name":"X1","severity":"critical","fingerprint":"f","location":{"path":"a.txt","positions":{"begin":{"line":2,"column":7},"end":{"line":2,"column":12}}}}]"#;
    let regex = "a.txt:2:7: error: bad thing [X1]";
    let pattern = "pattern = '^(?<path>[^:]+):(?<line>\\d+):(?<column>\\d+): (?<severity>\\w+): (?<message>.*) \\[(?<code>\\w+)\\]$'\n";
    for (parser, said) in [
        ("sarif", sarif),
        ("rdjson", rdjson),
        ("checkstyle", checkstyle),
        ("cargo-json", cargo),
        ("eslint-json", eslint),
        ("gitlab", gitlab),
        ("regex", regex),
    ] {
        let tools = saying(&format!("parser = \"{parser}\"\n{}", if parser == "regex" { pattern } else { "" }), said, 1);
        let ran = tools.commit("a.txt", TEXT);
        ran.blocks("a.txt:2:7").says("t/X1  high, high confidence").says("t X1: bad thing").says("1 blocked, 0 warned");
        // The next change leaves that line alone.
        tools.repo.slip("a.txt", TEXT);
        tools.commit("a.txt", "ONE\ntwo = three\n").clean().says("1 old");
        let said = tools.stanch(&["scan", "--output", "json"]);
        said.ends(1).says("\"t/X1\"");
        tools.stanch(&["scan", "--output", "sarif"]).ends(1).says("\"t/X1\"").says("bad thing");
    }
}

#[test]
fn a_diff_is_told_at_the_lines_it_would_change() {
    let diff = "--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,3 @@\n one\n-two = three\n+two = 3\n+four";
    let tools = saying("parser = \"diff\"\n", diff, 1);
    tools.commit("a.txt", TEXT).blocks("a.txt:2").says("t/edit").says("would write in place: two = 3").says("write what `t` would write");
}

#[test]
fn an_exit_code_alone_is_one_finding_with_what_was_said() {
    let tools = saying("severity = \"medium\"\n", "it is all bad", 1);
    let ran = tools.commit("a.txt", TEXT);
    // A single file is its place.
    ran.blocks("a.txt:1:1").says("t  medium").says("t: it is all bad");
    tools.repo.stage("b.txt", TEXT);
    tools.run("git", &["commit", "-q", "-m", "x"]).blocks("stanch.toml:1").says("it is all bad");
}

#[test]
fn a_severity_of_the_settings_is_stronger_than_that_of_the_tool() {
    let said = r#"[{"filePath":"a.txt","messages":[{"ruleId":"X1","severity":2,"message":"m","line":1,"column":1}]}]"#;
    let tools = saying("parser = \"eslint-json\"\nseverity = \"low\"\n", said, 1);
    tools.commit("a.txt", TEXT).ok().says("warned: a.txt:1:1").says("t/X1  low");
}

#[test]
fn each_kind_of_failure_is_incomplete_and_says_what_to_do() {
    for (settings, script, said) in [
        ("", "exit 3", "it ended with code 3, which means that it could not look; run it by hand to see why; it said: oh"),
        ("", "kill -KILL $$", "it was ended by signal 9"),
        ("timeout_secs = 1", "sleep 1000", "it took longer than 1 s, and was ended with all that it started"),
        ("output_bytes = 100000", "while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done", "it said more than 100000 bytes and was ended"),
        ("parser = \"sarif\"", "echo garbage", "it printed does not read as sarif: it is no SARIF: expected value at line 1 column 1"),
        ("parser = \"rdjson\"", "echo '[1'", "does not read as rdjson"),
        ("parser = \"checkstyle\"", "echo '<checkstyle><file>'", "does not read as checkstyle"),
        ("parser = \"cargo-json\"", "echo 'error: no such command'", "does not read as cargo-json"),
        ("parser = \"eslint-json\"", "echo '{}'", "does not read as eslint-json"),
        ("parser = \"gitlab\"", "echo '[{}]'", "does not read as gitlab"),
        ("parser = \"diff\"", "echo 'would reformat'", "does not read as diff"),
        ("parser = \"sarif\"", "exit 1", "its code 1 says that it found something, and nothing of that can be read as sarif"),
    ] {
        let script = format!("#!/bin/sh\necho oh >&2\n{script}\n");
        let tools = with(&format!("[[tool]]\nname = \"t\"\ncommand = [\"do-it\", \"{{files}}\"]\n{settings}\n"), &[("do-it", &script)]);
        tools.commit("a.txt", TEXT).stops().says("[[tool]] t").says(said);
        assert!(scratch(&tools).is_empty(), "its folder is gone");
    }
}

/// What is left in the folder of temporary files.
fn scratch(tools: &Tools) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(tools.repo.root().join("tmp")).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn a_program_that_is_not_there_is_told() {
    let tools = with("[[tool]]\nname = \"t\"\ncommand = [\"no-such-program-here\", \"{files}\"]\n", &[]);
    tools.commit("a.txt", TEXT).stops().says("`no-such-program-here` is not on the `PATH`; install it");
    let tools = with("[[tool]]\nname = \"t\"\ncommand = [\"node_modules/.bin/x\", \"{files}\"]\nlink = [\"node_modules\"]\n", &[]);
    tools.commit("a.txt", TEXT).stops().says("`node_modules/.bin/x` is not there");
}

#[test]
fn nothing_that_a_tool_starts_outlives_it() {
    let script = "#!/bin/sh\nsleep 1000 &\necho $! > \"$KEEP/one\"\nsetsid sleep 1000 &\necho $! > \"$KEEP/two\"\n";
    let script = script.replace("$KEEP", "PLACE");
    let tools = with("[[tool]]\nname = \"t\"\ncommand = [\"do-it\"]\n", &[]);
    tools.bin.script("do-it", &script.replace("PLACE", tools.bin.path("").to_str().unwrap()));
    tools.commit("a.txt", TEXT).clean();
    for name in ["one", "two"] {
        let pid = tools.bin.read_text(name).trim().to_owned();
        let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        assert!(state.is_empty() || state.contains(") Z "), "{name}: {state}");
    }
}

#[test]
fn a_signal_ends_the_tools_first_and_takes_their_folders_away() {
    // The tool sends it itself, as a person at a terminal would, once it runs.
    let script = "#!/bin/sh\nsleep 1000 &\necho $! > PLACE/one\nkill -INT $PPID\nwait\n";
    let tools = with("[[tool]]\nname = \"t\"\ncommand = [\"do-it\"]\n", &[]);
    tools.bin.script("do-it", &script.replace("PLACE", tools.bin.path("").to_str().unwrap().trim_end_matches('/')));
    tools.repo.stage("a.txt", TEXT);
    let ran = tools.stanch(&["scan", "--staged"]);
    assert_eq!(ran.code, None, "it ended by the signal: {ran}");
    let pid = tools.bin.read_text("one").trim().to_owned();
    let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    assert!(state.is_empty() || state.contains(") Z "), "{state}");
    assert!(scratch(&tools).is_empty());
}

#[test]
fn what_a_tool_does_to_its_copies_is_a_finding_and_touches_nothing_else() {
    let script = "#!/bin/sh\nsed -i 's/two/TWO/' a.txt\nrm -f other.txt\n";
    let settings = "[[tool]]\nname = \"t\"\ncommand = [\"do-it\"]\nneeds = \"project\"\n[[tool]]\nname = \"u\"\ncommand = [\"see-it\"]\nneeds = \"project\"\n";
    let see = "#!/bin/sh\ntest -e other.txt && grep -q two a.txt\n";
    let tools = with(settings, &[("do-it", script), ("see-it", see)]);
    tools.repo.slip("other.txt", "x\n");
    tools.repo.stage("a.txt", TEXT);
    let before = tools.repo.state();
    let ran = tools.stanch(&["scan", "--staged"]);
    ran.blocks("a.txt:2").says("t/edit").says("would write in place: TWO = three").never_says("u  medium").says("1 old");
    assert_eq!(tools.repo.state(), before);
}

#[test]
fn each_need_shows_as_much_as_it_says() {
    let list = "#!/bin/sh\nfind . -path ./.git -prune -o ! -type d -print | sort | tr '\\n' ' '; echo; git rev-parse --is-inside-work-tree 2>/dev/null; cat; exit 1\n";
    let see = |settings: &str| {
        let tools = with(&format!("[[tool]]\nname = \"t\"\ncommand = [\"see-it\", \"{{file}}\"]\n{settings}\n"), &[("see-it", list)]);
        tools.repo.slip("lib/conf.ini", "x\n");
        tools.repo.write(".gitignore", "deps\n");
        tools.repo.write("deps/x", "x\n");
        tools.commit("a.txt", "content\n").ends(1).text()
    };
    let shown = |text: String| text.lines().find_map(|line| line.split_once("t: ")).unwrap().1.trim().to_owned();
    assert_eq!(shown(see("")), "./a.txt");
    assert_eq!(shown(see("input = \"stdin\"")), "content");
    assert_eq!(shown(see("needs = \"tree\"\nalso = [\"**/*.ini\"]\nlink = [\"deps\"]")), "./a.txt ./deps ./lib/conf.ini");
    assert_eq!(shown(see("needs = \"project\"")), "./README.md ./a.txt ./lib/conf.ini ./stanch.toml");
    assert_eq!(shown(see("repository = true")), "./a.txt true");
}

#[test]
fn no_name_of_a_file_is_an_option_or_leads_out() {
    let tools = with("[[tool]]\nname = \"t\"\ncommand = [\"do-it\", \"{files}\"]\n", &[("do-it", "#!/bin/sh\necho \"$@\"\nexit 1\n")]);
    tools.repo.stage("-rf", "x\n");
    tools.repo.stage("a b$(x).txt", "x\n");
    tools.run("git", &["commit", "-q", "-m", "x"]).ends(1).says("t: ./-rf a b$(x).txt");
    let tools =
        with("[[tool]]\nname = \"t\"\nneeds = \"project\"\ncommand = [\"do-it\"]\n", &[("do-it", "#!/bin/sh\ncat link 2>&1\nexit 1\n")]);
    std::os::unix::fs::symlink(tools.repo.root().join("home/secret"), tools.repo.path("link")).unwrap();
    tools.repo.at("../home").write("secret", "of the person's\n");
    tools.repo.git(["add", "link"]).ok();
    tools.commit("a.txt", "x\n").ends(1).never_says("of the person's");
    // Two links that stay inside by their words, and lead out together.
    let (far, up) = ("a/b/c/d/e/f/g/h", "../../../../../../../..");
    let root = tools.repo.root();
    let secret = format!("{far}/up/{up}{}/home/secret", root.display());
    tools.repo.write(format!("{far}/x"), "x\n");
    std::os::unix::fs::symlink(up, tools.repo.path(format!("{far}/up"))).unwrap();
    tools.repo.remove("link");
    std::os::unix::fs::symlink(secret, tools.repo.path("link")).unwrap();
    tools.repo.git(["add", "link", "a"]).ok();
    tools.commit("a.txt", "y\n").ends(1).never_says("of the person's");
}

#[test]
fn no_program_comes_from_what_others_wrote() {
    let tools = with(LINT, &[]);
    tools.repo.script("lint-it", "#!/bin/sh\n: >\"$HOME/ran\"\n");
    tools.repo.git(["add", "lint-it"]).ok();
    tools.repo.stage("a.py", "x\n");
    for path in [".:", ":", ":bin:"] {
        let mut command = tools.repo.program(crate::support::STANCH, ["scan", "--staged"]);
        let known = command.get_envs().find(|(key, _)| *key == "PATH").and_then(|(_, value)| value).unwrap().to_owned();
        let mut with_more = std::ffi::OsString::from(path);
        with_more.push(known);
        command.env("PATH", with_more);
        tools.repo.run(command, b"").incomplete().says("`lint-it` is not on the `PATH`");
    }
    assert!(!tools.repo.root().join("home/ran").exists());
}

#[test]
fn what_is_said_of_a_file_too_large_to_hold_is_not_taken_for_old() {
    let tools = with(LINT, &[("lint-it", "#!/bin/sh\necho \"$1:3:1: error: bad [W1]\"\n")]);
    let large = "x = 1\n".repeat(3 << 20);
    tools.repo.slip("a.py", &large);
    tools.commit("a.py", &format!("{large}BAD\n")).ends(1).says("lint/W1");
}

#[test]
fn a_folder_names_all_below_it_to_a_tool_too() {
    for files in ["src", "src/", "./src/**"] {
        let tools = with(&LINT.replace("**/*.py", files), &[("lint-it", GREP)]);
        tools.commit("src/deep/a.py", "BAD\n").blocks("src/deep/a.py:1");
        tools.commit("a.py", "BAD\n").never_says("blocked: a.py");
    }
}

#[test]
fn a_folder_that_a_tool_made_a_link_leads_to_nothing_that_is_written() {
    let tool = "#!/bin/sh\nrm -r sub && ln -s \"$HOME/own\" sub\n";
    let tools = with("[[tool]]\nname = \"t\"\nneeds = \"project\"\ncommand = [\"do-it\"]\n", &[("do-it", tool)]);
    tools.repo.at("../home/own").write("a.txt", "of the person's\n");
    tools.commit("sub/a.txt", "x\n").ends(1).says("t/edit");
    assert_eq!(tools.repo.read_text("../home/own/a.txt"), "of the person's\n");
}

#[test]
fn a_tool_that_comes_back_is_not_left_out_in_silence() {
    let tools = with(LINT, &[("lint-it", GREP)]);
    tools.repo.git(["checkout", "-q", "-b", "other"]).ok();
    tools.repo.slip("stanch.toml", LINT.replace("\"lint-it\",", "\"lint-it\", \"-w\","));
    tools.stanch(&["tools", "accept"]).ok();
    tools.repo.git(["checkout", "-q", "main"]).ok();
    tools.commit("a.py", "BAD\n").stops().says("it is not accepted on this machine");
    tools.stanch(&["scan"]).incomplete();
}

#[test]
fn faults_of_a_table_are_told_with_their_places() {
    let repo = TestRepo::new();
    let bad = "[[tool]]\nname = \"A B\"\ncommand = \"ruff check\"\nparser = \"sarf\"\nneed = \"tree\"\n\n[[tool]]\npreset = \"ruf\"\n\n\
        [[tool]]\nname = \"x\"\ncommand = [\"sh -c x\", \"a{files}\"]\nexit = { clean = [300] }\nlink = [\"../x\"]\nparser = \"regex\"\n\n\
        [[tool]]\npreset = \"ruff\"\n[[tool]]\npreset = \"ruff\"\n[[tool]]\nname = \"jwt\"\ncommand = [\"x\"]\n";
    repo.write("stanch.toml", bad);
    let ran = repo.stanch(["scan"]);
    ran.ends(2)
        .says("`name` cannot be `A B`")
        .says("`command` has the wrong type")
        .says("`parser` cannot be `sarf`")
        .says("did you mean `needs`?");
    ran.says("there is no preset `ruf`").says("`command` cannot begin with `sh -c x`").says("`{files}` must be a word of its own");
    ran.says("`clean` holds something else")
        .says("`link` cannot be `../x`")
        .says("`pattern` is missing")
        .says("there are two tools `ruff`")
        .says("`jwt` is the id of a rule");
}

#[test]
fn presets_read_and_a_table_says_what_is_different() {
    for name in ["ruff", "eslint", "biome", "clippy", "mypy", "shellcheck", "hadolint", "actionlint", "zizmor", "typos", "djlint"] {
        let repo = TestRepo::new();
        repo.write("stanch.toml", format!("[[tool]]\npreset = \"{name}\"\n"));
        repo.stanch(["tools", "list"]).ok().says(&format!("{name}  not accepted"));
    }
    let tools = with("[[tool]]\npreset = \"shellcheck\"\nfiles = [\"run\"]\n", &[]);
    let said = "<?xml version='1.0' encoding='UTF-8'?>\n<checkstyle version='4.3'>\n<file name='run' >\n<error line='2' column='6' severity='info' message='Double quote to prevent globbing.' source='ShellCheck.SC2086' />\n</file>\n</checkstyle>";
    tools.bin.script("shellcheck", &format!("#!/bin/sh\ncat <<'END'\n{said}\nEND\nexit 1\n"));
    tools.commit("run", "#!/bin/sh\necho $1\n").ok().says("warned: run:2:6").says("shellcheck/SC2086").says("Double quote");
}

#[test]
fn an_upgrade_in_place_is_told_as_what_it_would_write() {
    let tools = with("[[tool]]\npreset = \"django-upgrade\"\n", &[]);
    tools.bin.script(
        "django-upgrade",
        "#!/bin/sh\nsed -i 's/from django.conf.urls import url/from django.urls import re_path/' \"$@\"\necho Rewriting >&2\nexit 1\n",
    );
    let ran = tools.commit("urls.py", "import os\nfrom django.conf.urls import url\n");
    ran.blocks("urls.py:2").says("django-upgrade/edit").says("would write in place: from django.urls import re_path").says("1 blocked");
}

#[test]
fn init_proposes_what_the_files_show() {
    let repo = TestRepo::started();
    repo.write("pyproject.toml", "[tool.ruff]\n");
    repo.write("web/eslint.config.mjs", "");
    repo.stanch(["init", "--no-hooks"]).ok().says("proposed in it, as comments, the tools ruff, eslint");
    let text = repo.read_text("stanch.toml");
    assert!(text.contains("# [[tool]]\n# preset = \"ruff\"\n") && !text.contains("\n[[tool]]"), "{text}");
    repo.stanch(["scan"]).clean();
}

#[test]
fn a_tool_of_a_push_does_not_run_before_a_commit() {
    let tools = with(&format!("{LINT}on = [\"push\"]\n"), &[("lint-it", GREP)]);
    tools.repo.remote();
    tools.commit("a.py", "BAD\n").clean();
    tools.run("git", &["push", "-q", "origin", "main"]).blocks("a.py:1");
}

#[test]
fn messages_and_streams_ask_for_no_tool() {
    let repo = TestRepo::started();
    repo.commit_file("stanch.toml", LINT).ok();
    repo.stanch_fed(b"x = 1\n", ["scan", "--stdin", "--path", "a.py"]).clean();
}

#[test]
fn doctor_and_explain_know_the_tools() {
    let tools = with(LINT, &[("lint-it", GREP)]);
    tools.stanch(&["doctor"]).ok().says("tool      lint: in place");
    tools.stanch(&["explain", "lint/W1"]).ok().says("a rule of the tool `lint`").says("it runs  lint-it {files}");
    std::fs::remove_file(tools.bin.path("lint-it")).unwrap();
    tools.stanch(&["doctor"]).ends(1).says("tool      lint: not installed").says("install `lint-it`");
    tools.repo.write("stanch.toml", LINT.replace("lint-it", "other"));
    tools.stanch(&["doctor"]).ends(1).says("tool      lint: not accepted").says("run `stanch tools accept`");
}

#[test]
fn a_server_runs_what_it_accepted_and_leaves_the_rest_to_ci() {
    let tools = with(LINT, &[("lint-it", GREP)]);
    let server = Tools { repo: tools.repo.remote(), bin: tools.bin.at("") };
    tools.repo.slip_push(&["main"]);
    server.stanch(&["install", "--hook", "pre-receive"]).ok().says("accepted the tool lint");
    tools.repo.slip("a.py", "BAD\n");
    tools.run("git", &["push", "-q", "--no-verify", "origin", "main"]).ends(1).says("lint/W1").says("a.py:1");
    server.repo.write("stanch/tools", "");
    tools.run("git", &["push", "-q", "--no-verify", "origin", "main"]).ok().says("it is not accepted here; CI runs it");
}

#[test]
fn a_deadline_holds_for_tools_too() {
    let tools = with("[[tool]]\nname = \"t\"\ncommand = [\"do-it\"]\n", &[("do-it", "#!/bin/sh\nsleep 1000\n")]);
    tools.repo.stage("a.txt", TEXT);
    tools.stanch(&["scan", "--staged", "--deadline", "1"]).incomplete().says("was ended with all that it started");
}

#[test]
fn a_commit_of_one_file_and_an_amended_one_are_looked_at_as_they_will_be() {
    let tools = with(LINT, &[("lint-it", GREP)]);
    tools.repo.stage("a.py", "BAD\n");
    tools.repo.stage("b.py", "good\n");
    tools.run("git", &["commit", "-q", "-m", "x", "b.py"]).clean();
    tools.run("git", &["commit", "-q", "-m", "x"]).blocks("a.py:1");
    tools.repo.git(["rm", "-q", "--cached", "-f", "a.py"]).ok();
    tools.repo.slip("c.py", "BAD\n");
    tools.repo.stage("c.py", "BAD\nx = 1\n");
    tools.run("git", &["commit", "-q", "--amend", "--no-edit"]).blocks("c.py:1");
}

#[test]
fn files_on_disk_are_shown_with_their_modes_and_what_git_ignores_is_not() {
    let tools = with(
        "[[tool]]\nname = \"t\"\nneeds = \"project\"\ncommand = [\"do-it\"]\n",
        &[("do-it", "#!/bin/sh\nls -F | tr '\\n' ' '\nexit 1\n")],
    );
    tools.repo.write(".gitignore", "ignored\n");
    tools.repo.write("ignored", "x\n");
    tools.repo.script("run", "#!/bin/sh\n");
    tools.stanch(&["scan"]).blocks("stanch.toml:1").says("t: README.md run* stanch.toml");
    tools.stanch(&["scan", "run"]).says("t: README.md run* stanch.toml");
}
