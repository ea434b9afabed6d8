//! What is made of the program's own description: completions, the manual page, the schema of the settings.

use clap::CommandFactory as _;

use crate::cli::args::Args;
use crate::cli::term::Term;
use crate::config;

pub(in crate::cli) fn completions(shell: clap_complete::Shell, term: &Term) -> anyhow::Result<u8> {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "stanch", &mut bytes);
    term.out(&bytes)?;
    Ok(0)
}

pub(in crate::cli) fn man(term: &Term) -> anyhow::Result<u8> {
    let mut bytes = Vec::new();
    let page = clap_mangen::Man::new(Args::command());
    page.render(&mut bytes)?;
    for command in Args::command().get_subcommands().filter(|command| !command.is_hide_set()) {
        let page = clap_mangen::Man::new(command.clone().bin_name(format!("stanch {}", command.get_name())));
        page.render_name_section(&mut bytes)?;
        page.render_synopsis_section(&mut bytes)?;
        page.render_options_section(&mut bytes)?;
        page.render_extra_section(&mut bytes)?;
    }
    term.out(&bytes)?;
    Ok(0)
}

pub(in crate::cli) fn schema(term: &Term) -> anyhow::Result<u8> {
    term.line(&serde_json::to_string_pretty(&config::schema())?)?;
    Ok(0)
}
