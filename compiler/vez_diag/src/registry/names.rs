//! Names, paths, imports, visibility, labels.

super::diagnostics! {
    E0252 DuplicateImport Error "`{name}` imported twice" (name);
    E0255 ImportClashesItem Error "import `{name}` clashes with an item of this module" (name);
    E0261 UndeclaredLifetime Error "undeclared lifetime `{name}`" (name);
    E0262 ReservedLifetime Error "`{name}` cannot name a lifetime parameter" (name);
    E0401 OuterGeneric Error "generic parameter `{name}` belongs to the outer item" (name);
    E0404 NotATrait Error "`{name}` is {found}, not a trait" (name, found);
    E0405 UnknownTrait Error "no trait `{name}` in scope" (name);
    E0411 SelfTypeOutside Error "`Self` outside of an impl, trait or type definition" ();
    E0422 UnknownStruct Error "no struct, variant or union `{name}` in scope" (name);
    E0423 WrongNamespaceValue Error "`{name}` is {found}, not a value" (name, found);
    E0424 SelfWithoutReceiver Error "`self` in a function without a `self` parameter" ();
    E0425 UnknownName Error "no {what} `{name}` in scope" (name, what);
    E0426 UndeclaredLabel Error "undeclared label `{name}`" (name);
    E0429 SelfImportAlone Error "`self` import outside of braces" ();
    E0432 UnresolvedImport Error "unresolved import `{path}`" (path);
    E0433 UnresolvedPath Error "no {what} `{name}` here" (name, what);
    E0434 CaptureInFn Error "function cannot use the local variable `{name}` around it" (name);
    E0435 LocalInConst Error "local variable `{name}` in a constant expression" (name);
    E0451 PrivateConstructorField Error "field `{field}` of `{ty}` is private" (field, ty);
    E0573 WrongNamespaceType Error "`{name}` is {found}, not a type" (name, found);
    E0574 WrongNamespaceStruct Error "`{name}` is {found}, not a struct, variant or union" (name, found);
    E0576 UnknownAssocItem Error "no associated item `{name}` in `{trait_}`" (name, trait_);
    E0603 PrivateItem Error "{what} `{name}` is private" (name, what);
    E0616 PrivateField Error "field `{field}` of `{ty}` is private" (field, ty);
    E0624 PrivateMethod Error "method `{name}` is private" (name);
    E0659 AmbiguousName Error "`{name}` is ambiguous" (name);
    E0742 VisibilityNotAncestor Error "visibility can be limited to enclosing modules only" ();
    E0767 UnreachableLabel Error "label `{name}` is outside of this closure or async block" (name);
}
