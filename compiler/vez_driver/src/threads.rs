//! The threads that compile.

use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::LazyLock;

/// The stack of a thread that compiles: recursion over trees at the depth limit fits with room to spare. Only what is used
/// takes memory.
pub const STACK_BYTES: usize = 256 << 20;

/// One thread a core, started when first asked for.
pub fn pool() -> &'static ThreadPool {
    static POOL: LazyLock<ThreadPool> = LazyLock::new(|| {
        let threads = ThreadPoolBuilder::new().stack_size(STACK_BYTES).build();
        threads.expect("the system can start threads")
    });
    &POOL
}
