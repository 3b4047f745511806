//! Constants: evaluated by VIR's interpreter in a module of their own, then embedded as bytes.

use crate::cx::{Cx, Library};
use crate::instance::FnKey;
use crate::{LowerError, unique};
use std::rc::Rc;
use vez_base::{DefId, DefKind};
use vez_traits::{Instance, InstanceKind};
use vez_types::{GenericArgs, Ty};
use vez_vir::interp::{ConstMemory, ConstTarget, Limits, eval_const};
use vez_vir::{Global, GlobalId, GlobalInit, Linkage, Module, Reloc, Symbol};

/// What evaluating one constant may use.
const LIMITS: Limits = Limits { fuel: 200_000_000, depth: 2_000, memory_bytes: 1 << 28 };

/// Names a constant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ConstKey {
    /// A constant item or anonymous constant at arguments.
    Item(DefId, GenericArgs),
    /// A promoted constant of a function.
    Promoted(Box<FnKey>, u32),
    /// A static's initial value.
    Static(DefId),
}

/// What a symbol stands for, the same in every module.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SymbolKey {
    Fn(FnKey),
    Bytes(Vec<u8>),
    Const(ConstKey),
    /// Memory that a constant's or static's value points to, by the places of the addresses that lead to it.
    Inner(ConstKey, Vec<u32>),
    Static(DefId),
    Vtable(Ty, Ty),
    Location(u32, u32, u32),
}

/// A constant's bytes, and the addresses among them.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstValue {
    pub bytes: Vec<u8>,
    pub relocs: Vec<ConstReloc>,
    pub align: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ConstReloc {
    pub offset: u64,
    pub target: ConstTargetKey,
    pub addend: i64,
}

/// What an address in a constant points to.
#[derive(Clone, Debug, PartialEq)]
pub enum ConstTargetKey {
    Symbol(SymbolKey),
    /// Memory made while evaluating.
    Memory(Rc<ConstValue>),
}

impl Cx<'_> {
    /// The constant that a path means: a trait's associated constant is the impl's, or the default.
    pub fn const_item(&self, def: DefId, args: GenericArgs) -> Result<ConstKey, LowerError> {
        match def.kind() {
            DefKind::AssocConst => {}
            DefKind::Static => return Ok(ConstKey::Static(def)),
            _ => return Ok(ConstKey::Item(def, args)),
        }
        match vez_traits::resolve_instance(self.db, def, args) {
            Some(Instance { kind: InstanceKind::Item(def), args }) => Ok(ConstKey::Item(def, args)),
            _ => Err(LowerError::Internal(format!("no constant `{}` at {args:?}", def.path()))),
        }
    }

    /// Evaluates a constant.
    pub fn const_value(&mut self, key: &ConstKey) -> Result<Rc<ConstValue>, LowerError> {
        if let Some(known) = self.const_values.get(key) {
            return known.clone().ok_or(LowerError::ConstCycle(key.clone()));
        }
        // Until it is known, asking again is a cycle.
        self.const_values.insert(key.clone(), None);
        let value = Rc::new(self.evaluate(key)?);
        self.const_values.insert(key.clone(), Some(value.clone()));
        Ok(value)
    }

    fn evaluate(&mut self, key: &ConstKey) -> Result<ConstValue, LowerError> {
        let ty = self.const_ty(key)?;
        let layout = self.layout(ty)?;
        let mut module = Module::new("const");
        let mut inner = self.nested();
        let lowered = inner
            .func(&mut module, FnKey::Const(key.clone()))
            .and_then(|func| inner.lower_queue(&mut module).map(|()| func));
        let run = |module: &Module, func| {
            eval_const(module, func, layout.size, layout.align, &LIMITS).map_err(|exit| {
                LowerError::ConstFailed { key: key.clone(), message: exit.to_string() }
            })
        };
        let outcome = lowered.and_then(|func| match run(&module, func) {
            // The message of a panic is written by what is only known by its address.
            Err(_) if inner.lower_addressed(&mut module)? => run(&module, func),
            outcome => outcome,
        });
        let value = outcome.map(|memory| inner.to_value(&memory, 0));
        self.absorb(inner);
        value
    }

    /// Allocation `index` of the interpreter's memory, with symbols by key instead of by number.
    fn to_value(&self, memory: &ConstMemory, index: usize) -> ConstValue {
        let alloc = &memory.allocs[index];
        let reloc = |&(offset, target, addend): &(u64, ConstTarget, i64)| {
            let target = match target {
                ConstTarget::Symbol(symbol) => {
                    ConstTargetKey::Symbol(self.symbol_keys[&symbol].clone())
                }
                ConstTarget::Alloc(inner) => {
                    ConstTargetKey::Memory(Rc::new(self.to_value(memory, inner)))
                }
            };
            ConstReloc { offset, target, addend }
        };
        ConstValue {
            bytes: alloc.bytes.clone(),
            relocs: alloc.relocs.iter().map(reloc).collect(),
            align: 1 << alloc.align_log2,
        }
    }

    /// The global that holds a constant's value.
    pub fn const_global(
        &mut self,
        module: &mut Module,
        key: ConstKey,
    ) -> Result<GlobalId, LowerError> {
        let symbol_key = SymbolKey::Const(key.clone());
        if let Some(Symbol::Global(global)) = self.symbols.get(&symbol_key) {
            return Ok(*global);
        }
        let value = self.const_value(&key)?;
        let global = self.embed(module, &value, false, (&key, &mut Vec::new()))?;
        self.register(symbol_key, Symbol::Global(global));
        Ok(global)
    }

    /// The global of a static.
    pub fn static_symbol(
        &mut self,
        module: &mut Module,
        def: DefId,
    ) -> Result<GlobalId, LowerError> {
        let symbol_key = SymbolKey::Static(def);
        if let Some(Symbol::Global(global)) = self.symbols.get(&symbol_key) {
            return Ok(*global);
        }
        let global = match self.shared_static(def) {
            Some((name, Linkage::Import)) => {
                let layout = self.layout(vez_traits::type_of(self.db, def))?;
                let import = Global::new(layout.size, layout.align, GlobalInit::Import);
                let linkage = Linkage::Import;
                module.add_global(&name, Global { mutable: true, linkage, ..import })
            }
            shared => {
                let key = ConstKey::Static(def);
                let value = self.const_value(&key)?;
                let mutable = self.static_is_mutable(def);
                let global = self.embed(module, &value, mutable, (&key, &mut Vec::new()))?;
                if let Some((name, linkage)) = shared {
                    module.rename_global(global, &name, linkage);
                }
                global
            }
        };
        self.register(symbol_key, Symbol::Global(global));
        Ok(global)
    }

    /// The name of a static that the library's object has, and whether this module is that object's.
    fn shared_static(&self, def: DefId) -> Option<(String, Linkage)> {
        let name = || unique::static_symbol(self.db, def);
        match self.options.library {
            Library::Lowered => None,
            Library::Offered => Some((name()?, Linkage::Shared)),
            Library::Linked(names) => {
                let name = name().filter(|name| names.contains(name.as_str()))?;
                Some((name, Linkage::Import))
            }
        }
    }

    /// Adds a value to a module, with everything it points to. Its place: the constant, and the way to it from there.
    fn embed(
        &mut self,
        module: &mut Module,
        value: &ConstValue,
        mutable: bool,
        (key, way): (&ConstKey, &mut Vec<u32>),
    ) -> Result<GlobalId, LowerError> {
        let mut relocs = Vec::with_capacity(value.relocs.len());
        for (index, reloc) in value.relocs.iter().enumerate() {
            let target = match &reloc.target {
                ConstTargetKey::Symbol(key) => self.symbol(module, key)?,
                ConstTargetKey::Memory(inner) => {
                    way.push(index as u32);
                    let target = Symbol::Global(self.embed(module, inner, mutable, (key, way))?);
                    self.register(SymbolKey::Inner(key.clone(), way.clone()), target);
                    way.pop();
                    target
                }
            };
            relocs.push(Reloc { offset: reloc.offset, target, addend: reloc.addend });
        }
        relocs.sort_by_key(|r| r.offset);
        let name = self.fresh_name("const");
        let size = value.bytes.len() as u64;
        // A large buffer of zeros takes no room in an executable.
        let init = match relocs.is_empty() && value.bytes.iter().all(|&byte| byte == 0) {
            true => GlobalInit::Zero,
            false => GlobalInit::Data { bytes: value.bytes.clone(), relocs },
        };
        let global = Global { mutable, unnamed: !mutable, ..Global::new(size, value.align, init) };
        Ok(module.add_global(&name, global))
    }

    /// The symbol for a key in this module, made when it is not there yet.
    fn symbol(&mut self, module: &mut Module, key: &SymbolKey) -> Result<Symbol, LowerError> {
        if let Some(symbol) = self.symbols.get(key) {
            return Ok(*symbol);
        }
        Ok(match key {
            SymbolKey::Fn(key) => Symbol::Func(self.func_address(module, key.clone())?),
            SymbolKey::Inner(of, way) => {
                match of {
                    ConstKey::Static(def) => self.static_symbol(module, *def)?,
                    _ => self.const_global(module, of.clone())?,
                };
                match self.symbols.get(key) {
                    Some(symbol) => *symbol,
                    None => self.copy_of_inner(module, of, way)?,
                }
            }
            SymbolKey::Bytes(bytes) => Symbol::Global(self.bytes_global(module, bytes)),
            SymbolKey::Const(key) => Symbol::Global(self.const_global(module, key.clone())?),
            SymbolKey::Static(def) => Symbol::Global(self.static_symbol(module, *def)?),
            SymbolKey::Vtable(ty, object) => Symbol::Global(self.vtable(module, *ty, *object)?),
            SymbolKey::Location(file, line, col) => {
                Symbol::Global(self.location_at(module, *file, *line, *col))
            }
        })
    }

    /// Memory inside of a static that another object holds.
    fn copy_of_inner(
        &mut self,
        module: &mut Module,
        key: &ConstKey,
        way: &[u32],
    ) -> Result<Symbol, LowerError> {
        let mut value = self.const_value(key)?;
        for &index in way {
            let target = value.relocs.get(index as usize).map(|reloc| &reloc.target);
            let Some(ConstTargetKey::Memory(inner)) = target else {
                return Err(LowerError::Internal(format!("no memory {way:?} in {key:?}")));
            };
            value = inner.clone();
        }
        let symbol = Symbol::Global(self.embed(module, &value, false, (key, &mut way.to_vec()))?);
        self.register(SymbolKey::Inner(key.clone(), way.to_vec()), symbol);
        Ok(symbol)
    }
}
