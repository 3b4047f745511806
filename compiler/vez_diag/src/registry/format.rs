//! Format strings.

super::diagnostics! {
    V0200 FormatNotLiteral Error "format string must be a literal" ();
    V0201 BadFormatString Error "invalid format string: {reason}" (reason);
    V0202 MissingFormatArgument Error "{found} for {expected} in the format string" (expected, found);
    V0203 UnusedFormatArgument Error "argument never used by the format string" ();
    V0204 UnknownFormatTrait Error "no format `{spec}`" (spec);
    V0206 DuplicateFormatArgument Error "format argument `{name}` given twice" (name);
    V0207 PositionalAfterNamed Error "positional format argument after a named one" ();
}
