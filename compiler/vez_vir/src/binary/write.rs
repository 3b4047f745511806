//! Modules to bytes.

use super::words::encode;
use super::{MAGIC, VERSION};
use crate::data::{Body, Function, Global, GlobalInit, Loc, Module, Param};
use crate::inst::Symbol;

/// The bytes of `module`. Equal modules give equal bytes.
pub fn write_binary(module: &Module) -> Vec<u8> {
    let mut w = Writer { out: Vec::new() };
    w.out.extend_from_slice(&MAGIC);
    w.u32(VERSION);
    w.bytes(module.name.as_bytes());
    w.len(module.strings.len());
    module.strings.iter().for_each(|text| w.bytes(text.as_bytes()));
    w.len(module.files.len());
    module.files.iter().for_each(|file| w.u32(file.0));
    w.len(module.ranges.len());
    for range in &module.ranges {
        w.u128(range.low);
        w.u128(range.high);
    }
    w.len(module.sigs.len());
    for sig in &module.sigs {
        w.u32(sig.conv as u32 | u32::from(sig.variadic) << 8);
        w.len(sig.params.len());
        w.len(sig.results.len());
        sig.params.iter().chain(&sig.results).for_each(|param| w.param(param));
    }
    w.len(module.globals.len());
    module.globals.iter().for_each(|global| w.global(global));
    w.len(module.functions.len());
    module.functions.iter().for_each(|function| w.function(function));
    module.functions.iter().filter_map(|f| f.body.as_ref()).for_each(|body| w.body(body));
    w.out
}

struct Writer {
    out: Vec<u8>,
}

impl Writer {
    fn u32(&mut self, value: u32) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    fn u64(&mut self, value: u64) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    fn u128(&mut self, value: u128) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    fn len(&mut self, len: usize) {
        self.u32(u32::try_from(len).expect("limits keep tables below 2^32"));
    }

    /// A length and bytes, padded to whole words.
    fn bytes(&mut self, bytes: &[u8]) {
        self.len(bytes.len());
        self.out.extend_from_slice(bytes);
        self.out.resize(self.out.len().next_multiple_of(4), 0);
    }

    fn param(&mut self, param: &Param) {
        self.u32(u32::from(param.ty.to_raw()) | u32::from(param.flags.0) << 16);
        self.u32(param.align_log2.into());
        self.u64(param.dereferenceable);
        self.u32(param.range.0);
    }

    fn global(&mut self, global: &Global) {
        self.u32(global.name.0);
        let kind: u32 = match global.init {
            GlobalInit::Import => 0,
            GlobalInit::Zero => 1,
            GlobalInit::Data { .. } => 2,
        };
        let flags = u32::from(global.mutable)
            | u32::from(global.thread_local) << 1
            | u32::from(global.unnamed) << 2;
        let linkage = global.linkage as u32;
        self.u32(kind | linkage << 8 | u32::from(global.align_log2) << 16 | flags << 24);
        self.u64(global.size);
        if let GlobalInit::Data { bytes, relocs } = &global.init {
            self.bytes(bytes);
            self.len(relocs.len());
            for reloc in relocs {
                self.u64(reloc.offset);
                let (kind, id) = match reloc.target {
                    Symbol::Func(func) => (0, func.0),
                    Symbol::Global(global) => (1, global.0),
                };
                self.u32(kind);
                self.u32(id);
                self.u64(reloc.addend as u64);
            }
        }
    }

    fn function(&mut self, function: &Function) {
        self.u32(function.name.0);
        self.u32(function.source_name.0);
        self.u32(function.sig.0);
        self.u32(function.attrs.0);
        let (has_body, has_loc) = (function.body.is_some(), function.loc.is_some());
        self.u32(function.linkage as u32 | u32::from(has_body) << 8 | u32::from(has_loc) << 9);
        if let Some(loc) = function.loc {
            self.loc(loc);
        }
    }

    fn loc(&mut self, loc: Loc) {
        [loc.file.0, loc.line, loc.col].into_iter().for_each(|word| self.u32(word));
    }

    fn body(&mut self, body: &Body) {
        self.len(body.blocks.len());
        self.len(body.insts.len());
        self.len(body.value_types.len());
        self.len(body.slots.len());
        self.len(body.pool.words().len());
        self.len(body.locs.len());
        for block in &body.blocks {
            let words = [block.first_param, block.params, block.first_inst, block.insts];
            words.into_iter().for_each(|word| self.u32(word));
        }
        for inst in &body.insts {
            encode(inst).into_iter().for_each(|word| self.u32(word));
        }
        body.first_result.iter().for_each(|value| self.u32(value.0));
        body.inst_locs.iter().for_each(|loc| self.u32(loc.0));
        for ty in &body.value_types {
            self.out.extend_from_slice(&ty.to_raw().to_le_bytes());
        }
        self.out.resize(self.out.len().next_multiple_of(4), 0);
        for slot in &body.slots {
            self.u64(slot.size);
            self.u32(slot.align_log2.into());
        }
        body.pool.words().iter().for_each(|word| self.u32(word.0));
        body.locs.iter().for_each(|&loc| self.loc(loc));
    }
}
