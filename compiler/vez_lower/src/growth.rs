//! Endless instantiation: a function that needs itself with ever larger types.
//!
//! An instance is refused when its types are too large, or when it ends a chain of instances, each needed by the one
//! before, in which one definition appears too often with growing types.

use crate::instance::FnKey;
use vez_base::{DefId, FxHashMap, limits};
use vez_types::{GenericArg, GenericArgs, Ty, TyKind};
use vez_vir::FuncId;

/// What is known of the instances so far.
#[derive(Default)]
pub struct Growth {
    links: FxHashMap<FuncId, Link>,
    nodes: FxHashMap<Ty, usize>,
    /// The instance whose body is being lowered.
    current: Option<FuncId>,
}

/// An instance and what needed it first.
#[derive(Clone, Copy)]
struct Link {
    parent: Option<FuncId>,
    def: Option<DefId>,
    nodes: usize,
    /// How many instances of the same definition with ever smaller types are above.
    repeats: usize,
}

impl Growth {
    /// The instance whose body is lowered from now on.
    pub fn enter(&mut self, func: FuncId) {
        self.current = Some(func);
    }

    /// Whether an instance may not be made.
    pub fn is_endless(&mut self, key: &FnKey) -> bool {
        let link = self.link(key);
        link.repeats > limits::INSTANCE_DEPTH || link.nodes > limits::TYPE_NODES
    }

    /// Remembers an instance that was made.
    pub fn add(&mut self, key: &FnKey, func: FuncId) {
        let link = self.link(key);
        self.links.insert(func, link);
    }

    fn link(&mut self, key: &FnKey) -> Link {
        let (def, nodes) = self.subject(key);
        let mut link = Link { parent: self.current, def, nodes, repeats: 0 };
        let mut above = link.parent;
        // Nothing grows without arguments.
        while let (true, Some(func)) = (nodes > 1, above) {
            let Some(other) = self.links.get(&func) else { break };
            if other.def == def && other.nodes < nodes {
                link.repeats = other.repeats + 1;
                break;
            }
            above = other.parent;
        }
        link
    }

    /// The definition a key is about, and the size of its types.
    fn subject(&mut self, key: &FnKey) -> (Option<DefId>, usize) {
        match key {
            FnKey::Item(def, args)
            | FnKey::Ctor(def, args)
            | FnKey::ClosureOnce(def, args)
            | FnKey::ClosureFn(def, args) => (Some(*def), self.args(*args)),
            FnKey::DropGlue(ty) | FnKey::CloneShim(ty) => (head(*ty), self.ty(*ty)),
            FnKey::CallShim { callee, args, .. } => {
                (head(*callee), self.ty(*callee).saturating_add(self.ty(*args)))
            }
            FnKey::Untracked(inner) | FnKey::ByAddress(inner) => self.subject(inner),
            FnKey::Const(_) | FnKey::Entry(_) | FnKey::TestEntry(_) => (None, 1),
        }
    }

    fn args(&mut self, args: GenericArgs) -> usize {
        let sizes = args.as_slice().iter().map(|arg| match arg {
            GenericArg::Ty(ty) => self.ty(*ty),
            GenericArg::Const(_) => 1,
            GenericArg::Region(_) => 0,
        });
        sizes.fold(1, usize::saturating_add)
    }

    /// The nodes of a type as a tree; shared parts count every time, as walks over types meet them.
    fn ty(&mut self, ty: Ty) -> usize {
        if let Some(&nodes) = self.nodes.get(&ty) {
            return nodes;
        }
        let nodes = match ty.kind() {
            TyKind::Tuple(types) => self.list(types.as_slice()),
            TyKind::FnPtr(sig) => self.list(sig.inputs_and_output.as_slice()),
            TyKind::Array(elem, _)
            | TyKind::Slice(elem)
            | TyKind::RawPtr(elem, _)
            | TyKind::Ref(_, elem, _) => self.ty(*elem).saturating_add(1),
            TyKind::Adt(_, args)
            | TyKind::FnDef(_, args)
            | TyKind::Closure(_, args)
            | TyKind::Projection(_, args)
            | TyKind::Opaque(_, _, args) => self.args(*args),
            TyKind::Dyn(dynamic) => dynamic.principal.map_or(1, |(_, args)| self.args(args)),
            _ => 1,
        };
        self.nodes.insert(ty, nodes);
        nodes
    }

    fn list(&mut self, types: &[Ty]) -> usize {
        types.iter().fold(1, |sum: usize, &ty| sum.saturating_add(self.ty(ty)))
    }
}

/// The definition of a type.
fn head(ty: Ty) -> Option<DefId> {
    match ty.kind() {
        TyKind::Adt(def, _) | TyKind::Closure(def, _) | TyKind::FnDef(def, _) => Some(*def),
        _ => None,
    }
}
