//! Methods of impls against their traits' signatures: who calls through the trait chooses lifetimes by the trait's signature.

use super::{Category, Origin, Regions, region_of};
use vez_base::{DefId, DefKind};
use vez_traits::{AssocKind, GenericParamKind, fn_sig, generics_of, identity_args};
use vez_types::{FnSig, GenericArg, GenericArgs, Predicate, TraitRef};

impl Regions<'_> {
    /// The method takes all that its trait's method takes, and gives no less.
    pub(super) fn conform(&mut self, own: &FnSig) {
        let (db, owner) = (self.facts.db, self.body.owner);
        let Some(impl_) = owner.parent_def().filter(|def| def.kind() == DefKind::Impl) else {
            return;
        };
        let Some(header) = vez_traits::impl_trait_ref(db, impl_) else { return };
        let items = vez_traits::associated_items(db, header.trait_);
        let Some(item) = items.find(owner.name(), AssocKind::Fn) else { return };
        let declared = fn_sig(db, item.def);
        if same_args(self, header, item.def).is_some_and(|args| {
            declared.substitute(args).inputs_and_output == own.inputs_and_output
        }) {
            return;
        }
        self.span = vez_hir::name_span(db, owner);
        self.category = Category::Signature;
        let args = self.chosen_by_trait(header, item.def);
        for (clause, _) in &vez_traits::predicates_of(db, item.def).own {
            if let Predicate::RegionOutlives(long, short) = clause.substitute(args) {
                self.promise(long, short);
            }
        }
        let declared = declared.substitute(args);
        let own = own.substitute(self.chosen_by_method());
        let pairs = declared.inputs_and_output.as_slice().iter();
        let count = declared.inputs().len();
        for (index, (&wanted, &found)) in pairs.zip(own.inputs_and_output.as_slice()).enumerate() {
            let wanted = self.renumber(wanted);
            let wanted = self.normalize(wanted);
            self.implied_by(wanted);
            let found = self.renumber(found);
            let found = self.normalize(found);
            if index < count {
                self.subtype(wanted, found);
            } else {
                self.subtype(found, wanted);
            }
        }
        self.category = Category::Other;
        self.span = self.body.span;
    }

    /// The trait's parameters in terms of the method's, the lifetimes of the trait's method unknown.
    fn chosen_by_trait(&mut self, header: TraitRef, method: DefId) -> GenericArgs {
        let args = header.args.as_slice().iter().map(|&arg| match arg {
            GenericArg::Ty(ty) => GenericArg::Ty(self.renumber(ty)),
            GenericArg::Region(region) => GenericArg::Region(self.universal(region)),
            constant => constant,
        });
        let mut args: Vec<GenericArg> = args.collect();
        let mut types = own_types(self, self.body.owner).into_iter();
        for param in &generics_of(self.facts.db, method).params {
            args.push(match (param.kind, param.to_arg()) {
                (GenericParamKind::Lifetime, GenericArg::Region(region)) => {
                    GenericArg::Region(region_of(self.origins.push(Origin::Param(region))))
                }
                (_, arg) => types.next().unwrap_or(arg),
            });
        }
        GenericArgs::new(args)
    }

    /// The method's parameters, its own lifetimes to be found.
    fn chosen_by_method(&mut self) -> GenericArgs {
        let (db, owner) = (self.facts.db, self.body.owner);
        let first_own = generics_of(db, owner).parent_count as usize;
        let all = identity_args(db, owner);
        let args = all.as_slice().iter().enumerate().map(|(index, &arg)| match arg {
            GenericArg::Region(_) if index >= first_own => {
                GenericArg::Region(region_of(self.fresh()))
            }
            arg => arg,
        });
        GenericArgs::new(args.collect::<Vec<_>>())
    }
}

/// The method's own parameters that are no lifetimes.
fn own_types(regions: &Regions<'_>, method: DefId) -> Vec<GenericArg> {
    let own = generics_of(regions.facts.db, method).params.iter();
    own.filter(|param| param.kind != GenericParamKind::Lifetime).map(|p| p.to_arg()).collect()
}

/// The trait's parameters in terms of the method's, lifetimes in the order in which both list them.
fn same_args(regions: &Regions<'_>, header: TraitRef, method: DefId) -> Option<GenericArgs> {
    let (db, owner) = (regions.facts.db, regions.body.owner);
    let own = generics_of(db, owner).params.iter();
    let mut lifetimes = own.filter(|param| param.kind == GenericParamKind::Lifetime);
    let mut types = own_types(regions, owner).into_iter();
    let mut args = header.args.as_slice().to_vec();
    for param in &generics_of(db, method).params {
        args.push(match param.kind {
            GenericParamKind::Lifetime => lifetimes.next()?.to_arg(),
            _ => types.next()?,
        });
    }
    Some(GenericArgs::new(args))
}
