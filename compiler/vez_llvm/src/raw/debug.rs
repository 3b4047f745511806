//! Line tables.

use super::{Builder, Cx, Md, Val};
use inkwell::llvm_sys::debuginfo::*;

/// Makes the descriptions that line tables need.
pub struct DebugBuilder {
    raw: inkwell::llvm_sys::prelude::LLVMDIBuilderRef,
}

impl DebugBuilder {
    pub fn new(cx: &Cx) -> DebugBuilder {
        DebugBuilder { raw: unsafe { LLVMCreateDIBuilder(cx.module) } }
    }

    pub fn file(&self, name: &str, directory: &str) -> Md {
        Md(unsafe {
            LLVMDIBuilderCreateFile(
                self.raw,
                name.as_ptr().cast(),
                name.len(),
                directory.as_ptr().cast(),
                directory.len(),
            )
        })
    }

    /// The compile unit; it holds line tables only.
    pub fn compile_unit(&self, file: Md, optimized: bool) -> Md {
        let producer = "vez";
        let none = c"".as_ptr();
        Md(unsafe {
            LLVMDIBuilderCreateCompileUnit(
                self.raw,
                LLVMDWARFSourceLanguage::LLVMDWARFSourceLanguageRust,
                file.0,
                producer.as_ptr().cast(),
                producer.len(),
                optimized.into(),
                none,
                0,
                0,
                none,
                0,
                LLVMDWARFEmissionKind::LLVMDWARFEmissionKindLineTablesOnly,
                0,
                0,
                0,
                none,
                0,
                none,
                0,
            )
        })
    }

    /// Describes `function`, and says so on it.
    pub fn function(
        &self,
        function: Val,
        [name, link_name]: [&str; 2],
        file: Md,
        line: u32,
        optimized: bool,
    ) -> Md {
        unsafe {
            let ty =
                LLVMDIBuilderCreateSubroutineType(self.raw, file.0, std::ptr::null_mut(), 0, 0);
            let program = LLVMDIBuilderCreateFunction(
                self.raw,
                file.0,
                name.as_ptr().cast(),
                name.len(),
                link_name.as_ptr().cast(),
                link_name.len(),
                file.0,
                line,
                ty,
                1,
                1,
                line,
                0,
                optimized.into(),
            );
            LLVMSetSubprogram(function.0, program);
            Md(program)
        }
    }

    /// `scope` continued in another file.
    pub fn scope_in_file(&self, scope: Md, file: Md) -> Md {
        Md(unsafe { LLVMDIBuilderCreateLexicalBlockFile(self.raw, scope.0, file.0, 0) })
    }

    pub fn location(&self, cx: &Cx, line: u32, col: u32, scope: Md) -> Md {
        let inlined_at = std::ptr::null_mut();
        Md(unsafe { LLVMDIBuilderCreateDebugLocation(cx.ctx, line, col, scope.0, inlined_at) })
    }

    /// Completes what was described.
    pub fn finish(&self) {
        unsafe { LLVMDIBuilderFinalize(self.raw) }
    }
}

impl Drop for DebugBuilder {
    fn drop(&mut self) {
        unsafe { LLVMDisposeDIBuilder(self.raw) }
    }
}

impl Builder {
    /// The location of the instructions that follow.
    pub fn set_location(&self, location: Option<Md>) {
        let location = location.map_or(std::ptr::null_mut(), |md| md.0);
        unsafe {
            inkwell::llvm_sys::core::LLVMSetCurrentDebugLocation2(self.raw(), location);
        }
    }
}
