//! README's commands and programs do what it says.

use crate::markdown::{Block, blocks};
use crate::report::Report;
use crate::run::executable;
use std::path::Path;
use std::process::Command;

pub fn run(root: &Path) -> Report {
    let text = std::fs::read_to_string(root.join("README.md")).unwrap_or_default();
    let blocks = blocks(&text);
    let mut outcomes = Vec::new();
    for pair in blocks.windows(2) {
        if let [program, output] = pair
            && program.info == "rust"
            && output.info == "text"
        {
            let name = format!("README.md:{}", program.lines.0 + 1);
            outcomes.push((name, check_program(program, output)));
        }
    }
    let commands = blocks.iter().filter(|block| block.info == "sh").flat_map(|b| b.text.lines());
    for line in commands {
        let command = line.split(" #").next().unwrap_or(line).trim();
        // The tests are what this runs in.
        if command != "./x test" {
            outcomes.push((format!("README.md: {command}"), check_command(root, command)));
        }
    }
    if outcomes.is_empty() {
        outcomes.push(("README.md".to_owned(), Err("no program and no command".to_owned())));
    }
    Report::of(outcomes)
}

fn check_program(program: &Block, output: &Block) -> Result<(), String> {
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let file = scratch.path().join("program.zari");
    std::fs::write(&file, &program.text).map_err(|error| error.to_string())?;
    let ran = Command::new(executable("vez")?).arg("run").arg(&file).output();
    let ran = ran.map_err(|error| error.to_string())?;
    let printed = String::from_utf8_lossy(&ran.stdout);
    if printed == output.text && ran.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&ran.stderr);
    Err(format!("it prints\n{printed}{errors}and not\n{}", output.text))
}

fn check_command(root: &Path, command: &str) -> Result<(), String> {
    let ran = Command::new("sh").arg("-c").arg(command).current_dir(root).output();
    let ran = ran.map_err(|error| error.to_string())?;
    if ran.status.success() && !ran.stdout.is_empty() {
        return Ok(());
    }
    Err(format!("{}\n{}", ran.status, String::from_utf8_lossy(&ran.stderr)))
}
