//! Functions and global variables.

use super::{Bb, Cx, Ty, Val};
use inkwell::llvm_sys::comdat::{LLVMGetOrInsertComdat, LLVMSetComdat};
use inkwell::llvm_sys::core::*;
use inkwell::llvm_sys::{LLVMLinkage, LLVMUnnamedAddr, LLVMVisibility};
use std::ffi::CString;

/// Linkage and visibility.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Link {
    Internal,
    /// Seen by the other objects of the executable.
    Hidden,
    /// One of several equal definitions, seen by the other objects of the executable.
    Merged,
    Import,
}

/// Calling conventions, by LLVM's numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Conv {
    C = 0,
    Fast = 8,
    Cold = 9,
}

/// Symbol names have no NUL: the verifier sees to it.
fn c_name(name: &str) -> CString {
    CString::new(name.replace('\0', "")).expect("no NUL is left")
}

impl Cx {
    pub fn add_function(&self, name: &str, ty: Ty) -> Val {
        Val(unsafe { LLVMAddFunction(self.module, c_name(name).as_ptr(), ty.0) })
    }

    pub fn set_conv(&self, function: Val, conv: Conv) {
        unsafe { LLVMSetFunctionCallConv(function.0, conv as u32) }
    }

    pub fn set_section(&self, symbol: Val, section: &str) {
        unsafe { LLVMSetSection(symbol.0, c_name(section).as_ptr()) }
    }

    pub fn set_personality(&self, function: Val, personality: Val) {
        unsafe { LLVMSetPersonalityFn(function.0, personality.0) }
    }

    /// The `number`th parameter of a function.
    pub fn param(&self, function: Val, number: usize) -> Val {
        Val(unsafe { LLVMGetParam(function.0, number as u32) })
    }

    pub fn append_block(&self, function: Val) -> Bb {
        Bb(unsafe { LLVMAppendBasicBlockInContext(self.ctx, function.0, c"".as_ptr()) })
    }

    pub fn add_global(&self, name: &str, ty: Ty) -> Val {
        Val(unsafe { LLVMAddGlobal(self.module, ty.0, c_name(name).as_ptr()) })
    }

    pub fn set_initializer(&self, global: Val, value: Val) {
        unsafe { LLVMSetInitializer(global.0, value.0) }
    }

    pub fn set_constant(&self, global: Val) {
        unsafe { LLVMSetGlobalConstant(global.0, 1) }
    }

    pub fn set_thread_local(&self, global: Val) {
        unsafe { LLVMSetThreadLocal(global.0, 1) }
    }

    pub fn set_align(&self, symbol: Val, align: u32) {
        unsafe { LLVMSetAlignment(symbol.0, align) }
    }

    /// Says that the address is not significant.
    pub fn set_unnamed(&self, symbol: Val) {
        unsafe { LLVMSetUnnamedAddress(symbol.0, LLVMUnnamedAddr::LLVMGlobalUnnamedAddr) }
    }

    pub fn set_link(&self, symbol: Val, name: &str, link: Link) {
        let (linkage, hidden) = match link {
            Link::Internal => (LLVMLinkage::LLVMInternalLinkage, false),
            Link::Hidden => (LLVMLinkage::LLVMExternalLinkage, true),
            Link::Merged => (LLVMLinkage::LLVMLinkOnceODRLinkage, true),
            Link::Import => (LLVMLinkage::LLVMExternalLinkage, false),
        };
        unsafe {
            LLVMSetLinkage(symbol.0, linkage);
            if hidden {
                LLVMSetVisibility(symbol.0, LLVMVisibility::LLVMHiddenVisibility);
            }
            if link == Link::Merged {
                LLVMSetComdat(symbol.0, LLVMGetOrInsertComdat(self.module, c_name(name).as_ptr()));
            }
        }
    }
}

impl Cx {
    /// The function called `name`, which the program can be linked without; declared when it is new.
    pub fn weak_function(&self, name: &str, ty: Ty) -> Val {
        let known = unsafe { LLVMGetNamedFunction(self.module, c_name(name).as_ptr()) };
        if !known.is_null() {
            return Val(known);
        }
        let function = self.add_function(name, ty);
        unsafe { LLVMSetLinkage(function.0, LLVMLinkage::LLVMExternalWeakLinkage) };
        function
    }
}
