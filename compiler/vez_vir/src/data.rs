//! The form of VIR: modules, functions, bodies, globals, signatures.
//!
//! A finished [`Body`] is canonical: a block's instructions are a range of `insts`, and values are numbered in
//! layout order (a block's parameters, then the results of its instructions). Passes build a new body
//! with [`crate::FunctionBuilder`] instead of editing one.

use crate::ids::{
    Block, FileId, FuncId, GlobalId, InstId, LocId, RangeId, SigId, SlotId, Strings, Sym, Value,
};
use crate::inst::{Edge, Inst, Symbol};
use crate::ops::{FactFlags, FuncAttrs};
use crate::pool::{List, Pool};
use crate::ty::Type;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// A unit of compilation.
#[derive(Clone, Default, Debug)]
pub struct Module {
    /// The module's name, for messages.
    pub name: String,
    pub strings: Strings,
    pub functions: Vec<Function>,
    pub globals: Vec<Global>,
    /// Source files that locations name.
    pub files: Vec<Sym>,
    pub(crate) sigs: Vec<Signature>,
    pub(crate) ranges: Vec<ValueRange>,
    pub(crate) sig_lookup: FxHashMap<Signature, SigId>,
    pub(crate) range_lookup: FxHashMap<ValueRange, RangeId>,
    pub(crate) symbol_lookup: FxHashMap<Sym, Symbol>,
}

impl PartialEq for Module {
    fn eq(&self, other: &Module) -> bool {
        self.name == other.name
            && self.strings == other.strings
            && self.functions == other.functions
            && self.globals == other.globals
            && self.files == other.files
            && self.sigs == other.sigs
            && self.ranges == other.ranges
    }
}

/// Who sees a symbol, and where it is defined.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Linkage {
    /// Defined here, seen only here.
    Internal,
    /// Defined here, seen everywhere.
    Export,
    /// Defined here and perhaps in other objects with the same meaning; the linker keeps one.
    Shared,
    /// Defined elsewhere.
    Import,
}

impl Linkage {
    pub const ALL: [Linkage; 4] =
        [Linkage::Internal, Linkage::Export, Linkage::Shared, Linkage::Import];

    pub fn name(self) -> &'static str {
        match self {
            Linkage::Internal => "internal",
            Linkage::Export => "export",
            Linkage::Shared => "shared",
            Linkage::Import => "import",
        }
    }
}

/// How arguments travel.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[repr(u8)]
pub enum Conv {
    /// The platform's C convention.
    #[default]
    C,
    /// The back end's choice; only for functions that it compiles itself.
    Fast,
    /// As `Fast`, and the caller keeps its registers: for rarely called functions.
    Cold,
}

impl Conv {
    pub const ALL: [Conv; 3] = [Conv::C, Conv::Fast, Conv::Cold];

    pub fn name(self) -> &'static str {
        match self {
            Conv::C => "c",
            Conv::Fast => "fast",
            Conv::Cold => "coldcc",
        }
    }
}

/// An inclusive range of integers, as bits zero-extended; it wraps around when `low > high`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ValueRange {
    pub low: u128,
    pub high: u128,
}

impl ValueRange {
    pub fn contains(self, bits: u128) -> bool {
        if self.low <= self.high {
            (self.low..=self.high).contains(&bits)
        } else {
            bits >= self.low || bits <= self.high
        }
    }
}

/// A parameter or result: its type and what is known of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Param {
    pub ty: Type,
    pub flags: FactFlags,
    /// log2 of a pointer's alignment; 0 when not known.
    pub align_log2: u8,
    /// Bytes that a pointer (when not null) may be read for.
    pub dereferenceable: u64,
    pub range: RangeId,
}

impl Param {
    /// A parameter of which nothing else is known.
    pub fn new(ty: Type) -> Param {
        Param {
            ty,
            flags: FactFlags::NONE,
            align_log2: 0,
            dereferenceable: 0,
            range: RangeId::NONE,
        }
    }

    #[must_use]
    pub fn flag(mut self, flags: FactFlags) -> Param {
        self.flags = self.flags | flags;
        self
    }

    #[must_use]
    pub fn align(mut self, align: u64) -> Param {
        debug_assert!(align.is_power_of_two());
        self.align_log2 = align.trailing_zeros() as u8;
        self
    }

    #[must_use]
    pub fn dereferenceable(mut self, bytes: u64) -> Param {
        self.dereferenceable = bytes;
        self
    }

    #[must_use]
    pub fn range(mut self, range: RangeId) -> Param {
        self.range = range;
        self
    }
}

impl From<Type> for Param {
    fn from(ty: Type) -> Param {
        Param::new(ty)
    }
}

/// Parameters and results of a function; any number of each.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct Signature {
    pub params: Vec<Param>,
    pub results: Vec<Param>,
    pub conv: Conv,
    /// Further arguments may follow, as in C.
    pub variadic: bool,
}

impl Signature {
    /// A signature of plain types with the C convention.
    pub fn of(params: &[Type], results: &[Type]) -> Signature {
        Signature {
            params: params.iter().map(|&ty| Param::new(ty)).collect(),
            results: results.iter().map(|&ty| Param::new(ty)).collect(),
            conv: Conv::C,
            variadic: false,
        }
    }

    #[must_use]
    pub fn with_conv(mut self, conv: Conv) -> Signature {
        self.conv = conv;
        self
    }
}

/// A function; declared only when it has no body.
#[derive(Clone, PartialEq, Debug)]
pub struct Function {
    /// The linker's name.
    pub name: Sym,
    /// The name in the source, for debuggers; [`Sym::NONE`] when there is none.
    pub source_name: Sym,
    pub sig: SigId,
    pub linkage: Linkage,
    pub attrs: FuncAttrs,
    /// Where it is declared.
    pub loc: Option<Loc>,
    pub body: Option<Body>,
}

/// A source position; line and column count from 1.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Loc {
    pub file: FileId,
    pub line: u32,
    pub col: u32,
}

/// A global variable or constant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Global {
    pub name: Sym,
    pub linkage: Linkage,
    pub size: u64,
    pub align_log2: u8,
    pub mutable: bool,
    pub thread_local: bool,
    /// The address is not significant: equal constants may be merged.
    pub unnamed: bool,
    pub init: GlobalInit,
}

/// What a global holds at first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GlobalInit {
    /// Defined elsewhere.
    Import,
    /// All zero.
    Zero,
    /// Bytes, then zeros up to the size; relocations are sorted by offset and do not overlap.
    Data { bytes: Vec<u8>, relocs: Vec<Reloc> },
}

/// An eight-byte address inside a global's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Reloc {
    pub offset: u64,
    pub target: Symbol,
    pub addend: i64,
}

/// A stack slot: memory that lives as long as its activation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Slot {
    pub size: u64,
    pub align_log2: u8,
}

/// A block's parameters and instructions, as ranges of the body's values and instructions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BlockData {
    pub first_param: u32,
    pub params: u32,
    pub first_inst: u32,
    pub insts: u32,
}

/// The body of a function. Block 0 is the entry; its parameters are the function's.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Body {
    pub blocks: Vec<BlockData>,
    pub insts: Vec<Inst>,
    /// The first result of each instruction, or where it would be.
    pub first_result: Vec<Value>,
    /// The location of each instruction.
    pub inst_locs: Vec<LocId>,
    pub value_types: Vec<Type>,
    pub slots: Vec<Slot>,
    pub pool: Pool,
    pub locs: Vec<Loc>,
}

impl Body {
    pub const ENTRY: Block = Block(0);

    /// All blocks in layout order.
    pub fn block_ids(&self) -> impl ExactSizeIterator<Item = Block> + DoubleEndedIterator + use<> {
        (0..self.blocks.len()).map(Block::new)
    }

    /// The parameters of `block`.
    pub fn params(&self, block: Block) -> impl ExactSizeIterator<Item = Value> + use<> {
        let data = self.blocks[block.index()];
        (data.first_param..data.first_param + data.params).map(Value)
    }

    /// The instructions of `block`; the last one is its terminator.
    pub fn block_insts(
        &self,
        block: Block,
    ) -> impl ExactSizeIterator<Item = InstId> + DoubleEndedIterator + use<> {
        let data = self.blocks[block.index()];
        (data.first_inst..data.first_inst + data.insts).map(InstId)
    }

    pub fn inst(&self, inst: InstId) -> Inst {
        self.insts[inst.index()]
    }

    /// The terminator of `block`.
    pub fn terminator(&self, block: Block) -> Inst {
        let data = self.blocks[block.index()];
        self.insts[(data.first_inst + data.insts - 1) as usize]
    }

    /// The results of `inst`.
    pub fn results(&self, inst: InstId) -> impl ExactSizeIterator<Item = Value> + use<> {
        let Range { start, end } = self.result_range(inst);
        (start..end).map(Value)
    }

    fn result_range(&self, inst: InstId) -> Range<u32> {
        let start = self.first_result[inst.index()].0;
        // Values are numbered in layout order, so the next instruction's or block's first value ends the range.
        let next = inst.index() + 1;
        let end = match self.first_result.get(next) {
            None => self.value_types.len() as u32,
            Some(&v) if !self.insts[inst.index()].is_terminator() => v.0,
            Some(_) => start,
        };
        start..end
    }

    /// The only result of `inst`.
    pub fn result(&self, inst: InstId) -> Value {
        self.first_result[inst.index()]
    }

    pub fn ty(&self, value: Value) -> Type {
        self.value_types[value.index()]
    }

    /// The items of `list`.
    pub fn list(&self, list: List) -> &[Value] {
        self.pool.values(list)
    }

    /// The arguments that `edge` passes.
    pub fn edge_args(&self, edge: Edge) -> &[Value] {
        self.pool.values(edge.args)
    }

    /// Where `inst` comes from.
    pub fn loc(&self, inst: InstId) -> Option<Loc> {
        self.locs.get(self.inst_locs[inst.index()].index()).copied()
    }
}

impl Module {
    pub fn new(name: &str) -> Module {
        Module { name: name.to_owned(), ..Module::default() }
    }

    pub fn func(&self, func: FuncId) -> &Function {
        &self.functions[func.index()]
    }

    pub fn global(&self, global: GlobalId) -> &Global {
        &self.globals[global.index()]
    }

    pub fn sig(&self, sig: SigId) -> &Signature {
        &self.sigs[sig.index()]
    }

    /// The signature of `func`.
    pub fn func_sig(&self, func: FuncId) -> &Signature {
        self.sig(self.func(func).sig)
    }

    pub fn range(&self, range: RangeId) -> Option<ValueRange> {
        self.ranges.get(range.index()).copied()
    }

    /// How many signatures are interned.
    pub fn sig_count(&self) -> usize {
        self.sigs.len()
    }

    /// The text of `sym`.
    pub fn str(&self, sym: Sym) -> &str {
        self.strings.get(sym)
    }

    /// The linker's name of a function or global.
    pub fn symbol_name(&self, symbol: Symbol) -> &str {
        self.str(match symbol {
            Symbol::Func(func) => self.func(func).name,
            Symbol::Global(global) => self.global(global).name,
        })
    }

    /// The function or global called `name`.
    pub fn find(&self, name: &str) -> Option<Symbol> {
        self.symbol_lookup.get(&self.strings.find(name)?).copied()
    }

    /// The function called `name`.
    pub fn find_func(&self, name: &str) -> Option<FuncId> {
        match self.find(name)? {
            Symbol::Func(func) => Some(func),
            Symbol::Global(_) => None,
        }
    }

    pub fn func_ids(&self) -> impl ExactSizeIterator<Item = FuncId> + use<> {
        (0..self.functions.len()).map(FuncId::new)
    }

    pub fn global_ids(&self) -> impl ExactSizeIterator<Item = GlobalId> + use<> {
        (0..self.globals.len()).map(GlobalId::new)
    }

    /// Slot `slot` of `func`'s body.
    pub fn slot(&self, func: FuncId, slot: SlotId) -> Option<Slot> {
        self.func(func).body.as_ref()?.slots.get(slot.index()).copied()
    }
}
