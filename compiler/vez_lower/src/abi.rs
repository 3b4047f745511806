//! How arguments and results travel between functions.
//!
//! A scalar is one value, a pair two, everything else goes by address; a result that is neither is written through a first
//! parameter. Zero-sized values do not travel.

use crate::layout::{Abi, LayoutRef, Scalar};
use vez_vir::{Conv, FactFlags, Module, Param, Signature, Type};

/// How one argument or result travels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pass {
    Zero,
    One(Scalar),
    Two(Scalar, Scalar),
    /// The address of a copy that the callee may change; as a result: of the place to write.
    Address,
}

impl Pass {
    pub fn of(layout: &LayoutRef) -> Pass {
        match layout.abi {
            _ if layout.is_unsized => Pass::Address,
            Abi::Zero => Pass::Zero,
            Abi::One(scalar) => Pass::One(scalar),
            Abi::Two(first, second, _) => Pass::Two(first, second),
            Abi::Memory if layout.size == 0 => Pass::Zero,
            Abi::Memory => Pass::Address,
        }
    }
}

/// The calling convention of one function: what each source-level argument becomes.
#[derive(Clone, Debug)]
pub struct FnAbi {
    pub args: Vec<(Pass, LayoutRef)>,
    pub ret: (Pass, LayoutRef),
    /// A last argument holds the caller's location.
    pub track_caller: bool,
    pub conv: Conv,
    pub variadic: bool,
}

impl FnAbi {
    pub fn new(args: Vec<LayoutRef>, ret: LayoutRef, track_caller: bool, conv: Conv) -> FnAbi {
        let args = args.into_iter().map(|layout| (Pass::of(&layout), layout)).collect();
        FnAbi { args, ret: (Pass::of(&ret), ret), track_caller, conv, variadic: false }
    }

    /// Whether the result is written through the first parameter.
    pub fn returns_by_address(&self) -> bool {
        self.ret.0 == Pass::Address
    }

    /// The signature, with the facts that the types promise.
    pub fn signature(&self, module: &mut Module) -> Signature {
        let mut params = Vec::with_capacity(self.args.len() + 2);
        if self.returns_by_address() {
            let flags = FactFlags::NOALIAS | FactFlags::NONNULL | FactFlags::NOUNDEF;
            let layout = &self.ret.1;
            params.push(
                Param::new(Type::PTR).flag(flags).align(layout.align).dereferenceable(layout.size),
            );
        }
        for (pass, layout) in &self.args {
            match *pass {
                Pass::Zero => {}
                Pass::One(scalar) => params.push(scalar_param(scalar, self.conv, module)),
                Pass::Two(first, second) => {
                    params.push(scalar_param(first, self.conv, module));
                    params.push(scalar_param(second, self.conv, module));
                }
                Pass::Address => {
                    let flags = FactFlags::NONNULL | FactFlags::NOUNDEF | FactFlags::NOALIAS;
                    let param = Param::new(Type::PTR).flag(flags).align(layout.align);
                    params.push(param.dereferenceable(layout.size));
                }
            }
        }
        if self.track_caller {
            params.push(Param::new(Type::PTR).flag(FactFlags::NONNULL | FactFlags::NOUNDEF));
        }
        let results = match self.ret.0 {
            Pass::Zero | Pass::Address => Vec::new(),
            Pass::One(scalar) => vec![scalar_param(scalar, self.conv, module)],
            Pass::Two(first, second) => vec![
                scalar_param(first, self.conv, module),
                scalar_param(second, self.conv, module),
            ],
        };
        Signature { params, results, conv: self.conv, variadic: self.variadic }
    }
}

fn scalar_param(scalar: Scalar, conv: Conv, module: &mut Module) -> Param {
    let mut param = Param::new(scalar.ty);
    if scalar.ty.is_ptr() && !scalar.valid_contains_zero() {
        param = param.flag(FactFlags::NONNULL);
    } else if scalar.ty.is_int() && !scalar.is_full() {
        let range = module.intern_range(scalar.valid.low, scalar.valid.high);
        param = param.range(range);
    }
    if conv == Conv::C && scalar.ty == Type::I1 {
        param = param.flag(FactFlags::ZEXT);
    }
    param
}

impl Scalar {
    /// Whether the all-zero bits are valid.
    pub fn valid_contains_zero(self) -> bool {
        self.valid.contains(0)
    }
}
