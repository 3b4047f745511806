//! Raw IR: the text and binary loaders, and the verifier.

super::diagnostics! {
    V0400 VirSyntax Error "malformed IR text: {reason}" (reason);
    V0401 VirBinary Error "malformed IR binary at byte {offset}: {reason}" (offset, reason);
    V0402 VirInvalid Error "invalid IR in `{function}`: {reason}" (function, reason);
}
