//! The compiler itself: what it cannot do, files, limits, output.

super::diagnostics! {
    V0001 NotSupported Error "not supported yet: {what}" (what);
    V0002 NestingTooDeep Error "{what} nested more than {limit} levels deep" (what, limit);
    V0003 FileTooLarge Error "`{path}` is too large: more than {limit} {unit}" (path, limit, unit);
    V0004 UnreadableFile Error "cannot read `{path}`: {reason}" (path, reason);
    V0005 NotUtf8 Error "`{path}` is not UTF-8: invalid byte at offset {offset}" (path, offset);
    V0006 UnknownAttribute Error "no attribute `{name}`" (name);
    E0539 MalformedAttribute Error "malformed `{name}` attribute: {reason}" (name, reason);
    V0009 BadManifest Error "`{path}` is not a package manifest: {reason}" (path, reason);
    V0010 CyclicModule Error "module `{module}` includes its own file" (module);
    V0011 CannotWrite Error "cannot write `{path}`: {reason}" (path, reason);
    V0012 LinkFailed Error "cannot link `{output}`: {reason}" (output, reason);
    V0013 BackendFailed Error "the {backend} back end failed: {reason}" (backend, reason);
    V0014 TwoModuleFiles Error "module `{module}` has two files: `{first}` and `{second}`" (module, first, second);
    V0016 MissingLangItem Error "the standard library lacks `{name}`" (name);
    V0017 MisplacedAttribute Error "`{name}` does not apply to {what}" (name, what);
    V0020 UnknownMacro Error "no macro `{name}` in scope" (name);
    V0021 BadMacroInput Error "`{name}!` expects {expected}" (name, expected);
    V0022 UserError Error "{message}" (message);
    V0900 InternalError Error "internal compiler error: {what}" (what);
}
