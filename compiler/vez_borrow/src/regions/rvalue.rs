//! Constraints from statements and terminators: a type check of MIR that looks at regions only.

use super::binders::{Call, has, is_bound, is_erased, output_in};
use super::late::Adopt;
use super::normalize::DEPTH;
use super::{Category, Regions, closure_captures, region_of};
use vez_mir::{
    AggregateKind, BorrowKind, CastKind, Local, Location, Mutability, Operand, Place, Projection,
    Rvalue, StatementKind, TerminatorKind,
};
use vez_types::{Flags, FnSig, GenericArg, GenericArgs, Predicate, Region, TraitRef, Ty, TyKind};

impl Regions<'_> {
    pub(super) fn statements(&mut self) {
        let body = self.body;
        for block in body.blocks.ids() {
            let data = &body.blocks[block];
            for (index, statement) in data.statements.iter().enumerate() {
                if let StatementKind::Assign(place, value) = &statement.kind {
                    self.span = statement.span;
                    self.category = self.category_of(place);
                    self.assign(place, value, Location { block, statement: index });
                }
            }
            self.span = data.terminator.span;
            if let TerminatorKind::Call { callee, args, destination, .. } = &data.terminator.kind {
                self.call(callee, args, destination);
            }
        }
    }

    fn category_of(&self, place: &Place) -> Category {
        if place.local == Local::RETURN { Category::Return } else { Category::Assignment }
    }

    fn assign(&mut self, place: &Place, value: &Rvalue, at: Location) {
        let target = self.place_ty(place);
        match value {
            Rvalue::Use(operand) => {
                let ty = self.operand_ty(operand);
                let target = self.adopt(place, target, ty);
                self.subtype(ty, target);
            }
            Rvalue::Repeat(operand, _) => {
                let ty = self.operand_ty(operand);
                if let TyKind::Array(elem, _) = target.kind() {
                    self.subtype(ty, *elem);
                }
            }
            Rvalue::Ref(kind, borrowed) => {
                let ty = self.borrow(*kind, borrowed, at);
                let target = self.adopt(place, target, ty);
                self.subtype(ty, target);
            }
            Rvalue::RawPtr(mutability, borrowed) => {
                let inner = self.place_ty(borrowed);
                self.subtype(Ty::new(TyKind::RawPtr(inner, *mutability)), target);
            }
            Rvalue::Cast(kind, operand, _) => {
                let ty = self.operand_ty(operand);
                let target = match (kind, ty.kind()) {
                    (CastKind::ReifyFn, TyKind::FnDef(def, args)) if self.is_open(place) => {
                        let pointer = self.item_pointer(*def, *args);
                        self.adopt(place, target, pointer)
                    }
                    (CastKind::Unsize, _) => self.adopt_object(place, target, ty),
                    _ => target,
                };
                self.cast(*kind, ty, target);
            }
            Rvalue::Aggregate(kind, operands) => {
                let target = self.adopt_parts(place, target, kind, operands);
                self.aggregate(kind, operands, target);
            }
            Rvalue::Len(_)
            | Rvalue::Binary(..)
            | Rvalue::Checked(..)
            | Rvalue::Unary(..)
            | Rvalue::Discriminant(_) => {}
        }
    }

    fn borrow(&mut self, kind: BorrowKind, place: &Place, at: Location) -> Ty {
        let region = self.fresh();
        self.borrows.insert(at, region);
        self.reborrow(place, region_of(region));
        let inner = self.place_ty(place);
        let mutability = match kind {
            BorrowKind::Shared | BorrowKind::Fake => Mutability::Not,
            BorrowKind::Mut { .. } | BorrowKind::Unique => Mutability::Mut,
        };
        Ty::new(TyKind::Ref(region_of(region), inner, mutability))
    }

    /// A borrow through a reference lives no longer than that reference lets it. Behind `&` nothing further out matters.
    fn reborrow(&mut self, place: &Place, region: Region) {
        for index in (0..place.projection.len()).rev() {
            if place.projection[index] != Projection::Deref {
                continue;
            }
            let pointer = self.place_ty(&place.prefix(index));
            match pointer.kind() {
                TyKind::Ref(through, _, mutability) => {
                    self.outlives(*through, region);
                    if *mutability == Mutability::Not {
                        return;
                    }
                }
                TyKind::RawPtr(..) => return,
                _ => {}
            }
        }
    }

    fn cast(&mut self, kind: CastKind, from: Ty, to: Ty) {
        match kind {
            CastKind::Unsize => self.unsize(from, to),
            CastKind::Transmute => self.subtype(from, to),
            CastKind::PtrToPtr => {
                if let (
                    TyKind::RawPtr(from, _) | TyKind::Ref(_, from, _),
                    TyKind::RawPtr(to, _) | TyKind::Ref(_, to, _),
                ) = (from.kind(), to.kind())
                {
                    self.subtype(*from, *to);
                }
            }
            CastKind::ReifyFn => {
                if let TyKind::FnDef(def, args) = from.kind() {
                    self.reify(*def, *args, to);
                }
            }
            CastKind::ClosureToFn => {
                if let TyKind::FnPtr(to) = to.kind()
                    && let Some(trait_) = vez_traits::lang_items(self.facts.db).fn_
                {
                    self.callable_as(from, Call::of_sig(to), trait_);
                }
            }
            _ => {}
        }
    }

    /// A function becomes a fn pointer. A pointer type that binds no lifetimes has those of one call, which has to be given what the
    /// function's types imply.
    fn reify(&mut self, def: vez_base::DefId, args: GenericArgs, to: Ty) {
        let TyKind::FnPtr(wanted) = to.kind() else { return };
        let leaves_open = |kind| is_erased(kind) || is_bound(kind);
        if wanted.inputs_and_output.as_slice().iter().any(|&ty| has(ty, leaves_open)) {
            let pointer = self.item_pointer(def, args);
            return self.subtype(pointer, to);
        }
        let args = self.fresh_args(def, args);
        let sig = vez_traits::fn_sig(self.facts.db, def).substitute(args);
        let types = sig.inputs_and_output.as_slice().iter().map(|&ty| {
            let ty = self.renumber(ty);
            self.normalize(ty)
        });
        let inputs_and_output = types.collect();
        let own = FnSig { inputs_and_output, ..sig };
        self.relate_sig_parts(&own, wanted);
        own.inputs_and_output.as_slice().iter().for_each(|&ty| self.well_formed(ty));
    }

    fn aggregate(&mut self, kind: &AggregateKind, operands: &[Operand], target: Ty) {
        let given: Vec<Ty> = operands.iter().map(|operand| self.operand_ty(operand)).collect();
        match (kind, target.kind()) {
            (AggregateKind::Tuple, TyKind::Tuple(types)) => self.fields(&given, types.as_slice()),
            (AggregateKind::Array(_), TyKind::Array(elem, _)) => {
                for ty in given {
                    self.subtype(ty, *elem);
                }
            }
            (AggregateKind::Closure(..), TyKind::Closure(def, args)) => {
                self.fields(&given, closure_captures(*args));
                self.closure_made(*def, *args);
            }
            (AggregateKind::Adt { def, variant, field, .. }, TyKind::Adt(other, args))
                if def == other =>
            {
                let first = field.unwrap_or(0);
                for (index, (ty, operand)) in given.into_iter().zip(operands).enumerate() {
                    let erased = operand.ty(self.body);
                    let index = first + index as u32;
                    let step = Projection::Field(index, erased);
                    let wanted = self.step(target, step, *variant);
                    self.subtype(ty, wanted);
                }
                self.where_clauses(*def, *args);
            }
            _ => {}
        }
    }

    /// [`Regions::adopt`] for an array or tuple that is made of its parts.
    fn adopt_parts(
        &mut self,
        place: &Place,
        own: Ty,
        kind: &AggregateKind,
        operands: &[Operand],
    ) -> Ty {
        if !self.is_open(place) {
            return own;
        }
        let value = match (kind, own.kind(), operands) {
            (AggregateKind::Tuple, ..) => {
                Ty::tuple(operands.iter().map(|operand| self.operand_ty(operand)).collect())
            }
            (AggregateKind::Array(_), TyKind::Array(_, len), [first, ..]) => {
                let elem = self.operand_ty(first);
                Ty::new(TyKind::Array(elem, *len))
            }
            _ => return own,
        };
        self.adopt(place, own, value)
    }

    fn fields(&mut self, given: &[Ty], wanted: &[Ty]) {
        for (&given, &wanted) in given.iter().zip(wanted) {
            self.subtype(given, wanted);
        }
    }

    fn call(&mut self, callee: &Operand, args: &[Operand], destination: &Place) {
        self.category = Category::Argument;
        let place = callee.place();
        self.left_erased = false;
        let callee = self.operand_ty(callee);
        let is_open = self.left_erased;
        if self.call_by_trait(callee, args, destination) {
            return;
        }
        let (sig, def) = match callee.kind() {
            TyKind::FnDef(def, generics) => {
                let generics = match place {
                    Some(_) => self.fresh_args(*def, *generics),
                    None => self.complete_args(*def, *generics),
                };
                let generics = match is_open {
                    true => self.learn_args(*def, generics, args),
                    false => generics,
                };
                let sig = vez_traits::fn_sig(self.facts.db, *def).substitute(generics);
                (self.instantiate(&sig), Some((*def, generics)))
            }
            TyKind::FnPtr(sig) => (self.instantiate_pointer(sig), None),
            _ => return,
        };
        for (arg, &wanted) in args.iter().zip(sig.inputs()) {
            let given = self.operand_ty(arg);
            let wanted = self.renumber(wanted);
            let wanted = self.normalize(wanted);
            self.subtype(given, wanted);
            self.well_formed(wanted);
        }
        if let Some((def, generics)) = def {
            self.where_clauses(def, generics);
        }
        self.category = self.category_of(destination);
        let output = self.renumber(sig.output());
        let output = self.normalize(output);
        let target = self.place_ty(destination);
        let target = self.adopt(destination, target, output);
        self.subtype(output, target);
        self.well_formed(output);
    }

    /// What is expected of a temporary: the type of where its value goes next.
    pub(super) fn wanted(&mut self, local: Local, depth: u32) -> Option<Ty> {
        let body = self.body;
        let is_it =
            |operand: &Operand| operand.place().is_some_and(|p| p.as_local() == Some(local));
        for data in &body.blocks {
            for statement in &data.statements {
                let StatementKind::Assign(place, value) = &statement.kind else { continue };
                match value {
                    Rvalue::Use(operand) if is_it(operand) => {
                        return self.wanted_at(place, depth);
                    }
                    // The reborrow of an argument.
                    Rvalue::Ref(_, borrowed)
                        if borrowed.local == local
                            && borrowed.projection == [Projection::Deref] =>
                    {
                        return self.wanted_at(place, depth);
                    }
                    Rvalue::Aggregate(AggregateKind::Adt { variant, field, .. }, operands) => {
                        let Some(index) = operands.iter().position(is_it) else { continue };
                        let target = self.place_ty(place);
                        let index = field.unwrap_or(0) + index as u32;
                        let step = Projection::Field(index, body.locals[local].ty);
                        return Some(self.step(target, step, *variant));
                    }
                    _ => {}
                }
            }
            if let TerminatorKind::Call { callee, args, .. } = &data.terminator.kind
                && let Some(index) = args.iter().position(is_it)
                && let TyKind::FnDef(def, generics) = self.operand_ty(callee).kind()
            {
                let generics = self.complete_args(*def, *generics);
                let generics = self.learn_args(*def, generics, args);
                let sig = vez_traits::fn_sig(self.facts.db, *def);
                let wanted = self.renumber(sig.inputs().get(index)?.substitute(generics));
                return Some(self.normalize(wanted));
            }
        }
        None
    }

    fn wanted_at(&mut self, place: &Place, depth: u32) -> Option<Ty> {
        match place.as_local() {
            Some(local) if self.is_open(place) => {
                if depth < DEPTH {
                    self.wanted(local, depth + 1)
                } else {
                    None
                }
            }
            _ => Some(self.place_ty(place)),
        }
    }

    /// Which lifetimes the arguments of a function's parameters bind, from what the function is given.
    fn learn_args(
        &mut self,
        def: vez_base::DefId,
        generics: GenericArgs,
        given: &[Operand],
    ) -> GenericArgs {
        let mut all = generics.as_slice().to_vec();
        let sig = vez_traits::fn_sig(self.facts.db, def);
        for (&pattern, given) in sig.inputs().iter().zip(given) {
            let given = self.operand_ty(given);
            self.learn(pattern, given, &mut all);
        }
        GenericArgs::new(all)
    }

    fn learn(&mut self, pattern: Ty, given: Ty, into: &mut [GenericArg]) {
        match (pattern.kind(), given.kind()) {
            (TyKind::Param(param), _) => {
                if let Some(GenericArg::Ty(own)) = into.get_mut(param.index as usize)
                    && self.forget(*own) == self.forget(given)
                {
                    *own = Adopt::of(self, given, *own);
                }
            }
            (TyKind::Ref(_, a, _), TyKind::Ref(_, b, _))
            | (TyKind::RawPtr(a, _), TyKind::RawPtr(b, _))
            | (TyKind::Slice(a), TyKind::Slice(b))
            | (TyKind::Array(a, _), TyKind::Array(b, _)) => self.learn(*a, *b, into),
            (TyKind::Tuple(a), TyKind::Tuple(b)) => {
                for (&a, &b) in a.as_slice().iter().zip(b.as_slice()) {
                    self.learn(a, b, into);
                }
            }
            (TyKind::Adt(def, a), TyKind::Adt(other, b)) if def == other => {
                for (&a, &b) in a.as_slice().iter().zip(b.as_slice()) {
                    if let (GenericArg::Ty(a), GenericArg::Ty(b)) = (a, b) {
                        self.learn(a, b, into);
                    }
                }
            }
            _ => {}
        }
    }

    /// `Fn::call(&callee, (..))` where the callee's type says what the call takes and gives.
    fn call_by_trait(&mut self, callee: Ty, args: &[Operand], destination: &Place) -> bool {
        let (TyKind::FnDef(def, _), [receiver, given]) = (callee.kind(), args) else {
            return false;
        };
        if !matches!(given.ty(self.body).kind(), TyKind::Tuple(_)) {
            return false;
        }
        let lang = vez_traits::lang_items(self.facts.db);
        if def.parent_def().and_then(|trait_| lang.fn_trait_kind(trait_)).is_none() {
            return false;
        }
        let receiver = self.operand_ty(receiver);
        let Some(call) = self.opened_call(receiver) else { return false };
        let given = self.operand_ty(given);
        let inputs = self.normalize(call.inputs);
        self.subtype(given, inputs);
        self.category = self.category_of(destination);
        if let Some(output) = call.output {
            let output = self.normalize(output);
            let target = self.place_ty(destination);
            let target = self.adopt(destination, target, output);
            self.subtype(output, target);
        }
        true
    }

    /// What a signature's types promise the callee (`implied_by`), the caller has to keep.
    pub(super) fn well_formed(&mut self, ty: Ty) {
        if !ty.has(Flags::REGION) {
            return;
        }
        let db = self.facts.db;
        vez_traits::each_outlives(db, ty, &mut |predicate| match predicate {
            Predicate::RegionOutlives(long, short) => self.outlives(long, short),
            Predicate::TypeOutlives(ty, short) => self.type_outlives(ty, short),
            Predicate::Trait(_) | Predicate::Projection { .. } => {}
        });
    }

    /// Arguments for all of a function's parameters: lifetimes that nobody wrote may be missing at the end.
    pub(super) fn complete_args(&mut self, def: vez_base::DefId, args: GenericArgs) -> GenericArgs {
        let identity = vez_traits::identity_args(self.facts.db, def);
        if args.len() >= identity.len() {
            return args;
        }
        let mut all = args.as_slice().to_vec();
        for own in &identity.as_slice()[args.len()..] {
            all.push(match own {
                GenericArg::Region(_) => GenericArg::Region(region_of(self.fresh())),
                own => *own,
            });
        }
        GenericArgs::new(all)
    }

    /// What a bound says that calls give.
    fn output_of(&self, def: vez_base::DefId, bound: TraitRef) -> Option<Ty> {
        if !matches!(bound.args.as_slice(), [_, GenericArg::Ty(inputs)] if inputs.has(Flags::REGION))
        {
            return None;
        }
        output_in(self.facts.db, vez_traits::all_predicates(self.facts.db, def), bound)
    }

    /// What a definition demands of its arguments' regions.
    pub(super) fn where_clauses(&mut self, def: vez_base::DefId, args: GenericArgs) {
        for &(clause, _) in vez_traits::all_predicates(self.facts.db, def) {
            if let Predicate::Trait(bound) = clause {
                let output = self.output_of(def, bound).map(|ty| ty.substitute(args));
                self.bound(bound, args, output);
                continue;
            }
            match clause.substitute(args) {
                Predicate::RegionOutlives(long, short) => self.outlives(long, short),
                Predicate::TypeOutlives(ty, short) => {
                    let ty = self.renumber(ty);
                    self.type_outlives(ty, short);
                }
                clause @ Predicate::Projection { .. } => self.keeps(clause),
                Predicate::Trait(_) => {}
            }
        }
    }
}
