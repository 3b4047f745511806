//! Memory as allocations: bounds, lifetime, initialisation, provenance and alignment are checked on every access.
//!
//! Addresses only grow, so the address table stays sorted, and a stale address never names newer memory. A freed
//! allocation's entry is used again under a new generation.

use super::value::{Provenance, Val};
use crate::ids::FuncId;

/// What an allocation is, which decides who may write and free it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum AllocKind {
    Stack,
    Heap,
    Global { mutable: bool },
    Func(FuncId),
}

/// Undefined behaviour or a limit, as text.
pub(super) type Fault = String;

struct Alloc {
    base: u64,
    generation: u32,
    live: bool,
    kind: AllocKind,
    data: Vec<u8>,
    /// A bit a byte: whether it was written. Empty when all bytes are.
    init: Vec<u64>,
    /// Whose pointer each aligned word holds; empty while there are none.
    provenance: Vec<Provenance>,
}

/// A place inside an allocation, checked.
#[derive(Clone, Copy)]
pub(super) struct Place {
    alloc: usize,
    offset: usize,
}

/// All allocations of one run.
pub(super) struct Memory {
    allocs: Vec<Alloc>,
    free: Vec<usize>,
    /// Base addresses in order, with the allocation; entries of freed ones go lazily.
    addresses: Vec<(u64, usize, u32)>,
    next_address: u64,
    live_bytes: u64,
    live_count: usize,
    limit_bytes: u64,
}

/// Between allocations, so that no pointer one past the end is another's start.
const GUARD_BYTES: u64 = 16;

impl Memory {
    pub fn new(limit_bytes: u64) -> Memory {
        let nothing = Alloc {
            base: 0,
            generation: 0,
            live: false,
            kind: AllocKind::Stack,
            data: Vec::new(),
            init: Vec::new(),
            provenance: Vec::new(),
        };
        Memory {
            allocs: vec![nothing],
            free: Vec::new(),
            addresses: Vec::new(),
            next_address: 0x1_0000,
            live_bytes: 0,
            live_count: 0,
            limit_bytes,
        }
    }

    /// New memory, uninitialised; `None` above the limit.
    pub fn allocate(&mut self, size: u64, align_log2: u8, kind: AllocKind) -> Option<Val> {
        if size > self.limit_bytes - self.live_bytes.min(self.limit_bytes) {
            return None;
        }
        let align = 1u64 << align_log2;
        let base = (self.next_address + align - 1) & !(align - 1);
        self.next_address = base + size + GUARD_BYTES;
        self.live_bytes += size;
        self.live_count += 1;
        let index = self.free.pop().unwrap_or_else(|| {
            self.allocs.push(Alloc {
                base: 0,
                generation: 0,
                live: false,
                kind,
                data: Vec::new(),
                init: Vec::new(),
                provenance: Vec::new(),
            });
            self.allocs.len() - 1
        });
        let size = size as usize;
        let alloc = &mut self.allocs[index];
        alloc.base = base;
        alloc.live = true;
        alloc.kind = kind;
        if size > alloc.data.capacity() {
            // Fresh zero pages cost nothing until they are touched.
            alloc.data = vec![0; size];
        } else {
            alloc.data.resize(size, 0);
        }
        alloc.init.clear();
        // One word at least: an empty table means that everything is initialised.
        alloc.init.resize(size.div_ceil(64).max(1), 0);
        let generation = alloc.generation;
        self.remember_address(base, index, generation);
        Some(Val { low: base, provenance: Provenance::new(index, generation), ..Val::default() })
    }

    fn remember_address(&mut self, base: u64, index: usize, generation: u32) {
        if self.addresses.len() > 2 * self.live_count + 64 {
            let allocs = &self.allocs;
            self.addresses.retain(|&(_, index, generation)| {
                allocs[index].live && allocs[index].generation == generation
            });
        }
        self.addresses.push((base, index, generation));
    }

    /// Ends an allocation; `what` may be heap or stack.
    pub fn release(&mut self, pointer: Val, kind: AllocKind) -> Result<(), Fault> {
        let (index, offset) = self.find(pointer, 0)?;
        let alloc = &mut self.allocs[index];
        if offset != 0 || alloc.kind != kind {
            return Err("memory is freed that was not allocated so".to_owned());
        }
        alloc.live = false;
        alloc.generation += 1;
        alloc.provenance.clear();
        self.live_bytes -= alloc.data.len() as u64;
        self.live_count -= 1;
        if alloc.data.len() > 1 << 16 {
            alloc.data = Vec::new();
        }
        self.free.push(index);
        Ok(())
    }

    /// Forbids writes from now on.
    pub fn make_constant(&mut self, pointer: Val) -> Result<(), Fault> {
        let (index, _) = self.find(pointer, 0)?;
        self.allocs[index].kind = AllocKind::Global { mutable: false };
        Ok(())
    }

    /// The size of the allocation that `pointer` starts.
    pub fn size_of(&self, pointer: Val) -> Result<u64, Fault> {
        let (index, _) = self.find(pointer, 0)?;
        Ok(self.allocs[index].data.len() as u64)
    }

    /// The function at `pointer`.
    pub fn function_at(&self, pointer: Val) -> Result<FuncId, Fault> {
        match self.find(pointer, 0) {
            Ok((index, 0)) => match self.allocs[index].kind {
                AllocKind::Func(func) => Ok(func),
                _ => Err("a call through a pointer to data".to_owned()),
            },
            Ok(_) => Err("a call to the middle of a function".to_owned()),
            Err(fault) => Err(fault),
        }
    }

    /// The allocation of `pointer`, and the offset, where `len` bytes are in bounds.
    fn find(&self, pointer: Val, len: u64) -> Result<(usize, usize), Fault> {
        if pointer.poison {
            return Err("a memory access through a poison pointer".to_owned());
        }
        let address = pointer.low;
        let index = if pointer.provenance.is_none() {
            self.find_address(address).ok_or_else(|| no_memory(address))?
        } else {
            let index = pointer.provenance.index();
            if self.allocs[index].generation != pointer.provenance.generation() {
                return Err(format!("use of memory at {address:#x} after it was freed"));
            }
            index
        };
        let alloc = &self.allocs[index];
        let (offset, size) = (address.wrapping_sub(alloc.base), alloc.data.len() as u64);
        if offset > size || len > size - offset {
            let place = offset as i64;
            return Err(format!("{len} bytes at offset {place} of an allocation of {size} bytes"));
        }
        Ok((index, offset as usize))
    }

    fn find_address(&self, address: u64) -> Option<usize> {
        let after = self.addresses.partition_point(|&(base, ..)| base <= address);
        let (base, index, generation) = self.addresses[..after].last().copied()?;
        let alloc = &self.allocs[index];
        let inside = address - base <= alloc.data.len() as u64;
        (alloc.live && alloc.generation == generation && inside).then_some(index)
    }

    /// Checks an access of `len` bytes.
    pub fn place(
        &self,
        pointer: Val,
        len: u64,
        align_log2: u8,
        write: bool,
    ) -> Result<Place, Fault> {
        let (index, offset) = self.find(pointer, len)?;
        if pointer.low & ((1 << align_log2) - 1) != 0 {
            let align = 1u64 << align_log2;
            return Err(format!("address {:#x} is not a multiple of {align}", pointer.low));
        }
        match self.allocs[index].kind {
            AllocKind::Global { mutable: false } if write => {
                Err("a write to constant memory".to_owned())
            }
            AllocKind::Func(_) if len > 0 => Err("a function is accessed as data".to_owned()),
            _ => Ok(Place { alloc: index, offset }),
        }
    }

    /// Reads `len` (up to 16) bytes; poison if any was not initialised.
    pub fn load(&self, place: Place, len: usize) -> Val {
        let alloc = &self.allocs[place.alloc];
        if !is_init(&alloc.init, place.offset, len) {
            return Val::POISON;
        }
        let bytes = &alloc.data[place.offset..place.offset + len];
        let mut val = match *bytes {
            [a] => Val::int(a.into()),
            [a, b] => Val::int(u16::from_le_bytes([a, b]).into()),
            [a, b, c, d] => Val::int(u32::from_le_bytes([a, b, c, d]).into()),
            _ => {
                let mut wide = [0; 16];
                wide[..len].copy_from_slice(bytes);
                Val::wide(u128::from_le_bytes(wide))
            }
        };
        if len == 8 && place.offset.is_multiple_of(8) && !alloc.provenance.is_empty() {
            val.provenance = alloc.provenance[place.offset / 8];
        }
        val
    }

    /// Writes the low `len` (up to 16) bytes of `val`; poison makes them uninitialised.
    pub fn store(&mut self, place: Place, len: usize, val: Val) {
        let alloc = &mut self.allocs[place.alloc];
        let range = place.offset..place.offset + len;
        match len {
            8 => alloc.data[range].copy_from_slice(&val.low.to_le_bytes()),
            4 => alloc.data[range].copy_from_slice(&(val.low as u32).to_le_bytes()),
            1 => alloc.data[place.offset] = val.low as u8,
            _ => alloc.data[range].copy_from_slice(&val.bits().to_le_bytes()[..len]),
        }
        set_init(&mut alloc.init, alloc.data.len(), place.offset, len, !val.poison);
        let keeps = len == 8 && place.offset.is_multiple_of(8) && !val.provenance.is_none();
        if keeps || !alloc.provenance.is_empty() {
            alloc.set_provenance(place.offset, len, val.provenance, keeps);
        }
    }

    /// All bytes of a checked range.
    pub fn bytes(&self, place: Place, len: usize) -> &[u8] {
        &self.allocs[place.alloc].data[place.offset..place.offset + len]
    }

    /// All bytes of a checked range if they are initialised.
    pub fn init_bytes(&self, place: Place, len: usize) -> Result<&[u8], Fault> {
        if !is_init(&self.allocs[place.alloc].init, place.offset, len) {
            return Err("uninitialised memory leaves the program".to_owned());
        }
        Ok(self.bytes(place, len))
    }

    /// Writes plain bytes.
    pub fn write(&mut self, place: Place, bytes: &[u8]) {
        self.raw_mut(place, bytes.len()).copy_from_slice(bytes);
    }

    /// Sets `len` bytes.
    pub fn fill(&mut self, place: Place, len: usize, byte: Val) {
        self.raw_mut(place, len).fill(byte.low as u8);
        if byte.poison {
            let alloc = &mut self.allocs[place.alloc];
            set_init(&mut alloc.init, alloc.data.len(), place.offset, len, false);
        }
    }

    /// A range that becomes initialised and holds no pointers.
    fn raw_mut(&mut self, place: Place, len: usize) -> &mut [u8] {
        let alloc = &mut self.allocs[place.alloc];
        set_init(&mut alloc.init, alloc.data.len(), place.offset, len, true);
        if !alloc.provenance.is_empty() {
            alloc.set_provenance(place.offset, len, Provenance::NONE, false);
        }
        &mut alloc.data[place.offset..place.offset + len]
    }

    /// Copies with initialisation and provenance; the ranges may overlap.
    pub fn copy(&mut self, to: Place, from: Place, len: usize) {
        let source = &self.allocs[from.alloc];
        let bytes = source.data[from.offset..from.offset + len].to_vec();
        let all_init = is_init(&source.init, from.offset, len);
        let mask: Vec<bool> = if all_init {
            Vec::new()
        } else {
            (from.offset..from.offset + len).map(|at| is_init(&source.init, at, 1)).collect()
        };
        let same_phase = from.offset % 8 == to.offset % 8;
        let pointers = if source.provenance.is_empty() || !same_phase {
            Vec::new()
        } else {
            whole_words(from.offset, len).map(|word| source.provenance[word]).collect()
        };
        self.write(to, &bytes);
        let alloc = &mut self.allocs[to.alloc];
        for (i, _) in mask.iter().enumerate().filter(|(_, init)| !**init) {
            set_init(&mut alloc.init, alloc.data.len(), to.offset + i, 1, false);
        }
        if pointers.iter().any(|p| !p.is_none()) {
            alloc.ensure_provenance();
            for (word, pointer) in whole_words(to.offset, len).zip(pointers) {
                alloc.provenance[word] = pointer;
            }
        }
    }

    /// Whether the ranges share a byte.
    pub fn overlap(&self, a: Place, b: Place, len: usize) -> bool {
        a.alloc == b.alloc && a.offset < b.offset + len && b.offset < a.offset + len
    }

    /// The contents of an allocation for the constant evaluator: bytes, and where pointers are.
    pub fn contents(&self, alloc: usize) -> (&[u8], Vec<(u64, Val)>) {
        let alloc = &self.allocs[alloc];
        let mut pointers = Vec::new();
        for (word, &provenance) in alloc.provenance.iter().enumerate() {
            let bytes = alloc.data.get(word * 8..word * 8 + 8);
            if let (false, Some(bytes)) = (provenance.is_none(), bytes) {
                let low = u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
                pointers.push((word as u64 * 8, Val { low, provenance, ..Val::default() }));
            }
        }
        (&alloc.data, pointers)
    }

    /// The allocation of `pointer`, its kind, and the distance from its start.
    pub fn identify(&self, pointer: Val) -> Result<(usize, AllocKind, i64), Fault> {
        let (index, offset) = self.find(pointer, 0)?;
        Ok((index, self.allocs[index].kind, offset as i64))
    }

    /// The alignment that an allocation's address has, as log2.
    pub fn align_log2(&self, alloc: usize) -> u8 {
        self.allocs[alloc].base.trailing_zeros().min(4) as u8
    }
}

fn no_memory(address: u64) -> Fault {
    match address {
        0 => "a memory access through a null pointer".to_owned(),
        _ => format!("a memory access at {address:#x}, where nothing is allocated"),
    }
}

/// The aligned words that lie wholly in `len` bytes at `offset`.
fn whole_words(offset: usize, len: usize) -> std::ops::Range<usize> {
    let start = offset.div_ceil(8);
    start..((offset + len) / 8).max(start)
}

impl Alloc {
    fn ensure_provenance(&mut self) {
        if self.provenance.is_empty() {
            self.provenance.resize(self.data.len().div_ceil(8), Provenance::NONE);
        }
    }

    /// Every word that the range touches forgets its pointer; then, if `keeps`, the word gets `new`.
    fn set_provenance(&mut self, offset: usize, len: usize, new: Provenance, keeps: bool) {
        self.ensure_provenance();
        if len > 0 {
            self.provenance[offset / 8..(offset + len).div_ceil(8)].fill(Provenance::NONE);
        }
        if keeps {
            self.provenance[offset / 8] = new;
        }
    }
}

/// Whether all of `len` bytes at `offset` were written.
fn is_init(init: &[u64], offset: usize, len: usize) -> bool {
    if init.is_empty() {
        return true;
    }
    spans(offset, len).all(|(word, mask)| init[word] & mask == mask)
}

/// The words of a bit table that `len` bits at `offset` touch, with the bits in each.
fn spans(offset: usize, len: usize) -> impl Iterator<Item = (usize, u64)> {
    let (mut at, end) = (offset, offset + len);
    std::iter::from_fn(move || {
        if at >= end {
            return None;
        }
        let (word, bit) = (at / 64, at % 64);
        let count = (64 - bit).min(end - at);
        at += count;
        Some((word, (u64::MAX >> (64 - count)) << bit))
    })
}

fn set_init(init: &mut Vec<u64>, size: usize, offset: usize, len: usize, value: bool) {
    if len == 0 || (init.is_empty() && value) {
        return;
    }
    if init.is_empty() {
        init.resize(size.div_ceil(64).max(1), u64::MAX);
    }
    for (word, mask) in spans(offset, len) {
        if value {
            init[word] |= mask;
        } else {
            init[word] &= !mask;
        }
    }
}
