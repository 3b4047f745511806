//! Lexical and syntax errors, and habits from other languages.

super::diagnostics! {
    V0100 UnexpectedToken Error "expected {expected}, found {found}" (expected, found);
    V0101 MissingToken Error "missing {token}" (token);
    V0102 UnclosedDelimiter Error "unclosed `{open}`" (open);
    V0103 UnmatchedDelimiter Error "unmatched `{close}`" (close);
    V0104 MismatchedDelimiter Error "`{open}` closed by `{close}`" (open, close);
    V0105 UnknownCharacter Error "unknown character {character}" (character);
    V0106 BadEscape Error "bad escape in a literal: {reason}" (reason);
    V0107 BadNumber Error "malformed number: {reason}" (reason);
    V0108 BadLiteralSuffix Error "`{suffix}` is no suffix of {literal}" (suffix, literal);
    V0109 BadCharacterLiteral Error "{reason}" (reason);
    V0110 ForeignHabit Error "`{found}` is not VeZ" (found);
    V0111 ReservedKeyword Error "`{keyword}` is a keyword, not a name" (keyword);
    V0112 ChainedComparison Error "comparisons cannot be chained" ();
    E0585 MisplacedDocComment Error "doc comment documents nothing" ();
    V0114 MisplacedModifier Error "`{modifier}` has no place here" (modifier);
    V0115 StructLiteralInCondition Error "struct literal in a condition needs parentheses" ();
    V0116 MissingBody Error "{what} without a body" (what);
    V0117 SurplusBody Error "{what} cannot have a body" (what);
    V0118 AmbiguousOperators Error "`{first}` and `{second}` need parentheses between them" (first, second);
    V0119 MissingCondition Error "missing condition of `{keyword}`" (keyword);
    V0120 MissingConstType Error "missing type of {what}" (what);
    V0122 LateLifetimeParam Error "lifetime parameter `{name}` after a type or constant" (name);
    V0121 TextDirection Error "{character} changes the direction in which text is shown" (character);
    E0748 UnterminatedRawString Error "raw string without its closing `{closing}`" (closing);
    E0586 RangeWithoutEnd Error "inclusive range without an end" ();
    E0758 UnterminatedComment Error "block comment without its closing `*/`" ();
    E0762 UnterminatedChar Error "character literal without its closing quote" ();
    E0763 UnterminatedByte Error "byte literal without its closing quote" ();
    E0765 UnterminatedString Error "string without its closing quote" ();
    E0766 UnterminatedByteString Error "byte string without its closing quote" ();
    E0768 NoDigits Error "number without digits after its `{prefix}`" (prefix);
}
