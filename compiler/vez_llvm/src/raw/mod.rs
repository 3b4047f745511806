//! LLVM's C interface as plain `Copy` handles: the only `unsafe` code of the crate.
//!
//! inkwell owns the context, the module and the target machine; its typed values are of no use to a translator that
//! knows types only at run time, so values, types and metadata are handles here. A handle belongs to the
//! [`Cx`] it came from and dies with its context; nothing outside this crate sees one. Knows nothing of VIR.

mod builder;
mod debug;
mod global;

pub use builder::{Builder, IntPred, Order, RealPred, Rmw};
pub use debug::DebugBuilder;
pub use global::{Conv, Link};

use inkwell::llvm_sys::core::*;
use inkwell::llvm_sys::prelude::*;
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// A value: constant, global, function, parameter or instruction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Val(LLVMValueRef);

/// A type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Ty(LLVMTypeRef);

/// A basic block.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Bb(LLVMBasicBlockRef);

/// A metadata node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Md(LLVMMetadataRef);

/// An attribute.
#[derive(Clone, Copy, Debug)]
pub struct Attr(LLVMAttributeRef);

/// Where an attribute stands.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    Function,
    Result,
    Param(usize),
}

impl Place {
    fn index(self) -> u32 {
        match self {
            Place::Function => u32::MAX,
            Place::Result => 0,
            Place::Param(number) => number as u32 + 1,
        }
    }
}

/// The context and module that are being filled.
pub struct Cx {
    ctx: LLVMContextRef,
    module: LLVMModuleRef,
    attr_kinds: RefCell<FxHashMap<&'static str, u32>>,
    md_kinds: RefCell<FxHashMap<&'static str, u32>>,
    intrinsics: RefCell<FxHashMap<(&'static str, Ty, Ty), Val>>,
}

impl Cx {
    /// Handles into `module`, which must outlive them.
    pub fn new(module: &inkwell::module::Module<'_>) -> Cx {
        let module = module.as_mut_ptr();
        Cx {
            ctx: unsafe { LLVMGetModuleContext(module) },
            module,
            attr_kinds: RefCell::default(),
            md_kinds: RefCell::default(),
            intrinsics: RefCell::default(),
        }
    }
}

/// Types.
impl Cx {
    pub fn void(&self) -> Ty {
        Ty(unsafe { LLVMVoidTypeInContext(self.ctx) })
    }

    pub fn int(&self, bits: u32) -> Ty {
        Ty(unsafe { LLVMIntTypeInContext(self.ctx, bits) })
    }

    /// The float type of 16, 32 or 64 bits.
    pub fn float(&self, bits: u32) -> Ty {
        Ty(unsafe {
            match bits {
                16 => LLVMHalfTypeInContext(self.ctx),
                32 => LLVMFloatTypeInContext(self.ctx),
                _ => LLVMDoubleTypeInContext(self.ctx),
            }
        })
    }

    pub fn ptr(&self, space: u32) -> Ty {
        Ty(unsafe { LLVMPointerTypeInContext(self.ctx, space) })
    }

    pub fn array(&self, item: Ty, len: u64) -> Ty {
        Ty(unsafe { LLVMArrayType2(item.0, len) })
    }

    pub fn vector(&self, lane: Ty, lanes: u32) -> Ty {
        Ty(unsafe { LLVMVectorType(lane.0, lanes) })
    }

    pub fn struct_of(&self, fields: &[Ty], packed: bool) -> Ty {
        let len = fields.len() as u32;
        let fields = fields.as_ptr() as *mut LLVMTypeRef;
        Ty(unsafe { LLVMStructTypeInContext(self.ctx, fields, len, packed.into()) })
    }

    pub fn func(&self, result: Ty, params: &[Ty], variadic: bool) -> Ty {
        let len = params.len() as u32;
        let params = params.as_ptr() as *mut LLVMTypeRef;
        Ty(unsafe { LLVMFunctionType(result.0, params, len, variadic.into()) })
    }
}

/// Constants.
impl Cx {
    pub fn const_int(&self, ty: Ty, bits: u128) -> Val {
        let words = [bits as u64, (bits >> 64) as u64];
        Val(unsafe { LLVMConstIntOfArbitraryPrecision(ty.0, 2, words.as_ptr()) })
    }

    pub fn const_bool(&self, value: bool) -> Val {
        self.const_int(self.int(1), value.into())
    }

    pub fn null(&self, ty: Ty) -> Val {
        Val(unsafe { LLVMConstNull(ty.0) })
    }

    pub fn poison(&self, ty: Ty) -> Val {
        Val(unsafe { LLVMGetPoison(ty.0) })
    }

    pub fn const_bitcast(&self, value: Val, ty: Ty) -> Val {
        Val(unsafe { LLVMConstBitCast(value.0, ty.0) })
    }

    pub fn const_int_to_ptr(&self, value: Val, ty: Ty) -> Val {
        Val(unsafe { LLVMConstIntToPtr(value.0, ty.0) })
    }

    pub fn const_vector(&self, lanes: &[Val]) -> Val {
        let len = lanes.len() as u32;
        Val(unsafe { LLVMConstVector(lanes.as_ptr() as *mut LLVMValueRef, len) })
    }

    pub fn const_bytes(&self, bytes: &[u8]) -> Val {
        let text = bytes.as_ptr().cast();
        Val(unsafe { LLVMConstStringInContext2(self.ctx, text, bytes.len(), 1) })
    }

    pub fn const_struct(&self, fields: &[Val], packed: bool) -> Val {
        let len = fields.len() as u32;
        let fields = fields.as_ptr() as *mut LLVMValueRef;
        Val(unsafe { LLVMConstStructInContext(self.ctx, fields, len, packed.into()) })
    }

    /// The address `bytes` after the global `base`.
    pub fn const_offset(&self, base: Val, bytes: i64) -> Val {
        if bytes == 0 {
            return base;
        }
        let mut index = self.const_int(self.int(64), bytes as u64 as u128).0;
        Val(unsafe { LLVMConstGEP2(self.int(8).0, base.0, &mut index, 1) })
    }

    /// The declaration of intrinsic `name`, overloaded at `types`.
    pub fn intrinsic(&self, name: &'static str, types: &[Ty]) -> Val {
        let none = self.void();
        let at = |i: usize| types.get(i).copied().unwrap_or(none);
        let key = (name, at(0), at(1));
        *self.intrinsics.borrow_mut().entry(key).or_insert_with(|| unsafe {
            let id = LLVMLookupIntrinsicID(name.as_ptr().cast(), name.len());
            assert!(id != 0, "LLVM 22 has the intrinsic {name}");
            let types_ptr = types.as_ptr() as *mut LLVMTypeRef;
            Val(LLVMGetIntrinsicDeclaration(self.module, id, types_ptr, types.len()))
        })
    }
}

/// Attributes.
impl Cx {
    /// An attribute with or without (0) an integer.
    pub fn attr(&self, name: &'static str, value: u64) -> Attr {
        Attr(unsafe { LLVMCreateEnumAttribute(self.ctx, self.attr_kind(name), value) })
    }

    pub fn type_attr(&self, name: &'static str, ty: Ty) -> Attr {
        Attr(unsafe { LLVMCreateTypeAttribute(self.ctx, self.attr_kind(name), ty.0) })
    }

    /// `range` of an integer of `bits` bits, half open; it may wrap.
    pub fn range_attr(&self, bits: u32, low: u128, end: u128) -> Attr {
        let words = |n: u128| [n as u64, (n >> 64) as u64];
        let (low, end) = (words(low), words(end));
        let kind = self.attr_kind("range");
        Attr(unsafe {
            LLVMCreateConstantRangeAttribute(self.ctx, kind, bits, low.as_ptr(), end.as_ptr())
        })
    }

    pub fn text_attr(&self, key: &str, value: &str) -> Attr {
        Attr(unsafe {
            LLVMCreateStringAttribute(
                self.ctx,
                key.as_ptr().cast(),
                key.len() as u32,
                value.as_ptr().cast(),
                value.len() as u32,
            )
        })
    }

    pub fn add_attr(&self, function: Val, place: Place, attr: Attr) {
        unsafe { LLVMAddAttributeAtIndex(function.0, place.index(), attr.0) }
    }

    pub fn add_call_attr(&self, call: Val, place: Place, attr: Attr) {
        unsafe { LLVMAddCallSiteAttribute(call.0, place.index(), attr.0) }
    }

    fn attr_kind(&self, name: &'static str) -> u32 {
        *self.attr_kinds.borrow_mut().entry(name).or_insert_with(|| {
            let kind = unsafe { LLVMGetEnumAttributeKindForName(name.as_ptr().cast(), name.len()) };
            assert!(kind != 0, "LLVM 22 has the attribute {name}");
            kind
        })
    }
}

/// Metadata.
impl Cx {
    pub fn md_node(&self, items: &[Md]) -> Md {
        let ptr = items.as_ptr() as *mut LLVMMetadataRef;
        Md(unsafe { LLVMMDNodeInContext2(self.ctx, ptr, items.len()) })
    }

    pub fn md_text(&self, text: &str) -> Md {
        Md(unsafe { LLVMMDStringInContext2(self.ctx, text.as_ptr().cast(), text.len()) })
    }

    pub fn md_const(&self, value: Val) -> Md {
        Md(unsafe { LLVMValueAsMetadata(value.0) })
    }

    /// Attaches `node` to an instruction.
    pub fn set_md(&self, inst: Val, kind: &'static str, node: Md) {
        let kind = *self.md_kinds.borrow_mut().entry(kind).or_insert_with(|| unsafe {
            LLVMGetMDKindIDInContext(self.ctx, kind.as_ptr().cast(), kind.len() as u32)
        });
        unsafe { LLVMSetMetadata(inst.0, kind, LLVMMetadataAsValue(self.ctx, node.0)) }
    }

    /// A module flag with an integer; of two modules' flags the larger wins.
    pub fn module_flag(&self, key: &str, value: u32) {
        use inkwell::llvm_sys::LLVMModuleFlagBehavior::LLVMModuleFlagBehaviorWarning;
        let value = self.md_const(self.const_int(self.int(32), value.into()));
        let behavior = LLVMModuleFlagBehaviorWarning;
        unsafe {
            LLVMAddModuleFlag(self.module, behavior, key.as_ptr().cast(), key.len(), value.0);
        }
    }
}
