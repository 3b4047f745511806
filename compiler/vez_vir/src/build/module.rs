//! Adding to a module: names, signatures, functions, globals.

use crate::data::{Conv, Function, Global, GlobalInit, Linkage, Module, Signature, ValueRange};
use crate::ids::{FileId, FuncId, GlobalId, RangeId, SigId, Sym};
use crate::inst::Symbol;
use crate::ops::FuncAttrs;

impl Module {
    /// The id of `sig`, added when it is new.
    pub fn intern_sig(&mut self, sig: Signature) -> SigId {
        if let Some(&id) = self.sig_lookup.get(&sig) {
            return id;
        }
        let id = SigId::new(self.sigs.len());
        self.sigs.push(sig.clone());
        self.sig_lookup.insert(sig, id);
        id
    }

    /// The id of the range `low..=high`, added when it is new.
    pub fn intern_range(&mut self, low: u128, high: u128) -> RangeId {
        let range = ValueRange { low, high };
        if let Some(&id) = self.range_lookup.get(&range) {
            return id;
        }
        let id = RangeId::new(self.ranges.len());
        self.ranges.push(range);
        self.range_lookup.insert(range, id);
        id
    }

    /// Adds a source file, or finds it.
    pub fn add_file(&mut self, path: &str) -> FileId {
        let sym = self.strings.intern(path);
        let known = self.files.iter().position(|&file| file == sym);
        FileId::new(known.unwrap_or_else(|| {
            self.files.push(sym);
            self.files.len() - 1
        }))
    }

    /// Whether a file is the compiler's own, on no disk: its path starts in angle brackets.
    pub fn is_embedded(&self, file: FileId) -> bool {
        self.files.get(file.index()).is_some_and(|&path| self.str(path).starts_with('<'))
    }

    /// Adds a function without a body yet. Names are unique; `linkage` is `Import` for a declaration.
    ///
    /// # Panics
    /// If the name is taken.
    pub fn add_function(&mut self, name: &str, sig: SigId, linkage: Linkage) -> FuncId {
        let id = FuncId::new(self.functions.len());
        let name = self.claim(name, Symbol::Func(id));
        self.functions.push(Function {
            name,
            source_name: Sym::NONE,
            sig,
            linkage,
            attrs: FuncAttrs::NONE,
            loc: None,
            body: None,
        });
        id
    }

    /// The function called `name`, declared as an import with the C convention when it is new.
    pub fn import_function(&mut self, name: &str, sig: Signature) -> FuncId {
        match self.find_func(name) {
            Some(func) => func,
            None => {
                let sig = self.intern_sig(sig.with_conv(Conv::C));
                self.add_function(name, sig, Linkage::Import)
            }
        }
    }

    /// Adds a global; the `name` field is set from `name`.
    ///
    /// # Panics
    /// If the name is taken.
    pub fn add_global(&mut self, name: &str, global: Global) -> GlobalId {
        let id = GlobalId::new(self.globals.len());
        let name = self.claim(name, Symbol::Global(id));
        self.globals.push(Global { name, ..global });
        id
    }

    /// Gives a global another name and linkage.
    ///
    /// # Panics
    /// If the name is taken.
    pub fn rename_global(&mut self, id: GlobalId, name: &str, linkage: Linkage) {
        let old = self.globals[id.index()].name;
        self.symbol_lookup.remove(&old);
        let name = self.claim(name, Symbol::Global(id));
        let global = &mut self.globals[id.index()];
        (global.name, global.linkage) = (name, linkage);
    }

    /// Adds an internal constant whose address does not matter, under a name made from its number.
    pub fn add_constant(&mut self, bytes: Vec<u8>, align: u64) -> GlobalId {
        let mut number = self.globals.len();
        while self.find(&format!("const.{number}")).is_some() {
            number += 1;
        }
        self.add_global(&format!("const.{number}"), Global::constant(bytes, align))
    }

    fn claim(&mut self, name: &str, symbol: Symbol) -> Sym {
        let sym = self.strings.intern(name);
        let before = self.symbol_lookup.insert(sym, symbol);
        assert!(before.is_none(), "symbol `{name}` is defined twice");
        sym
    }
}

impl Global {
    /// An internal, immutable global of `bytes`, mergeable with its equals.
    pub fn constant(bytes: Vec<u8>, align: u64) -> Global {
        let size = bytes.len() as u64;
        let init = GlobalInit::Data { bytes, relocs: Vec::new() };
        Global { unnamed: true, mutable: false, ..Global::new(size, align, init) }
    }

    /// An internal, mutable global.
    pub fn new(size: u64, align: u64, init: GlobalInit) -> Global {
        debug_assert!(align.is_power_of_two());
        Global {
            name: Sym::NONE,
            linkage: Linkage::Internal,
            size,
            align_log2: align.trailing_zeros() as u8,
            mutable: true,
            thread_local: false,
            unnamed: false,
            init,
        }
    }
}
