//! Which tools run: those that a person on this machine accepted, as they stand in the settings.

use super::local::Trust;
use super::{Change, Local, Settings};
use crate::policy::PathGlob;
use crate::tools::{Refused, Tool, Tools, When};

/// What to do about a tool that nobody accepted.
const NOT_ACCEPTED: &str =
    "it is not accepted on this machine; `stanch tools list` shows what it would run, `stanch tools accept` accepts it";
/// The same where a flag may say more.
const NOT_ACCEPTED_SCAN: &str = "it is not accepted on this machine; `stanch tools list` shows what it would run, `stanch tools accept` \
                                 accepts it; `--tools` runs those of the accepted settings, as in CI, and `--no-tools` none";

/// From where a run is started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum At {
    /// By a person, or in CI.
    #[default]
    Scan,
    /// By git, which waits for a verdict.
    Hook(When),
    /// By git, which receives a push.
    Receive,
    /// By git, or for what has no one state of files: no tool runs.
    Nowhere,
}

/// What whoever starts a run wants of tools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wish {
    /// Those that are accepted on this machine.
    #[default]
    Accepted,
    /// Those of the accepted settings.
    All,
    /// None.
    None,
}

/// Chooses the tools of a run. One that should run and may not is refused.
pub fn choose_tools(change: &Change, local: Option<&Local>, at: At, wish: Wish) -> Tools {
    let mut tools = Tools::default();
    let proposed = change.proposed.iter().flat_map(|settings| &settings.tools);
    let newest: Vec<String> = change.proposed.as_ref().unwrap_or(&change.accepted).tools.iter().map(Tool::digest).collect();
    let all: Vec<(&Tool, bool)> = change.accepted.tools.iter().map(|tool| (tool, true)).chain(proposed.map(|tool| (tool, false))).collect();
    if all.is_empty() || at == At::Nowhere {
        return tools;
    }
    let placed = |tool: &Tool| Tool { parts: change.versions().map(|settings| parts_of(settings, tool)).collect(), ..tool.clone() };
    let trusted = local.map(Local::tools).unwrap_or_default();
    let mut seen = Vec::new();
    for (tool, is_accepted) in all {
        let digest = tool.digest();
        if matches!(at, At::Hook(when) if !tool.on.contains(&when)) || seen.contains(&digest) {
            continue;
        }
        let trust = trusted.get(&digest).copied();
        seen.push(digest.clone());
        let (why, is_gap) = match (wish, trust) {
            (Wish::None, _) => ("left out by `--no-tools`", false),
            (Wish::All, _) if is_accepted => {
                tools.run.push(placed(tool));
                continue;
            }
            (_, Some(Trust::Accepted)) => {
                tools.run.push(placed(tool));
                continue;
            }
            // One that is back, on another branch say, is one that nobody accepts now.
            (_, Some(Trust::Gone)) if !newest.contains(&digest) => ("`stanch tools accept` took it out of those that may run here", false),
            (Wish::All, _) => ("it came with this change, and counts from the next on", false),
            (Wish::Accepted, _) if at == At::Receive => ("it is not accepted here; CI runs it", false),
            (Wish::Accepted, _) if at == At::Scan => (NOT_ACCEPTED_SCAN, true),
            (Wish::Accepted, _) => (NOT_ACCEPTED, true),
        };
        tools.refused.push(Refused { tool: placed(tool), why: why.to_owned(), is_gap });
    }
    tools
}

/// In which parts of the repository a tool looks, by one version of the settings.
fn parts_of(settings: &Settings, tool: &Tool) -> Vec<(PathGlob, bool)> {
    settings.tool_parts.iter().map(|(glob, names)| (glob.clone(), names.contains(&tool.name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn settings(tools: &[&str]) -> Settings {
        let table = |name: &&str| format!("[[tool]]\nname = \"{name}\"\ncommand = [\"{name}\"]\n");
        let text = tools.iter().map(table).collect::<Vec<_>>().concat();
        Settings::parse("stanch.toml", text.as_bytes()).unwrap()
    }

    fn names(tools: &Tools) -> (Vec<&str>, usize, usize) {
        let gaps = tools.refused.iter().filter(|refused| refused.is_gap).count();
        (tools.run.iter().map(|tool| tool.name.as_str()).collect(), gaps, tools.refused.len() - gaps)
    }

    #[test]
    fn only_what_is_accepted_here_runs_and_a_change_cannot_bring_its_own() {
        let folder = crate::process::Scratch::new().unwrap();
        let local = Local::new(folder.path());
        let change = Change { accepted: settings(&["a", "b"]), proposed: Some(settings(&["a", "c"])) };
        let choose = |at, wish| choose_tools(&change, Some(&local), at, wish);
        let hook = At::Hook(When::Commit);
        assert_eq!(names(&choose(hook, Wish::Accepted)), (vec![], 3, 0));
        assert_eq!(names(&choose(At::Scan, Wish::All)), (vec!["a", "b"], 0, 1));
        assert_eq!(names(&choose(At::Scan, Wish::None)), (vec![], 0, 3));
        assert_eq!(names(&choose(At::Receive, Wish::Accepted)), (vec![], 0, 3));
        assert_eq!(names(&choose(At::Nowhere, Wish::All)), (vec![], 0, 0));
        // What is accepted takes the place of what stood before the change.
        local.accept_tools(&change.proposed.as_ref().unwrap().tools, &change.accepted.tools).unwrap();
        assert_eq!(names(&choose(hook, Wish::Accepted)), (vec!["a", "c"], 0, 1));
        // What is back in the settings is asked for anew.
        let back = Change { accepted: settings(&["b"]), proposed: None };
        assert_eq!(names(&choose_tools(&back, Some(&local), hook, Wish::Accepted)), (vec![], 1, 0));
        let changed = Change { accepted: settings(&["a"]), proposed: None };
        let mut other = changed.clone();
        other.accepted.tools[0].command.push("--more".into());
        assert_eq!(names(&choose_tools(&changed, Some(&local), hook, Wish::Accepted)), (vec!["a"], 0, 0));
        assert_eq!(names(&choose_tools(&other, Some(&local), hook, Wish::Accepted)), (vec![], 1, 0));
    }
}
