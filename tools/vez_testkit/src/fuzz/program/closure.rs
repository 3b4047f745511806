//! Closures: made, called in a few ways, and gone again within one expression.

use super::Gen;
use super::types::Ty;

/// Flags of the variables around a closure, to put back after it.
type Saved = Vec<(u32, u32)>;

impl Gen {
    /// A block that makes a closure and calls it; its value has the type asked for.
    pub(super) fn closure_block(&mut self, ret: &Ty, depth: u32) -> String {
        let moves = self.rng.percent(35);
        let parameter = self.ty(1);
        let saved: Saved = self.scope.vars.iter().map(|v| (v.hidden, v.frozen)).collect();
        if moves {
            self.keep_movable();
        }
        let outer_names =
            (std::mem::take(&mut self.scope.mentioned), std::mem::take(&mut self.scope.changed));
        let (name, argument) = (self.fresh("k"), self.fresh("x"));
        let mark = self.scope.vars.len();
        let frames = std::mem::take(&mut self.frames);
        let leaves = matches!(ret, Ty::Option(_) | Ty::Result(..)) && self.rng.percent(60);
        let inner_ret = leaves.then(|| ret.clone());
        let outer_ret = std::mem::replace(&mut self.ret, inner_ret);
        self.scope.level += 1;
        let outer_level = std::mem::replace(&mut self.body_level, self.scope.level);
        self.scope.block += 1;
        self.scope.declare(&argument, parameter.clone(), false, true);
        self.multiplier *= 2;
        let body = if self.pure_depth == 0 && self.rng.percent(50) {
            self.statements(2, 2)
        } else {
            String::new()
        };
        let value = self.expr(ret, depth.min(2));
        self.multiplier /= 2;
        self.scope.level -= 1;
        self.body_level = outer_level;
        self.scope.block -= 1;
        self.scope.vars.truncate(mark);
        (self.frames, self.ret) = (frames, outer_ret);
        let changed = std::mem::take(&mut self.scope.changed);
        let mentioned = std::mem::take(&mut self.scope.mentioned);
        self.restrict(&saved, &changed, &mentioned, moves);
        let call = self.closure_call(&name, &parameter, changed.is_empty());
        for (var, (hidden, frozen)) in self.scope.vars.iter_mut().zip(&saved) {
            (var.hidden, var.frozen) = (*hidden, *frozen);
        }
        self.scope.mentioned.extend(outer_names.0.into_iter().chain(mentioned));
        self.scope.changed.extend(outer_names.1.into_iter().chain(changed.clone()));
        let keyword = if moves { "move " } else { "" };
        let mutable = if changed.is_empty() { "" } else { "mut " };
        let (parameter, result) = (parameter.name(), ret.name());
        format!(
            "{{\nlet {mutable}{name} = {keyword}|{argument}: {parameter}| -> {result} {{\n{body}{value}\n}};\n{call}\n}}"
        )
    }

    /// A `move` closure may only mention what it may take along: nothing, where the closure around it may run again.
    fn keep_movable(&mut self) {
        for index in 0..self.scope.vars.len() {
            let ty = self.scope.vars[index].ty.clone();
            let takes = self.pure_depth == 0 && self.scope.movable(index);
            let fine = self.scope.vars[index].owned && (takes || self.is_copy(&ty));
            if !fine {
                self.scope.hide(index, 1);
            }
        }
    }

    /// While the closure lives, what it changes is out of reach and the rest stays as it is; what it took is gone.
    fn restrict(&mut self, saved: &Saved, changed: &[String], mentioned: &[String], moves: bool) {
        for (index, saved) in saved.iter().enumerate() {
            let ty = self.scope.vars[index].ty.clone();
            let copy = self.is_copy(&ty);
            let var = &mut self.scope.vars[index];
            (var.hidden, var.frozen) = (saved.0, saved.1 + 1);
            if changed.contains(&var.name) && !(moves && copy) {
                var.hidden += 1;
            }
            if moves && !copy && mentioned.contains(&var.name) {
                var.moved = true;
            }
        }
    }

    fn closure_call(&mut self, name: &str, parameter: &Ty, shared: bool) -> String {
        let first = self.pure(parameter, 1);
        if shared {
            match self.rng.below(5) {
                0 => return format!("apply(&{name}, {first})"),
                1 => return format!("apply_dyn(&{name}, {first})"),
                2 => {
                    return format!(
                        "let f: Box<dyn Fn({}) -> _> = Box::new({name});\nf({first})",
                        parameter.name()
                    );
                }
                _ => {}
            }
        } else if self.rng.percent(30) {
            return format!("apply_mut(&mut {name}, {first}).1");
        }
        let second = self.pure(parameter, 1);
        format!("let first = {name}({first});\nshow(\"{name}\", &first);\n{name}({second})")
    }
}
