//! Functions that no source says: drop glue, constructors as functions, shims.

use crate::LowerError;
use crate::abi::Pass;
use crate::callee::Target;
use crate::func::FnLower;
use crate::func::call::{Arg, Out};
use crate::func::place::{PlaceAddr, elem_ty};
use crate::func::value::Val;
use crate::instance::FnKey;
use crate::layout::{Scalar, Shape};
use vez_base::{DefId, Span};
use vez_traits::{self as traits, ClosureKind};
use vez_types::{GenericArgs, Ty, TyKind};
use vez_vir::{ArithFlags, CmpOp, Type, Value};

impl FnLower<'_, '_, '_> {
    /// Builds the body of a function that has no MIR.
    pub fn run_glue(mut self) -> Result<(), LowerError> {
        match self.key.clone() {
            FnKey::DropGlue(ty) => self.drop_glue(ty)?,
            FnKey::Ctor(def, args) => self.constructor(def, args)?,
            FnKey::ClosureOnce(def, args) => self.closure_once(def, args)?,
            FnKey::ClosureFn(def, args) => self.closure_fn(def, args)?,
            FnKey::CallShim { callee, via, args } => self.call_shim(callee, via, args)?,
            FnKey::CloneShim(ty) => self.clone_shim(ty)?,
            FnKey::Untracked(inner) => {
                let args = self.incoming();
                self.forward(&inner, args)?;
            }
            FnKey::ByAddress(inner) => self.by_address(&inner)?,
            FnKey::Entry(main) => self.entry(main)?,
            FnKey::TestEntry(tests) => self.test_entry(&tests)?,
            key => return Err(LowerError::Internal(format!("a body for {key:?}"))),
        }
        self.b.seal_all_blocks();
        self.b.finish();
        Ok(())
    }

    /// The arguments as they came in, without the result's address and the caller's location.
    fn incoming(&mut self) -> Vec<Arg> {
        let mut next = usize::from(self.abi.returns_by_address());
        let mut args = Vec::with_capacity(self.abi.args.len());
        for (pass, layout) in self.abi.args.clone() {
            let value = match pass {
                Pass::Zero => Val::Zero,
                Pass::One(_) => Val::One(self.b.param(next)),
                Pass::Two(..) => Val::Two(self.b.param(next), self.b.param(next + 1)),
                Pass::Address => Val::Mem(self.b.param(next)),
            };
            next += value.parts().len();
            args.push((value, layout, None));
        }
        args
    }

    /// Calls a function and returns what it returns.
    fn forward(&mut self, key: &FnKey, args: Vec<Arg>) -> Result<(), LowerError> {
        let value = self.call_here(key, args)?;
        self.return_value(value);
        Ok(())
    }

    fn call_here(&mut self, key: &FnKey, args: Vec<Arg>) -> Result<Val, LowerError> {
        let out =
            if self.abi.returns_by_address() { Out::At(self.b.param(0)) } else { Out::Anywhere };
        let span = self.cx.key_span(key);
        self.call_key(key, args, out, span)
    }

    fn return_value(&mut self, value: Val) {
        if self.b.is_terminated() {
            return;
        }
        match (self.abi.ret.0, value) {
            (Pass::Zero, _) => self.b.ret(&[]),
            (Pass::Address, value) => {
                let (out, layout) = (self.b.param(0), self.abi.ret.1.clone());
                self.store(out, &layout, value);
                self.b.ret(&[]);
            }
            (_, Val::Mem(ptr)) => {
                let layout = self.abi.ret.1.clone();
                let value = self.load(ptr, &layout);
                self.b.ret(&value.parts());
            }
            (_, value) => self.b.ret(&value.parts()),
        }
    }

    fn at(&mut self, ptr: Value, meta: Option<Value>, ty: Ty) -> Result<PlaceAddr, LowerError> {
        let layout = self.layout(ty)?;
        let align = layout.align;
        Ok(PlaceAddr { ptr, meta, ty, layout, variant: None, align })
    }

    fn drop_glue(&mut self, ty: Ty) -> Result<(), LowerError> {
        let ptr = self.b.param(0);
        let layout = self.layout(ty)?;
        let meta = layout.is_unsized.then(|| self.b.param(1));
        let addr = self.at(ptr, meta, ty)?;
        match ty.kind() {
            TyKind::Adt(def, args) => self.drop_adt(&addr, *def, *args)?,
            TyKind::Tuple(types) => self.drop_fields(&addr, types.as_slice())?,
            TyKind::Closure(def, args) => {
                let types = self.cx.closure_upvars(*def, *args);
                self.drop_fields(&addr, &types)?;
            }
            TyKind::Array(..) | TyKind::Slice(_) => self.drop_elements(&addr)?,
            _ => {}
        }
        if !self.b.is_terminated() {
            self.b.ret(&[]);
        }
        Ok(())
    }

    fn drop_fields(&mut self, addr: &PlaceAddr, types: &[Ty]) -> Result<(), LowerError> {
        for (i, &ty) in types.iter().enumerate() {
            let field = self.field_addr(addr, i as u32, ty)?;
            self.drop_place(&field)?;
        }
        Ok(())
    }

    fn drop_adt(
        &mut self,
        addr: &PlaceAddr,
        def: DefId,
        args: GenericArgs,
    ) -> Result<(), LowerError> {
        if self.cx.is_box(addr.ty) {
            return self.drop_box(addr);
        }
        if let Some(key) = self.cx.drop_impl(addr.ty)? {
            let receiver = match addr.meta {
                Some(meta) => Val::Two(addr.ptr, meta),
                None => Val::One(addr.ptr),
            };
            let layout = self.cx.layouts.pointer_layout(addr.ty);
            let span = self.cx.key_span(&key);
            self.call_key(&key, vec![(receiver, layout, None)], Out::Anywhere, span)?;
        }
        let adt = traits::adt_def(self.cx.db, def);
        let variants: Vec<Vec<Ty>> = adt
            .variants
            .iter()
            .map(|v| v.fields.iter().map(|f| self.cx.mono(f.ty, args)).collect())
            .collect();
        if !matches!(addr.layout.shape, Shape::Enum(_)) {
            return match variants.first() {
                Some(fields) => self.drop_fields(addr, fields),
                None => Ok(()),
            };
        }
        self.drop_enum(addr, &variants)
    }

    fn drop_enum(&mut self, addr: &PlaceAddr, variants: &[Vec<Ty>]) -> Result<(), LowerError> {
        let Shape::Enum(shape) = &addr.layout.shape else { return Ok(()) };
        let tag = self.discriminant_at(addr, Type::I64);
        let done = self.b.create_block();
        let mut cases = Vec::new();
        let mut blocks = Vec::new();
        for (i, fields) in variants.iter().enumerate() {
            if fields.iter().any(|&ty| self.cx.needs_drop(ty)) {
                let block = self.b.create_block();
                let bits = shape.variants[i].discriminant & u128::from(u64::MAX);
                cases.push((bits, block));
                blocks.push((i, block));
            }
        }
        self.b.switch(tag, done, &cases);
        for (i, block) in blocks {
            self.b.seal_block(block);
            self.b.switch_to_block(block);
            let inner = PlaceAddr { variant: Some(i as u32), ..addr.clone() };
            self.drop_fields(&inner, &variants[i])?;
            self.b.jump(done, &[]);
        }
        self.b.seal_block(done);
        self.b.switch_to_block(done);
        Ok(())
    }

    /// A box drops what it holds, then frees the memory.
    fn drop_box(&mut self, addr: &PlaceAddr) -> Result<(), LowerError> {
        let value = self.load(addr.ptr, &addr.layout);
        let content = self.deref_value(addr.ty, value)?;
        self.drop_place(&content)?;
        let key = self.cx.box_free(content.ty)?;
        let layout = self.cx.layouts.pointer_layout(content.ty);
        let span = self.cx.key_span(&key);
        self.call_key(&key, vec![(value, layout, None)], Out::Anywhere, span)?;
        Ok(())
    }

    fn drop_elements(&mut self, addr: &PlaceAddr) -> Result<(), LowerError> {
        let elem = elem_ty(addr.ty);
        let len = self.len_of(addr);
        self.for_each_index(len, |this, index| {
            let stride = this.layout(elem)?.size;
            let ptr = this.index_addr(addr.ptr, index, stride);
            let place = this.at(ptr, None, elem)?;
            this.drop_place(&place)
        })
    }

    /// `for index in 0..len { body }`
    fn for_each_index(
        &mut self,
        len: Value,
        mut body: impl FnMut(&mut Self, Value) -> Result<(), LowerError>,
    ) -> Result<(), LowerError> {
        let (head, step, done) =
            (self.b.create_block(), self.b.create_block(), self.b.create_block());
        let index = self.b.block_param(head, Type::I64);
        let zero = self.b.iconst(Type::I64, 0);
        self.b.jump(head, &[zero]);
        self.b.switch_to_block(head);
        let more = self.b.cmp(CmpOp::Ult, index, len);
        self.b.br(more, step, done);
        self.b.seal_block(step);
        self.b.seal_block(done);
        self.b.switch_to_block(step);
        body(self, index)?;
        let one = self.b.iconst(Type::I64, 1);
        let next = self.b.add(index, one, ArithFlags::NUW);
        self.b.jump(head, &[next]);
        self.b.seal_block(head);
        self.b.switch_to_block(done);
        Ok(())
    }

    /// `Variant(a, b)` as a function.
    fn constructor(&mut self, def: DefId, args: GenericArgs) -> Result<(), LowerError> {
        let (ty, variant) = self.cx.ctor_type(def, args)?;
        let layout = self.layout(ty)?;
        let out =
            if self.abi.returns_by_address() { self.b.param(0) } else { self.temp_slot(&layout) };
        let is_enum = matches!(layout.shape, Shape::Enum(_));
        for (i, (value, field, _)) in self.incoming().into_iter().enumerate() {
            let offset = layout.field_offset(is_enum.then_some(variant), i as u32);
            let ptr = self.offset(out, offset);
            self.store(ptr, &field, value);
        }
        if is_enum && let Some((scalar, offset, bits)) = self.tag_of(&layout, variant) {
            let tag = self.scalar_bits(scalar.ty, bits);
            self.store_scalar(out, offset, tag, layout.align);
        }
        self.return_value(Val::Mem(out));
        Ok(())
    }

    /// The environment comes by value and is called by reference, then dropped.
    fn closure_once(&mut self, def: DefId, args: GenericArgs) -> Result<(), LowerError> {
        let mut incoming = self.incoming();
        let ty = Ty::new(TyKind::Closure(def, args));
        let (env, layout, _) = incoming.remove(0);
        let ptr =
            if layout.size == 0 { self.dangling(layout.align) } else { self.spill(env, &layout) };
        let pointer = self.cx.layouts.thin_pointer();
        incoming.insert(0, (Val::One(ptr), pointer, None));
        let value = self.call_here(&FnKey::Item(def, args), incoming)?;
        let addr = self.at(ptr, None, ty)?;
        self.drop_place(&addr)?;
        self.return_value(value);
        Ok(())
    }

    fn closure_fn(&mut self, def: DefId, args: GenericArgs) -> Result<(), LowerError> {
        let mut incoming = self.incoming();
        let key = FnKey::Item(def, args);
        let abi = self.cx.abi(&key)?;
        let env = match abi.args.first() {
            Some((Pass::One(_), layout)) => {
                let ptr = self.dangling(1);
                (Val::One(ptr), layout.clone(), None)
            }
            Some((_, layout)) => (Val::Zero, layout.clone(), None),
            None => return Err(LowerError::Internal("a closure without an environment".into())),
        };
        incoming.insert(0, env);
        self.forward(&key, incoming)
    }

    /// Takes the tuple of arguments apart and calls.
    fn call_shim(&mut self, callee: Ty, via: ClosureKind, args: Ty) -> Result<(), LowerError> {
        let mut incoming = self.incoming();
        let Some((tuple, layout, _)) = incoming.pop() else {
            return Err(LowerError::Internal("a call without arguments".into()));
        };
        self.spread_value(args, tuple, layout, &mut incoming)?;
        if let TyKind::Closure(def, generics) = callee.kind() {
            let key = self.cx.closure_key(*def, *generics, via);
            return self.forward(&key, incoming);
        }
        let out =
            if self.abi.returns_by_address() { Out::At(self.b.param(0)) } else { Out::Anywhere };
        let by_ref = via != ClosureKind::FnOnce;
        let value = self.call_fn_value(callee, by_ref, incoming, out, Span::DUMMY)?;
        self.return_value(value);
        Ok(())
    }

    /// Clones field by field, or copies.
    fn clone_shim(&mut self, ty: Ty) -> Result<(), LowerError> {
        let from = match self.incoming().first() {
            Some((value, ..)) => value.one(),
            None => return Err(LowerError::Internal("a clone of nothing".into())),
        };
        let layout = self.layout(ty)?;
        if self.cx.is_copy(ty) {
            let value = self.load(from, &layout);
            self.return_value(value);
            return Ok(());
        }
        let out =
            if self.abi.returns_by_address() { self.b.param(0) } else { self.temp_slot(&layout) };
        let (source, target) = (self.at(from, None, ty)?, self.at(out, None, ty)?);
        let types: Vec<Ty> = match ty.kind() {
            TyKind::Tuple(types) => types.as_slice().to_vec(),
            TyKind::Closure(def, args) => self.cx.closure_upvars(*def, *args),
            _ => {
                let len = self.len_of(&source);
                let elem = elem_ty(ty);
                self.for_each_index(len, |this, index| {
                    let stride = this.layout(elem)?.size;
                    let a = this.index_addr(from, index, stride);
                    let b = this.index_addr(out, index, stride);
                    this.clone_into(a, b, elem)
                })?;
                Vec::new()
            }
        };
        for (i, &field) in types.iter().enumerate() {
            let a = self.field_addr(&source, i as u32, field)?;
            let b = self.field_addr(&target, i as u32, field)?;
            self.clone_into(a.ptr, b.ptr, field)?;
        }
        self.return_value(Val::Mem(out));
        Ok(())
    }

    fn clone_into(&mut self, from: Value, to: Value, ty: Ty) -> Result<(), LowerError> {
        let layout = self.layout(ty)?;
        let pointer = self.cx.layouts.thin_pointer();
        let value = match self.cx.clone_of(ty)? {
            Some(key) => {
                let span = self.cx.key_span(&key);
                self.call_key(&key, vec![(Val::One(from), pointer, None)], Out::At(to), span)?
            }
            None => self.load(from, &layout),
        };
        self.store(to, &layout, value);
        Ok(())
    }

    /// `self` comes by address instead of by value.
    fn by_address(&mut self, inner: &FnKey) -> Result<(), LowerError> {
        let mut incoming = self.incoming();
        let (at, ..) = incoming.remove(0);
        let abi = self.cx.abi(inner)?;
        let Some((_, layout)) = abi.args.first().cloned() else {
            return Err(LowerError::Internal("a method without a receiver".into()));
        };
        let value = self.load(at.one(), &layout);
        incoming.insert(0, (value, layout, None));
        self.forward(inner, incoming)
    }

    /// Calls `FnOnce::call_once` of what `pointer` points to; `args` is a tuple of this type.
    pub fn call_once(
        &mut self,
        ty: Ty,
        pointer: Val,
        (args_ty, args): (Ty, Arg),
        ret: Ty,
        span: Span,
    ) -> Result<Val, LowerError> {
        let target = self.cx.call_once_target(ty, args_ty)?;
        if let Target::Virtual { index } = target {
            let layout = self.cx.layouts.pointer_layout(ty);
            let all = vec![(pointer, layout, None), args];
            return self.call_virtual(index, all, ret, Out::Anywhere, span);
        }
        let layout = self.layout(ty)?;
        let value = self.load(pointer.one(), &layout);
        let mut all = vec![(value, layout, None)];
        match target {
            Target::Function { key, spread: true } => {
                self.spread_value(args_ty, args.0, args.1, &mut all)?;
                self.call_key(&key, all, Out::Anywhere, span)
            }
            Target::Function { key, .. } => {
                all.push(args);
                self.call_key(&key, all, Out::Anywhere, span)
            }
            Target::FnValue { callee, by_ref } => {
                self.spread_value(args_ty, args.0, args.1, &mut all)?;
                self.call_fn_value(callee, by_ref, all, Out::Anywhere, span)
            }
            _ => Err(LowerError::Internal(format!("call_once of `{ty}`"))),
        }
    }

    /// The process's `main`: hands the user's main function and the arguments to the library.
    fn entry(&mut self, main: DefId) -> Result<(), LowerError> {
        let (start, main_key) = self.cx.start_and_main(main)?;
        let main = self.cx.func(self.b.module, main_key)?;
        let main = self.b.func_addr(main);
        let (argc, argv) = (self.b.param(0), self.b.param(1));
        let start = self.cx.func(self.b.module, start)?;
        let code = self.b.call(start, &[main, argc, argv]);
        self.b.ret(&code);
        Ok(())
    }

    /// Runs the test that the first argument names, and ends with 0; with 2 when there is none of that name.
    fn test_entry(&mut self, tests: &[(String, DefId)]) -> Result<(), LowerError> {
        let argv = self.b.param(1);
        let wanted = self.load_scalar(argv, 8, Scalar::full(Type::PTR), 8);
        let sig = vez_vir::Signature::of(&[Type::PTR, Type::PTR], &[Type::I32]);
        let strcmp = self.b.module.import_function("strcmp", sig);
        for (name, test) in tests {
            let mut text = name.clone().into_bytes();
            text.push(0);
            let text = self.bytes_addr(&text);
            let order = self.b.call(strcmp, &[wanted, text])[0];
            let zero = self.b.iconst(Type::I32, 0);
            let hit = self.b.cmp(CmpOp::Eq, order, zero);
            let (run, next) = (self.b.create_block(), self.b.create_block());
            self.b.br(hit, run, next);
            self.b.seal_block(run);
            self.b.seal_block(next);
            self.b.switch_to_block(run);
            let (start, main) = self.cx.start_and_main(*test)?;
            let main = self.cx.func(self.b.module, main)?;
            let main = self.b.func_addr(main);
            let start = self.cx.func(self.b.module, start)?;
            let argc = self.b.param(0);
            let code = self.b.call(start, &[main, argc, argv]);
            self.b.ret(&code);
            self.b.switch_to_block(next);
        }
        let missing = self.b.iconst(Type::I32, 2);
        self.b.ret(&[missing]);
        Ok(())
    }

    /// The function of a function item's type, for fn pointers.
    pub fn reify(&mut self, ty: Ty) -> Result<vez_vir::FuncId, LowerError> {
        let TyKind::FnDef(def, args) = ty.kind() else {
            return Err(LowerError::Internal(format!("`{ty}` as a fn pointer")));
        };
        let instance = vez_traits::resolve_instance(self.cx.db, *def, *args)
            .ok_or_else(|| LowerError::Internal(format!("no instance of `{ty}`")))?;
        let key = self.cx.as_function(instance)?;
        let key = self.cx.untracked(key);
        self.cx.func_address(self.b.module, key)
    }

    /// A closure without captures as a function.
    pub fn closure_as_fn(&mut self, ty: Ty) -> Result<vez_vir::FuncId, LowerError> {
        let TyKind::Closure(def, args) = ty.kind() else {
            return Err(LowerError::Internal(format!("`{ty}` as a fn pointer")));
        };
        self.cx.func_address(self.b.module, FnKey::ClosureFn(*def, *args))
    }
}
