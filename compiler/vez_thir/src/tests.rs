//! Bodies checked against small libraries in memory.
