//! Types as users write them, for messages: `Vec<i32>`, `&mut [T]`, `impl Fn(i32) -> i32`.

use crate::{
    Const, ConstKind, GenericArg, GenericArgs, InferTy, Mutability, Region, RegionKind, Ty, TyKind,
};
use std::fmt;
use vez_base::DefId;

/// Depth at which a type is cut to `..` in messages.
const DEPTH: u32 = 12;

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_ty(f, *self, DEPTH)
    }
}

impl fmt::Debug for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_ty(f, *self, DEPTH)
    }
}
