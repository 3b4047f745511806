//! `vez fmt`: files, whole folders, or standard input.

use crate::output::{fail, print, report};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vez_driver::{
    Format, Input, Session, cannot_write, format_source, read_text, write_atomically,
};

/// Formats everything that is named, also after a failure; the code is 1 if there was one.
pub fn run(names: &[String], check: bool) -> ExitCode {
    let inputs = names.iter().flat_map(|name| match Input::from_argument(name) {
        Input::Path(path) if path.is_dir() => sources_below(path),
        input => vec![input],
    });
    let mut code = ExitCode::SUCCESS;
    for input in inputs {
        if let Err(failure) = format_one(&input, check) {
            code = failure;
        }
    }
    code
}

/// The VeZ files in a folder, in the order of their names; hidden folders are not entered.
fn sources_below(folder: PathBuf) -> Vec<Input> {
    let mut found = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            // A link to a folder may lead back here.
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && !is_hidden {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "zari") {
                found.push(path);
            }
        }
    }
    found.sort();
    found.into_iter().map(Input::Path).collect()
}

fn format_one(input: &Input, check: bool) -> Result<(), ExitCode> {
    let (path, text) = read_text(input).map_err(|error| fail(error, Format::Text))?;
    let Ok(formatted) = format_source(&text) else {
        let session = Session::of_text(&path, &text);
        return Err(report(session.syntax_errors(), &session.sources(), Format::Text));
    };
    match input {
        _ if check && formatted == text => Ok(()),
        _ if check => {
            eprintln!("{}: not formatted", path.display());
            Err(ExitCode::from(1))
        }
        Input::Stdin => {
            print(formatted.as_bytes());
            Ok(())
        }
        Input::Path(_) if formatted == text => Ok(()),
        Input::Path(_) => write(&path, &formatted),
    }
}

fn write(path: &Path, text: &str) -> Result<(), ExitCode> {
    let written = write_atomically(path, text.as_bytes());
    written.map_err(|error| fail(cannot_write(path, &error), Format::Text))
}
