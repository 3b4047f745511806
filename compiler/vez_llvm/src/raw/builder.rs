//! Instructions.

use super::{Bb, Conv, Cx, Ty, Val};
use inkwell::llvm_sys::core::*;
use inkwell::llvm_sys::prelude::*;
pub use inkwell::llvm_sys::{
    LLVMAtomicOrdering as Order, LLVMAtomicRMWBinOp as Rmw, LLVMIntPredicate as IntPred,
    LLVMRealPredicate as RealPred,
};
use inkwell::llvm_sys::{LLVMAtomicOrdering, LLVMGEPFlagInBounds, LLVMTailCallKind};
use std::ffi::c_char;

const NO_NAME: *const c_char = c"".as_ptr();

/// Appends instructions to a block.
pub struct Builder {
    raw: LLVMBuilderRef,
}

impl Drop for Builder {
    fn drop(&mut self) {
        unsafe { LLVMDisposeBuilder(self.raw) }
    }
}

macro_rules! unary {
    ($($name:ident $build:ident;)*) => {$(
        pub fn $name(&self, a: Val) -> Val {
            Val(unsafe { $build(self.raw, a.0, NO_NAME) })
        }
    )*};
}

macro_rules! binary {
    ($($name:ident $build:ident;)*) => {$(
        pub fn $name(&self, a: Val, b: Val) -> Val {
            Val(unsafe { $build(self.raw, a.0, b.0, NO_NAME) })
        }
    )*};
}

macro_rules! casts {
    ($($name:ident $build:ident;)*) => {$(
        pub fn $name(&self, a: Val, to: Ty) -> Val {
            Val(unsafe { $build(self.raw, a.0, to.0, NO_NAME) })
        }
    )*};
}

/// Blocks.
impl Builder {
    pub fn new(cx: &Cx) -> Builder {
        Builder { raw: unsafe { LLVMCreateBuilderInContext(cx.ctx) } }
    }

    pub(super) fn raw(&self) -> LLVMBuilderRef {
        self.raw
    }

    pub fn go_to(&self, block: Bb) {
        unsafe { LLVMPositionBuilderAtEnd(self.raw, block.0) }
    }

    /// The block that instructions go to.
    pub fn block(&self) -> Bb {
        Bb(unsafe { LLVMGetInsertBlock(self.raw) })
    }

    pub fn phi(&self, ty: Ty) -> Val {
        Val(unsafe { LLVMBuildPhi(self.raw, ty.0, NO_NAME) })
    }

    pub fn add_incoming(&self, phi: Val, mut value: Val, mut from: Bb) {
        unsafe { LLVMAddIncoming(phi.0, &mut value.0, &mut from.0, 1) }
    }

    /// Removes a phi that nothing flows into; its uses, which are unreachable, become poison.
    pub fn remove_dead_phi(&self, phi: Val) {
        unsafe {
            if LLVMCountIncoming(phi.0) == 0 {
                LLVMReplaceAllUsesWith(phi.0, LLVMGetPoison(LLVMTypeOf(phi.0)));
                LLVMInstructionEraseFromParent(phi.0);
            }
        }
    }
}

/// Arithmetic.
impl Builder {
    unary! {
        not LLVMBuildNot;
        neg LLVMBuildNeg;
        fneg LLVMBuildFNeg;
        freeze LLVMBuildFreeze;
    }

    binary! {
        add LLVMBuildAdd;
        sub LLVMBuildSub;
        mul LLVMBuildMul;
        sdiv LLVMBuildSDiv;
        udiv LLVMBuildUDiv;
        srem LLVMBuildSRem;
        urem LLVMBuildURem;
        fadd LLVMBuildFAdd;
        fsub LLVMBuildFSub;
        fmul LLVMBuildFMul;
        fdiv LLVMBuildFDiv;
        frem LLVMBuildFRem;
        and LLVMBuildAnd;
        or LLVMBuildOr;
        xor LLVMBuildXor;
        shl LLVMBuildShl;
        ashr LLVMBuildAShr;
        lshr LLVMBuildLShr;
        nsw_add LLVMBuildNSWAdd;
        nsw_mul LLVMBuildNSWMul;
        extract_lane LLVMBuildExtractElement;
    }

    casts! {
        trunc LLVMBuildTrunc;
        zext LLVMBuildZExt;
        sext LLVMBuildSExt;
        fext LLVMBuildFPExt;
        ftrunc LLVMBuildFPTrunc;
        stof LLVMBuildSIToFP;
        utof LLVMBuildUIToFP;
        bitcast LLVMBuildBitCast;
        ptoi LLVMBuildPtrToInt;
        itop LLVMBuildIntToPtr;
        space_cast LLVMBuildAddrSpaceCast;
    }

    pub fn set_nsw(&self, value: Val) {
        self.if_inst(value, |inst| unsafe { LLVMSetNSW(inst, 1) });
    }

    pub fn set_nuw(&self, value: Val) {
        self.if_inst(value, |inst| unsafe { LLVMSetNUW(inst, 1) });
    }

    pub fn set_exact(&self, value: Val) {
        self.if_inst(value, |inst| unsafe { LLVMSetExact(inst, 1) });
    }

    /// Constant operands may have folded an instruction away; its flags go with it.
    fn if_inst(&self, value: Val, set: impl FnOnce(LLVMValueRef)) {
        if unsafe { !LLVMIsAInstruction(value.0).is_null() } {
            set(value.0);
        }
    }

    pub fn icmp(&self, pred: IntPred, a: Val, b: Val) -> Val {
        Val(unsafe { LLVMBuildICmp(self.raw, pred, a.0, b.0, NO_NAME) })
    }

    pub fn fcmp(&self, pred: RealPred, a: Val, b: Val) -> Val {
        Val(unsafe { LLVMBuildFCmp(self.raw, pred, a.0, b.0, NO_NAME) })
    }

    pub fn select(&self, cond: Val, a: Val, b: Val) -> Val {
        Val(unsafe { LLVMBuildSelect(self.raw, cond.0, a.0, b.0, NO_NAME) })
    }

    /// Whether this is a `select`: of constants it is one of them.
    pub fn is_select(&self, value: Val) -> bool {
        unsafe { !LLVMIsASelectInst(value.0).is_null() }
    }

    pub fn insert_lane(&self, vector: Val, value: Val, lane: Val) -> Val {
        Val(unsafe { LLVMBuildInsertElement(self.raw, vector.0, value.0, lane.0, NO_NAME) })
    }

    pub fn shuffle(&self, a: Val, b: Val, mask: Val) -> Val {
        Val(unsafe { LLVMBuildShuffleVector(self.raw, a.0, b.0, mask.0, NO_NAME) })
    }

    pub fn extract(&self, aggregate: Val, index: usize) -> Val {
        Val(unsafe { LLVMBuildExtractValue(self.raw, aggregate.0, index as u32, NO_NAME) })
    }

    pub fn insert(&self, aggregate: Val, value: Val, index: usize) -> Val {
        let index = index as u32;
        Val(unsafe { LLVMBuildInsertValue(self.raw, aggregate.0, value.0, index, NO_NAME) })
    }
}

/// Memory.
impl Builder {
    pub fn alloca(&self, ty: Ty, align: u32) -> Val {
        let slot = Val(unsafe { LLVMBuildAlloca(self.raw, ty.0, NO_NAME) });
        unsafe { LLVMSetAlignment(slot.0, align) };
        slot
    }

    pub fn load(&self, ty: Ty, ptr: Val, align: u32) -> Val {
        let load = Val(unsafe { LLVMBuildLoad2(self.raw, ty.0, ptr.0, NO_NAME) });
        unsafe { LLVMSetAlignment(load.0, align) };
        load
    }

    pub fn store(&self, value: Val, ptr: Val, align: u32) -> Val {
        let store = Val(unsafe { LLVMBuildStore(self.raw, value.0, ptr.0) });
        unsafe { LLVMSetAlignment(store.0, align) };
        store
    }

    /// Makes a load or store volatile.
    pub fn set_volatile(&self, access: Val) {
        unsafe { LLVMSetVolatile(access.0, 1) }
    }

    /// Makes a load or store atomic.
    pub fn set_order(&self, access: Val, order: LLVMAtomicOrdering) {
        unsafe { LLVMSetOrdering(access.0, order) }
    }

    /// `base + index * size of item`.
    pub fn offset(&self, item: Ty, base: Val, index: Val, inbounds: bool) -> Val {
        let flags = if inbounds { LLVMGEPFlagInBounds } else { 0 };
        let mut index = index.0;
        Val(unsafe {
            LLVMBuildGEPWithNoWrapFlags(self.raw, item.0, base.0, &mut index, 1, NO_NAME, flags)
        })
    }

    pub fn copy(&self, dst: Val, src: Val, len: Val, align: u32, overlap: bool) -> Val {
        let build = if overlap { LLVMBuildMemMove } else { LLVMBuildMemCpy };
        Val(unsafe { build(self.raw, dst.0, align, src.0, align, len.0) })
    }

    pub fn fill(&self, dst: Val, byte: Val, len: Val, align: u32) -> Val {
        Val(unsafe { LLVMBuildMemSet(self.raw, dst.0, byte.0, len.0, align) })
    }

    /// Makes a copy or fill volatile: the flag is its last argument.
    pub fn set_volatile_transfer(&self, cx: &Cx, call: Val) {
        unsafe { LLVMSetOperand(call.0, 3, cx.const_bool(true).0) }
    }

    pub fn atomic_rmw(&self, op: Rmw, ptr: Val, value: Val, order: LLVMAtomicOrdering) -> Val {
        Val(unsafe { LLVMBuildAtomicRMW(self.raw, op, ptr.0, value.0, order, 0) })
    }

    /// Gives the old value and whether it was the expected one.
    pub fn atomic_cas(&self, ptr: Val, values: [Val; 2], orders: [LLVMAtomicOrdering; 2]) -> Val {
        let [expected, new] = values;
        Val(unsafe {
            LLVMBuildAtomicCmpXchg(self.raw, ptr.0, expected.0, new.0, orders[0], orders[1], 0)
        })
    }

    pub fn fence(&self, order: LLVMAtomicOrdering) {
        unsafe { LLVMBuildFence(self.raw, order, 0, NO_NAME) };
    }
}

/// Calls and terminators.
impl Builder {
    pub fn call(&self, ty: Ty, callee: Val, args: &[Val]) -> Val {
        let len = args.len() as u32;
        let args = args.as_ptr() as *mut LLVMValueRef;
        Val(unsafe { LLVMBuildCall2(self.raw, ty.0, callee.0, args, len, NO_NAME) })
    }

    /// Calls an intrinsic.
    pub fn call_intrinsic(&self, callee: Val, args: &[Val]) -> Val {
        self.call(Ty(unsafe { LLVMGlobalGetValueType(callee.0) }), callee, args)
    }

    pub fn invoke(&self, ty: Ty, callee: Val, args: &[Val], then: Bb, unwind: Bb) -> Val {
        let len = args.len() as u32;
        let args = args.as_ptr() as *mut LLVMValueRef;
        Val(unsafe {
            LLVMBuildInvoke2(self.raw, ty.0, callee.0, args, len, then.0, unwind.0, NO_NAME)
        })
    }

    /// Lands an exception for a cleanup.
    pub fn landing_pad(&self, ty: Ty) -> Val {
        let none = std::ptr::null_mut();
        unsafe {
            let pad = LLVMBuildLandingPad(self.raw, ty.0, none, 0, NO_NAME);
            LLVMSetCleanup(pad, 1);
            Val(pad)
        }
    }

    pub fn set_call_conv(&self, call: Val, conv: Conv) {
        unsafe { LLVMSetInstructionCallConv(call.0, conv as u32) }
    }

    /// Marks a call whose frame may (`must`: will) be the caller's.
    pub fn set_tail(&self, call: Val, must: bool) {
        let kind = match must {
            true => LLVMTailCallKind::LLVMTailCallKindMustTail,
            false => LLVMTailCallKind::LLVMTailCallKindTail,
        };
        unsafe { LLVMSetTailCallKind(call.0, kind) }
    }

    pub fn jump(&self, to: Bb) {
        unsafe { LLVMBuildBr(self.raw, to.0) };
    }

    pub fn branch(&self, cond: Val, then: Bb, other: Bb) -> Val {
        Val(unsafe { LLVMBuildCondBr(self.raw, cond.0, then.0, other.0) })
    }

    pub fn switch(&self, value: Val, default: Bb, cases: &[(Val, Bb)]) -> Val {
        unsafe {
            let switch = LLVMBuildSwitch(self.raw, value.0, default.0, cases.len() as u32);
            for (key, block) in cases {
                LLVMAddCase(switch, key.0, block.0);
            }
            Val(switch)
        }
    }

    pub fn ret(&self, value: Option<Val>) {
        unsafe {
            match value {
                Some(value) => LLVMBuildRet(self.raw, value.0),
                None => LLVMBuildRetVoid(self.raw),
            }
        };
    }

    pub fn unreachable(&self) {
        unsafe { LLVMBuildUnreachable(self.raw) };
    }
}
