//! Size caps on files, functions and lines; counts of `unsafe`; switched-off tests.

use super::rust::{self, RustFile};
use super::{Finding, Rule, TextFile};
use proc_macro2::{Delimiter, TokenTree};

const FILE_LINES_MAX: usize = 500;
const MAP_LINES_MAX: usize = 300;
const FUNCTION_LINES_MAX: usize = 70;
const COLUMNS_MAX: usize = 100;

pub fn check_texts(files: &[TextFile]) -> Vec<Finding> {
    files.iter().flat_map(|file| [file_lines(file), columns(file)]).flatten().collect()
}

pub fn check_sources(files: &[RustFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        findings.extend(long_functions(file));
        findings.extend(unsafe_words(file));
        findings.extend(ignored_tests(file));
    }
    findings
}

fn file_lines(file: &TextFile) -> Option<Finding> {
    let is_code = [".rs", ".ts", ".tsx", ".py"].iter().any(|ending| file.path.ends_with(ending));
    let lines_max = match file.path.as_str() {
        "ARCHITECTURE.md" => MAP_LINES_MAX,
        _ if is_code => FILE_LINES_MAX,
        _ => return None,
    };
    let lines = file.text.lines().count();
    let text = format!("{}: {lines} lines, at most {lines_max}", file.path);
    let place = file.path.clone();
    (lines > lines_max).then_some(Finding { rule: Rule::FileLines, place, number: lines, text })
}

fn columns(file: &TextFile) -> Option<Finding> {
    if !file.path.ends_with(".rs") {
        return None;
    }
    let lines = file.text.lines().enumerate();
    let wide: Vec<usize> = lines
        .filter(|(_, line)| line.chars().count() > COLUMNS_MAX)
        .map(|(index, _)| index + 1)
        .collect();
    let first = wide.first()?;
    Some(Finding {
        rule: Rule::Columns,
        place: file.path.clone(),
        number: wide.len(),
        text: format!("{}:{first}: {} lines over {COLUMNS_MAX} columns", file.path, wide.len()),
    })
}

fn long_functions(file: &RustFile) -> Vec<Finding> {
    let functions = rust::functions(&file.tokens).into_iter();
    let long = functions.filter(|function| function.lines > FUNCTION_LINES_MAX);
    long.map(|function| Finding {
        rule: Rule::FunctionLines,
        place: format!("{}::{}", file.path, function.name),
        number: function.lines,
        text: format!(
            "{}:{}: `{}` has {} lines, at most {FUNCTION_LINES_MAX}",
            file.path, function.line, function.name, function.lines
        ),
    })
    .collect()
}

fn unsafe_words(file: &RustFile) -> Option<Finding> {
    let mut lines = Vec::new();
    rust::each_level(&file.tokens, &mut |level| {
        let found = level.iter().filter(|tree| rust::is_ident(Some(tree), "unsafe"));
        lines.extend(found.map(rust::line));
    });
    let first = lines.iter().min()?;
    Some(Finding {
        rule: Rule::Unsafe,
        place: file.path.to_owned(),
        number: lines.len(),
        text: format!(
            "{}:{first}: `unsafe` {} times, allowed only where listed",
            file.path,
            lines.len()
        ),
    })
}

fn ignored_tests(file: &RustFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    rust::each_level(&file.tokens, &mut |level| {
        for (at, tree) in level.iter().enumerate().filter(|(_, tree)| is_hash(tree)) {
            let attribute = rust::group_at(level, at + 1, Delimiter::Bracket);
            let first = attribute.and_then(|group| group.stream().into_iter().next());
            if rust::is_ident(first.as_ref(), "ignore") {
                let text = format!("{}:{}: a test is switched off", file.path, rust::line(tree));
                let place = file.path.to_owned();
                findings.push(Finding { rule: Rule::IgnoredTest, place, number: 1, text });
            }
        }
    });
    findings
}

fn is_hash(tree: &TokenTree) -> bool {
    rust::is_punct(Some(tree), '#')
}

#[cfg(test)]
mod tests {
    use super::super::samples::{file, texts};
    use super::*;

    fn check(path: &str, text: &str) -> Vec<Finding> {
        let files = [file(path, text)];
        let parsed = rust::parse_all(&files);
        [check_texts(&files), check_sources(&parsed.files)].concat()
    }

    #[test]
    fn a_file_of_501_lines_is_too_long_and_one_of_500_is_not() {
        assert_eq!(texts(&check("a.rs", &"\n".repeat(500))), [""; 0]);
        assert_eq!(texts(&check("a.rs", &"\n".repeat(501))), ["a.rs: 501 lines, at most 500"]);
        assert_eq!(texts(&check("a.ts", &"\n".repeat(501))), ["a.ts: 501 lines, at most 500"]);
        assert_eq!(texts(&check("a.json", &"\n".repeat(501))), [""; 0]);
        let map = check("ARCHITECTURE.md", &"\n".repeat(301));
        assert_eq!(texts(&map), ["ARCHITECTURE.md: 301 lines, at most 300"]);
    }

    #[test]
    fn a_function_of_71_lines_is_too_long_and_one_of_70_is_not() {
        let function = |inside: usize| format!("fn f() {{\n{}}}\n", "    g();\n".repeat(inside));
        assert_eq!(texts(&check("a.rs", &function(68))), [""; 0]);
        let findings = check("a.rs", &function(69));
        assert_eq!(texts(&findings), ["a.rs:1: `f` has 71 lines, at most 70"]);
        assert_eq!(findings[0].place, "a.rs::f");
    }

    #[test]
    fn columns_are_characters_not_bytes() {
        assert_eq!(texts(&check("a.rs", &format!("// {}", "é".repeat(97)))), [""; 0]);
        let findings = check("a.rs", &format!("\n// {}", "é".repeat(98)));
        assert_eq!(texts(&findings), ["a.rs:2: 1 lines over 100 columns"]);
    }

    #[test]
    fn unsafe_is_counted_in_code_and_not_in_comments_strings_or_lint_names() {
        let quiet = "// unsafe\n#![forbid(unsafe_code)]\nconst A: &str = \"unsafe\";";
        assert_eq!(texts(&check("a.rs", quiet)), [""; 0]);
        let findings = check("a.rs", "unsafe fn f() {}\nfn g() { m!(unsafe { f() }) }");
        assert_eq!(texts(&findings), ["a.rs:1: `unsafe` 2 times, allowed only where listed"]);
    }

    #[test]
    fn an_ignored_test_is_found() {
        let findings = check("a.rs", "mod tests {\n#[test]\n#[ignore = \"slow\"]\nfn f() {}\n}");
        assert_eq!(texts(&findings), ["a.rs:3: a test is switched off"]);
    }
}
