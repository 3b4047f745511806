//! Constraints from statements and terminators: a type check of MIR that looks at regions only.

use super::{Category, Regions, closure_captures, region_of};
use vez_mir::{
    AggregateKind, BorrowKind, CastKind, Local, Location, Mutability, Operand, Place, Projection,
    Rvalue, StatementKind, TerminatorKind,
};
use vez_types::{Flags, FnSig, GenericArg, GenericArgs, Predicate, Region, Ty, TyKind};

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
                self.subtype(ty, target);
            }
            Rvalue::RawPtr(mutability, borrowed) => {
                let inner = self.place_ty(borrowed);
                self.subtype(Ty::new(TyKind::RawPtr(inner, *mutability)), target);
            }
            Rvalue::Cast(kind, operand, _) => {
                let ty = self.operand_ty(operand);
                self.cast(*kind, ty, target);
            }
            Rvalue::Aggregate(kind, operands) => self.aggregate(kind, operands, target),
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
                if let (TyKind::FnDef(def, args), TyKind::FnPtr(to)) = (from.kind(), to.kind()) {
                    let args = self.complete_args(*def, *args);
                    let sig = vez_traits::fn_sig(self.facts.db, *def).substitute(args);
                    let inputs_and_output = sig.inputs_and_output;
                    let from = FnSig { inputs_and_output, ..to.clone() };
                    self.subtype(Ty::new(TyKind::FnPtr(from)), Ty::new(TyKind::FnPtr(to.clone())));
                }
            }
            _ => {}
        }
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
            (AggregateKind::Closure(..), TyKind::Closure(_, args)) => {
                self.fields(&given, closure_captures(*args));
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

    fn fields(&mut self, given: &[Ty], wanted: &[Ty]) {
        for (&given, &wanted) in given.iter().zip(wanted) {
            self.subtype(given, wanted);
        }
    }

    fn call(&mut self, callee: &Operand, args: &[Operand], destination: &Place) {
        self.category = Category::Argument;
        let callee = self.operand_ty(callee);
        let (sig, def) = match callee.kind() {
            TyKind::FnDef(def, generics) => {
                let generics = self.complete_args(*def, *generics);
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
        self.subtype(output, target);
        self.well_formed(output);
    }

    /// What a signature's types promise the callee (`implied_by`), the caller has to keep.
    fn well_formed(&mut self, ty: Ty) {
        if !ty.has(Flags::REGION) {
            return;
        }
        match ty.kind() {
            TyKind::Ref(region, target, _) => {
                self.type_outlives(*target, *region);
                self.well_formed(*target);
            }
            TyKind::Adt(def, args) => {
                for clause in vez_traits::outlives_of(self.facts.db, *def) {
                    match clause.substitute(*args) {
                        Predicate::RegionOutlives(long, short) => self.outlives(long, short),
                        Predicate::TypeOutlives(ty, short) => self.type_outlives(ty, short),
                        Predicate::Trait(_) | Predicate::Projection { .. } => {}
                    }
                }
                for arg in args.as_slice() {
                    if let GenericArg::Ty(ty) = arg {
                        self.well_formed(*ty);
                    }
                }
            }
            TyKind::Tuple(types) => types.as_slice().iter().for_each(|&ty| self.well_formed(ty)),
            TyKind::Array(elem, _) | TyKind::Slice(elem) => self.well_formed(*elem),
            _ => {}
        }
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

    /// What a definition demands of its arguments' regions.
    pub(super) fn where_clauses(&mut self, def: vez_base::DefId, args: GenericArgs) {
        if !args.has(Flags::REGION | Flags::PARAM | Flags::CLOSURE) {
            return;
        }
        for &(clause, _) in vez_traits::all_predicates(self.facts.db, def) {
            if let Predicate::Trait(bound) = clause {
                self.bound(bound, args);
                continue;
            }
            match clause.substitute(args) {
                Predicate::RegionOutlives(long, short) => self.outlives(long, short),
                Predicate::TypeOutlives(ty, short) => {
                    let ty = self.renumber(ty);
                    self.type_outlives(ty, short);
                }
                Predicate::Projection { assoc, args, ty } => {
                    let projection = Ty::new(TyKind::Projection(assoc, args));
                    if projection.has(Flags::REGION) || ty.has(Flags::REGION) {
                        let found = self.renumber(projection);
                        let found = self.normalize(found);
                        let ty = self.renumber(ty);
                        let ty = self.normalize(ty);
                        self.equate(found, ty);
                    }
                }
                Predicate::Trait(_) => {}
            }
        }
    }
}
