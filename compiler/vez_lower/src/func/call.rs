//! Calls: which function, how its arguments travel, where the result goes.

use super::FnLower;
use super::place::{PlaceAddr, Resolved};
use super::value::Val;
use crate::LowerError;
use crate::abi::{FnAbi, Pass};
use crate::callee::Target;
use crate::instance::FnKey;
use crate::layout::LayoutRef;
use smallvec::SmallVec;
use vez_base::{DefId, Span};
use vez_mir::{Block, Operand, Place};
use vez_types::{GenericArgs, Ty, TyKind};
use vez_vir::{CallFlags, Callee, Value};

/// Where a result that travels by address is written.
#[derive(Clone, Copy)]
pub enum Out<'a> {
    Place(&'a Place),
    At(Value),
    /// A fresh slot.
    Anywhere,
}

/// An argument: its value, its layout, and the metadata of an unsized one.
pub type Arg = (Val, LayoutRef, Option<Value>);

impl FnLower<'_, '_, '_> {
    pub fn call(
        &mut self,
        callee: &Operand,
        args: &[Operand],
        destination: &Place,
        target: Option<Block>,
        span: Span,
    ) -> Result<(), LowerError> {
        let callee_ty = self.operand_ty(callee);
        // Where `#[track_caller]` says the call is: at a method's name, not where the receiver begins.
        let span = match callee {
            Operand::Const(named) => named.span,
            _ => span,
        };
        let result = match callee_ty.kind() {
            TyKind::FnDef(def, generic_args) => {
                let resolved = self.cx.resolve(*def, *generic_args)?;
                self.call_target(resolved, args, destination, span)?
            }
            TyKind::FnPtr(_) => {
                let ptr = self.operand(callee)?.0.one();
                let args = self.arguments(args, false)?;
                let abi = self.cx.fn_ptr_abi(callee_ty)?;
                let sig = abi.signature(self.b.module);
                let sig = self.b.module.intern_sig(sig);
                Some(self.emit_call(
                    Callee::Indirect { sig, ptr },
                    &abi,
                    args,
                    Out::Place(destination),
                    span,
                )?)
            }
            _ => return Err(LowerError::Internal(format!("a call of type `{callee_ty}`"))),
        };
        if self.b.is_terminated() {
            return Ok(());
        }
        if let Some(value) = result {
            self.write_result(destination, value)?;
        }
        match target {
            Some(target) => self.goto(target),
            None => self.b.unreachable(),
        }
        Ok(())
    }

    /// Calls what a path resolved to. `None` when the result was written already.
    fn call_target(
        &mut self,
        target: Target,
        args: &[Operand],
        destination: &Place,
        span: Span,
    ) -> Result<Option<Val>, LowerError> {
        Ok(match target {
            Target::Intrinsic(name, generic_args) => {
                let args = self.arguments(args, false)?;
                let ty = self.place_ty(destination);
                Some(self.intrinsic(name, generic_args, &args, ty, span)?)
            }
            Target::Function { key, spread } => {
                let args = self.arguments(args, spread)?;
                Some(self.call_key(&key, args, Out::Place(destination), span)?)
            }
            Target::Virtual { index } => {
                let args = self.arguments(args, false)?;
                let ret = self.place_ty(destination);
                Some(self.call_virtual(index, args, ret, Out::Place(destination), span)?)
            }
            Target::FnValue { callee, by_ref } => {
                let args = self.arguments(args, true)?;
                Some(self.call_fn_value(callee, by_ref, args, Out::Place(destination), span)?)
            }
            Target::Drop(ty) => {
                let args = self.arguments(args, false)?;
                self.drop_argument(ty, &args)?;
                Some(Val::Zero)
            }
        })
    }

    /// Calls a function of the program with ready arguments.
    pub fn call_key(
        &mut self,
        key: &FnKey,
        args: Vec<Arg>,
        out: Out<'_>,
        span: Span,
    ) -> Result<Val, LowerError> {
        let func = self.cx.func(self.b.module, key.clone())?;
        let abi = self.cx.abi(key)?;
        self.emit_call(Callee::Direct(func), &abi, args, out, span)
    }

    /// The arguments' values; with `spread` the last one, a tuple, becomes its elements.
    fn arguments(&mut self, operands: &[Operand], spread: bool) -> Result<Vec<Arg>, LowerError> {
        let mut args = Vec::with_capacity(operands.len());
        for (i, operand) in operands.iter().enumerate() {
            if spread && i + 1 == operands.len() {
                self.spread(operand, &mut args)?;
            } else {
                let arg = self.argument(operand)?;
                args.push(arg);
            }
        }
        Ok(args)
    }

    fn argument(&mut self, operand: &Operand) -> Result<Arg, LowerError> {
        match operand {
            Operand::Move(place) => match self.resolve(place)? {
                Resolved::Address(addr) if addr.layout.is_unsized => {
                    Ok((Val::Mem(addr.ptr), addr.layout, addr.meta))
                }
                _ => self.operand(operand).map(|(value, layout)| (value, layout, None)),
            },
            Operand::Copy(_) | Operand::Const(_) => {
                let (value, layout) = self.operand(operand)?;
                // The callee may change what it gets by address, so it gets a copy.
                let value = match value {
                    Val::Mem(ptr) => {
                        let copy = self.temp_slot(&layout);
                        self.copy_bytes(copy, ptr, &layout);
                        Val::Mem(copy)
                    }
                    value => value,
                };
                Ok((value, layout, None))
            }
        }
    }

    fn spread(&mut self, operand: &Operand, args: &mut Vec<Arg>) -> Result<(), LowerError> {
        let ty = self.operand_ty(operand);
        let (value, layout) = self.operand(operand)?;
        self.spread_value(ty, value, layout, args)
    }

    /// The elements of a tuple as arguments.
    pub fn spread_value(
        &mut self,
        ty: Ty,
        value: Val,
        layout: LayoutRef,
        args: &mut Vec<Arg>,
    ) -> Result<(), LowerError> {
        let TyKind::Tuple(types) = ty.kind() else {
            return Err(LowerError::Internal(format!("`{ty}` as a list of arguments")));
        };
        let at = self.spill(value, &layout);
        for (i, &field_ty) in types.as_slice().iter().enumerate() {
            let field = self.layout(field_ty)?;
            let ptr = self.offset(at, layout.field_offset(None, i as u32));
            let value = self.load(ptr, &field);
            args.push((value, field, None));
        }
        Ok(())
    }

    /// The machine arguments, the call, and the result's value.
    pub fn emit_call(
        &mut self,
        callee: Callee,
        abi: &FnAbi,
        args: Vec<Arg>,
        out: Out<'_>,
        span: Span,
    ) -> Result<Val, LowerError> {
        let mut values: SmallVec<[Value; 8]> = SmallVec::new();
        let out = match abi.ret.0 {
            Pass::Address => {
                let out = self.result_address(out, &abi.ret.1, &args)?;
                values.push(out);
                Some(out)
            }
            _ => None,
        };
        let count = abi.args.len();
        for (i, (value, layout, meta)) in args.into_iter().enumerate() {
            let pass = abi.args.get(i).map_or_else(|| Pass::of(&layout), |(pass, _)| *pass);
            self.push_argument(value, &layout, meta, pass, &mut values);
        }
        debug_assert!(abi.variadic || count == abi.args.len());
        if abi.track_caller {
            let location = self.location(span);
            values.push(location);
        }
        let results = self.b.call_with(callee, &values, CallFlags::NONE);
        Ok(match out {
            Some(out) => Val::Mem(out),
            None => Val::from_parts(&results),
        })
    }

    fn push_argument(
        &mut self,
        value: Val,
        layout: &LayoutRef,
        meta: Option<Value>,
        pass: Pass,
        values: &mut SmallVec<[Value; 8]>,
    ) {
        let value = match (pass, value) {
            (Pass::One(_) | Pass::Two(..), Val::Mem(ptr)) => self.load(ptr, layout),
            (Pass::Address, value) => Val::Mem(self.spill(value, layout)),
            (Pass::Zero, _) => Val::Zero,
            (_, value) => value,
        };
        values.extend(value.parts());
        values.extend(meta);
    }

    /// Where a result is written: its place, unless that is no memory or an argument lies there.
    fn result_address(
        &mut self,
        out: Out<'_>,
        layout: &LayoutRef,
        args: &[Arg],
    ) -> Result<Value, LowerError> {
        let destination = match out {
            Out::Place(place) => place,
            Out::At(ptr) => return Ok(ptr),
            Out::Anywhere => return Ok(self.temp_slot(layout)),
        };
        let by_address = args.iter().any(|(value, ..)| matches!(value, Val::Mem(_)));
        if destination.projection.is_empty()
            && !by_address
            && let Resolved::Address(addr) = self.resolve(destination)?
        {
            return Ok(addr.ptr);
        }
        Ok(self.temp_slot(layout))
    }

    fn write_result(&mut self, destination: &Place, value: Val) -> Result<(), LowerError> {
        match value {
            Val::Zero => Ok(()),
            value => self.write_place(destination, value),
        }
    }

    /// A method of a `dyn` receiver: the first argument is the pointer and its table.
    pub fn call_virtual(
        &mut self,
        index: u32,
        mut args: Vec<Arg>,
        ret: Ty,
        out: Out<'_>,
        span: Span,
    ) -> Result<Val, LowerError> {
        let (receiver, layout, meta) = args.remove(0);
        let (ptr, vtable) = match (receiver, meta) {
            (Val::Two(ptr, vtable), _) => (ptr, vtable),
            (Val::Mem(ptr), Some(vtable)) => (ptr, vtable),
            (Val::Mem(at), None) => match self.load(at, &layout) {
                Val::Two(ptr, vtable) => (ptr, vtable),
                _ => return Err(LowerError::Internal("a thin receiver of a dyn method".into())),
            },
            _ => return Err(LowerError::Internal("a thin receiver of a dyn method".into())),
        };
        let entry = self.vtable_method(vtable, index);
        let pointer = self.cx.layouts.thin_pointer();
        let mut layouts = vec![pointer.clone()];
        layouts.extend(args.iter().map(|(_, layout, _)| layout.clone()));
        let ret = self.layout(ret)?;
        let abi = FnAbi::new(layouts, ret, false, vez_vir::Conv::Fast);
        let sig = abi.signature(self.b.module);
        let sig = self.b.module.intern_sig(sig);
        args.insert(0, (Val::One(ptr), pointer, None));
        self.emit_call(Callee::Indirect { sig, ptr: entry }, &abi, args, out, span)
    }

    /// Loads the `index`th method of a table.
    pub fn vtable_method(&mut self, vtable: Value, index: u32) -> Value {
        let offset = (3 + u64::from(index)) * 8;
        self.load_scalar(vtable, offset, crate::layout::Scalar::non_null(), 8)
    }

    /// A `Fn` method on a function item or fn pointer: the first argument is it or a reference to it.
    pub fn call_fn_value(
        &mut self,
        callee: Ty,
        by_ref: bool,
        mut args: Vec<Arg>,
        out: Out<'_>,
        span: Span,
    ) -> Result<Val, LowerError> {
        let (value, ..) = args.remove(0);
        if let TyKind::FnDef(def, generic_args) = callee.kind() {
            return self.call_item(*def, *generic_args, args, out, span);
        }
        let ptr = match (value, by_ref) {
            (Val::One(at), true) => self.load_scalar(at, 0, crate::layout::Scalar::non_null(), 8),
            (value, _) => value.one(),
        };
        let abi = self.cx.fn_ptr_abi(callee)?;
        let sig = abi.signature(self.b.module);
        let sig = self.b.module.intern_sig(sig);
        self.emit_call(Callee::Indirect { sig, ptr }, &abi, args, out, span)
    }

    /// Calls a function item with ready arguments.
    fn call_item(
        &mut self,
        def: DefId,
        generic_args: GenericArgs,
        args: Vec<Arg>,
        out: Out<'_>,
        span: Span,
    ) -> Result<Val, LowerError> {
        match self.cx.resolve(def, generic_args)? {
            Target::Function { key, spread: false } => self.call_key(&key, args, out, span),
            Target::Intrinsic(name, generic_args) => {
                let ret = self.cx.fn_output(Ty::new(TyKind::FnDef(def, generic_args)))?;
                self.intrinsic(name, generic_args, &args, ret, span)
            }
            Target::Drop(ty) => {
                self.drop_argument(ty, &args)?;
                Ok(Val::Zero)
            }
            _ => Err(LowerError::Internal(format!("`{}` as a value", def.path()))),
        }
    }

    fn drop_argument(&mut self, ty: Ty, args: &[Arg]) -> Result<(), LowerError> {
        let Some((value, ..)) = args.first() else { return Ok(()) };
        let (ptr, meta) = match *value {
            Val::Two(ptr, meta) => (ptr, Some(meta)),
            value => (value.one(), None),
        };
        let layout = self.layout(ty)?;
        let align = layout.align;
        self.drop_place(&PlaceAddr { ptr, meta, ty, layout, variant: None, align })
    }
}
