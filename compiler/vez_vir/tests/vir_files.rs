//! Runs `tests/vir/*.vir`.
//!
//! Comment lines say what a file shows: `; error: TEXT` (the parser or verifier rejects it so), or `; run: ARGS` with any of
//! `; exit: N`, `; trap: N`, `; ub: TEXT`, `; unsupported: TEXT`, `; fuel: N`, `; stdin: TEXT`, and `; stdout: LINE` a line.
//! Whatever parses is also printed, written and read back.

use std::path::{Path, PathBuf};
use vez_vir::interp::{CaptureHost, Exit, Limits, run_main};
use vez_vir::{Module, load_binary, parse_module, print_module, verify_module, write_binary};

fn directives<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let prefix = format!("; {name}:");
    text.lines()
        .filter_map(|line| line.strip_prefix(&prefix))
        .map(|rest| rest.strip_prefix(' ').unwrap_or(rest))
        .collect()
}

fn load(text: &str) -> Result<Module, String> {
    let module = parse_module(text).map_err(|error| error.to_string())?;
    verify_module(&module)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    Ok(module)
}

fn check_round_trips(module: &Module) -> Result<(), String> {
    let text = print_module(module);
    let again =
        parse_module(&text).map_err(|error| format!("does not parse back: {error}\n{text}"))?;
    let printed = print_module(&again);
    if printed != text {
        return Err(format!("prints differently:\n{text}\n---\n{printed}"));
    }
    let bytes = write_binary(module);
    let read = load_binary(&bytes).map_err(|error| format!("does not read back: {error}"))?;
    if read != *module {
        return Err(format!("reads back differently:\n{text}\n---\n{}", print_module(&read)));
    }
    if write_binary(&read) != bytes {
        return Err("is written differently the second time".to_owned());
    }
    Ok(())
}

fn check_run(text: &str, module: &Module) -> Result<(), String> {
    let Some(args) = directives(text, "run").first().copied() else { return Ok(()) };
    let args: Vec<&str> = std::iter::once("program").chain(args.split_whitespace()).collect();
    let mut host = CaptureHost::default();
    host.stdin = directives(text, "stdin").join("\n").into_bytes();
    let mut limits = Limits { fuel: 50_000_000, ..Limits::default() };
    if let Some(fuel) = directives(text, "fuel").first() {
        limits.fuel = fuel.parse().map_err(|_| "fuel is a number")?;
    }
    let exit = run_main(module, &args, &mut host, &limits);
    let expected = |name| directives(text, name).first().copied();
    let matches = match &exit {
        Exit::Code(code) => expected("exit").unwrap_or("0") == code.to_string(),
        Exit::Trap { code, .. } => expected("trap") == Some(code.to_string().as_str()),
        Exit::Ub(problem) => expected("ub").is_some_and(|ub| problem.to_string().contains(ub)),
        Exit::OutOfFuel => expected("fuel").is_some(),
        Exit::StackOverflow => expected("stack-overflow").is_some(),
        Exit::Unsupported(problem) => {
            expected("unsupported").is_some_and(|text| problem.to_string().contains(text))
        }
    };
    let surprising = ["trap", "ub", "unsupported"].iter().any(|name| expected(name).is_some())
        && matches!(exit, Exit::Code(_));
    if !matches || surprising {
        return Err(format!("ended unexpectedly: {exit}"));
    }
    let stdout = String::from_utf8_lossy(&host.stdout).into_owned();
    let wanted: String =
        directives(text, "stdout").iter().map(|line| format!("{line}\n")).collect();
    if stdout != wanted {
        return Err(format!("printed:\n{stdout}expected:\n{wanted}"));
    }
    Ok(())
}

fn check_file(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let errors = directives(&text, "error");
    match load(&text) {
        Ok(_) if !errors.is_empty() => Err("is accepted".to_owned()),
        Ok(module) => {
            check_round_trips(&module)?;
            check_run(&text, &module)
        }
        Err(found) if errors.is_empty() => Err(found),
        Err(found) => match errors.iter().find(|wanted| !found.contains(**wanted)) {
            Some(missing) => Err(format!("no error `{missing}` among:\n{found}")),
            None => Ok(()),
        },
    }
}

#[test]
fn files_do_what_they_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vir");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("tests/vir exists")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "vir"))
        .collect();
    files.sort();
    assert!(files.len() >= 40, "only {} files", files.len());
    let failures: Vec<String> = files
        .iter()
        .filter_map(|path| {
            let failure = check_file(path).err()?;
            Some(format!("{}: {failure}", path.file_name()?.to_string_lossy()))
        })
        .collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
}
