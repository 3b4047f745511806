//! (see module docs)
