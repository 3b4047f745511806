//! Smaller programs that still fail the same way: items and statements are dropped, then parenthesised parts replaced.

use super::program::balance;
use super::ways::{self, Profile, Scratch};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// How long one reduction may take.
const LIMIT: Duration = Duration::from_secs(100);

/// Reduces the file in a child, so that a crash of the compiler only ends the reduction.
pub fn in_child(file: &Path) {
    let Ok(here) = std::env::current_exe() else { return };
    let mut command = Command::new(here);
    command.args(["fuzz", "reduce"]).arg(file).stdout(Stdio::null()).stderr(Stdio::null());
    // Without a reduction the program stays as it is.
    let _ = command.status();
}

/// Reduces a file in place. Its first line is a comment that says how it fails.
pub fn run(file: &Path) -> ExitCode {
    ways::catch_panics();
    let file = file.to_owned();
    let worker = std::thread::Builder::new().stack_size(256 << 20).spawn(move || reduce(&file));
    match worker.map(|worker| worker.join()) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// What a reduced program must still do.
struct Goal {
    /// `Cranelift`, `VeZ rejects`, ...
    stage: String,
    what: String,
    scratch: Scratch,
    until: Instant,
}

fn reduce(file: &Path) -> std::io::Result<()> {
    let text = std::fs::read_to_string(file)?;
    let (header, body) = text.split_once('\n').unwrap_or((&text, ""));
    let what = header.trim_start_matches("// ");
    let (stage, detail) = what.split_once(": ").unwrap_or((what, ""));
    let goal = Goal {
        stage: stage.to_owned(),
        what: shape(detail),
        scratch: Scratch::new()?,
        until: Instant::now() + LIMIT,
    };
    let mut lines: Vec<String> = body.lines().map(str::to_owned).collect();
    if !goal.holds(&lines) {
        return Ok(());
    }
    let save = |lines: &[String]| std::fs::write(file, format!("{header}\n{}\n", lines.join("\n")));
    loop {
        let before = lines.len();
        drop_groups(&mut lines, &goal);
        save(&lines)?;
        unwrap_groups(&mut lines, &goal);
        save(&lines)?;
        if lines.len() == before || goal.late() {
            break;
        }
    }
    shrink_expressions(&mut lines, &goal);
    save(&lines)
}

/// The kind of a failure's text, without what changes as the program shrinks.
fn shape(detail: &str) -> String {
    if let Some((code, _)) = detail.split_once(": ")
        && code.len() == 5
    {
        return code.to_owned();
    }
    if let Some((_, place)) = detail.rsplit_once(" at ")
        && detail.starts_with("panic: ")
    {
        return place.to_owned();
    }
    detail
        .split(['`', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
        .next()
        .unwrap_or("")
        .to_owned()
}

impl Goal {
    fn late(&self) -> bool {
        Instant::now() > self.until
    }

    /// Whether these lines fail the same way, and rustc accepts them.
    fn holds(&self, lines: &[String]) -> bool {
        let source = self.scratch.path("reduced.zari");
        if self.late() || std::fs::write(&source, lines.join("\n")).is_err() {
            return false;
        }
        let way = ways::WAYS.iter().find(|way| way.name == self.stage);
        let profile = way.map_or(Profile::Dev, |way| way.profile);
        let reference = self.scratch.path("reference");
        let accepted = || ways::rustc(&source, profile, &reference).is_ok();
        match (ways::vez(&source, profile), way) {
            (Err(found), None) => {
                found.iter().any(|(_, message)| message.contains(&self.what)) && accepted()
            }
            (Ok(module), Some(way)) => match ways::build(&module, *way, &self.scratch) {
                Err(why) => why.contains(&self.what) && accepted(),
                Ok(ready) => self.differs(&source, profile, &ready.run("")),
            },
            _ => false,
        }
    }

    fn differs(
        &self,
        source: &Path,
        profile: Profile,
        found: &Result<ways::Ended, String>,
    ) -> bool {
        let reference = self.scratch.path("reference");
        if ways::rustc(source, profile, &reference).is_err() {
            return false;
        }
        let Ok(expected) = ways::execute(&reference, "") else { return false };
        ways::difference(&expected, found).is_some_and(|what| what.starts_with(&self.what))
    }
}

/// The lines from `start` that belong together: up to where the brackets close again.
fn group(lines: &[String], start: usize) -> usize {
    let mut depth = 0;
    for (offset, line) in lines[start..].iter().enumerate() {
        depth += balance(line);
        let goes_on = lines[start + offset].trim_start().starts_with("#[");
        if depth <= 0 && !goes_on {
            return start + offset + 1;
        }
    }
    lines.len()
}

/// Drops groups of lines, large ones first, from the end so that uses go before definitions.
fn drop_groups(lines: &mut Vec<String>, goal: &Goal) {
    let mut at = lines.len();
    while at > 0 && !goal.late() {
        at -= 1;
        if lines[at].trim().is_empty() || lines[at].trim_start().starts_with('}') {
            continue;
        }
        let end = group(lines, at);
        let mut fewer = lines[..at].to_vec();
        fewer.extend_from_slice(&lines[end..]);
        if goal.holds(&fewer) {
            *lines = fewer;
            at = at.min(lines.len());
        }
    }
}

/// Replaces blocks by what is in them.
fn unwrap_groups(lines: &mut Vec<String>, goal: &Goal) {
    let mut at = 0;
    while at < lines.len() && !goal.late() {
        let end = group(lines, at);
        if end - at >= 3 && !lines[at].contains("fn ") && !lines[at].contains("impl ") {
            let mut fewer = lines[..at].to_vec();
            fewer.extend_from_slice(&lines[at + 1..end - 1]);
            fewer.extend_from_slice(&lines[end..]);
            if goal.holds(&fewer) {
                *lines = fewer;
                continue;
            }
        }
        at += 1;
    }
}

/// Replaces parts in parentheses by parts inside of them, or by something simple.
fn shrink_expressions(lines: &mut [String], goal: &Goal) {
    for at in (0..lines.len()).rev() {
        let mut from = 0;
        while let Some((start, end)) = parenthesised(&lines[at], from) {
            if goal.late() {
                return;
            }
            from = start + 1;
            let line = lines[at].clone();
            let inside = parenthesised(&line, start + 1).filter(|(_, inner)| *inner < end);
            let smaller = inside.map(|(a, b)| line[a..b].to_owned());
            for new in smaller.into_iter().chain(["1".to_owned(), "true".to_owned()]) {
                let mut changed = lines.to_vec();
                changed[at] = format!("{}{new}{}", &line[..start], &line[end..]);
                if goal.holds(&changed) {
                    lines[at] = changed[at].clone();
                    from = start;
                    break;
                }
            }
        }
    }
}

/// The next part in parentheses that is not a call's arguments.
fn parenthesised(line: &str, from: usize) -> Option<(usize, usize)> {
    let start = line.get(from..)?.find('(')? + from;
    let mut depth = 0;
    for (offset, c) in line[start..].char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let called = line[..start].ends_with(|c: char| c.is_alphanumeric() || c == '!');
            let end = start + offset + 1;
            return if called { parenthesised(line, start + 1) } else { Some((start, end)) };
        }
    }
    None
}
