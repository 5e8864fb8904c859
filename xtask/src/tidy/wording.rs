//! Words in files and commit messages: to-do marks without an issue, and paths of one machine.

use super::{Finding, Rule, TextFile};

/// Split, so that this file does not break the rules it holds.
const MARK: &str = concat!("TO", "DO");
const STRAY_MARK: &str = concat!("FIX", "ME");
const MACHINE_FOLDERS: [&str; 5] = [
    concat!("/", "home/"),
    concat!("/", "root/"),
    concat!("/", "Users/"),
    concat!("/", "work/"),
    concat!("/", "farm/"),
];
/// Prose and data may speak of to-do marks; code must not hold one without its issue.
const PROSE: [&str; 5] = [".md", ".txt", ".json", ".csv", ".lock"];

pub fn check_texts(files: &[TextFile]) -> Vec<Finding> {
    files.iter().flat_map(|file| todos(file).into_iter().chain(machine_paths(file))).collect()
}

/// Checks (short id, message) of each commit.
pub fn check_commits(commits: &[(String, String)]) -> Vec<Finding> {
    let named = commits.iter().map(|(id, message)| (format!("commit-{id}"), message));
    named.filter_map(|(place, message)| machine_path_in(&place, message)).collect()
}

fn todos(file: &TextFile) -> Vec<Finding> {
    if PROSE.iter().any(|ending| file.path.ends_with(ending)) {
        return Vec::new();
    }
    let lines = file.text.lines().enumerate();
    let bad = lines.filter(|(_, line)| has_bad_todo(line));
    bad.map(|(index, _)| Finding {
        rule: Rule::Todo,
        place: file.path.clone(),
        number: 1,
        text: format!("{}:{}: write {MARK}(#issue): what is to be done", file.path, index + 1),
    })
    .collect()
}

fn has_bad_todo(line: &str) -> bool {
    let has_issue = |rest: &str| {
        let number = rest.strip_prefix("(#").and_then(|rest| rest.split_once(')'));
        number.is_some_and(|(number, _)| number.parse::<u32>().is_ok())
    };
    words(line, STRAY_MARK).next().is_some() || words(line, MARK).any(|rest| !has_issue(rest))
}

/// Finds `word` where it stands alone, and yields what follows each.
fn words<'a>(line: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    let is_inside = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word)
        .map(move |(at, _)| (&line[..at], &line[at + word.len()..]))
        .filter(move |(before, after)| {
            !before.ends_with(is_inside) && !after.starts_with(is_inside)
        })
        .map(|(_, after)| after)
}

fn machine_paths(file: &TextFile) -> Option<Finding> {
    machine_path_in(&file.path, &file.text)
}

fn machine_path_in(place: &str, text: &str) -> Option<Finding> {
    let lines = text.lines().enumerate();
    let found: Vec<usize> =
        lines.filter(|(_, line)| has_machine_path(line)).map(|(index, _)| index + 1).collect();
    let first = found.first()?;
    let text = format!("{place}:{first}: names a folder of one machine");
    Some(Finding { rule: Rule::MachinePath, place: place.to_owned(), number: found.len(), text })
}

fn has_machine_path(line: &str) -> bool {
    // `a/work/b` and `../work/b` are relative, `https://host/home/` is no path on a disk.
    let is_absolute =
        |before: &str| !before.ends_with(|c: char| c.is_alphanumeric() || "._-}/~".contains(c));
    let folders = MACHINE_FOLDERS.iter();
    folders.flat_map(|folder| line.match_indices(*folder)).any(|(at, _)| is_absolute(&line[..at]))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{file, texts};
    use super::*;

    #[test]
    fn a_mark_needs_its_issue() {
        for (line, findings) in [
            (format!("// {MARK}(#12): later"), 0),
            (format!("// {MARK}: later"), 1),
            (format!("// {MARK}(#): later"), 1),
            (format!("// {MARK}(later)"), 1),
            (format!("# {STRAY_MARK}(#12)"), 1),
            (format!("let {MARK}S = 1;"), 0),
        ] {
            assert_eq!(check_texts(&[file("a.rs", &line)]).len(), findings, "{line}");
            assert_eq!(check_texts(&[file("a.md", &line)]).len(), 0, "{line}");
        }
    }

    #[test]
    fn a_path_of_one_machine_is_found_in_files_and_commits() {
        for folder in MACHINE_FOLDERS {
            let line = format!("\nsee `{folder}x`");
            assert_eq!(
                texts(&check_texts(&[file("a.md", &line)])),
                ["a.md:2: names a folder of one machine"]
            );
            let commits = check_commits(&[("1234abc".to_owned(), line)]);
            assert_eq!(texts(&commits), ["commit-1234abc:2: names a folder of one machine"]);
        }
    }

    #[test]
    fn relative_paths_and_addresses_are_left_alone() {
        for line in ["../work/a", "src/home/b", "https://example.org/home/", "$dir/../shared"] {
            assert_eq!(texts(&check_texts(&[file("a.md", line)])), [""; 0]);
        }
    }
}
