//! Colours by role. Without colour every role is plain text, and all that is written reads well so.

use owo_colors::{OwoColorize, Style};

/// What a piece of text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Says that something blocks.
    Blocked,
    /// Says that something warns or was not looked at.
    Warned,
    /// Says that all is well.
    Clean,
    /// Says where something is.
    Place,
    /// Frames a line of a file.
    Frame,
    /// Names what follows.
    Label,
}

/// Colours, or none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Palette {
    colour: bool,
}

impl Palette {
    /// A palette with colours, or one without.
    pub(super) fn new(colour: bool) -> Self {
        Self { colour }
    }

    /// The text in the colour of its role.
    pub(super) fn paint(self, role: Role, text: &str) -> String {
        if !self.colour {
            return text.to_owned();
        }
        let style = match role {
            Role::Blocked => Style::new().red().bold(),
            Role::Warned => Style::new().yellow().bold(),
            Role::Clean => Style::new().green(),
            Role::Place => Style::new().bold(),
            Role::Frame => Style::new().blue(),
            Role::Label => Style::new().cyan(),
        };
        text.style(style).to_string()
    }
}
