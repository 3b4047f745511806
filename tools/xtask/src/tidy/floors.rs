//! The floors: each crate uses only crates above it in ARCHITECTURE.md's table, which this reads.
//!
//! A row that says "the only user of NAME" also keeps every other crate from depending on NAME.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// Absent for an ordinary dependency; `dev`, `build`.
    kind: Option<String>,
    /// Present for a crate of this workspace.
    path: Option<String>,
}

/// One crate of the table; its place in it is its height.
struct Row<'t> {
    name: &'t str,
    /// The external crate that is its alone.
    owns: Option<&'t str>,
}

pub(super) fn check(root: &Path) -> Vec<String> {
    let Ok(text) = std::fs::read_to_string(root.join("ARCHITECTURE.md")) else {
        return vec!["ARCHITECTURE.md: cannot be read".to_owned()];
    };
    match metadata(root) {
        Ok(metadata) => check_packages(&parse_table(&text), &metadata),
        Err(why) => vec![format!("cargo metadata: {why}")],
    }
}

fn metadata(root: &Path) -> Result<Metadata, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root)
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}

/// The rows of the table under `| floor | crate |`.
fn parse_table(text: &str) -> Vec<Row<'_>> {
    let lines = text.lines().skip_while(|line| !line.starts_with("| floor | crate |"));
    let rows = lines.skip(2).take_while(|line| line.starts_with('|'));
    rows.filter_map(|line| {
        let mut cells = line.split('|').skip(2);
        let name = cells.next()?.trim().trim_matches('`');
        let purpose = cells.next().unwrap_or("");
        let owned = purpose.split("the only user of ").nth(1);
        let owned = owned.and_then(|rest| rest.split([' ', ',', ';', '.']).next());
        Some(Row { name: name.rsplit('/').next().unwrap_or(name), owns: owned.map(str::trim) })
    })
    .collect()
}

fn check_packages(table: &[Row<'_>], metadata: &Metadata) -> Vec<String> {
    let height = |name: &str| table.iter().position(|row| row.name == name);
    let mut problems = Vec::new();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let folder = Path::new(&package.manifest_path).parent().and_then(Path::file_name);
        if folder.is_none_or(|folder| folder != name) {
            problems.push(format!("{name}: its folder has another name"));
        }
        let Some(own_height) = height(name) else {
            problems.push(format!("{name}: missing in ARCHITECTURE.md's table of floors"));
            continue;
        };
        for used in package.dependencies.iter().filter(|d| d.kind.as_deref() != Some("dev")) {
            if used.path.is_some() && height(&used.name).is_none_or(|other| other >= own_height) {
                problems.push(format!("{name}: uses {}, which is not above it", used.name));
            }
            let owner = table.iter().find(|row| row.owns == Some(used.name.as_str()));
            if let Some(owner) = owner.filter(|owner| owner.name != name) {
                problems
                    .push(format!("{name}: uses {}, which is {}'s alone", used.name, owner.name));
            }
        }
    }
    for row in table.iter().filter(|row| !metadata.packages.iter().any(|p| p.name == row.name)) {
        problems.push(format!("ARCHITECTURE.md: no crate `{}`", row.name));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "text\n\n| floor | crate | what it is for |\n|---|---|---|\n\
        | F0 | `base` | names |\n| | `parse` | trees; the only user of chumsky |\n\
        | F9 | `tools/vez` | the command |\n\nmore | text |\n";

    fn package(name: &str, uses: &[(&str, bool)]) -> Package {
        let dependencies = uses.iter().map(|&(name, ours)| Dependency {
            name: name.to_owned(),
            kind: None,
            path: ours.then(String::new),
        });
        Package {
            name: name.to_owned(),
            manifest_path: format!("/x/{name}/Cargo.toml"),
            dependencies: dependencies.collect(),
        }
    }

    #[test]
    fn floors_and_owners_hold() {
        let table = parse_table(TABLE);
        let good = [
            package("base", &[]),
            package("parse", &[("base", true), ("chumsky", false)]),
            package("vez", &[("parse", true), ("clap", false)]),
        ];
        assert!(check_packages(&table, &Metadata { packages: good.into() }).is_empty());
        let bad = [
            package("base", &[("parse", true)]),
            package("vez", &[("chumsky", false)]),
            package("stray", &[]),
        ];
        assert_eq!(
            check_packages(&table, &Metadata { packages: bad.into() }),
            [
                "base: uses parse, which is not above it",
                "vez: uses chumsky, which is parse's alone",
                "stray: missing in ARCHITECTURE.md's table of floors",
                "ARCHITECTURE.md: no crate `parse`",
            ]
        );
    }
}
