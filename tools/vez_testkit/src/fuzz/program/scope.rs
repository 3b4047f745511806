//! Which variables an expression may read, change or move.
//!
//! Everything here is cautious: what it allows, the borrow checker allows.

use super::types::Ty;

/// A variable, or another place with a name such as `(*r)`.
#[derive(Clone, Debug)]
pub struct Var {
    pub name: String,
    pub ty: Ty,
    pub mutable: bool,
    /// An owned variable, not something behind a reference.
    pub owned: bool,
    /// How many loops and closures stand around its declaration.
    pub level: u32,
    /// How many blocks do.
    pub block: u32,
    pub moved: bool,
    /// Not to be mentioned at all while this is not 0.
    pub hidden: u32,
    /// Neither changed nor moved while this is not 0.
    pub frozen: u32,
}

/// The variables in scope.
#[derive(Default, Debug)]
pub struct Scope {
    pub vars: Vec<Var>,
    pub level: u32,
    pub block: u32,
    /// Names mentioned, and names changed, since the innermost closure began.
    pub mentioned: Vec<String>,
    pub changed: Vec<String>,
}

impl Scope {
    pub fn declare(&mut self, name: &str, ty: Ty, mutable: bool, owned: bool) {
        self.vars.push(Var {
            name: name.to_owned(),
            ty,
            mutable,
            owned,
            level: self.level,
            block: self.block,
            moved: false,
            hidden: 0,
            frozen: 0,
        });
    }

    pub fn readable(&self, index: usize) -> bool {
        let var = &self.vars[index];
        !var.moved && var.hidden == 0
    }

    pub fn changeable(&self, index: usize) -> bool {
        let var = &self.vars[index];
        self.readable(index) && var.mutable && var.frozen == 0
    }

    pub fn movable(&self, index: usize) -> bool {
        let var = &self.vars[index];
        self.readable(index) && var.owned && var.frozen == 0 && var.level == self.level
    }

    /// The readable variables that `wanted` holds for.
    pub fn indices(&self, wanted: impl Fn(&Scope, usize) -> bool) -> Vec<usize> {
        (0..self.vars.len()).filter(|&i| self.readable(i) && wanted(self, i)).collect()
    }

    pub fn mention(&mut self, index: usize) -> String {
        let name = self.vars[index].name.clone();
        self.mentioned.push(name.clone());
        name
    }

    pub fn change(&mut self, index: usize) -> String {
        let name = self.mention(index);
        self.changed.push(name.clone());
        name
    }

    pub fn freeze(&mut self, index: usize, by: i32) {
        let frozen = &mut self.vars[index].frozen;
        *frozen = frozen.wrapping_add_signed(by);
    }

    pub fn hide(&mut self, index: usize, by: i32) {
        let hidden = &mut self.vars[index].hidden;
        *hidden = hidden.wrapping_add_signed(by);
    }
}
