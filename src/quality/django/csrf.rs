//! Forms of Django templates that post without a token against forged requests.
//!
//! A form needs none where its action is an address of another host: there a token would be given away. Forms that a
//! script sends, which have no `method="post"` or whose submission it prevents, send it in a header and are not looked at.
//! A token counts that is written by `csrf_token`, `crispy`, a variable whose name holds `csrf`, `hidden_tag` of Flask, or
//! a template that is included under a name that holds `csrf` or `form`.

use bstr::ByteSlice as _;
use memchr::memmem;

use crate::model::Span;
use crate::quality::text::text_of;
use crate::quality::{Defect, File};

/// What hides text from the reader of a page: how it begins, and how it ends.
const HIDDEN: [(&str, &str); 3] = [("<!--", "-->"), ("{#", "#}"), ("{% comment", "endcomment")];
/// The most bytes of a form's opening tag.
const MOST_TAG_BYTES: usize = 16 << 10;
/// The most bytes of a tag or a variable of a template.
const MOST_TEMPLATE_BYTES: usize = 4 << 10;

/// The opening tags of forms that post without a token.
pub(in crate::quality) fn csrf_token(file: &File<'_>) -> Vec<Defect> {
    let Some(text) = text_of(file) else { return Vec::new() };
    let text = &*without_hidden(text);
    let mut defects = Vec::new();
    let mut at = 0;
    while let Some(tag) = next_form(text, at) {
        let rest = text.get(tag.end..).unwrap_or_default();
        let end = tag.end + body_length(rest);
        let body = text.get(tag.end..end).unwrap_or_default();
        if posts(tag.of(text)) && !holds_token(body) {
            defects.push(Defect { span: tag, detail: None });
        }
        at = end;
    }
    defects
}

/// The text with blanks in place of comments.
pub(super) fn without_hidden(text: &[u8]) -> Vec<u8> {
    let mut shown = text.to_vec();
    for (begin, end) in HIDDEN {
        let mut at = 0;
        while let Some(start) = find(&shown, begin, at) {
            let stop = find(&shown, end, start).map_or(shown.len(), |stop| stop + end.len());
            shown.get_mut(start..stop).unwrap_or_default().fill(b' ');
            at = stop;
        }
    }
    shown
}

fn find(text: &[u8], word: &str, from: usize) -> Option<usize> {
    memmem::find(text.get(from..)?, word.as_bytes()).map(|at| from + at)
}

/// The next opening tag of a form, at `from` or behind.
fn next_form(text: &[u8], from: usize) -> Option<Span> {
    let rest = text.get(from..)?;
    let start = from + memchr::memchr_iter(b'<', rest).find(|&at| rest.get(at..).is_some_and(|rest| opens(rest, b"<form")))?;
    Some(Span { start, end: start + tag_length(text.get(start..)?) })
}

/// How many bytes of a form's content stand before it ends or the next one begins.
fn body_length(rest: &[u8]) -> usize {
    let ends = |at: &usize| rest.get(*at..).is_some_and(|rest| opens(rest, b"</form") || opens(rest, b"<form"));
    memchr::memchr_iter(b'<', rest).find(ends).unwrap_or(rest.len())
}

/// Whether a text begins with this tag, in any case, and its name ends there.
fn opens(text: &[u8], tag: &[u8]) -> bool {
    let Some((name, behind)) = text.split_at_checked(tag.len()) else { return false };
    name.eq_ignore_ascii_case(tag) && behind.first().is_none_or(|byte| byte.is_ascii_whitespace() || b">/".contains(byte))
}

/// The bytes of a tag up to its `>`, which may stand in quotes or in a tag of the template before. A tag without an end has
/// those of its line.
fn tag_length(text: &[u8]) -> usize {
    let text = text.get(..text.len().min(MOST_TAG_BYTES)).unwrap_or_default();
    let mut quote = None;
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        if let Some(length) = template_length(rest) {
            at += length;
            continue;
        }
        at += 1;
        match (byte, quote) {
            (b'>', None) => return at,
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    memchr::memchr(b'\n', text).unwrap_or(text.len())
}

/// How long the tag or the variable of a template is with which the text begins.
fn template_length(text: &[u8]) -> Option<usize> {
    let close = if text.starts_with(b"{%") {
        "%}"
    } else if text.starts_with(b"{{") {
        "}}"
    } else {
        return None;
    };
    // One that does not end on its line is none.
    let text = text.get(..text.len().min(MOST_TEMPLATE_BYTES))?;
    let line = text.get(..memchr::memchr(b'\n', text).unwrap_or(text.len()))?;
    find(line, close, 0).map(|at| at + close.len())
}

/// Whether a form's tag says that it posts, to this site, and without a script.
fn posts(tag: &[u8]) -> bool {
    let (mut posts, mut elsewhere) = (false, false);
    for (name, value) in attributes(tag) {
        let value = value.trim_ascii();
        match &*name.to_ascii_lowercase() {
            b"method" => posts = value.eq_ignore_ascii_case(b"post"),
            b"action" => elsewhere = ["http://", "https://", "//"].iter().any(|start| value.starts_with_str(start)),
            b"hx-headers" => elsewhere |= value.to_ascii_lowercase().contains_str("csrf"),
            name => elsewhere |= name.contains_str(".prevent"),
        }
    }
    posts && !elsewhere
}

/// Names and values of a tag's attributes.
fn attributes(tag: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut rest = tag.get(b"<form".len()..).unwrap_or_default();
    rest = rest.strip_suffix(b">").unwrap_or(rest);
    let mut found = Vec::new();
    loop {
        rest = rest.trim_ascii_start();
        if let Some(length) = template_length(rest) {
            rest = rest.get(length..).unwrap_or_default();
            continue;
        }
        let length = rest.iter().skip(1).position(|byte| byte.is_ascii_whitespace() || *byte == b'=').map_or(rest.len(), |at| at + 1);
        let (name, behind) = rest.split_at(length);
        if name.is_empty() {
            return found;
        }
        let Some(value) = behind.trim_ascii_start().strip_prefix(b"=").map(<[u8]>::trim_ascii_start) else {
            rest = behind;
            found.push((name, &b""[..]));
            continue;
        };
        let length = value_length(value);
        let (value, behind) = value.split_at(length);
        found.push((name, value.trim_with(|sign| sign == '"' || sign == '\'')));
        rest = behind;
    }
}

/// The bytes of a value, with its quotes.
fn value_length(value: &[u8]) -> usize {
    let quote = value.first().copied().filter(|byte| b"\"'".contains(byte));
    let mut at = usize::from(quote.is_some());
    while let Some(byte) = value.get(at) {
        if let Some(length) = value.get(at..).and_then(template_length) {
            at += length;
            continue;
        }
        match quote {
            Some(quote) if *byte == quote => return at + 1,
            None if byte.is_ascii_whitespace() => return at,
            _ => at += 1,
        }
    }
    value.len()
}

/// Whether a form's content writes a token.
fn holds_token(body: &[u8]) -> bool {
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'{', body.get(at..).unwrap_or_default()).map(|found| at + found) {
        let Some(length) = body.get(start..).and_then(template_length) else {
            at = start + 1;
            continue;
        };
        let said = body.get(start + 2..start + length - 2).unwrap_or_default();
        let said = said.trim_with(|sign| sign.is_whitespace() || sign == '-' || sign == '+').to_ascii_lowercase();
        let word = said.split(u8::is_ascii_whitespace).next().unwrap_or_default();
        let writes = match (body.get(start + 1), word) {
            (Some(b'{'), _) => said.contains_str("csrf") || said.contains_str("hidden_tag"),
            (_, b"include") => said.contains_str("csrf") || said.contains_str("form"),
            _ => word.contains_str("csrf") || word == b"crispy",
        };
        if writes {
            return true;
        }
        at = start + length;
    }
    body.contains_str("csrfmiddlewaretoken")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let file = File { path: b"templates/a.html", bytes: text.as_bytes(), ..File::default() };
        csrf_token(&file).into_iter().map(|defect| text.get(defect.span.start..defect.span.end).unwrap().to_owned()).collect()
    }

    #[test]
    fn a_form_that_posts_without_a_token_is_found() {
        for tag in [
            "<form method=\"post\">",
            "<form method=POST>",
            "<FORM\r\n  action='{% url \"a>b\" %}'\r\n  Method = 'Post'>",
            "<form action=\"{% url \"x\" %}\" {% if a > b %}class=\"x\"{% endif %} method=\"post\">",
            "<form action=\"/a\" method=\"post\" hx-post=\"/a\">",
        ] {
            assert_eq!(found(&format!("<p>{tag}\n<input></form>{{% csrf_token %}}")), [tag]);
        }
        assert_eq!(found("<form method=\"post\">"), ["<form method=\"post\">"], "it does not end");
        let two = "<form method='post'>{% csrf_token %}</form><form  method='post'></form>";
        assert_eq!(found(two), ["<form  method='post'>"]);
        assert_eq!(found("<form method='post'><!-- {% csrf_token %} --></form>").len(), 1);
        assert_eq!(found("<form method='post'>{# {% csrf_token %} #}</form>").len(), 1);
        assert_eq!(found("<form method='post'>{% include 'button.html' %}{{ name }}</form>").len(), 1);
    }

    #[test]
    fn forms_with_a_token_and_forms_that_need_none_are_left_alone() {
        for body in [
            "{% csrf_token %}",
            "{%- csrf_token -%}",
            "{{ csrf_input }}",
            "<input type=hidden name=csrfmiddlewaretoken value=\"{{ csrf_token }}\">",
            "{% crispy form %}",
            "{{ form.hidden_tag() }}",
            "{% include 'a/_form.html' %}",
            "{{ '{' }}{% if a %}\n{% csrf_token %}{% endif %}",
        ] {
            assert_eq!(found(&format!("<form method='post'>\r\n{body}\r\n</form>")), [""; 0], "{body}");
        }
        for form in [
            "",
            "<form>",
            "<form method=get></form>",
            "<form method=\"post\" action=\"https://pay.example/checkout\"></form>",
            "<form method=\"post\" action=//pay.example></form>",
            "<form method=\"post\" @submit.prevent=\"send\"></form>",
            "<form method=\"post\" hx-headers='{\"X-CSRFToken\": \"{{ token }}\"}'></form>",
            "<formset method=\"post\"></formset>",
            "<!-- <form method=\"post\"></form> -->",
            "{% comment %}<form method=\"post\"></form>{% endcomment %}",
            "<form data-method=\"post\"></form>",
            "<form method=\"post\">\0",
        ] {
            assert_eq!(found(form), [""; 0], "{form}");
        }
    }
}
