//! Limits on size. Loaders and the verifier hold every module to them, so that nothing hostile can make a
//! consumer allocate without bound.

/// Instructions, values or pool words of one body.
pub const MAX_BODY: usize = 1 << 24;
/// Blocks of one body.
pub const MAX_BLOCKS: usize = 1 << 22;
/// Functions or globals of a module.
pub const MAX_SYMBOLS: usize = 1 << 22;
/// Parameters or results of a signature, arguments of a call or an edge.
pub const MAX_LIST: usize = 1 << 14;
/// Bytes of a symbol name or file name.
pub const MAX_NAME: usize = 1 << 16;
/// Bytes of a global or of a slot.
pub const MAX_OBJECT: u64 = 1 << 40;
/// log2 of the largest alignment.
pub const MAX_ALIGN_LOG2: u8 = 16;
/// Bytes of source text.
pub const MAX_TEXT: usize = 1 << 30;
