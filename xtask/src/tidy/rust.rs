//! Rust files as token trees: comments are gone, strings are single tokens, macros are open.

use super::{Finding, Rule, TextFile};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::str::FromStr;

/// A Rust file and its tokens.
pub struct RustFile<'a> {
    pub path: &'a str,
    pub tokens: TokenStream,
}

pub struct RustFiles<'a> {
    pub files: Vec<RustFile<'a>>,
    pub unreadable: Vec<Finding>,
}

/// A function and the lines from its `fn` to its closing brace.
pub struct Function {
    pub name: String,
    pub line: usize,
    pub lines: usize,
}

pub fn parse_all(files: &[TextFile]) -> RustFiles<'_> {
    let mut parsed = RustFiles { files: Vec::new(), unreadable: Vec::new() };
    for file in files.iter().filter(|file| file.path.ends_with(".rs")) {
        match TokenStream::from_str(&file.text) {
            Ok(tokens) => parsed.files.push(RustFile { path: &file.path, tokens }),
            Err(error) => parsed.unreadable.push(Finding {
                rule: Rule::Unreadable,
                place: file.path.clone(),
                number: 1,
                text: format!("{}:{}: {error}", file.path, error.span().start().line),
            }),
        }
    }
    parsed
}

/// Calls `visit` with the tokens of each level: the file's, and the inside of every bracket.
pub fn each_level(tokens: &TokenStream, visit: &mut impl FnMut(&[TokenTree])) {
    let level: Vec<TokenTree> = tokens.clone().into_iter().collect();
    visit(&level);
    for tree in &level {
        if let TokenTree::Group(group) = tree {
            each_level(&group.stream(), visit);
        }
    }
}

pub fn line(tree: &TokenTree) -> usize {
    tree.span().start().line
}

pub fn is_ident(tree: Option<&TokenTree>, name: &str) -> bool {
    matches!(tree, Some(TokenTree::Ident(ident)) if ident == name)
}

pub fn is_punct(tree: Option<&TokenTree>, sign: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

pub fn group_at(level: &[TokenTree], at: usize, delimiter: Delimiter) -> Option<&Group> {
    match level.get(at) {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}

/// Lists every function with a body, nested ones and those inside macros too.
pub fn functions(tokens: &TokenStream) -> Vec<Function> {
    let mut found = Vec::new();
    each_level(tokens, &mut |level| {
        for (at, tree) in level.iter().enumerate().filter(|(_, tree)| is_ident(Some(tree), "fn")) {
            let Some(TokenTree::Ident(name)) = level.get(at + 1) else { continue };
            let Some(body) = body_of(level, at + 2) else { continue };
            let (first, last) = (line(tree), body.span_close().end().line);
            found.push(Function { name: name.to_string(), line: first, lines: last - first + 1 });
        }
    });
    found
}

/// Finds the braces of a function whose signature goes on at `at`; `None` when it ends with `;`.
fn body_of(level: &[TokenTree], at: usize) -> Option<&Group> {
    for at in at..level.len() {
        if is_punct(level.get(at), ';') {
            return None;
        }
        // In a signature a brace after `<` or `,` is a constant argument of a type.
        let is_argument = is_punct(level.get(at - 1), '<') || is_punct(level.get(at - 1), ',');
        let body = group_at(level, at, Delimiter::Brace).filter(|_| !is_argument);
        if body.is_some() {
            return body;
        }
    }
    None
}

/// A file's tokens without what `cfg(test)` guards, and the modules in other files that it guards.
pub struct Shipped {
    pub tokens: TokenStream,
    pub test_modules: Vec<String>,
}

pub fn shipped(tokens: &TokenStream) -> Shipped {
    let level: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut kept = Shipped { tokens: TokenStream::new(), test_modules: Vec::new() };
    let mut at = 0;
    while at < level.len() {
        let is_attribute = is_punct(level.get(at), '#');
        let is_inner = is_attribute && is_punct(level.get(at + 1), '!');
        let bracket = group_at(&level, at + 1 + usize::from(is_inner), Delimiter::Bracket);
        if is_attribute && bracket.is_some_and(is_test_only) {
            if is_inner {
                return Shipped { tokens: TokenStream::new(), test_modules: kept.test_modules };
            }
            let end = end_of_item(&level, at);
            let words = &level[at..end];
            let module = words.iter().position(|tree| is_ident(Some(tree), "mod"));
            if let (Some(module), true) = (module, is_punct(words.last(), ';')) {
                kept.test_modules.extend(words.get(module + 1).map(ToString::to_string));
            }
            at = end;
            continue;
        }
        if let TokenTree::Group(group) = &level[at] {
            let inside = shipped(&group.stream());
            kept.test_modules.extend(inside.test_modules);
            let mut outside = Group::new(group.delimiter(), inside.tokens);
            outside.set_span(group.span());
            kept.tokens.extend([TokenTree::Group(outside)]);
        } else {
            kept.tokens.extend([level[at].clone()]);
        }
        at += 1;
    }
    kept
}

/// Tells whether an attribute is `cfg(test)`, `cfg(all(test, …))` or `test`.
fn is_test_only(attribute: &Group) -> bool {
    let words: Vec<TokenTree> = attribute.stream().into_iter().collect();
    if words.len() == 1 {
        return is_ident(words.first(), "test");
    }
    let Some(condition) = group_at(&words, 1, Delimiter::Parenthesis) else { return false };
    if !is_ident(words.first(), "cfg") {
        return false;
    }
    let condition: Vec<TokenTree> = condition.stream().into_iter().collect();
    if condition.len() == 1 {
        return is_ident(condition.first(), "test");
    }
    is_ident(condition.first(), "all")
        && group_at(&condition, 1, Delimiter::Parenthesis)
            .is_some_and(|all| all.stream().into_iter().any(|tree| is_ident(Some(&tree), "test")))
}

/// Finds where the item, statement, field or arm ends whose first attribute is at `at`.
fn end_of_item(level: &[TokenTree], mut at: usize) -> usize {
    while is_punct(level.get(at), '#') {
        at += 2;
    }
    if is_ident(level.get(at), "pub") {
        at += 1 + usize::from(group_at(level, at + 1, Delimiter::Parenthesis).is_some());
    }
    let starts = |words: &[&str]| words.iter().any(|word| is_ident(level.get(at), word));
    let is_const_item = starts(&["const"]) && !is_ident(level.get(at + 1), "fn");
    let ends_with_semicolon = is_const_item || starts(&["use", "static", "type", "let"]);
    let has_commas_inside = ends_with_semicolon
        || starts(&["fn", "impl", "mod", "struct", "enum", "trait", "unsafe", "const", "async"]);
    while at < level.len() {
        let ends_here = is_punct(level.get(at), ';')
            || (!has_commas_inside && is_punct(level.get(at), ','))
            || (!ends_with_semicolon && group_at(level, at, Delimiter::Brace).is_some());
        at += 1;
        if ends_here {
            return at;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> TokenStream {
        TokenStream::from_str(text).expect("a sample is Rust")
    }

    #[test]
    fn functions_are_found_in_impls_macros_and_behind_constant_arguments() {
        let text = "impl A {\n fn one(&self) -> B<{ 1 }> {\n }\n}\n\
                    proptest! { fn two() { } }\ntrait C { fn none(); }\n";
        let found = functions(&tokens(text));
        let found: Vec<_> = found.iter().map(|f| (f.name.as_str(), f.line, f.lines)).collect();
        assert_eq!(found, [("one", 2, 2), ("two", 5, 1)]);
    }

    #[test]
    fn what_only_tests_see_is_not_shipped() {
        for text in [
            "#[cfg(test)] mod tests { fn gone() {} }",
            "#[cfg(test)] #[allow(dead_code)] pub(crate) fn f<A, B>(gone: A) -> B { }",
            "#[cfg(test)] use a::{gone, b};",
            "struct A { #[cfg(test)] pub gone: B }",
            "impl A { #[cfg(all(test, unix))] const GONE: B = B { gone };  }",
            "fn f() { #[cfg(test)] let gone = A { b }.c(); }",
            "#[test] fn gone() {}",
            "#![cfg(test)] fn gone() {}",
            "#[cfg(test)] mod gone;",
        ] {
            let kept = shipped(&tokens(text)).tokens.to_string();
            assert!(!kept.contains("gone"), "{kept}");
        }
    }

    #[test]
    fn what_follows_a_test_item_is_shipped() {
        for text in [
            "#[cfg(test)] mod tests { } fn kept() {}",
            "struct A { #[cfg(test)] pub a: u8, kept: u8 }",
            "#[cfg(not(test))] fn kept() {}",
            "#[cfg(any(test, feature = \"x\"))] fn kept() {}",
        ] {
            let kept = shipped(&tokens(text)).tokens.to_string();
            assert!(kept.contains("kept"), "{kept}");
        }
    }

    #[test]
    fn test_modules_in_other_files_are_named() {
        let text = "mod a; #[cfg(test)] mod tests; mod b { #[cfg(test)] mod more; }";
        assert_eq!(shipped(&tokens(text)).test_modules, ["tests", "more"]);
    }
}
