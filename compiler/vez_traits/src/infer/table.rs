//! The union-find table: variables, what they are bound to, snapshots.

use vez_base::Span;
use vez_types::{Const, Ty};

/// Where a variable comes from, for E0282.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VarOrigin {
    pub span: Span,
    /// The generic parameter it stands for, if it does.
    pub param: Option<vez_base::Name>,
}

impl VarOrigin {
    pub fn at(span: Span) -> VarOrigin {
        VarOrigin { span, param: None }
    }
}

/// What a type variable may become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VarKind {
    General,
    Int,
    Float,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Value<T> {
    Unbound,
    /// The same variable as an older one.
    Same(u32),
    Known(T),
}

#[derive(Clone, Copy, Debug)]
struct TyVar {
    value: Value<Ty>,
    kind: VarKind,
    origin: VarOrigin,
    /// Whether a `!` became this variable: then it falls back to `()`.
    diverging: bool,
}

#[derive(Clone, Copy, Debug)]
struct ConstVar {
    value: Value<Const>,
    origin: VarOrigin,
}

enum Undo {
    Ty(u32, TyVar),
    Const(u32, ConstVar),
}

/// A point to come back to.
#[must_use = "a snapshot is rolled back or committed"]
#[derive(Debug)]
pub struct Snapshot {
    undo_len: usize,
    ty_len: usize,
    const_len: usize,
    changes: u64,
}

#[derive(Default)]
pub(super) struct Table {
    tys: Vec<TyVar>,
    consts: Vec<ConstVar>,
    undo: Vec<Undo>,
    open: u32,
    /// Counts bindings, so that pending obligations know whether to look again; never goes back.
    version: u64,
    /// Counts bindings that are still there.
    changes: u64,
}

impl Table {
    pub(super) fn new_ty(&mut self, kind: VarKind, origin: VarOrigin) -> u32 {
        let id = self.tys.len() as u32;
        self.tys.push(TyVar { value: Value::Unbound, kind, origin, diverging: false });
        id
    }

    pub(super) fn new_const(&mut self, origin: VarOrigin) -> u32 {
        let id = self.consts.len() as u32;
        self.consts.push(ConstVar { value: Value::Unbound, origin });
        id
    }

    pub(super) fn ty_count(&self) -> u32 {
        self.tys.len() as u32
    }

    pub(super) fn version(&self) -> u64 {
        self.version
    }

    /// How much has been bound since the outermost open snapshot and not taken back: tells, inside a probe, whether anything changed.
    pub(super) fn standing_changes(&self) -> usize {
        self.undo.len()
    }

    /// The oldest variable this one is the same as, and its binding.
    pub(super) fn probe_ty(&self, mut id: u32) -> (u32, Option<Ty>) {
        loop {
            match self.tys[id as usize].value {
                Value::Unbound => return (id, None),
                Value::Same(other) => id = other,
                Value::Known(ty) => return (id, Some(ty)),
            }
        }
    }

    pub(super) fn probe_const(&self, mut id: u32) -> (u32, Option<Const>) {
        loop {
            match self.consts[id as usize].value {
                Value::Unbound => return (id, None),
                Value::Same(other) => id = other,
                Value::Known(constant) => return (id, Some(constant)),
            }
        }
    }

    /// The kind of a root.
    pub(super) fn kind(&self, root: u32) -> VarKind {
        self.tys[root as usize].kind
    }

    pub(super) fn origin(&self, id: u32) -> VarOrigin {
        self.tys[id as usize].origin
    }

    pub(super) fn const_origin(&self, id: u32) -> VarOrigin {
        self.consts[id as usize].origin
    }

    pub(super) fn is_diverging(&self, root: u32) -> bool {
        self.tys[root as usize].diverging
    }

    pub(super) fn set_diverging(&mut self, id: u32) {
        let root = self.probe_ty(id).0;
        self.change_ty(root).diverging = true;
    }

    pub(super) fn bind_ty(&mut self, root: u32, ty: Ty) {
        debug_assert!(matches!(self.tys[root as usize].value, Value::Unbound));
        self.change_ty(root).value = Value::Known(ty);
    }

    pub(super) fn bind_const(&mut self, root: u32, constant: Const) {
        self.change_const(root).value = Value::Known(constant);
    }

    /// Makes two roots the same; the older one stays, with the narrower kind. The caller has checked that the kinds agree.
    pub(super) fn join_ty(&mut self, a: u32, b: u32) {
        let (old, young) = (a.min(b), a.max(b));
        let young_var = self.tys[young as usize];
        self.change_ty(young).value = Value::Same(old);
        let old_var = self.change_ty(old);
        if old_var.kind == VarKind::General {
            old_var.kind = young_var.kind;
        }
        old_var.diverging |= young_var.diverging;
        if old_var.origin.param.is_none() && young_var.origin.param.is_some() {
            old_var.origin.param = young_var.origin.param;
        }
    }

    pub(super) fn join_const(&mut self, a: u32, b: u32) {
        self.change_const(a.max(b)).value = Value::Same(a.min(b));
    }

    fn change_ty(&mut self, id: u32) -> &mut TyVar {
        self.version += 1;
        self.changes += 1;
        let var = &mut self.tys[id as usize];
        if self.open > 0 {
            self.undo.push(Undo::Ty(id, *var));
        }
        var
    }

    fn change_const(&mut self, id: u32) -> &mut ConstVar {
        self.version += 1;
        self.changes += 1;
        let var = &mut self.consts[id as usize];
        if self.open > 0 {
            self.undo.push(Undo::Const(id, *var));
        }
        var
    }

    pub(super) fn snapshot(&mut self) -> Snapshot {
        self.open += 1;
        Snapshot {
            undo_len: self.undo.len(),
            ty_len: self.tys.len(),
            const_len: self.consts.len(),
            changes: self.changes,
        }
    }

    pub(super) fn roll_back(&mut self, snapshot: Snapshot) {
        while self.undo.len() > snapshot.undo_len {
            match self.undo.pop().expect("longer than the snapshot's") {
                Undo::Ty(id, var) => self.tys[id as usize] = var,
                Undo::Const(id, var) => self.consts[id as usize] = var,
            }
        }
        self.tys.truncate(snapshot.ty_len);
        self.consts.truncate(snapshot.const_len);
        self.changes = snapshot.changes;
        self.close();
    }

    pub(super) fn commit(&mut self, _: Snapshot) {
        self.close();
    }

    fn close(&mut self) {
        self.open -= 1;
        if self.open == 0 {
            self.undo.clear();
        }
    }
}
