//! Calls and addresses of symbols.

use super::Translate;
use crate::ClifError;
use crate::module::external_name;
use crate::sig::clif_signature;
use cranelift_codegen::ir::{self, InstBuilder, types};
use vez_vir::{Callee, FuncId, GlobalId, Linkage, List, SigId, Symbol};

impl Translate<'_> {
    pub(super) fn call(&mut self, callee: Callee, args: List) -> Result<Vec<ir::Value>, ClifError> {
        let args: Vec<ir::Value> = self.body.list(args).iter().map(|&v| self.val(v)).collect();
        let call = match callee {
            Callee::Direct(func) => {
                let sig = self.module.func_sig(func);
                if sig.variadic && args.len() > sig.params.len() {
                    return Err(self.unsupported("a variadic call"));
                }
                let callee = self.func_ref(func)?;
                self.b.ins().call(callee, &args)
            }
            Callee::Indirect { sig, ptr } => {
                let (sig, ptr) = (self.sig_ref(sig)?, self.val(ptr));
                self.b.ins().call_indirect(sig, ptr, &args)
            }
        };
        Ok(self.b.inst_results(call).to_vec())
    }

    fn sig_ref(&mut self, sig: SigId) -> Result<ir::SigRef, ClifError> {
        if let Some(&known) = self.sigs.get(&sig) {
            return Ok(known);
        }
        let clif = clif_signature(self.module.sig(sig), self.isa)
            .map_err(|ty| self.unsupported(format!("the type {ty}")))?;
        let imported = self.b.import_signature(clif);
        self.sigs.insert(sig, imported);
        Ok(imported)
    }

    fn func_ref(&mut self, func: FuncId) -> Result<ir::FuncRef, ClifError> {
        if let Some(&known) = self.funcs.get(&func) {
            return Ok(known);
        }
        let function = self.module.func(func);
        let signature = self.sig_ref(function.sig)?;
        let index = self.symbols.funcs[func.index()].as_u32();
        let name = self.b.func.declare_imported_user_function(external_name(0, index));
        let imported = self.b.import_function(ir::ExtFuncData {
            name: ir::ExternalName::user(name),
            signature,
            colocated: function.linkage != Linkage::Import,
            patchable: false,
        });
        self.funcs.insert(func, imported);
        Ok(imported)
    }

    fn global_value(&mut self, global: GlobalId) -> ir::GlobalValue {
        if let Some(&known) = self.globals.get(&global) {
            return known;
        }
        let data = self.module.global(global);
        let index = self.symbols.globals[global.index()].as_u32();
        let name = self.b.func.declare_imported_user_function(external_name(1, index));
        let value = self.b.create_global_value(ir::GlobalValueData::Symbol {
            name: ir::ExternalName::user(name),
            offset: 0.into(),
            colocated: data.linkage != Linkage::Import,
            tls: data.thread_local,
        });
        self.globals.insert(global, value);
        value
    }

    pub(super) fn address(&mut self, symbol: Symbol, offset: i64) -> ir::Value {
        let base = match symbol {
            Symbol::Func(func) => {
                // The signature was accepted when the function was declared.
                let func = self.func_ref(func).expect("declared functions have a signature");
                self.b.ins().func_addr(types::I64, func)
            }
            Symbol::Global(global) => {
                let value = self.global_value(global);
                self.b.ins().symbol_value(types::I64, value)
            }
        };
        if offset == 0 { base } else { self.b.ins().iadd_imm_s(base, offset) }
    }
}
