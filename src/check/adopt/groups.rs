//! Which group is the secret, and an expression with that group alone.

use regex_syntax::ast::{Alternation, Ast, Concat, Flag, Flags, FlagsItemKind, GroupKind, RepetitionKind, RepetitionRange};
use regex_syntax::hir::{Hir, HirKind};

use crate::rules::SecretPart;

/// One way in which an expression finds its secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The group of the secret; none where it is the whole match.
    group: Option<u32>,
    /// Whether only those branches stay in which it is the first group.
    branches: bool,
    /// Whether the secret covers several groups.
    pub(super) joined: bool,
}

/// The ways in which an expression finds its secret; none when the group is not there.
pub(super) fn parts(ast: &Ast, secret: &SecretPart) -> Option<Vec<Part>> {
    let mut groups = Vec::new();
    list(ast, &mut groups);
    let whole = Part { group: None, branches: false, joined: false };
    match secret {
        SecretPart::Whole => Some(vec![Part { joined: !groups.is_empty(), ..whole }]),
        SecretPart::Number(number) => groups.iter().any(|(index, _)| index == number).then(|| vec![Part { group: Some(*number), ..whole }]),
        SecretPart::Named(wanted) => {
            let named = groups.iter().find(|(_, name)| name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(wanted)));
            match named {
                Some((index, _)) => Some(vec![Part { group: Some(*index), ..whole }]),
                None => parts(ast, &SecretPart::Only),
            }
        }
        SecretPart::First => Some(first_parts(ast, &groups)),
        SecretPart::Only if groups.len() <= 1 => Some(first_parts(ast, &groups)),
        SecretPart::Only => {
            // In each branch one group: as many ways. Several in one: the match as a whole.
            let parts = first_parts(ast, &groups);
            Some(if parts.len() == groups.len() { parts } else { vec![Part { joined: true, ..whole }] })
        }
    }
}

fn first_parts(ast: &Ast, groups: &[(u32, Option<String>)]) -> Vec<Part> {
    let mut firsts = first(ast);
    firsts.dedup();
    match firsts.as_slice() {
        // A group that need not take part: without it our engine takes the whole match, as theirs does.
        [None] => vec![Part { group: groups.first().map(|(index, _)| *index), branches: false, joined: false }],
        many => {
            let branches = many.len() > 1;
            many.iter().map(|&group| Part { group, branches, joined: false }).collect()
        }
    }
}

/// The groups of an expression, in order, with their names.
fn list(ast: &Ast, groups: &mut Vec<(u32, Option<String>)>) {
    match ast {
        Ast::Repetition(repetition) => list(&repetition.ast, groups),
        Ast::Group(group) => {
            match &group.kind {
                GroupKind::CaptureIndex(index) => groups.push((*index, None)),
                GroupKind::CaptureName { name, .. } => groups.push((name.index, Some(name.name.clone()))),
                GroupKind::NonCapturing(_) => {}
            }
            list(&group.ast, groups);
        }
        Ast::Alternation(alternation) => alternation.asts.iter().for_each(|ast| list(ast, groups)),
        Ast::Concat(concat) => concat.asts.iter().for_each(|ast| list(ast, groups)),
        _ => {}
    }
}

/// Which group can be the first that takes part; `None` where none need to.
fn first(ast: &Ast) -> Vec<Option<u32>> {
    match ast {
        Ast::Repetition(repetition) if is_optional(&repetition.op.kind) => vec![None],
        Ast::Repetition(repetition) => first(&repetition.ast),
        Ast::Group(group) => match &group.kind {
            GroupKind::CaptureIndex(index) => vec![Some(*index)],
            GroupKind::CaptureName { name, .. } => vec![Some(name.index)],
            GroupKind::NonCapturing(_) => first(&group.ast),
        },
        Ast::Alternation(alternation) => {
            let mut all: Vec<Option<u32>> = Vec::new();
            for group in alternation.asts.iter().flat_map(first) {
                if !all.contains(&group) {
                    all.push(group);
                }
            }
            all
        }
        Ast::Concat(concat) => concat.asts.iter().rev().fold(vec![None], |rest, ast| {
            let mut all: Vec<Option<u32>> = Vec::new();
            for group in first(ast) {
                let then = if group.is_some() { vec![group] } else { rest.clone() };
                all.extend(then.into_iter().filter(|group| !all.contains(group)).collect::<Vec<_>>());
            }
            all
        }),
        _ => vec![None],
    }
}

fn is_optional(kind: &RepetitionKind) -> bool {
    match kind {
        RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore => true,
        RepetitionKind::OneOrMore => false,
        RepetitionKind::Range(RepetitionRange::Exactly(least) | RepetitionRange::AtLeast(least) | RepetitionRange::Bounded(least, _)) => {
            *least == 0
        }
    }
}

/// Keeps the group of a part alone, and spaces that mean spaces: the flag `x` goes, for the printer writes no comments.
pub(super) fn keep(ast: &mut Ast, part: &Part) {
    match ast {
        Ast::Flags(set) => {
            without_verbose(&mut set.flags);
            if set.flags.items.is_empty() {
                *ast = Ast::empty(set.span);
            }
        }
        Ast::Repetition(repetition) => keep(&mut repetition.ast, part),
        Ast::Group(group) => {
            let index = match &mut group.kind {
                GroupKind::CaptureIndex(index) => Some(*index),
                GroupKind::CaptureName { name, .. } => Some(name.index),
                GroupKind::NonCapturing(flags) => {
                    without_verbose(flags);
                    None
                }
            };
            if let Some(index) = index {
                let plain = GroupKind::NonCapturing(Flags { span: group.span, items: Vec::new() });
                group.kind = if part.group == Some(index) { GroupKind::CaptureIndex(1) } else { plain };
            }
            keep(&mut group.ast, part);
        }
        Ast::Alternation(alternation) => {
            if part.branches {
                let own = chosen(alternation, |branch| holds(branch, part.group));
                if let [own] = own.as_slice() {
                    *ast = own.clone();
                    return keep(ast, part);
                }
                let stays = chosen(alternation, |branch| leads_to(branch, part.group));
                if !stays.is_empty() {
                    alternation.asts = stays;
                }
            }
            alternation.asts.iter_mut().for_each(|ast| keep(ast, part));
        }
        Ast::Concat(concat) => concat.asts.iter_mut().for_each(|ast| keep(ast, part)),
        _ => {}
    }
}

/// Some branches of an alternation, each under the flags that branches before it set: those hold to the end of the group.
fn chosen(alternation: &Alternation, stays: impl Fn(&Ast) -> bool) -> Vec<Ast> {
    let mut flags: Vec<Ast> = Vec::new();
    let mut chosen = Vec::new();
    for branch in &alternation.asts {
        let parts = if let Ast::Concat(concat) = branch { concat.asts.as_slice() } else { std::slice::from_ref(branch) };
        if stays(branch) {
            let asts = flags.iter().chain(parts).cloned().collect();
            chosen.push(Ast::concat(Concat { span: *branch.span(), asts }));
        }
        flags.extend(parts.iter().filter(|part| matches!(part, Ast::Flags(_))).cloned());
    }
    chosen
}

fn holds(ast: &Ast, group: Option<u32>) -> bool {
    let mut groups = Vec::new();
    list(ast, &mut groups);
    group.is_some() && groups.iter().any(|(index, _)| Some(*index) == group)
}

/// Whether a branch can be on the way to a match in which `group` is the first: it is in it, or no group before it is.
fn leads_to(ast: &Ast, group: Option<u32>) -> bool {
    holds(ast, group) || first(ast).iter().any(|first| first.is_none() || *first > group && group.is_some())
}

/// The one group of an expression.
pub(super) fn secret(hir: &Hir) -> Option<&Hir> {
    match hir.kind() {
        HirKind::Capture(capture) => Some(&capture.sub),
        HirKind::Repetition(repetition) => secret(&repetition.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().find_map(secret),
        _ => None,
    }
}

fn without_verbose(flags: &mut Flags) {
    flags.items.retain(|item| item.kind != FlagsItemKind::Flag(Flag::IgnoreWhitespace));
    if flags.items.last().is_some_and(|item| item.kind.is_negation()) {
        flags.items.pop();
    }
}
