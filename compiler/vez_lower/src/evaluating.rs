//! The constants that are being evaluated on this thread, each in a context of its own: types ask for constants, whose
//! bodies have types. A constant that comes to need itself on that way is found here.

use crate::LowerError;
use crate::consts::ConstKey;
use std::cell::RefCell;

thread_local! {
    static OPEN: RefCell<Vec<Open>> = const { RefCell::new(Vec::new()) };
}

struct Open {
    key: ConstKey,
    /// Something inside its evaluation asked for it.
    is_cyclic: bool,
}

/// Evaluates a constant; an error where its evaluation asks for it again, both there and here.
pub fn once<T>(
    key: &ConstKey,
    evaluate: impl FnOnce() -> Result<T, LowerError>,
) -> Result<T, LowerError> {
    if ask(key) {
        return Err(LowerError::ConstCycle(key.clone()));
    }
    OPEN.with_borrow_mut(|open| open.push(Open { key: key.clone(), is_cyclic: false }));
    let value = evaluate();
    let open = OPEN.with_borrow_mut(Vec::pop);
    if open.is_some_and(|open| open.is_cyclic) {
        return Err(LowerError::ConstCycle(key.clone()));
    }
    value
}

/// Whether a constant is open; if so, it is cyclic.
fn ask(key: &ConstKey) -> bool {
    OPEN.with_borrow_mut(|open| match open.iter_mut().find(|open| open.key == *key) {
        Some(found) => {
            found.is_cyclic = true;
            true
        }
        None => false,
    })
}
