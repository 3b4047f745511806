//! What a call of a path reaches, once generic arguments are known.

use crate::LowerError;
use crate::cx::Cx;
use crate::instance::FnKey;
use vez_base::{DefId, Name};
use vez_traits::{ClosureKind, Instance, InstanceKind};
use vez_types::{GenericArgs, Ty, TyKind};

/// How a call is made.
pub enum Target {
    Intrinsic(Name, GenericArgs),
    /// A function of the program; with `spread` the last argument is a tuple of the function's.
    Function {
        key: FnKey,
        spread: bool,
    },
    /// The `index`th method of the receiver's table.
    Virtual {
        index: u32,
    },
    /// A `Fn` method on a function item or fn pointer: `self`, by reference or by value, then a tuple of arguments.
    FnValue {
        callee: Ty,
        by_ref: bool,
    },
    /// `drop_in_place` of a type.
    Drop(Ty),
}

impl Cx<'_> {
    /// What a call of `def` at monomorphic `args` reaches.
    pub fn resolve(&mut self, def: DefId, args: GenericArgs) -> Result<Target, LowerError> {
        let instance = vez_traits::resolve_instance(self.db, def, args).ok_or_else(|| {
            LowerError::Internal(format!("no instance of `{}` at {args:?}", def.path()))
        })?;
        Ok(self.target(instance))
    }

    fn target(&self, Instance { kind, args }: Instance) -> Target {
        let function = |key| Target::Function { key, spread: false };
        match kind {
            InstanceKind::Item(def) | InstanceKind::VtableShim(def) => {
                function(FnKey::Item(def, args))
            }
            InstanceKind::Intrinsic(def) if def.name().as_str() == "drop_in_place" => {
                Target::Drop(args.ty_at(0))
            }
            InstanceKind::Intrinsic(def) => Target::Intrinsic(def.name(), args),
            InstanceKind::Ctor(def) => function(FnKey::Ctor(def, args)),
            InstanceKind::ClosureCall { def, via } => {
                Target::Function { key: self.closure_key(def, args, via), spread: true }
            }
            InstanceKind::FnPtrShim { callee, via } => {
                Target::FnValue { callee, by_ref: via != ClosureKind::FnOnce }
            }
            InstanceKind::DropGlue(ty) => Target::Drop(ty),
            InstanceKind::CloneShim(ty) => function(FnKey::CloneShim(ty)),
            InstanceKind::Virtual { index, .. } => Target::Virtual { index },
        }
    }

    /// The function that a closure is called by, through a trait's method.
    pub fn closure_key(&self, def: DefId, args: GenericArgs, via: ClosureKind) -> FnKey {
        let own = self.closure_kind(def, args);
        if via == ClosureKind::FnOnce && own != ClosureKind::FnOnce {
            FnKey::ClosureOnce(def, args)
        } else {
            FnKey::Item(def, args)
        }
    }

    /// The function for a table's entry or a fn pointer: the trait method's own arguments, no tuple taken apart.
    pub fn as_function(&self, instance: Instance) -> Result<FnKey, LowerError> {
        Ok(match instance.kind {
            InstanceKind::ClosureCall { def, via } => {
                let callee = Ty::new(TyKind::Closure(def, instance.args));
                FnKey::CallShim { callee, via, args: self.call_args(callee)? }
            }
            InstanceKind::FnPtrShim { callee, via } => {
                FnKey::CallShim { callee, via, args: self.call_args(callee)? }
            }
            _ => match self.target(instance) {
                Target::Function { key, .. } => key,
                _ => {
                    let kind = instance.kind;
                    return Err(LowerError::Internal(format!("{kind:?} as a function")));
                }
            },
        })
    }

    /// The tuple of what a closure, function item or fn pointer is called with.
    fn call_args(&self, callee: Ty) -> Result<Ty, LowerError> {
        let sig = match callee.kind() {
            TyKind::Closure(def, args) => self.closure_facts(*def, *args)?.sig,
            TyKind::FnDef(def, args) => vez_traits::fn_sig(self.db, *def).substitute(*args),
            TyKind::FnPtr(sig) => sig.clone(),
            _ => return Err(LowerError::Internal(format!("a call of `{callee}`"))),
        };
        Ok(self.mono(Ty::tuple(sig.inputs().to_vec()), GenericArgs::empty()))
    }
}
