//! Global variables and their initial values.

use crate::module::Codegen;
use crate::raw::{Link, Ty, Val};
use vez_vir::{Global, GlobalInit, Linkage, Module, Reloc};

/// Zeros at the end of a value, from this many on, are not spelled out.
const LONG_TAIL: u64 = 16;

/// How LLVM calls `linkage`. What an object exports, the executable keeps to itself.
pub(crate) fn link(linkage: Linkage) -> Link {
    match linkage {
        Linkage::Internal => Link::Internal,
        Linkage::Export => Link::Hidden,
        Linkage::Shared => Link::Merged,
        Linkage::Import => Link::Import,
    }
}

impl Codegen<'_> {
    /// Declares every global. Its type is that of its initial value, so this comes before [`Codegen::define_globals`].
    pub(crate) fn declare_globals(&mut self, module: &Module) {
        for id in module.global_ids() {
            let global = module.global(id);
            let name = module.str(global.name);
            let value = self.cx.add_global(name, self.global_type(global));
            self.cx.set_align(value, 1 << global.align_log2);
            self.cx.set_link(value, name, link(global.linkage));
            if !global.mutable {
                self.cx.set_constant(value);
            }
            if global.thread_local {
                self.cx.set_thread_local(value);
            }
            if global.unnamed {
                self.cx.set_unnamed(value);
            }
            self.globals.push(value);
        }
    }

    /// Gives every global its initial value; all symbols must be declared.
    pub(crate) fn define_globals(&self, module: &Module) {
        for (global, &value) in module.globals.iter().zip(&self.globals) {
            match &global.init {
                GlobalInit::Import => {}
                GlobalInit::Zero => {
                    self.cx.set_initializer(value, self.cx.null(self.global_type(global)));
                }
                GlobalInit::Data { bytes, relocs } => {
                    let init = self.data(global.size, bytes, relocs);
                    self.cx.set_initializer(value, init);
                }
            }
        }
    }

    fn global_type(&self, global: &Global) -> Ty {
        match &global.init {
            GlobalInit::Import | GlobalInit::Zero => self.bytes_type(global.size),
            GlobalInit::Data { bytes, relocs } => self.data_type(global.size, bytes, relocs),
        }
    }

    pub(crate) fn bytes_type(&self, size: u64) -> Ty {
        self.cx.array(self.cx.int(8), size)
    }

    /// The pieces of a value: bytes, addresses between them, and zeros at the end.
    fn pieces(size: u64, bytes: &[u8], relocs: &[Reloc]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut at = 0;
        let spell = |from: u64, to: u64, pieces: &mut Vec<Piece>| {
            let end = to.min(bytes.len() as u64).max(from);
            let zeros = to - end;
            // A short tail joins its bytes: one array is what LLVM knows best.
            let (end, zeros) = if zeros < LONG_TAIL { (to, 0) } else { (end, zeros) };
            if end > from {
                pieces.push(Piece::Bytes(from, end));
            }
            if zeros > 0 {
                pieces.push(Piece::Zeros(zeros));
            }
        };
        for reloc in relocs {
            spell(at, reloc.offset, &mut pieces);
            pieces.push(Piece::Address(*reloc));
            at = reloc.offset + 8;
        }
        spell(at, size, &mut pieces);
        pieces
    }

    fn data_type(&self, size: u64, bytes: &[u8], relocs: &[Reloc]) -> Ty {
        let types: Vec<Ty> = Self::pieces(size, bytes, relocs)
            .iter()
            .map(|piece| match *piece {
                Piece::Bytes(from, to) => self.bytes_type(to - from),
                Piece::Zeros(len) => self.bytes_type(len),
                Piece::Address(_) => self.cx.ptr(0),
            })
            .collect();
        match types.as_slice() {
            [] => self.bytes_type(0),
            [only] => *only,
            many => self.cx.struct_of(many, true),
        }
    }

    fn data(&self, size: u64, bytes: &[u8], relocs: &[Reloc]) -> Val {
        let values: Vec<Val> = Self::pieces(size, bytes, relocs)
            .iter()
            .map(|piece| match *piece {
                Piece::Bytes(from, to) => {
                    let mut padded = vec![0; (to - from) as usize];
                    let end = (bytes.len() as u64).min(to);
                    if end > from {
                        let given = &bytes[from as usize..end as usize];
                        padded[..given.len()].copy_from_slice(given);
                    }
                    self.cx.const_bytes(&padded)
                }
                Piece::Zeros(len) => self.cx.null(self.bytes_type(len)),
                Piece::Address(reloc) => {
                    self.cx.const_offset(self.symbol(reloc.target), reloc.addend)
                }
            })
            .collect();
        match values.as_slice() {
            [] => self.cx.null(self.bytes_type(0)),
            [only] => *only,
            many => self.cx.const_struct(many, true),
        }
    }
}

/// A part of a global's value.
enum Piece {
    /// From one offset to another; zeros where the bytes have ended.
    Bytes(u64, u64),
    Zeros(u64),
    Address(Reloc),
}
