//! Bytes to modules.
//!
//! Every count is checked against the bytes that are left before a table is made, so memory stays proportional to the file.

use super::words::decode;
use super::{BinaryError, MAGIC, VERSION};
use crate::data::{
    BlockData, Body, Conv, Function, Global, GlobalInit, Linkage, Loc, Module, Param, Reloc,
    Signature, Slot, ValueRange,
};
use crate::ids::{FileId, FuncId, GlobalId, LocId, RangeId, SigId, Strings, Sym, Value};
use crate::inst::Symbol;
use crate::ops::{FactFlags, FuncAttrs};
use crate::pool::Pool;
use crate::ty::Type;

type Result<T> = std::result::Result<T, BinaryError>;

/// Reads a module. It is not verified; see [`super::load_binary`].
pub fn read_binary(bytes: &[u8]) -> Result<Module> {
    let mut r = Reader { bytes, at: 0 };
    if r.take(4)? != MAGIC {
        return r.fail("this is not binary VIR");
    }
    if r.u32()? != VERSION {
        return r.fail("this version is not known");
    }
    let mut module = Module { name: r.text()?.to_owned(), ..Module::default() };
    module.strings = r.strings()?;
    module.files = r.table(4, |r| Ok(Sym(r.u32()?)))?;
    module.ranges = r.table(32, |r| Ok(ValueRange { low: r.u128()?, high: r.u128()? }))?;
    module.sigs = r.table(12, Reader::signature)?;
    module.globals = r.table(16, Reader::global)?;
    let functions = r.table(20, Reader::function)?;
    for (mut function, has_body) in functions {
        function.body = if has_body { Some(r.body()?) } else { None };
        module.functions.push(function);
    }
    if r.at != bytes.len() {
        return r.fail("bytes follow the module");
    }
    fill_lookups(&mut module);
    Ok(module)
}

/// The tables that find ids by content.
fn fill_lookups(module: &mut Module) {
    let sigs = module.sigs.iter().enumerate();
    module.sig_lookup = sigs.map(|(i, sig)| (sig.clone(), SigId::new(i))).collect();
    let ranges = module.ranges.iter().enumerate();
    module.range_lookup = ranges.map(|(i, &range)| (range, RangeId::new(i))).collect();
    let functions = module.functions.iter().enumerate();
    let globals = module.globals.iter().enumerate();
    module.symbol_lookup = functions
        .map(|(i, f)| (f.name, Symbol::Func(FuncId::new(i))))
        .chain(globals.map(|(i, g)| (g.name, Symbol::Global(GlobalId::new(i)))))
        .collect();
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    fn fail<T>(&self, message: &'static str) -> Result<T> {
        Err(BinaryError { offset: self.at, message })
    }

    fn take(&mut self, len: usize) -> Result<&'b [u8]> {
        match self.bytes[self.at..].get(..len) {
            Some(taken) => {
                self.at += len;
                Ok(taken)
            }
            None => self.fail("the file ends too early"),
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        Ok(self.take(N)?.try_into().expect("as many bytes as asked for"))
    }

    fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn u128(&mut self) -> Result<u128> {
        Ok(u128::from_le_bytes(self.array()?))
    }

    /// A count of things that take `least` bytes each.
    fn count(&mut self, least: usize) -> Result<usize> {
        let count = self.u32()? as usize;
        if count.saturating_mul(least) > self.bytes.len() - self.at {
            return self.fail("a table is longer than the file");
        }
        Ok(count)
    }

    fn table<T>(&mut self, least: usize, item: fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let count = self.count(least)?;
        self.items(count, item)
    }

    fn items<T>(&mut self, count: usize, item: fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        (0..count).map(|_| item(self)).collect()
    }

    fn padding(&mut self) -> Result<()> {
        let padding = self.at.next_multiple_of(4) - self.at;
        match self.take(padding)?.iter().all(|&byte| byte == 0) {
            true => Ok(()),
            false => self.fail("padding is not zero"),
        }
    }

    fn data(&mut self) -> Result<&'b [u8]> {
        let len = self.count(1)?;
        let data = self.take(len)?;
        self.padding()?;
        Ok(data)
    }

    fn text(&mut self) -> Result<&'b str> {
        let bytes = self.data()?;
        std::str::from_utf8(bytes)
            .map_err(|_| BinaryError { offset: self.at, message: "a string is not UTF-8" })
    }

    fn strings(&mut self) -> Result<Strings> {
        let mut strings = Strings::default();
        for number in 0..self.count(4)? {
            let text = self.text()?;
            if strings.intern(text).index() != number {
                return self.fail("a string appears twice");
            }
        }
        Ok(strings)
    }

    fn ty(&mut self, raw: u16) -> Result<Type> {
        Type::from_raw(raw).ok_or(BinaryError { offset: self.at, message: "a type is not known" })
    }

    fn flag(&mut self, bit: u32) -> Result<bool> {
        match bit {
            0 => Ok(false),
            1 => Ok(true),
            _ => self.fail("a flag is not known"),
        }
    }

    fn linkage(&mut self, raw: u32) -> Result<Linkage> {
        let found = Linkage::ALL.get(raw as usize).copied();
        found.ok_or(BinaryError { offset: self.at, message: "a linkage is not known" })
    }

    fn small(&mut self, word: u32) -> Result<u8> {
        u8::try_from(word)
            .map_err(|_| BinaryError { offset: self.at, message: "a number is too large" })
    }

    fn param(&mut self) -> Result<Param> {
        let head = self.u32()?;
        let ty = self.ty(head as u16)?;
        let align = self.u32()?;
        Ok(Param {
            ty,
            flags: FactFlags((head >> 16) as u16),
            align_log2: self.small(align)?,
            dereferenceable: self.u64()?,
            range: RangeId(self.u32()?),
        })
    }

    fn signature(&mut self) -> Result<Signature> {
        let head = self.u32()?;
        let Some(&conv) = Conv::ALL.get((head & 0xff) as usize) else {
            return self.fail("a convention is not known");
        };
        let variadic = self.flag(head >> 8)?;
        const PARAM_BYTES: usize = 20;
        let (params, results) = (self.u32()? as usize, self.u32()? as usize);
        if params.saturating_add(results).saturating_mul(PARAM_BYTES) > self.bytes.len() - self.at {
            return self.fail("a table is longer than the file");
        }
        let params = self.items(params, Reader::param)?;
        Ok(Signature { params, results: self.items(results, Reader::param)?, conv, variadic })
    }

    fn global(&mut self) -> Result<Global> {
        let name = Sym(self.u32()?);
        let head = self.u32()?;
        let linkage = self.linkage(head >> 8 & 0xff)?;
        let size = self.u64()?;
        if head >> 27 != 0 {
            return self.fail("a flag is not known");
        }
        let init = match head & 0xff {
            0 => GlobalInit::Import,
            1 => GlobalInit::Zero,
            2 => {
                let bytes = self.data()?.to_vec();
                GlobalInit::Data { bytes, relocs: self.table(24, Reader::reloc)? }
            }
            _ => return self.fail("a value is not known"),
        };
        Ok(Global {
            name,
            linkage,
            size,
            align_log2: (head >> 16) as u8,
            mutable: head >> 24 & 1 != 0,
            thread_local: head >> 25 & 1 != 0,
            unnamed: head >> 26 & 1 != 0,
            init,
        })
    }

    fn reloc(&mut self) -> Result<Reloc> {
        let offset = self.u64()?;
        let (kind, id) = (self.u32()?, self.u32()?);
        let target = match kind {
            0 => Symbol::Func(FuncId(id)),
            1 => Symbol::Global(GlobalId(id)),
            _ => return self.fail("a symbol is not known"),
        };
        Ok(Reloc { offset, target, addend: self.u64()? as i64 })
    }

    /// A function, and whether a body follows later.
    fn function(&mut self) -> Result<(Function, bool)> {
        let (name, source_name) = (Sym(self.u32()?), Sym(self.u32()?));
        let sig = SigId(self.u32()?);
        let attrs = FuncAttrs(self.u32()?);
        let head = self.u32()?;
        let linkage = self.linkage(head & 0xff)?;
        let has_body = head >> 8 & 1 != 0;
        let loc = match self.flag(head >> 9)? {
            true => Some(self.loc()?),
            false => None,
        };
        Ok((Function { name, source_name, sig, linkage, attrs, loc, body: None }, has_body))
    }

    fn loc(&mut self) -> Result<Loc> {
        Ok(Loc { file: FileId(self.u32()?), line: self.u32()?, col: self.u32()? })
    }

    fn body(&mut self) -> Result<Body> {
        let mut counts = [0; 6];
        for count in &mut counts {
            *count = self.u32()? as usize;
        }
        let [blocks, insts, values, slots, pool, locs] = counts;
        let sizes = [(blocks, 16), (insts, 32), (values, 2), (slots, 12), (pool, 4), (locs, 12)];
        let total = sizes.iter().fold(0usize, |sum, (count, size)| sum + count * size);
        if total > self.bytes.len() - self.at {
            return self.fail("a function is longer than the file");
        }
        let blocks = self.items(blocks, |r| {
            let (first_param, params) = (r.u32()?, r.u32()?);
            Ok(BlockData { first_param, params, first_inst: r.u32()?, insts: r.u32()? })
        })?;
        let count = insts;
        let insts = self.items(count, |r| {
            let mut words = [0; 6];
            for word in &mut words {
                *word = r.u32()?;
            }
            decode(words)
                .ok_or(BinaryError { offset: r.at, message: "an instruction is not known" })
        })?;
        let first_result = self.items(count, |r| Ok(Value(r.u32()?)))?;
        let inst_locs = self.items(count, |r| Ok(LocId(r.u32()?)))?;
        let value_types = self.items(values, |r| {
            let raw = u16::from_le_bytes(r.array()?);
            r.ty(raw)
        })?;
        self.padding()?;
        let slots = self.items(slots, |r| {
            let size = r.u64()?;
            let align = r.u32()?;
            Ok(Slot { size, align_log2: r.small(align)? })
        })?;
        let words: Vec<Value> = self.items(pool, |r| Ok(Value(r.u32()?)))?;
        if words.first() != Some(&Value(0)) {
            return self.fail("the pool does not start with the empty list");
        }
        let pool = Pool::from_words(words);
        let locs = self.items(locs, Reader::loc)?;
        Ok(Body { blocks, insts, first_result, inst_locs, value_types, slots, pool, locs })
    }
}
