//! For people: what blocks and why, how to mend it, and one line at the end that says what was looked at.

use std::io;
use std::time::Duration;

use super::style::{Palette, Role};
use super::{Options, allow_command, justification, missed, place, sanitize, shown};
use crate::model::{Confidence, Finding, Judged, ObjectId, Origin, Outcome, Reason, Report, SkipReason, Trail, Verdict};

/// How far the number of a line is set in.
const NUMBER_COLUMNS: usize = 5;

/// Writes a report for people.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    let palette = Palette::new(options.colour);
    for judged in shown(report) {
        finding(report, judged, palette, out)?;
    }
    if options.verbose {
        details(report, palette, out)?;
    }
    for notice in &report.notices {
        writeln!(out, "{} {}", palette.paint(Role::Label, "note:"), sanitize::text(&notice.text))?;
    }
    for gap in &report.coverage.gaps {
        writeln!(out, "{} {}", palette.paint(Role::Warned, "not looked at:"), sanitize::text(&missed(gap)))?;
    }
    let clean = is_clean(report);
    if clean && options.quiet {
        return Ok(());
    }
    let role = match report.outcome() {
        Outcome::Blocked => Role::Blocked,
        Outcome::Clean if clean => Role::Clean,
        Outcome::Incomplete | Outcome::Clean => Role::Warned,
    };
    writeln!(out, "{} · {}", palette.paint(role, &tally(report)), coverage(report))
}

/// The last line of a report, without colour.
pub(super) fn summary(report: &Report) -> String {
    format!("{} · {}", tally(report), coverage(report))
}

/// Whether nothing blocks, warns or was left out.
pub(super) fn is_clean(report: &Report) -> bool {
    report.outcome() == Outcome::Clean && shown(report).next().is_none()
}

fn finding(report: &Report, judged: &Judged, palette: Palette, out: &mut dyn io::Write) -> io::Result<()> {
    let Judged { finding, verdict } = judged;
    let (role, word) = if *verdict == Verdict::Block { (Role::Blocked, "blocked:") } else { (Role::Warned, "warned:") };
    let rule = &finding.rule;
    let confidence = match finding.confidence {
        Confidence::Proved => "proved".to_owned(),
        confidence => format!("{} confidence", confidence.name()),
    };
    writeln!(
        out,
        "{} {}  {}  {}, {confidence}\n",
        palette.paint(role, word),
        palette.paint(Role::Place, &place(finding)),
        sanitize::text(&rule.id),
        rule.severity.name(),
    )?;
    let line = sanitize::excerpt(&finding.excerpt);
    let number = format!("{:>NUMBER_COLUMNS$} │", finding.location.line);
    let blank = format!("{:width$} │", "", width = number.chars().count() - 2);
    let title = if finding.is_secret() { rule.title.to_string() } else { finding.headline() };
    let mark = format!("{} {}", "^".repeat(line.mark.max(1)), sanitize::text(&title));
    writeln!(out, "{} {}", palette.paint(Role::Frame, &number), line.text)?;
    // Not by a format width, which ends at 65535.
    let before = " ".repeat(line.before);
    writeln!(out, "{} {before}{}", palette.paint(Role::Frame, &blank), palette.paint(role, &mark))?;

    let labelled = |label: &str| format!("   {}  ", palette.paint(Role::Label, &format!("{label:4}")));
    let facts: Vec<String> =
        finding.grounds.iter().filter(|ground| ground.points == 0).map(|ground| sanitize::text(&ground.what)).collect();
    if !facts.is_empty() {
        writeln!(out, "{}{}", labelled("sure"), facts.join("; "))?;
    }
    if let Some(other) = &finding.beside {
        let (path, line, column) = (sanitize::bytes(&other.path), other.location.line, other.location.column);
        writeln!(out, "{}with {path}:{line}:{column}", labelled("pair"))?;
    }
    let fix = sanitize::text(&rule.fix);
    if *verdict == Verdict::Block {
        writeln!(out, "{}{}", labelled("why"), sanitize::text(&rule.why))?;
        writeln!(out, "{}{fix}", labelled("mend"))?;
        for step in steps(finding, report.tip) {
            writeln!(out, "         {step}")?;
        }
    } else {
        writeln!(out, "{}{fix}", labelled("mend"))?;
    }
    if finding.origin == Origin::Index && finding.mend.is_some() && finding.is_new {
        writeln!(out, "         stanch fix shows the patch, stanch fix --write writes it")?;
    }
    writeln!(out, "{}{}\n", labelled("else"), allow_command(finding))
}

/// What to do about a finding beyond what its rule says, by where it lives.
fn steps(finding: &Finding, tip: Option<ObjectId>) -> Vec<String> {
    if !finding.is_secret() {
        return match finding.origin {
            Origin::Message => vec![
                "the message is kept; take it up again:".to_owned(),
                "  git commit --edit --file \"$(git rev-parse --git-path COMMIT_EDITMSG)\"".to_owned(),
            ],
            Origin::CommitMessage(id) => reword(id, tip, "mend the message"),
            _ => Vec::new(),
        };
    }
    let rotate = match &*finding.rule.rotate {
        "" => "rotate it".to_owned(),
        page => format!("rotate it: {}", sanitize::text(page)),
    };
    match finding.origin {
        Origin::Index => vec![
            "it is not committed yet: take it out and stage the file again".to_owned(),
            "no rotation is needed unless it was shared".to_owned(),
        ],
        Origin::Message => {
            vec!["it is not committed yet: take it out of the message".to_owned(), "no rotation is needed unless it was shared".to_owned()]
        }
        Origin::WorkTree | Origin::Stdin | Origin::Branch(_) => vec![format!("if it was ever committed or shared, {rotate}")],
        Origin::TagMessage(_) => {
            vec![format!("if the tag was pushed, {rotate}"), "delete the tag and make it anew without it".to_owned()]
        }
        Origin::CommitMessage(id) => {
            let rewrite = reword(id, tip, "take it out of the message");
            [format!("if the commit was pushed, {rotate}")].into_iter().chain(rewrite).collect()
        }
        Origin::Commit(id) => {
            let first = finding.trail.as_ref().map_or(id, |trail| trail.first);
            let in_tree = finding.trail.as_ref().is_none_or(|trail| trail.in_tree);
            let parents = finding.trail.as_ref().map_or(1, |trail| trail.first_parents);
            let pushed = format!("if the commit was pushed, {rotate}");
            let lives = finding.trail.as_ref().map(lives);
            lives.into_iter().chain([pushed]).chain(rewrite(&finding.path, first, parents, in_tree && tip == Some(first))).collect()
        }
    }
}

/// The commands that change the message of a commit.
fn reword(id: ObjectId, tip: Option<ObjectId>, what: &str) -> Vec<String> {
    if tip == Some(id) {
        return vec![format!("{what}:"), "  git commit --amend".to_owned()];
    }
    vec![format!("mark {} as `reword` and {what}:", id.short()), format!("  git rebase -i -r {}^", id.short())]
}

fn lives(trail: &Trail) -> String {
    let (first, last) = (trail.first.short(), trail.last.short());
    match trail {
        Trail { in_tree: true, .. } => format!("still in the tree; in history since commit {first}"),
        Trail { first: a, last: b, .. } if a == b => format!("only in commit {first}"),
        _ => format!("only in commits {first}..{last}"),
    }
}

/// The commands that take a secret out of the commit that brought it in, which has so many parents.
fn rewrite(path: &[u8], first: ObjectId, parents: usize, is_tip: bool) -> Vec<String> {
    let add = add_command(path);
    if is_tip {
        return vec!["take it out of the file and amend the commit:".to_owned(), format!("  {add} && git commit --amend --no-edit")];
    }
    let first = first.short();
    let mark = if parents > 1 {
        format!("add a line `break` below the line that makes the merge {first}:")
    } else {
        format!("mark {first} as `edit`:")
    };
    let from = if parents == 0 { "--root".to_owned() } else { format!("{first}^") };
    vec![
        mark,
        format!("  git rebase -i -r {from}"),
        "and, when git stops there, take it out of the file and go on:".to_owned(),
        format!("  {add} && git commit --amend --no-edit && git rebase --continue"),
    ]
}

/// The command that stages a file, from any folder of the repository. A path that no shell could be told in
/// characters that show is left to `-u`, which stages every file that git knows.
fn add_command(path: &[u8]) -> String {
    let shown = sanitize::bytes(path);
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@%,=".contains(c);
    match std::str::from_utf8(path) {
        Ok(path) if path.chars().all(plain) => format!("git add :/{path}"),
        Ok(path) if path == shown => format!("git add ':/{}'", path.replace('\'', r"'\''")),
        _ => "git add -u".to_owned(),
    }
}

fn details(report: &Report, palette: Palette, out: &mut dyn io::Write) -> io::Result<()> {
    for Judged { finding, verdict } in &report.judged {
        let Verdict::Allow(reason) = verdict else { continue };
        let (place, why) = (place(finding), sanitize::text(justification(reason)));
        let label = palette.paint(Role::Label, "allowed:");
        writeln!(out, "{label} {place}  {}  {}: {why}", sanitize::text(&finding.rule.id), reason.name())?;
    }
    for skip in &report.coverage.skipped {
        writeln!(out, "{} {} {}", palette.paint(Role::Label, "passed over:"), skip.count, skip.reason.name())?;
    }
    let (subject, digest) = (sanitize::text(&report.subject), &report.rules.digest);
    writeln!(out, "{} {subject}", palette.paint(Role::Label, "scanned:"))?;
    writeln!(out, "{} {digest}", palette.paint(Role::Label, "rules digest:"))
}

fn tally(report: &Report) -> String {
    let gaps = report.coverage.gaps.len();
    let blocked = report.count(|verdict| *verdict == Verdict::Block);
    let warned = report.count(|verdict| *verdict == Verdict::Warn);
    let old = report.count(|verdict| *verdict == Verdict::Allow(Reason::Old));
    let allowed = report.count(|verdict| matches!(verdict, Verdict::Allow(reason) if *reason != Reason::Old));
    let mut parts = Vec::new();
    match report.outcome() {
        Outcome::Incomplete => parts.push(format!("incomplete: {gaps} not looked at")),
        Outcome::Clean if warned == 0 => parts.push("clean".to_owned()),
        Outcome::Blocked | Outcome::Clean => parts.push(format!("{blocked} blocked")),
    }
    if report.outcome() == Outcome::Blocked || warned > 0 {
        parts.push(format!("{warned} warned"));
    }
    let rest = [(old, "old"), (allowed, "allowed"), (if blocked > 0 { gaps } else { 0 }, "not looked at")];
    parts.extend(rest.into_iter().filter(|&(count, _)| count > 0).map(|(count, what)| format!("{count} {what}")));
    parts.join(", ")
}

fn coverage(report: &Report) -> String {
    let seen = &report.coverage;
    let archives = seen.skipped.iter().filter(|skip| skip.reason == SkipReason::Archive).map(|skip| skip.count).sum();
    let parts = [
        Some(counted(seen.blobs, "blob")),
        (seen.bytes > 0).then(|| size(seen.bytes)),
        (seen.members > 0).then(|| counted(seen.members, "member")),
        (seen.commits > 0).then(|| counted(seen.commits, "commit")),
        Some(counted(report.rules.count as u64, "rule")),
        (archives > 0).then(|| format!("{} not opened", counted(archives, "archive"))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("{} · {}", parts.join(", "), time(report.elapsed))
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// A size in decimal units, two digits at least where there is a fraction to show.
fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_000 => return format!("{bytes} B"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    match bytes / unit {
        whole @ 0..10 => format!("{whole}.{} {name}", bytes % unit * 10 / unit),
        whole => format!("{whole} {name}"),
    }
}

fn time(elapsed: Duration) -> String {
    match elapsed.as_millis() {
        0 => "under 1 ms".to_owned(),
        millis @ 1..10_000 => format!("{millis} ms"),
        millis => format!("{}.{} s", millis / 1_000, millis % 1_000 / 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_read_well() {
        let sizes = [0, 999, 1_000, 1_450, 14_200, 999_999, 2_500_000, 7_000_000_000].map(size);
        assert_eq!(sizes, ["0 B", "999 B", "1.0 kB", "1.4 kB", "14 kB", "999 kB", "2.5 MB", "7.0 GB"]);
        let times = [0, 7, 9_999, 61_250].map(|millis| time(Duration::from_millis(millis)));
        assert_eq!(times, ["under 1 ms", "7 ms", "9999 ms", "61.2 s"]);
    }

    #[test]
    fn the_command_that_stages_a_file_survives_a_shell() {
        assert_eq!(add_command(b"a/b.py"), "git add :/a/b.py");
        assert_eq!(add_command(b"-a b'; rm"), r"git add ':/-a b'\''; rm'");
        assert_eq!(add_command(b"a\nb"), "git add -u");
        assert_eq!(add_command(b"a\xff"), "git add -u");
    }
}
