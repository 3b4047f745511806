//! Raw IR: the text and binary loaders, and the verifier.

super::diagnostics! {
    V0400 VirSyntax Error "malformed IR text: {reason}" (reason);
    V0401 VirBinary Error "malformed IR binary at byte {offset}: {reason}" (offset, reason);
    V0402 VirInvalid Error "invalid IR in `{function}`: {reason}" (function, reason);
    V0403 VirLimit Error "IR exceeds a limit: {reason}" (reason);
    V0404 VirVersion Error "IR of version {found}, this compiler reads {expected}" (found, expected);
    V0405 VirUnresolved Error "IR refers to unknown `{name}`" (name);
}
