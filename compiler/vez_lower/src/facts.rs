//! What lowering asks about definitions and types: signatures, bodies, attributes, language items.

use crate::LowerError;
use crate::abi::FnAbi;
use crate::callee::Target;
use crate::consts::ConstKey;
use crate::cx::Cx;
use crate::instance::FnKey;
use crate::layout::LayoutRef;
use vez_base::{DefId, DefKind, Name, Span};
use vez_mir as mir;
use vez_traits::instance::VtableEntry;
use vez_traits::{self as traits, ClosureFacts, ClosureKind, InferCtxt, ParamEnv};
use vez_types::{FnSig, GenericArgs, Mutability, Ty, TyKind};
use vez_vir::{Conv, FuncAttrs};

impl<'db> Cx<'db> {
    /// The MIR of a function and the arguments it is lowered at; `None` for glue.
    pub fn mir_of(
        &mut self,
        key: &FnKey,
    ) -> Result<Option<(&'db mir::Body, GenericArgs)>, LowerError> {
        Ok(match key {
            FnKey::Item(def, args) => Some((mir::mir_body(self.db, *def), *args)),
            FnKey::Const(ConstKey::Item(def, args)) => Some((mir::mir_body(self.db, *def), *args)),
            FnKey::Const(ConstKey::Static(def)) => {
                Some((mir::mir_body(self.db, *def), GenericArgs::empty()))
            }
            FnKey::Const(ConstKey::Promoted(owner, index)) => {
                let (body, args) = self
                    .mir_of(owner)?
                    .ok_or_else(|| LowerError::Internal("a promoted constant of glue".into()))?;
                Some((&body.promoted[*index as usize], args))
            }
            _ => None,
        })
    }

    /// The type of a constant's value.
    pub fn const_ty(&mut self, key: &ConstKey) -> Result<Ty, LowerError> {
        Ok(match key {
            ConstKey::Item(def, args) => {
                let body = mir::mir_body(self.db, *def);
                self.mono(body.locals[mir::Local::RETURN].ty, *args)
            }
            ConstKey::Static(def) => {
                let body = mir::mir_body(self.db, *def);
                self.mono(body.locals[mir::Local::RETURN].ty, GenericArgs::empty())
            }
            ConstKey::Promoted(owner, index) => {
                let (body, args) = self
                    .mir_of(owner)?
                    .ok_or_else(|| LowerError::Internal("a promoted constant of glue".into()))?;
                let promoted = &body.promoted[*index as usize];
                self.mono(promoted.locals[mir::Local::RETURN].ty, args)
            }
        })
    }

    pub fn static_is_mutable(&self, def: DefId) -> bool {
        let signature = vez_hir::signature(self.db, def);
        let declared = matches!(
            signature.value.kind,
            vez_hir::SignatureKind::Const { mutability: Mutability::Mut, .. }
        );
        declared || self.has_cell(traits::type_of(self.db, def), 0)
    }

    /// Whether a value may change through a shared reference.
    fn has_cell(&self, ty: Ty, depth: u32) -> bool {
        // A type cannot hold itself except behind a pointer, so real types are shallow.
        if depth > vez_base::limits::DEPTH as u32 {
            return true;
        }
        match ty.kind() {
            TyKind::Adt(def, args) => {
                let adt = traits::adt_def(self.db, *def);
                adt.flags.is_unsafe_cell
                    || adt.all_fields().any(|f| self.has_cell(self.mono(f.ty, *args), depth + 1))
            }
            TyKind::Tuple(types) => types.as_slice().iter().any(|&t| self.has_cell(t, depth + 1)),
            TyKind::Array(elem, _) => self.has_cell(*elem, depth + 1),
            _ => false,
        }
    }

    /// The convention of a function, from its types.
    pub fn compute_abi(&mut self, key: &FnKey) -> Result<FnAbi, LowerError> {
        let pointer = |this: &mut Self| this.layouts.thin_pointer();
        match key {
            FnKey::Item(def, args) => self.item_abi(*def, *args),
            FnKey::Ctor(def, args) => {
                let sig = traits::fn_sig(self.db, *def).substitute(*args);
                self.sig_abi(&sig, false, Conv::Fast)
            }
            FnKey::DropGlue(ty) => {
                let layout = self.layouts.pointer_layout(*ty);
                let unit = self.layout(Ty::unit())?;
                Ok(FnAbi::new(vec![layout], unit, false, Conv::Fast))
            }
            FnKey::ClosureOnce(def, args) => {
                let mut abi = self.item_abi(*def, *args)?;
                let env = self.layout(Ty::new(TyKind::Closure(*def, *args)))?;
                abi.args[0] = (crate::abi::Pass::of(&env), env);
                Ok(abi)
            }
            FnKey::ClosureFn(def, args) => {
                let mut abi = self.item_abi(*def, *args)?;
                abi.args.remove(0);
                Ok(abi)
            }
            FnKey::CallShim { callee, via, args } => {
                let by_ref = *via != ClosureKind::FnOnce;
                let receiver = if by_ref { pointer(self) } else { self.layout(*callee)? };
                let args = self.layout(*args)?;
                let ret = self.fn_output(*callee)?;
                let ret = self.layout(ret)?;
                Ok(FnAbi::new(vec![receiver, args], ret, false, Conv::Fast))
            }
            FnKey::CloneShim(ty) => {
                let (from, ret) = (pointer(self), self.layout(*ty)?);
                Ok(FnAbi::new(vec![from], ret, false, Conv::Fast))
            }
            FnKey::Untracked(inner) => {
                let mut abi = (*self.abi(inner)?).clone();
                abi.track_caller = false;
                Ok(abi)
            }
            FnKey::ByAddress(inner) => {
                let mut abi = (*self.abi(inner)?).clone();
                let receiver = pointer(self);
                abi.args[0] = (crate::abi::Pass::of(&receiver), receiver);
                abi.track_caller = false;
                Ok(abi)
            }
            FnKey::Const(key) => {
                let ty = self.const_ty(key)?;
                let ret = self.layout(ty)?;
                let mut abi = FnAbi::new(Vec::new(), ret, false, Conv::C);
                // The evaluator always gives the address.
                abi.ret.0 = crate::abi::Pass::Address;
                Ok(abi)
            }
            FnKey::Entry(_) | FnKey::TestEntry(_) => {
                let (int, argv) = (self.layout(Ty::i32())?, pointer(self));
                Ok(FnAbi::new(vec![int.clone(), argv], int, false, Conv::C))
            }
        }
    }

    fn item_abi(&mut self, def: DefId, args: GenericArgs) -> Result<FnAbi, LowerError> {
        if def.kind() == DefKind::Closure {
            return self.closure_abi(def, args);
        }
        let sig = traits::fn_sig(self.db, def).substitute(args);
        let conv = match sig.abi.map(Name::as_str) {
            None | Some("Rust") => Conv::Fast,
            Some(_) => Conv::C,
        };
        let inputs = self.mono_all(sig.inputs());
        let ret = self.mono(sig.output(), GenericArgs::empty());
        let tracked = vez_hir::is_track_caller(self.db, def);
        let mut abi = self.types_abi(&inputs, ret, tracked, conv)?;
        abi.variadic = sig.variadic;
        Ok(abi)
    }

    /// A closure's body takes the environment, then its arguments apart.
    fn closure_abi(&mut self, def: DefId, args: GenericArgs) -> Result<FnAbi, LowerError> {
        let body = mir::mir_body(self.db, def);
        let params = body.params as usize;
        let types: Vec<Ty> = body.locals.iter().take(params + 1).map(|decl| decl.ty).collect();
        let types: Vec<Ty> = types.into_iter().map(|ty| self.mono(ty, args)).collect();
        self.types_abi(&types[1..], types[0], false, Conv::Fast)
    }

    fn mono_all(&self, types: &[Ty]) -> Vec<Ty> {
        types.iter().map(|&ty| self.mono(ty, GenericArgs::empty())).collect()
    }

    fn types_abi(
        &mut self,
        inputs: &[Ty],
        ret: Ty,
        tracked: bool,
        conv: Conv,
    ) -> Result<FnAbi, LowerError> {
        let inputs: Result<Vec<LayoutRef>, LowerError> =
            inputs.iter().map(|&ty| self.layout(ty)).collect();
        let ret = self.layout(ret)?;
        Ok(FnAbi::new(inputs?, ret, tracked, conv))
    }

    fn sig_abi(&mut self, sig: &FnSig, tracked: bool, conv: Conv) -> Result<FnAbi, LowerError> {
        let inputs = self.mono_all(sig.inputs());
        let ret = self.mono(sig.output(), GenericArgs::empty());
        self.types_abi(&inputs, ret, tracked, conv)
    }

    /// The convention of calls through a fn pointer.
    pub fn fn_ptr_abi(&mut self, ty: Ty) -> Result<FnAbi, LowerError> {
        let TyKind::FnPtr(sig) = ty.kind() else {
            return Err(LowerError::Internal(format!("`{ty}` as a fn pointer")));
        };
        let conv = match sig.abi.map(Name::as_str) {
            None | Some("Rust") => Conv::Fast,
            Some(_) => Conv::C,
        };
        let mut abi = self.sig_abi(sig, false, conv)?;
        abi.variadic = sig.variadic;
        Ok(abi)
    }

    /// What calling a function item or pointer gives.
    pub fn fn_output(&self, ty: Ty) -> Result<Ty, LowerError> {
        match ty.kind() {
            TyKind::FnDef(def, args) => {
                let sig = traits::fn_sig(self.db, *def).substitute(*args);
                Ok(self.mono(sig.output(), GenericArgs::empty()))
            }
            TyKind::FnPtr(sig) => Ok(self.mono(sig.output(), GenericArgs::empty())),
            TyKind::Closure(def, args) => {
                let output = self.closure_facts(*def, *args)?.sig.output();
                Ok(self.mono(output, GenericArgs::empty()))
            }
            _ => Err(LowerError::Internal(format!("the output of `{ty}`"))),
        }
    }

    /// The symbol of a function that is defined elsewhere.
    pub fn foreign_name(&self, key: &FnKey) -> Option<Name> {
        let FnKey::Item(def, _) = key else { return None };
        let in_extern_block =
            def.parent_def().is_some_and(|parent| parent.kind() == DefKind::ExternBlock);
        in_extern_block.then(|| def.name())
    }

    /// The symbol of a function that other objects may name.
    pub fn exported_name(&self, key: &FnKey) -> Option<String> {
        match key {
            FnKey::Entry(_) | FnKey::TestEntry(_) => Some("main".to_owned()),
            FnKey::Item(def, _) if vez_hir::has_attr(self.db, *def, Name::new("no_mangle")) => {
                Some(def.name().as_str().to_owned())
            }
            _ => None,
        }
    }

    /// Attributes from `#[inline]`, `#[cold]` and the return type.
    pub fn function_attrs(&mut self, key: &FnKey) -> FuncAttrs {
        let mut attrs = FuncAttrs::UNNAMED_ADDR;
        let def = match key {
            FnKey::Item(def, _) => *def,
            FnKey::DropGlue(_) | FnKey::CloneShim(_) | FnKey::Ctor(..) => {
                return attrs | FuncAttrs::INLINE_HINT;
            }
            FnKey::ClosureOnce(..) | FnKey::ClosureFn(..) | FnKey::CallShim { .. } => {
                return attrs | FuncAttrs::INLINE_HINT;
            }
            _ => return attrs,
        };
        let word = |attr: &str, value: &str| {
            vez_hir::attr_word(self.db, def, Name::new(attr), |word| word.as_str() == value)
        };
        if def.kind() == DefKind::Closure {
            return attrs | FuncAttrs::INLINE_HINT;
        }
        if vez_hir::has_attr(self.db, def, Name::new("inline")) {
            attrs = attrs
                | match () {
                    () if word("inline", "always") => FuncAttrs::INLINE_ALWAYS,
                    () if word("inline", "never") => FuncAttrs::INLINE_NEVER,
                    () => FuncAttrs::INLINE_HINT,
                };
        }
        if vez_hir::has_attr(self.db, def, Name::new("cold")) {
            // What hardly ever runs is not worth code, nor the time to optimise it.
            attrs = attrs | FuncAttrs::COLD | FuncAttrs::OPT_SIZE;
        }
        if traits::fn_sig(self.db, def).output().is_never() {
            attrs = attrs | FuncAttrs::NORETURN | FuncAttrs::COLD;
        }
        attrs
    }

    /// Where a function is written.
    pub fn key_span(&self, key: &FnKey) -> Span {
        vez_hir::name_span(self.db, self.key_def(key))
    }

    /// Whether a function takes its caller's location.
    pub fn tracks_caller(&self, key: &FnKey) -> bool {
        let FnKey::Item(def, _) = key else { return false };
        // What a trait's declaration says holds for all implementations.
        def.kind() != DefKind::Closure
            && (vez_hir::is_track_caller(self.db, *def)
                || self.declaration(*def).is_some_and(|of| vez_hir::is_track_caller(self.db, of)))
    }

    /// The function of a trait that one of an impl implements.
    fn declaration(&self, def: DefId) -> Option<DefId> {
        let impl_ = def.parent_def().filter(|parent| parent.kind() == DefKind::Impl)?;
        let trait_ = traits::impl_header(self.db, impl_).trait_ref?.trait_;
        let items = traits::associated_items(self.db, trait_);
        items.find(def.name(), traits::AssocKind::Fn).map(|item| item.def)
    }

    /// The function for fn pointers and tables: one that takes no caller's location.
    pub fn untracked(&self, key: FnKey) -> FnKey {
        if self.tracks_caller(&key) { FnKey::Untracked(Box::new(key)) } else { key }
    }

    fn lang(&self, name: &str) -> Result<DefId, LowerError> {
        vez_hir::lang_item(self.db, Name::new(name))
            .ok_or_else(|| LowerError::Internal(format!("the library lacks `{name}`")))
    }

    /// A function of the library without generic parameters.
    pub fn lang_fn(&self, name: &str) -> Result<FnKey, LowerError> {
        Ok(FnKey::Item(self.lang(name)?, GenericArgs::empty()))
    }

    /// What frees a box of this content.
    pub fn box_free(&self, content: Ty) -> Result<FnKey, LowerError> {
        let def = self.lang("box_free")?;
        Ok(FnKey::Item(def, GenericArgs::new(vec![vez_types::GenericArg::Ty(content)])))
    }

    /// The library's start function for a main function, and that function.
    pub fn start_and_main(&mut self, main: DefId) -> Result<(FnKey, FnKey), LowerError> {
        let output = self.mono(traits::fn_sig(self.db, main).output(), GenericArgs::empty());
        let args = GenericArgs::new(vec![vez_types::GenericArg::Ty(output)]);
        let start = FnKey::Item(self.lang("start")?, args);
        Ok((start, FnKey::Item(main, GenericArgs::empty())))
    }

    pub fn is_box(&self, ty: Ty) -> bool {
        matches!(ty.kind(), TyKind::Adt(def, _) if traits::adt_def(self.db, *def).flags.is_box)
    }

    pub fn needs_drop(&self, ty: Ty) -> bool {
        traits::instance::needs_drop(self.db, ParamEnv::empty(), ty)
    }

    pub fn is_copy(&self, ty: Ty) -> bool {
        traits::instance::is_copy(self.db, ParamEnv::empty(), ty)
    }

    /// What `*value` is for a reference, raw pointer or box.
    pub fn deref_ty(&self, ty: Ty) -> Ty {
        match ty.kind() {
            TyKind::Ref(_, target, _) | TyKind::RawPtr(target, _) => *target,
            TyKind::Adt(_, args) if self.is_box(ty) => args.ty_at(0),
            _ => Ty::error(),
        }
    }

    /// The types of a closure's captures.
    pub fn closure_upvars(&self, def: DefId, args: GenericArgs) -> Vec<Ty> {
        let facts = self.closure_facts(def, args).ok().and_then(|facts| facts.captures);
        let types = facts.unwrap_or_default();
        types.into_iter().map(|ty| self.mono(ty, GenericArgs::empty())).collect()
    }

    /// What is known of a closure, at the arguments of the function it is written in.
    pub fn closure_facts(&self, def: DefId, args: GenericArgs) -> Result<ClosureFacts, LowerError> {
        InferCtxt::reveal_all(self.db)
            .closure_facts(def, args)
            .ok_or_else(|| LowerError::Internal(format!("no facts of `{}`", def.path())))
    }

    /// What calling a closure needs of its environment.
    pub fn closure_kind(&self, def: DefId, args: GenericArgs) -> ClosureKind {
        let facts = self.closure_facts(def, args).ok();
        facts.and_then(|facts| facts.kind).unwrap_or(ClosureKind::FnOnce)
    }

    /// The `Drop::drop` of a type that implements it.
    pub fn drop_impl(&mut self, ty: Ty) -> Result<Option<FnKey>, LowerError> {
        let TyKind::Adt(def, _) = ty.kind() else { return Ok(None) };
        if traits::instance::drop_impl(self.db, *def).is_none() {
            return Ok(None);
        }
        self.method_of("drop", "drop", vec![ty]).map(Some)
    }

    /// What clones a type; `None` where a copy does.
    pub fn clone_of(&mut self, ty: Ty) -> Result<Option<FnKey>, LowerError> {
        if self.is_copy(ty) {
            return Ok(None);
        }
        self.method_of("clone", "clone", vec![ty]).map(Some)
    }

    /// The function that a method of a library trait is for a type.
    fn method_of(&mut self, trait_: &str, name: &str, args: Vec<Ty>) -> Result<FnKey, LowerError> {
        match self.resolve_method(trait_, name, args)? {
            Target::Function { key, .. } => Ok(key),
            _ => Err(LowerError::Internal(format!("`{trait_}::{name}` is no function"))),
        }
    }

    fn resolve_method(
        &mut self,
        trait_: &str,
        name: &str,
        args: Vec<Ty>,
    ) -> Result<Target, LowerError> {
        let method = vez_hir::member(self.db, self.lang(trait_)?, Name::new(name), false)
            .ok_or_else(|| LowerError::Internal(format!("`{trait_}` without `{name}`")))?;
        let args = args.into_iter().map(vez_types::GenericArg::Ty).collect();
        self.resolve(method, args)
    }

    /// What `FnOnce::call_once` of a type reaches.
    pub fn call_once_target(&mut self, ty: Ty, args: Ty) -> Result<Target, LowerError> {
        self.resolve_method("fn_once", "call_once", vec![ty, args])
    }

    /// The entry of a table for a method.
    pub fn table_entry(&self, entry: VtableEntry) -> Result<Option<FnKey>, LowerError> {
        let Some(instance) = entry.instance else { return Ok(None) };
        let key = self.as_function(instance)?;
        let sig = traits::fn_sig(self.db, entry.item);
        let by_value = matches!(
            sig.inputs().first().map(|ty| ty.kind()),
            Some(TyKind::Param(param)) if param.index == 0
        );
        let key = if by_value { FnKey::ByAddress(Box::new(key)) } else { self.untracked(key) };
        Ok(Some(key))
    }

    /// The type that a constructor makes, and which variant.
    pub fn ctor_type(&mut self, def: DefId, args: GenericArgs) -> Result<(Ty, u32), LowerError> {
        let ty = traits::fn_sig(self.db, def).substitute(args).output();
        let ty = self.mono(ty, GenericArgs::empty());
        let variant = match ty.kind() {
            TyKind::Adt(adt, _) => traits::adt_def(self.db, *adt).variant_index(def),
            _ => None,
        };
        Ok((ty, variant.unwrap_or(0)))
    }

    /// The last field of a struct with an unsized tail: its index and type.
    pub fn unsized_field(&self, ty: Ty) -> Option<(u32, Ty)> {
        match ty.kind() {
            TyKind::Adt(def, args) => {
                let adt = traits::adt_def(self.db, *def);
                let fields = &adt.only_variant()?.fields;
                let last = fields.last()?;
                Some((fields.len() as u32 - 1, self.mono(last.ty, *args)))
            }
            TyKind::Tuple(types) => {
                let types = types.as_slice();
                Some((types.len() as u32 - 1, *types.last()?))
            }
            _ => None,
        }
    }

    /// The pointees of an unsizing coercion: of references and raw pointers directly, of smart pointers through their pointer field.
    pub fn unsized_pointees(&self, from: Ty, to: Ty) -> Option<(Ty, Ty)> {
        match (from.kind(), to.kind()) {
            (
                TyKind::Ref(_, a, _) | TyKind::RawPtr(a, _),
                TyKind::Ref(_, b, _) | TyKind::RawPtr(b, _),
            ) => Some((*a, *b)),
            (TyKind::Adt(def, a), TyKind::Adt(other, b)) if def == other => {
                let adt = traits::adt_def(self.db, *def);
                let fields = &adt.only_variant()?.fields;
                fields.iter().find_map(|field| {
                    let (x, y) = (self.mono(field.ty, *a), self.mono(field.ty, *b));
                    if x == y { None } else { self.unsized_pointees(x, y) }
                })
            }
            _ => None,
        }
    }

    /// Where the pointees of an unsizing coercion differ: themselves, or the last fields of the same struct around them.
    pub fn unsized_tails(&self, source: Ty, target: Ty) -> (Ty, Ty) {
        match (source.kind(), target.kind()) {
            (TyKind::Adt(a, _), TyKind::Adt(b, _)) if a == b => {
                match (self.unsized_field(source), self.unsized_field(target)) {
                    (Some((_, x)), Some((_, y))) => self.unsized_tails(x, y),
                    _ => (source, target),
                }
            }
            _ => (source, target),
        }
    }

    /// A number for a type, the same in the whole program.
    pub fn type_id(&self, ty: Ty) -> u64 {
        crate::unique::type_hash(self.db, ty)
    }

    /// A type as `type_name` gives it.
    pub fn type_name(&self, ty: Ty) -> String {
        crate::names::type_name(ty)
    }
}
