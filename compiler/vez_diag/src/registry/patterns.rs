//! Patterns and exhaustiveness.

super::diagnostics! {
    E0004 NonExhaustive Error "{patterns} not covered" (patterns);
    E0005 RefutablePattern Error "refutable pattern in {place}: {patterns} not covered" (place, patterns);
    E0023 PatternFieldCount Error "pattern has {found}, `{name}` has {expected}" (name, expected, found);
    E0025 PatternFieldTwice Error "field `{field}` bound twice in the pattern" (field);
    E0026 NoSuchPatternField Error "no field `{field}` in `{name}`" (field, name);
    E0027 PatternLacksFields Error "pattern does not mention {fields}" (fields);
    E0029 BadRangePattern Error "range pattern of `{ty}`: only numbers and `char` have ranges" (ty);
    E0030 EmptyRangePattern Error "empty range pattern" ();
    E0158 GenericPattern Error "`{name}` in a pattern depends on a generic parameter" (name);
    E0164 NotATuplePattern Error "`{name}` is {found}, not a tuple struct or variant" (name, found);
    E0170 BindingNamedAsVariant Error "binding `{name}` has the name of a variant of `{ty}`" (name, ty);
    E0408 UnevenOrPattern Error "`{name}` is not bound in every alternative" (name);
    E0416 BoundTwice Error "`{name}` bound twice in the pattern" (name);
    E0409 UnevenBindingMode Error "`{name}` is bound in different ways by the alternatives" (name);
    E0527 ArrayPatternLength Error "pattern of {found} for an array of {expected}" (expected, found);
    E0528 ArrayPatternTooLong Error "pattern of at least {found} for an array of {expected}" (expected, found);
    E0529 NotAnArrayPattern Error "slice pattern for `{ty}`" (ty);
    E0530 ShadowsItem Error "{binding} `{name}` has the name of {found}" (binding, name, found);
    E0531 UnknownTuplePattern Error "no tuple struct or variant `{name}` in scope" (name);
    E0532 WrongPatternKind Error "`{name}` is {found}, expected {expected}" (name, found, expected);
    E0533 NotAPattern Error "`{name}` is {found}, expected {expected}" (name, found, expected);
    E0579 EmptyHalfOpenRange Error "empty range pattern: its start is not below its end" ();
    E0769 TupleVariantAsStruct Error "tuple variant `{name}` written like a struct" (name);
    V0302 PatternsTooComplex Error "patterns too complex to check for exhaustiveness" ();
    V0311 NonStructuralConstant Error "constant in a pattern holds a `{ty}`, whose equality is not derived" (ty);
    V0031 UnreachablePattern Warning "unreachable pattern" ();
    V0032 UnreachableCode Warning "unreachable {what}" (what);
}
