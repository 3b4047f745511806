//! Moves, mutability, loans, regions.

super::diagnostics! {
    E0161 UnsizedMove Error "move of a value of type `{ty}`, which may have any size" (ty);
    E0309 ParamOutlives Error "`{param}` may not live long enough for `{region}`" (param, region);
    E0310 ParamOutlivesStatic Error "`{param}` may not live long enough for `{region}`" (param, region);
    E0373 ClosureMayOutlive Error "closure may outlive `{name}`, which it borrows" (name);
    E0381 UseOfUninit Error "use of `{place}`, which {state} initialised" (place, state);
    E0382 UseAfterMove Error "{use_} of moved value `{place}`" (use_, place);
    E0384 AssignTwice Error "second assignment to immutable {what} `{place}`" (what, place);
    E0491 ReferenceOutlivesData Error "reference for `{reference}` to what lives only for `{data}`" (reference, data);
    E0499 TwoMutBorrows Error "second mutable borrow of `{place}`" (place);
    E0500 ClosureNeedsUnique Error "closure needs unique access to `{place}` while it is borrowed" (place);
    E0501 BorrowWhileUnique Error "borrow of `{place}` while a closure has unique access to it" (place);
    E0502 ConflictingBorrow Error "{new} borrow of `{place}` while it is borrowed as {old}" (place, new, old);
    E0503 UseWhileMutBorrowed Error "use of `{place}` while it is mutably borrowed" (place);
    E0505 MoveWhileBorrowed Error "move out of `{place}` while it is borrowed" (place);
    E0506 AssignWhileBorrowed Error "assignment to `{place}` while it is borrowed" (place);
    E0507 MoveOutOfBorrow Error "cannot move out of `{place}`, which is {why}" (place, why);
    E0508 MoveOutOfArray Error "cannot move out of `{ty}`, a non-copy {kind}" (ty, kind);
    E0509 MoveOutOfDrop Error "cannot move out of `{ty}`, which implements `Drop`" (ty);
    E0510 ChangeInGuard Error "cannot {what} `{place}` in a guard of the `match` that looks at it" (what, place);
    E0515 ReturnsLocalRef Error "cannot return {what}, which refers to {owner}" (what, owner);
    E0521 DataEscapes Error "borrowed data escapes {scope}" (scope);
    E0594 AssignImmutable Error "cannot assign to `{place}`, {why}" (place, why);
    E0596 BorrowImmutable Error "cannot borrow `{place}` as mutable, {why}" (place, why);
    E0597 DoesNotLiveLongEnough Error "`{place}` does not live long enough" (place);
    E0621 LifetimeNeeded Error "explicit lifetime needed in the type of `{name}`" (name);
    E0700 HiddenLifetime Error "the type behind `impl Trait` holds `{region}`, which its bounds do not name" (region);
    E0713 BorrowedContentDropped Error "borrow of content of `{place}` while its destructor may run" (place);
    E0716 TemporaryDropped Error "temporary value dropped while borrowed" ();
    V0312 NotGeneralEnough Error "implementation of `{trait_}` is not general enough" (trait_);
    V0306 LifetimeMayNotOutlive Error "lifetime may not live long enough" ();
}
