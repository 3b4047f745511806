//! Tables of `dyn Trait`: the drop function (or null), size, alignment, then the methods.

use crate::LowerError;
use crate::consts::SymbolKey;
use crate::cx::Cx;
use crate::instance::FnKey;
use vez_types::{Ty, TyKind};
use vez_vir::{Conv, Global, GlobalId, GlobalInit, Module, Reloc, SigId, Signature, Symbol, Type};

impl Cx<'_> {
    /// The table of `ty` as the `dyn` type `object`.
    pub fn vtable(
        &mut self,
        module: &mut Module,
        ty: Ty,
        object: Ty,
    ) -> Result<GlobalId, LowerError> {
        let key = SymbolKey::Vtable(ty, object);
        if let Some(Symbol::Global(global)) = self.symbols.get(&key) {
            return Ok(*global);
        }
        let layout = self.layout(ty)?;
        let mut bytes = vec![0; 8];
        bytes.extend(layout.size.to_le_bytes());
        bytes.extend(layout.align.to_le_bytes());
        let mut relocs = Vec::new();
        let mut entry = |offset: u64, func| {
            relocs.push(Reloc { offset, target: Symbol::Func(func), addend: 0 });
        };
        if self.needs_drop(ty) {
            entry(0, self.func(module, FnKey::DropGlue(ty))?);
        }
        for method in self.vtable_entries(ty, object)? {
            let offset = bytes.len() as u64;
            bytes.extend([0; 8]);
            if let Some(key) = method {
                entry(offset, self.func(module, key)?);
            }
        }
        let name = self.fresh_name("vtable");
        let size = bytes.len() as u64;
        let init = GlobalInit::Data { bytes, relocs };
        let global = Global { mutable: false, unnamed: true, ..Global::new(size, 8, init) };
        let global = module.add_global(&name, global);
        self.register(key, Symbol::Global(global));
        Ok(global)
    }

    /// The signature of a table's drop entry.
    pub fn drop_entry_sig(&mut self, module: &mut Module) -> SigId {
        module.intern_sig(Signature::of(&[Type::PTR], &[]).with_conv(Conv::Fast))
    }

    /// The methods of a table in order; a hole where a method cannot be called on `dyn`.
    fn vtable_entries(&mut self, ty: Ty, object: Ty) -> Result<Vec<Option<FnKey>>, LowerError> {
        let TyKind::Dyn(dynamic) = object.kind() else { return Ok(Vec::new()) };
        let entries = vez_traits::instance::vtable_entries(self.db, dynamic, ty);
        entries.into_iter().map(|entry| self.table_entry(entry)).collect()
    }
}
