//! Constants, statics, discriminants, const evaluation.

super::diagnostics! {
    E0015 NonConstCall Error "call of `{name}` in a constant: it is no `const fn`" (name);
    E0080 ConstEvalFailed Error "constant evaluation failed: {reason}" (reason);
    E0081 DuplicateDiscriminant Error "discriminant `{value}` given twice" (value);
    E0370 DiscriminantOverflow Error "discriminant overflows after `{value}`" (value);
    E0492 CellBorrowInConst Error "{what} borrows `{ty}`, which can change inside" (what, ty);
    E0493 DropInConst Error "a value of `{ty}` would be dropped while a constant is computed" (ty);
    E0764 MutBorrowInConst Error "{what} holds a mutable reference" (what);
    E0770 ParamTypeDependsOnParam Error "type of a const parameter depends on another parameter" ();
    V0309 KnownPanic Error "this operation panics whenever it runs" ();
    V0310 KnownOverflow Error "this arithmetic operation overflows whenever it runs" ();
    V0308 GenericInConst Error "generic parameter `{name}` in a constant expression of a type" (name);
    V0307 BadConstParamType Error "`{ty}` cannot be the type of a const parameter" (ty);
    V0303 LiteralOutOfRange Error "literal `{literal}` out of range for `{ty}`" (literal, ty);
}
