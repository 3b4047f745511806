//! MIR -> VIR: layouts, instances, drop glue, vtables, constants.
//!
//! The only place where generic bodies meet concrete types. Knows no back end.

mod abi;
mod callee;
mod consts;
mod cx;
mod evaluating;
mod facts;
mod func;
mod glue;
mod growth;
mod instance;
mod layout;
mod names;
mod unique;
mod vtable;

pub use consts::ConstKey;
pub use cx::{Library, Options};
pub use layout::{Abi, Layout, LayoutError, Layouts, Shape};

use cx::Cx;
use instance::FnKey;
use vez_base::{DefId, Span};
use vez_db::Db;
use vez_types::{GenericArgs, Ty};
use vez_vir::Module;

/// Why a program has no VIR.
#[derive(Clone, Debug, PartialEq)]
pub enum LowerError {
    Layout(LayoutError),
    /// A constant that panics or overflows.
    ConstFailed {
        key: ConstKey,
        message: String,
    },
    /// A constant that needs itself.
    ConstCycle(ConstKey),
    /// Instances keep growing: the function being instantiated.
    TooManyInstances(DefId),
    TransmuteSize {
        from: u64,
        to: u64,
    },
    /// A bug of the compiler.
    Internal(String),
    /// Where an error inside a function came from.
    In {
        def: DefId,
        span: Span,
        error: Box<LowerError>,
    },
}

impl From<LayoutError> for LowerError {
    fn from(error: LayoutError) -> LowerError {
        LowerError::Layout(error)
    }
}

/// Told of functions whose MIR will be needed, so that another thread can begin with it.
pub type Prefetch<'a> = &'a dyn Fn(DefId);

/// The VIR of an executable: the user's main function, everything it reaches, and the process's entry.
pub fn lower_program(
    db: &dyn Db,
    main: DefId,
    options: Options<'_>,
    prefetch: Prefetch<'_>,
) -> Result<Module, LowerError> {
    let mut module = Module::new(main.name().as_str());
    let mut cx = Cx::new(db, options).with_prefetch(prefetch);
    cx.func(&mut module, FnKey::Entry(main))?;
    cx.lower_queue(&mut module)?;
    Ok(module)
}

/// The VIR of a test executable: it runs the test named by its first argument.
pub fn lower_tests(
    db: &dyn Db,
    tests: &[(String, DefId)],
    options: Options<'_>,
    prefetch: Prefetch<'_>,
) -> Result<Module, LowerError> {
    let mut module = Module::new("tests");
    let mut cx = Cx::new(db, options).with_prefetch(prefetch);
    cx.func(&mut module, FnKey::TestEntry(tests.to_vec()))?;
    cx.lower_queue(&mut module)?;
    Ok(module)
}

/// The value of a scalar constant, as bits.
pub fn eval_scalar(db: &dyn Db, def: DefId, args: GenericArgs) -> Result<u128, LowerError> {
    let mut cx = Cx::new(db, Options::CONST);
    let key = cx.const_item(def, args)?;
    let value = evaluating::once(&key, || cx.const_value(&key))?;
    let mut bits = [0; 16];
    let len = value.bytes.len().min(16);
    bits[..len].copy_from_slice(&value.bytes[..len]);
    Ok(u128::from_le_bytes(bits))
}

/// The size and alignment of a monomorphic type.
pub fn size_and_align(db: &dyn Db, ty: Ty) -> Result<(u64, u64), LowerError> {
    let layout = Layouts::new(db).of(ty)?;
    Ok((layout.size, layout.align))
}
