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
