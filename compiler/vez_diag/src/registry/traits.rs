//! Trait goals, bounds, associated types, trait objects, instances.

super::diagnostics! {
    E0034 AmbiguousMethod Error "several applicable items named `{name}`" (name);
    E0038 NotDynCompatible Error "`{trait_}` cannot be a trait object" (trait_);
    E0191 MissingAssocTypes Error "trait object of `{trait_}` must give {types}" (trait_, types);
    E0220 NoSuchAssocType Error "no associated type `{name}` in `{trait_}`" (name, trait_);
    E0221 AmbiguousAssocTypeBound Error "associated type `{name}` is ambiguous in the bounds of `{ty}`" (name, ty);
    E0223 AmbiguousAssocType Error "ambiguous associated type `{name}`" (name);
    E0224 DynWithoutTrait Error "trait object without a trait" ();
    E0225 SecondDynTrait Error "second trait in a trait object that is no auto trait" ();
    E0229 MisplacedConstraint Error "associated item constraint outside of a bound" ();
    E0271 ProjectionMismatch Error "`{projection}` is `{found}`, expected `{expected}`" (projection, expected, found);
    E0275 GoalOverflow Error "endless requirement `{goal}`" (goal);
    E0276 StricterImpl Error "impl of `{name}` requires more than its trait: `{bound}`" (name, bound);
    E0277 UnsatisfiedBound Error "`{ty}` does not implement `{trait_}`" (ty, trait_);
    E0283 AmbiguousGoal Error "type annotation needed: several types satisfy `{goal}`" (goal);
    E0284 AmbiguousProjection Error "type annotation needed: cannot tell `{projection}`" (projection);
    E0391 Cycle Error "{what} depends on itself" (what);
    E0393 DefaultIsSelf Error "parameter `{name}` of `{trait_}` must be given here: its default is `Self`" (name, trait_);
    E0525 ClosureKind Error "closure implements `{found}`, expected `{expected}`" (expected, found);
    E0581 LooseReturnLifetime Error "return type names a lifetime that no parameter names" ();
    E0582 LooseItemLifetime Error "associated type names a lifetime that the bound's trait and type do not" ();
    E0593 ClosureParameterCount Error "expected a closure of {expected}, found one of {found}" (expected, found);
    E0631 ClosureParameterTypes Error "expected a closure taking `{expected}`, found one taking `{found}`" (expected, found);
    E0720 EndlessOpaque Error "this `impl Trait` contains itself" ();
    E0782 BareTraitObject Error "trait `{name}` used as a type without `dyn`" (name);
    E0790 TraitItemWithoutType Error "cannot tell which impl of `{trait_}` is meant" (trait_);
    V0300 EndlessInstances Error "endless instantiation of `{name}`" (name);
}
