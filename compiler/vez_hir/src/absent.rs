//! Names of Rust's library that VeZ's does not have yet: who uses one is told so, and not that it was misspelt.

use vez_base::{DefId, DefKind, Name};
use vez_db::Db;

/// Public names by module, as Rust's documentation lists them. A module that is not there at all stands for all that is in it.
const NAMES: &[(&str, &str)] = &[
    ("std", "arch net primitive task"),
    ("std::alloc", "GlobalAlloc System realloc"),
    ("std::backtrace", "Backtrace BacktraceStatus"),
    (
        "std::env",
        "Vars consts current_dir current_exe home_dir join_paths remove_var \
         set_current_dir set_var split_paths vars vars_os",
    ),
    ("std::ffi", "CStr CString c_char c_double c_int c_long c_uint c_void"),
    (
        "std::fs",
        "DirBuilder DirEntry FileTimes FileType Metadata Permissions ReadDir canonicalize \
         copy create_dir_all hard_link metadata read_dir read_link remove_dir remove_dir_all \
         rename set_permissions soft_link symlink_metadata",
    ),
    ("std::future", "Future IntoFuture Pending Ready pending poll_fn ready"),
    ("std::io", "PipeReader PipeWriter WriterPanicked pipe"),
    ("std::marker", "PhantomPinned"),
    ("std::mem", "offset_of"),
    ("std::ops", "AsyncFn AsyncFnMut AsyncFnOnce"),
    (
        "std::panic",
        "AssertUnwindSafe PanicHookInfo RefUnwindSafe UnwindSafe catch_unwind panic_any \
         resume_unwind set_hook take_hook",
    ),
    ("std::os", "fd linux raw"),
    ("std::os::unix", "fs io net prelude process thread"),
    ("std::path", "Prefix absolute"),
    ("std::pin", "Pin pin"),
    (
        "std::process",
        "Child ChildStderr ChildStdin ChildStdout Command CommandArgs ExitStatus Output Stdio",
    ),
    ("std::ptr", "addr_of addr_of_mut fn_addr_eq read_volatile write_volatile"),
    ("std::sync", "Barrier BarrierWaitResult Condvar WaitTimeoutResult mpsc"),
    (
        "std::thread",
        "AccessError Builder JoinHandle LocalKey Scope ScopedJoinHandle Thread ThreadId \
         available_parallelism current panicking park park_timeout scope spawn",
    ),
];

/// Macros, by their last segment.
const MACROS: &[&str] = &[
    "addr_of",
    "addr_of_mut",
    "asm",
    "env",
    "global_asm",
    "include",
    "include_bytes",
    "include_str",
    "is_x86_feature_detected",
    "offset_of",
    "option_env",
    "pin",
    "thread_local",
];

/// The path in Rust of what a module of the library does not have yet.
pub(crate) fn in_module(db: &dyn Db, module: DefId, name: Name) -> Option<String> {
    let crate_ = crate::crate_of(db, module);
    if module.kind() != DefKind::Mod || !db.crates()[crate_.0 as usize].is_stdlib {
        return None;
    }
    // `core` and `alloc` are seen through `std`.
    let path = module.path();
    let path = match path.split_once("::") {
        Some((_, inside)) => format!("std::{inside}"),
        None => "std".to_owned(),
    };
    let (_, names) = NAMES.iter().find(|(of, _)| *of == path)?;
    let known = names.split_ascii_whitespace().any(|known| known == name.as_str());
    known.then(|| format!("`{path}::{name}`"))
}

/// Whether Rust has a macro of this name.
pub(crate) fn is_macro(name: Name) -> bool {
    MACROS.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Res, Visibility};
    use crate::scope::{Ns, lookup_in};
    use vez_db::{CrateId, Database};

    #[test]
    fn nothing_is_listed_that_the_library_has() {
        let db = Database::new(std::sync::Arc::new(vez_db::MemorySystem::default()));
        for (path, names) in NAMES {
            let mut module = Some(crate::crate_root(&db, CrateId::STD));
            for segment in path.split("::").skip(1) {
                module = module.and_then(|module| {
                    let res = Res::Def(module);
                    let found = lookup_in(&db, res, Name::new(segment), Ns::Types)?;
                    let Res::Def(def) = found.res else { return None };
                    Some(def)
                });
            }
            let Some(module) = module else { continue };
            for name in names.split_ascii_whitespace() {
                for ns in [Ns::Types, Ns::Values] {
                    let found = lookup_in(&db, Res::Def(module), Name::new(name), ns);
                    let public = found.is_some_and(|found| found.vis == Visibility::Public);
                    assert!(!public, "{path}::{name} is there");
                }
            }
        }
    }
}
