//! Sessions: Markdown with files and commands in fenced blocks.
//!
//! A block ```` ```zari NAME ```` (any word before the name) is a file. A block ```` ```console ```` holds commands after `$ `, each
//! followed by what it prints: lines of standard error after `! `, then `[CODE]` where the exit code is not 0. A line `...` stands
//! for any lines, `[..]` for any text of a line. `VEZ_BLESS=1` rewrites the commands that fail.

use super::shell::{Ended, Shell};
use std::fmt::Write;
use std::path::Path;

/// A command and what follows it.
struct Step<'a> {
    command: &'a str,
    expected: Vec<&'a str>,
}

pub fn run(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let bless = std::env::var_os("VEZ_BLESS").is_some();
    let shell = Shell::new()?;
    let mut failures = String::new();
    let mut blessed = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let _ = writeln!(blessed, "{line}");
        let Some(info) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match info.split_once(' ') {
            Some((_, name)) => {
                shell.write(name, (block.join("\n") + "\n").as_bytes())?;
                block.iter().for_each(|line| blessed.push_str(&format!("{line}\n")));
            }
            None if info == "console" => {
                for step in steps(&block)? {
                    run_step(&shell, &step, &mut failures, &mut blessed)?;
                }
            }
            None => return Err(format!("a block `{info}` without a name")),
        }
        blessed.push_str("```\n");
    }
    if bless && !failures.is_empty() {
        std::fs::write(path, blessed).map_err(|error| error.to_string())?;
    }
    shell.finish()?;
    if failures.is_empty() || bless { Ok(()) } else { Err(failures) }
}

fn steps<'a>(block: &[&'a str]) -> Result<Vec<Step<'a>>, String> {
    let mut steps: Vec<Step<'a>> = Vec::new();
    for &line in block {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step { command, expected: Vec::new() }),
            (None, Some(step)) => step.expected.push(line),
            (None, None) => return Err(format!("output before a command: {line}")),
        }
    }
    Ok(steps)
}

fn run_step(
    shell: &Shell,
    step: &Step<'_>,
    failures: &mut String,
    blessed: &mut String,
) -> Result<(), String> {
    let Step { command, expected } = step;
    let ended = shell.run(command).map_err(|why| format!("$ {command}\n{why}"))?;
    let _ = writeln!(blessed, "$ {command}");
    let found = lines_of(&ended);
    if matches(expected, &ended) {
        expected.iter().for_each(|line| blessed.push_str(&format!("{line}\n")));
    } else {
        let _ = writeln!(failures, "$ {command}\n{}", found.join("\n"));
        found.iter().for_each(|line| blessed.push_str(&format!("{line}\n")));
    }
    Ok(())
}

/// What a command printed, as sessions write it.
fn lines_of(ended: &Ended) -> Vec<String> {
    let mut lines: Vec<String> =
        ended.stdout.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.extend(ended.stderr.lines().map(|line| format!("! {line}").trim_end().to_owned()));
    if ended.code != 0 {
        lines.push(format!("[{}]", ended.code));
    }
    lines
}

fn matches(expected: &[&str], ended: &Ended) -> bool {
    let code = format!("[{}]", ended.code);
    let expected = match expected.split_last() {
        Some((last, rest)) if *last == code => rest,
        _ if ended.code == 0 => expected,
        _ => return false,
    };
    let is_error = |line: &&str| line.starts_with('!');
    let (errors, output): (Vec<&str>, Vec<&str>) = expected.iter().copied().partition(is_error);
    let errors: Vec<&str> = errors.iter().map(|line| line[1..].trim_start_matches(' ')).collect();
    let said: Vec<&str> = ended.stderr.lines().map(|line| line.trim()).collect();
    let printed: Vec<&str> = ended.stdout.lines().map(str::trim_end).collect();
    same_lines(&errors, &said) && same_lines(&output, &printed)
}

/// Compares lines; `...` stands for any number of them.
fn same_lines(expected: &[&str], found: &[&str]) -> bool {
    match (expected.split_first(), found.split_first()) {
        (None, None) => true,
        (Some((&"...", rest)), _) => {
            (0..=found.len()).any(|skipped| same_lines(rest, &found[skipped..]))
        }
        (Some((wanted, rest)), Some((line, others))) => {
            same_text(wanted, line) && same_lines(rest, others)
        }
        _ => false,
    }
}

/// Compares a line; `[..]` stands for any text.
fn same_text(expected: &str, found: &str) -> bool {
    let mut parts = expected.split("[..]");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = found.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        assert!(same_text("a [..] c", "a b c"));
        assert!(same_text("[..]", ""));
        assert!(!same_text("a [..] c", "a b d"));
        assert!(same_lines(&["a", "...", "d"], &["a", "b", "c", "d"]));
        assert!(same_lines(&["..."], &[]));
        assert!(!same_lines(&["a"], &["a", "b"]));
    }
}
