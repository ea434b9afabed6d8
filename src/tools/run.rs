//! Tools at work: which files each gets, in which order they run, and what comes of it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bstr::{BString, ByteSlice};

use super::parse::{Remark, parse};
use super::scratch::{Error, Tree};
use super::tool::{Exit, Form, Input, Needs, Tool};
use super::{Refused, Tools};
use crate::model::Candidate;
use crate::policy::PathSet;
use crate::process::{End, Ended, Job, run};
use crate::source::{self, Content, FarReader, Reader, Source};

/// The most bytes of names that a tool is told at once; systems refuse more than some such number.
const MAX_ARGUMENT_BYTES: usize = 96 << 10;
/// How much of what a tool says is shown where it fails, in bytes.
const SHOWN_BYTES: usize = 600;
/// As which file a tool knows its standard input.
const STDIN: [&[u8]; 4] = [b"-", b"stdin", b"<stdin>", b"standard input"];

/// One state of all files, and the tools that look at it. It may move to another thread.
#[derive(Debug)]
pub struct Work<'w> {
    tools: &'w Tools,
    /// What changed.
    pub changed: Vec<Candidate>,
    /// All files, where a tool asks for more than what changed.
    pub all: Vec<Candidate>,
    readers: Mutex<Vec<FarReader>>,
    deadline: Option<Instant>,
}

/// What tools are to do.
#[derive(Debug, Default)]
pub struct Prepared<'w> {
    /// The states that they look at, each with a reader for whoever makes findings of what is said.
    pub works: Vec<(Work<'w>, FarReader)>,
    /// Those that should look, and do not run.
    pub refused: Vec<&'w Refused>,
}

/// What one tool says of one state.
#[derive(Debug)]
pub struct Said<'w> {
    /// The tool.
    pub tool: &'w Tool,
    /// What it says; paths are those of the repository.
    pub remarks: Vec<Remark>,
    /// What kept it from looking.
    pub troubles: Vec<Trouble>,
}

/// A tool that did not look.
#[derive(Debug)]
pub struct Trouble {
    /// What happened, and how to mend it.
    pub what: String,
    /// The end of what it said. It may hold a secret.
    pub said: Vec<u8>,
}

impl Trouble {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), said: Vec::new() }
    }
}

impl<'w> Work<'w> {
    /// Prepares what `tools` need to look at the states of `source`. Paths for which `is_excluded` are not shown to them
    /// as changed.
    ///
    /// # Errors
    /// If the source does not read.
    pub fn prepare(
        tools: &'w Tools,
        source: &dyn Source,
        is_excluded: impl Fn(&[u8]) -> bool,
        deadline: Option<Instant>,
    ) -> Result<Prepared<'w>, source::Error> {
        let mut prepared = Prepared::default();
        let groups = groups(&tools.run);
        for mut state in source.states()? {
            state.changed.retain(|candidate| !is_excluded(&candidate.path));
            let near = source.reader()?;
            let is_due = |tool: &Tool| !files_for(tool, &state.changed, &near).is_empty();
            for refused in tools.refused.iter().filter(|refused| is_due(&refused.tool)) {
                if !prepared.refused.iter().any(|known| known.tool.name == refused.tool.name && known.why == refused.why) {
                    prepared.refused.push(refused);
                }
            }
            let due: Vec<&Tool> = tools.run.iter().filter(|tool| is_due(tool)).collect();
            if due.is_empty() {
                continue;
            }
            let needs_all = due.iter().any(|tool| tool.needs != Needs::Blob);
            let all = if needs_all { source.files_of(&state)? } else { Vec::new() };
            let readers = groups.iter().map(|_| source.far_reader()).collect::<Result<Vec<_>, _>>()?;
            let work = Self { tools, changed: state.changed, all, readers: Mutex::new(readers), deadline };
            prepared.works.push((work, source.far_reader()?));
        }
        Ok(prepared)
    }

    /// Runs the tools to their ends, several at once, and tells what they say, in their order.
    pub fn run(&self) -> Vec<Said<'w>> {
        let groups = groups(&self.tools.run);
        let said = share(groups.len(), |number| {
            let far = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let (Some(group), Some(far)) = (groups.get(number), far) else { return Vec::new() };
            self.run_group(group, &far.reader())
        });
        let mut said: Vec<(usize, Said<'w>)> = said.into_iter().flatten().collect();
        said.sort_by_key(|(number, _)| *number);
        said.into_iter().map(|(_, said)| said).collect()
    }

    /// Runs tools that see the same copies, one after the other.
    fn run_group(&self, group: &[(usize, &'w Tool)], reader: &Reader<'_>) -> Vec<(usize, Said<'w>)> {
        let mut shared = None;
        let mut told = Vec::new();
        for &(number, tool) in group {
            let given = files_for(tool, &self.changed, reader);
            if given.is_empty() {
                continue;
            }
            let mut said = Said { tool, remarks: Vec::new(), troubles: Vec::new() };
            let tree = match shared.take() {
                Some(tree) => Ok(tree),
                None => self.copies(tool, &given, reader),
            };
            let done = tree.and_then(|tree| {
                self.run_tool(&given, &tree, reader, &mut said)?;
                Ok(tree)
            });
            match done {
                Ok(tree) => shared = Some(tree),
                Err(error) => said.troubles.push(Trouble::new(error.to_string())),
            }
            told.push((number, said));
        }
        told
    }

    /// The copies that a tool sees.
    fn copies<'t>(&'t self, tool: &Tool, given: &[&'t Candidate], reader: &Reader<'_>) -> Result<Tree<'t>, Error> {
        let is_told = tool.input == Input::Stdin && tool.needs == Needs::Blob;
        let also = globs(&tool.also);
        let more = self.all.iter().filter(|file| tool.needs == Needs::Project || (tool.needs == Needs::Tree && also.has(&file.path)));
        let files = given.iter().copied().filter(|_| !is_told).chain(more);
        let tree = Tree::new(files, reader)?;
        if tool.repository {
            tree.make_repository(self.tools.path.as_deref())?;
        }
        if let Some(work_dir) = &self.tools.work_dir {
            for link in &tool.link {
                tree.link(link, work_dir)?;
            }
        }
        Ok(tree)
    }

    fn run_tool(&self, given: &[&Candidate], tree: &Tree<'_>, reader: &Reader<'_>, said: &mut Said<'w>) -> Result<(), Error> {
        let tool = said.tool;
        let turns = turns(tool, given);
        // Of those that see the whole, two at once would stand in each other's way.
        let parts = if tool.needs == Needs::Project || turns.len() == 1 {
            turns.iter().map(|turn| self.run_turn(tool, turn, tree, reader)).collect()
        } else {
            let inputs: Vec<Result<Option<Vec<u8>>, Trouble>> = turns.iter().map(|turn| input(tool, turn, reader)).collect();
            share(turns.len(), |number| match (turns.get(number), inputs.get(number)) {
                (Some(turn), Some(Ok(input))) => self.run_fed(tool, turn, tree, input.as_deref()),
                (_, Some(Err(trouble))) => (Vec::new(), Some(Trouble::new(trouble.what.clone()))),
                _ => (Vec::new(), None),
            })
        };
        for (remarks, trouble) in parts {
            said.remarks.extend(remarks);
            said.troubles.extend(trouble);
        }
        let edits = tree.mend(reader)?;
        if !edits.is_empty() && tool.form == Form::Exit {
            // What it did says more than that it did something.
            said.remarks.clear();
        }
        said.remarks.extend(edits);
        said.troubles.dedup_by(|one, two| one.what == two.what);
        Ok(())
    }

    fn run_turn(&self, tool: &Tool, turn: &[&Candidate], tree: &Tree<'_>, reader: &Reader<'_>) -> (Vec<Remark>, Option<Trouble>) {
        match input(tool, turn, reader) {
            Ok(input) => self.run_fed(tool, turn, tree, input.as_deref()),
            Err(trouble) => (Vec::new(), Some(trouble)),
        }
    }

    /// Runs a tool once, for the files of one turn.
    fn run_fed(&self, tool: &Tool, turn: &[&Candidate], tree: &Tree<'_>, input: Option<&[u8]>) -> (Vec<Remark>, Option<Trouble>) {
        let mut timeout = Duration::from_secs(tool.timeout_secs as u64);
        if let Some(deadline) = self.deadline {
            timeout = timeout.min(deadline.saturating_duration_since(Instant::now()));
            if timeout.is_zero() {
                return (Vec::new(), Some(Trouble::new("the deadline was reached before it ran; give more time with `--deadline`")));
            }
        }
        let (program, arguments) = argv(tool, turn, tree.root());
        let (folder, path) = (tree.root(), self.tools.path.as_deref());
        let job = Job { program: &program, arguments: &arguments, path, folder, input, timeout, output_bytes: tool.output_bytes };
        match run(&job) {
            Ok(ended) => {
                let (mut remarks, trouble) = interpret(tool, &ended, timeout);
                for remark in &mut remarks {
                    resolve(remark, turn, tree);
                }
                (remarks, trouble)
            }
            Err(error) if error.source.kind() == std::io::ErrorKind::NotFound => {
                let place = if tool.command.iter().take(1).any(|word| word.contains('/')) { "there" } else { "on the `PATH`" };
                let name = tool.command.first().map(String::as_str).unwrap_or_default();
                (Vec::new(), Some(Trouble::new(format!("`{name}` is not {place}; install it, or take the tool out of the settings"))))
            }
            Err(error) => (Vec::new(), Some(Trouble::new(format!("{error}: {}", error.source)))),
        }
    }
}

/// Tools by the copies that they see: those of the whole tree share them.
fn groups(tools: &[Tool]) -> Vec<Vec<(usize, &Tool)>> {
    let mut groups: Vec<Vec<(usize, &Tool)>> = Vec::new();
    for (number, tool) in tools.iter().enumerate() {
        let sees = |other: &Tool| (other.needs, other.repository, &other.link) == (tool.needs, tool.repository, &tool.link);
        let is_same =
            |group: &&mut Vec<(usize, &Tool)>| tool.needs == Needs::Project && group.first().is_some_and(|(_, other)| sees(other));
        match groups.iter_mut().find(is_same) {
            Some(group) => group.push((number, tool)),
            None => groups.push(vec![(number, tool)]),
        }
    }
    groups
}

fn globs(globs: &[String]) -> PathSet {
    PathSet::parse(globs.iter().map(String::as_str)).expect("because globs are checked when settings are read")
}

/// The changed files that a tool looks at.
fn files_for<'c>(tool: &Tool, changed: &'c [Candidate], reader: &Reader<'_>) -> Vec<&'c Candidate> {
    let (files, except) = (globs(&tool.files), globs(&tool.except));
    let is_for = |path: &[u8]| (files.is_empty() || files.has(path)) && !except.has(path) && !tool.is_kept_from(path);
    let is_file = |file: &Candidate| reader.mode(file).is_some_and(|mode| mode & 0o170_000 == 0o100_000);
    changed.iter().filter(|file| is_for(&file.path) && is_file(file)).collect()
}

/// The files of each run of a tool.
fn turns<'f, 'c>(tool: &Tool, given: &'f [&'c Candidate]) -> Vec<&'f [&'c Candidate]> {
    let is_many = tool.command.iter().any(|word| word == "{files}");
    let is_single = tool.input == Input::Stdin || tool.command.iter().any(|word| word.contains("{file}"));
    if !is_many && !is_single {
        return vec![given];
    }
    let most = if is_single { 1 } else { tool.batch.max(1) };
    let mut turns = Vec::new();
    let (mut first, mut bytes) = (0, 0);
    for (at, file) in given.iter().enumerate() {
        bytes += file.path.len() + 3;
        if at > first && (at - first >= most || bytes > MAX_ARGUMENT_BYTES) {
            turns.extend(given.get(first..at));
            (first, bytes) = (at, file.path.len() + 3);
        }
    }
    turns.extend(given.get(first..).filter(|last| !last.is_empty()));
    turns
}

/// What a tool reads on its standard input.
fn input(tool: &Tool, turn: &[&Candidate], reader: &Reader<'_>) -> Result<Option<Vec<u8>>, Trouble> {
    let (Input::Stdin, [file]) = (tool.input, turn) else { return Ok(None) };
    match reader.open(file) {
        Ok(Content::Whole(bytes)) => Ok(Some(bytes)),
        Ok(Content::Stream(_)) => Err(Trouble::new(format!("`{}` is too large to be given to it; leave it out with `except`", file.path))),
        Err(error) => Err(Trouble::new(format!("cannot read `{}`: {error}", file.path))),
    }
}

/// The program and its arguments, with what stands for files filled in.
fn argv(tool: &Tool, turn: &[&Candidate], root: &Path) -> (PathBuf, Vec<OsString>) {
    // A name that begins with a hyphen would be taken for an option, and one with an `@` for a file of options.
    let name = |path: &BString| {
        if path.starts_with(b"-") || path.starts_with(b"@") {
            Path::new(".").join(path.to_path_lossy())
        } else {
            path.to_path_lossy().into_owned()
        }
    };
    let mut words = tool.command.iter();
    let program = words.next().map(String::as_str).unwrap_or_default();
    let program = if program.contains('/') { root.join(program) } else { PathBuf::from(program) };
    let mut arguments = Vec::new();
    for word in words {
        if word == "{files}" {
            arguments.extend(turn.iter().map(|file| name(&file.path).into_os_string()));
            continue;
        }
        let file = match turn {
            [file] => name(&file.path).into_os_string(),
            _ => OsString::new(),
        };
        let word = fill(&OsString::from(word), "{root}", root.as_os_str());
        arguments.push(fill(&word, "{file}", &file));
    }
    (program, arguments)
}

/// A word with what stands for something filled in.
fn fill(word: &OsString, place: &str, with: &std::ffi::OsStr) -> OsString {
    let Some(text) = word.to_str().filter(|text| text.contains(place)) else { return word.clone() };
    let mut filled = OsString::new();
    for (number, part) in text.split(place).enumerate() {
        if number > 0 {
            filled.push(with);
        }
        filled.push(part);
    }
    filled
}

/// What the end of a tool means.
fn interpret(tool: &Tool, ended: &Ended, timeout: Duration) -> (Vec<Remark>, Option<Trouble>) {
    let trouble = |what: String| Some(Trouble { what, said: tail(ended) });
    let code = match ended.end {
        End::Code(code) => code,
        End::Signal(signal) => return (Vec::new(), trouble(format!("it was ended by signal {signal}; run it by hand to see why"))),
        End::TimedOut => {
            let what = "and was ended with all that it started; see what it waits for, or give it more `timeout_secs`";
            return (Vec::new(), trouble(format!("it took longer than {} s, {what}", timeout.as_secs())));
        }
        End::SaidTooMuch => {
            let what = "bytes and was ended; see what it prints, or give it more `output_bytes`";
            return (Vec::new(), trouble(format!("it said more than {} {what}", tool.output_bytes)));
        }
        End::LeftOpen => {
            return (Vec::new(), trouble("it left something running that kept its output open; see what it starts".to_owned()));
        }
    };
    let exit = tool.exits.of(code);
    if exit == Exit::Fault {
        return (Vec::new(), trouble(format!("it ended with code {code}, which means that it could not look; run it by hand to see why")));
    }
    match (parse(tool, &ended.stdout, &ended.stderr), exit, tool.form) {
        (Ok(_), Exit::Findings, Form::Exit) => {
            let message = [&ended.stdout, &ended.stderr].map(|output| output.to_str_lossy().into_owned()).join("\n");
            (vec![super::parse::tidy(Remark { message, ..Remark::default() })], None)
        }
        // An edit may be what it says.
        (Ok(remarks), Exit::Findings, _) if remarks.is_empty() => (
            remarks,
            trouble(format!("its code {code} says that it found something, and nothing of that can be read as {}", tool.form.name())),
        ),
        (Ok(remarks), ..) => (remarks, None),
        (Err(what), ..) => (Vec::new(), trouble(format!("what it printed does not read as {}: {what}", tool.form.name()))),
    }
}

/// The end of what a tool said: of its errors, where it told some.
fn tail(ended: &Ended) -> Vec<u8> {
    let said = if ended.stderr.trim_ascii().is_empty() { &ended.stdout } else { &ended.stderr };
    let said = said.trim_ascii();
    said.get(said.len().saturating_sub(SHOWN_BYTES)..).unwrap_or_default().to_vec()
}

/// Gives a remark the path that its file has in the repository; one of no file here keeps it in its message.
fn resolve(remark: &mut Remark, turn: &[&Candidate], tree: &Tree<'_>) {
    let only = match turn {
        [file] => Some(&file.path),
        _ => None,
    };
    let Some(path) = remark.path.take() else {
        remark.path = only.cloned();
        return;
    };
    if STDIN.contains(&path.as_slice()) {
        remark.path = only.cloned();
        return;
    }
    let known = |path: &[u8]| tree.has(path) || turn.iter().any(|file| file.path == path);
    let root = tree.root().as_os_str().as_encoded_bytes();
    let mut short = path.strip_prefix(root).and_then(|rest| rest.strip_prefix(b"/")).unwrap_or(&path);
    while let Some(rest) = short.strip_prefix(b"./") {
        short = rest;
    }
    // git and others write a letter before each path of a diff.
    let bare = short.split_once_str("/").filter(|(letter, _)| letter.len() == 1).map(|(_, rest)| rest);
    match [Some(short), bare].into_iter().flatten().find(|path| known(path)) {
        Some(path) => remark.path = Some(path.into()),
        None => remark.message = format!("{}: {}", short.to_str_lossy(), remark.message),
    }
}

/// Does `count` things, several at once, and gives what comes of them in order.
fn share<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(count);
    if threads <= 1 {
        return (0..count).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    let made = work(number);
                    done.lock().unwrap_or_else(PoisonError::into_inner).insert(number, made);
                }
            });
        }
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Origin, Since};

    fn file(path: &str) -> Candidate {
        Candidate { path: path.into(), origin: Origin::Index, id: None, mode: Some(0o100_644), since: Since::Nothing }
    }

    fn tool(command: &[&str]) -> Tool {
        Tool { command: command.iter().map(|word| (*word).to_owned()).collect(), ..Tool::default() }
    }

    #[test]
    fn files_go_in_batches_one_by_one_or_all_at_once() {
        let files: Vec<Candidate> = (0..5).map(|number| file(&format!("{number}.py"))).collect();
        let given: Vec<&Candidate> = files.iter().collect();
        let sizes = |tool: Tool| turns(&tool, &given).iter().map(|turn| turn.len()).collect::<Vec<_>>();
        assert_eq!(sizes(Tool { batch: 2, ..tool(&["x", "{files}"]) }), [2, 2, 1]);
        assert_eq!(sizes(tool(&["x", "--name={file}"])), [1; 5]);
        assert_eq!(sizes(Tool { input: Input::Stdin, ..tool(&["x"]) }), [1; 5]);
        assert_eq!(sizes(tool(&["x"])), [5]);
        let long: Vec<Candidate> = (0..3).map(|number| file(&format!("{number}{}", "x".repeat(MAX_ARGUMENT_BYTES / 2)))).collect();
        let long: Vec<&Candidate> = long.iter().collect();
        assert_eq!(turns(&tool(&["x", "{files}"]), &long).len(), 3);
    }

    #[test]
    fn places_are_filled_and_no_name_is_an_option() {
        let files = [file("-rf"), file("a b.py"), file("@more")];
        let all: Vec<&Candidate> = files.iter().collect();
        let (program, arguments) = argv(&tool(&["lint", "{files}", "--root={root}"]), &all, Path::new("/s"));
        assert_eq!(
            (program.as_path(), arguments),
            (Path::new("lint"), ["./-rf", "a b.py", "./@more", "--root=/s"].map(OsString::from).to_vec())
        );
        let (program, arguments) = argv(&tool(&["bin/lint", "--as={file}"]), &all[1..2], Path::new("/s"));
        assert_eq!((program.as_path(), arguments), (Path::new("/s/bin/lint"), vec![OsString::from("--as=a b.py")]));
    }

    #[test]
    fn things_done_at_once_come_back_in_order() {
        assert_eq!(share(100, |number| number * 2), (0..100).map(|number| number * 2).collect::<Vec<_>>());
    }

    #[test]
    fn an_end_that_is_none_is_a_trouble_and_a_code_without_words_too() {
        let ended = |end, stdout: &str| Ended { end, stdout: stdout.into(), stderr: b"why".to_vec() };
        let tool = Tool { form: Form::Sarif, ..Tool::default() };
        let second = Duration::from_secs(1);
        for (end, said) in [
            (End::Code(2), "code 2"),
            (End::Code(1), "says that it found something"),
            (End::Signal(9), "signal 9"),
            (End::TimedOut, "longer than 1 s"),
            (End::SaidTooMuch, "output_bytes"),
            (End::LeftOpen, "kept its output open"),
        ] {
            let (remarks, trouble) = interpret(&tool, &ended(end, ""), second);
            let trouble = trouble.unwrap_or_else(|| panic!("{end:?}"));
            assert!(remarks.is_empty() && trouble.what.contains(said), "{}", trouble.what);
            assert_eq!(trouble.said, b"why");
        }
        assert!(interpret(&tool, &ended(End::Code(0), "garbage"), second).1.is_some());
        assert!(interpret(&tool, &ended(End::Code(0), ""), second).1.is_none());
        let exit = Tool { form: Form::Exit, ..tool };
        assert_eq!(interpret(&exit, &ended(End::Code(1), "bad"), second).0[0].message, "bad why");
    }
}
