//! Line tables: one compile unit, a description a function, a location an instruction.

use crate::raw::{Cx, DebugBuilder, Md, Val};
use rustc_hash::FxHashMap;
use std::path::Path;
use vez_vir::{FileId, Function, Loc, Module};

/// The debug information of a module.
pub(crate) struct Debug {
    builder: DebugBuilder,
    /// By [`FileId`]; at least one.
    files: Vec<Md>,
    optimized: bool,
}

/// The debug information of one function.
pub(crate) struct Scope {
    program: Md,
    home: FileId,
    others: FxHashMap<FileId, Md>,
    /// Locations repeat from one instruction to the next.
    last: Option<(Loc, Md)>,
}

impl Debug {
    pub(crate) fn new(cx: &Cx, module: &Module, optimized: bool) -> Debug {
        const DWARF_VERSION: u32 = 4;
        cx.module_flag("Debug Info Version", 3);
        cx.module_flag("Dwarf Version", DWARF_VERSION);
        let builder = DebugBuilder::new(cx);
        let here = std::env::current_dir().unwrap_or_default();
        let here = here.to_string_lossy();
        let mut files: Vec<Md> = module
            .files
            .iter()
            .map(|&file| {
                let path = module.str(file);
                let directory = if Path::new(path).is_absolute() { "" } else { &here };
                builder.file(path, directory)
            })
            .collect();
        if files.is_empty() {
            files.push(builder.file(&module.name, &here));
        }
        builder.compile_unit(files[0], optimized);
        Debug { builder, files, optimized }
    }

    /// Describes a function with a body.
    ///
    /// Not one of the library in an optimised build: its code, once inlined, then has the place of the call, the line that
    /// people wrote, and the tables are smaller.
    pub(crate) fn function(
        &self,
        module: &Module,
        function: &Function,
        value: Val,
    ) -> Option<Scope> {
        if self.optimized && function.loc.is_some_and(|loc| module.is_embedded(loc.file)) {
            return None;
        }
        let link_name = module.str(function.name);
        let name = match function.source_name.is_none() {
            true => link_name,
            false => module.str(function.source_name),
        };
        let (home, line) = function.loc.map_or((FileId(0), 0), |loc| (loc.file, loc.line));
        let file = self.files[home.index()];
        let program = self.builder.function(value, [name, link_name], file, line, self.optimized);
        Some(Scope { program, home, others: FxHashMap::default(), last: None })
    }

    /// The location `loc` in a function; `None` stands for code that is nowhere in the source.
    pub(crate) fn location(&self, cx: &Cx, scope: &mut Scope, loc: Option<Loc>) -> Md {
        let Some(loc) = loc else {
            return self.builder.location(cx, 0, 0, scope.program);
        };
        if let Some((last, md)) = scope.last
            && last == loc
        {
            return md;
        }
        let within = match loc.file == scope.home {
            true => scope.program,
            false => *scope.others.entry(loc.file).or_insert_with(|| {
                self.builder.scope_in_file(scope.program, self.files[loc.file.index()])
            }),
        };
        let md = self.builder.location(cx, loc.line, loc.col, within);
        scope.last = Some((loc, md));
        md
    }

    pub(crate) fn finish(&self) {
        self.builder.finish();
    }
}
