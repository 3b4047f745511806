//! Tables of `dyn Trait`: the drop function (or null), size, alignment, then the methods, then the tables as the supertraits.

use crate::LowerError;
use crate::consts::SymbolKey;
use crate::cx::Cx;
use crate::instance::FnKey;
use vez_types::{DynTy, GenericArgs, Region, TraitRef, Ty, TyKind};
use vez_vir::{Conv, Global, GlobalId, GlobalInit, Module, Reloc, SigId, Signature, Symbol, Type};

/// The entries in front of the methods.
const HEADER: usize = 3;

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
        let mut entry = |offset: u64, target| relocs.push(Reloc { offset, target, addend: 0 });
        if self.needs_drop(ty) {
            entry(0, Symbol::Func(self.func_address(module, FnKey::DropGlue(ty))?));
        }
        for method in self.vtable_entries(ty, object)? {
            let offset = bytes.len() as u64;
            bytes.extend([0; 8]);
            if let Some(key) = method {
                entry(offset, Symbol::Func(self.func_address(module, key)?));
            }
        }
        for object in self.supertrait_objects(ty, object) {
            let offset = bytes.len() as u64;
            bytes.extend([0; 8]);
            entry(offset, Symbol::Global(self.vtable(module, ty, object)?));
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

    /// Where a table of `source` has the pointer to the same type's table as `target`, another `dyn` type; `None` where
    /// one table serves as both.
    pub fn upcast_offset(&mut self, source: Ty, target: Ty) -> Result<Option<u64>, LowerError> {
        let (TyKind::Dyn(from), TyKind::Dyn(to)) = (source.kind(), target.kind()) else {
            return Ok(None);
        };
        let (Some((trait_, _)), Some((wanted, args))) = (from.principal, to.principal) else {
            return Ok(None);
        };
        if trait_ == wanted {
            return Ok(None);
        }
        let found = self.supertrait_objects(source, source).into_iter().position(|object| {
            matches!(object.kind(), TyKind::Dyn(object) if object.principal == Some((wanted, args)))
        });
        let Some(index) = found else {
            return Err(LowerError::Internal(format!("no upcast of `{source}` to `{target}`")));
        };
        let methods = vez_traits::vtable_methods(self.db, trait_).len();
        Ok(Some((HEADER + methods + index) as u64 * 8))
    }

    /// The supertraits of a `dyn` type as `dyn` types, in the table's order, for the type inside.
    fn supertrait_objects(&mut self, ty: Ty, object: Ty) -> Vec<Ty> {
        let TyKind::Dyn(dynamic) = object.kind() else { return Vec::new() };
        let all = vez_traits::instance::vtable_supertraits(self.db, dynamic, ty);
        let object = |TraitRef { trait_, args }: TraitRef| {
            let args = self.mono_args(args, GenericArgs::empty());
            let principal = Some((trait_, GenericArgs::new(&args.as_slice()[1..])));
            let (projections, autos) = (Vec::new(), Vec::new());
            Ty::new(TyKind::Dyn(DynTy { principal, projections, autos, region: Region::erased() }))
        };
        all.into_iter().map(object).collect()
    }

    /// The methods of a table in order; a hole where a method cannot be called on `dyn`.
    fn vtable_entries(&mut self, ty: Ty, object: Ty) -> Result<Vec<Option<FnKey>>, LowerError> {
        let TyKind::Dyn(dynamic) = object.kind() else { return Ok(Vec::new()) };
        let entries = vez_traits::instance::vtable_entries(self.db, dynamic, ty);
        entries.into_iter().map(|entry| self.table_entry(entry)).collect()
    }
}
