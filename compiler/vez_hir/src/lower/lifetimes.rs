//! Lifetimes: what a written one means, and what stands for one that is not written.

use vez_ast as ast;
use vez_base::{Name, Span, name};
use vez_diag::registry::{
    DuplicateParam, MissingLifetime, ReservedLifetime, ShadowedLifetime, UndeclaredLifetime,
    UnnamedLifetime,
};

use super::Ctx;
use super::generics::ParamSort;
use crate::data::LifetimeRes;

/// What a lifetime that is not written means at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Elision {
    /// A new parameter of the item: inputs of functions, headers of impls.
    Fresh,
    /// A new parameter of the innermost binder: inputs of `Fn(..)` and fn pointers.
    FreshInBinder,
    /// The one lifetime of the inputs, if they have one.
    Output(Option<Seen>),
    /// Left to inference: bodies.
    Infer,
    /// Constants and statics.
    Static,
    /// It must be written.
    Error,
    /// It must be written, since bounds and clauses have no inputs: E0637.
    Clause,
}

/// A lifetime met in inputs. Bound ones are kept by level, since the depth depends on where they are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    res: LifetimeRes,
    level: u32,
}

/// The lifetimes of one `for<..>`, anonymous ones of `Fn(&T)` included.
#[derive(Clone, Debug, Default)]
pub(crate) struct Binder {
    names: Vec<Name>,
}

impl Binder {
    fn new(lifetimes: &[ast::Lifetime]) -> Binder {
        Binder { names: lifetimes.iter().map(|lifetime| lifetime.name).collect() }
    }

    pub(crate) fn len(&self) -> u32 {
        self.names.len() as u32
    }
}

impl Seen {
    /// Whether a binder inside of the inputs binds it, when `binders` are around them: only that binder's own types may name it.
    fn is_bound_inside(self, binders: usize) -> bool {
        matches!(self.res, LifetimeRes::Bound { .. }) && self.level as usize >= binders
    }
}

/// The one lifetime that all inputs agree on.
pub(crate) fn only(seen: &[Seen]) -> Option<Seen> {
    let (first, rest) = seen.split_first()?;
    rest.iter().all(|other| other == first).then_some(*first)
}

impl Ctx<'_> {
    /// Pushes the lifetimes of a `for<..>`, whose names are new.
    pub(crate) fn enter_binder(&mut self, lifetimes: &[ast::Lifetime]) {
        for (index, lifetime) in lifetimes.iter().enumerate() {
            let (bound, span) = (lifetime.name, self.span(lifetime.span));
            let outer = self.binders.iter().any(|binder| binder.names.contains(&bound))
                || self.generics.iter().any(|s| s.find(bound, ParamSort::Lifetime).is_some());
            if bound == name::STATIC || bound == name::UNDERSCORE {
                self.report(ReservedLifetime { name: format!("'{bound}") }.at(span));
            } else if lifetimes[..index].iter().any(|other| other.name == bound) {
                self.report(DuplicateParam { name: format!("'{bound}") }.at(span));
            } else if outer {
                self.report(ShadowedLifetime { name: format!("'{bound}") }.at(span));
            }
        }
        self.binders.push(Binder::new(lifetimes));
    }

    /// A written lifetime; `'_` is as good as none.
    pub(crate) fn lifetime(&mut self, lifetime: ast::Lifetime) -> LifetimeRes {
        let span = self.span(lifetime.span);
        if lifetime.name == name::UNDERSCORE {
            return self.elided(span);
        }
        let res = self.named_lifetime(lifetime.name, span);
        self.record(res);
        res
    }

    fn named_lifetime(&mut self, name: Name, span: Span) -> LifetimeRes {
        if name == name::STATIC {
            return LifetimeRes::Static;
        }
        for (depth, binder) in self.binders.iter().rev().enumerate() {
            if let Some(index) = binder.names.iter().position(|&bound| bound == name) {
                return LifetimeRes::Bound { depth: depth as u32, index: index as u32, name };
            }
        }
        for scope in self.generics.iter().rev() {
            if let Some(index) = scope.find(name, ParamSort::Lifetime) {
                return LifetimeRes::Param { owner: scope.owner, index, name };
            }
        }
        self.report(UndeclaredLifetime { name: format!("'{name}") }.at(span));
        LifetimeRes::Err
    }

    /// A lifetime, or what stands for it at `span` when there is none.
    pub(crate) fn lifetime_or_elided(
        &mut self,
        lifetime: Option<ast::Lifetime>,
        span: Span,
    ) -> LifetimeRes {
        match lifetime {
            Some(lifetime) => self.lifetime(lifetime),
            None => self.elided(span),
        }
    }

    /// What stands for a lifetime that is not written.
    pub(crate) fn elided(&mut self, span: Span) -> LifetimeRes {
        let res = match self.elision {
            Elision::Fresh => self.synthetic_lifetime(span),
            Elision::FreshInBinder => match self.binders.last_mut() {
                Some(binder) => {
                    let index = binder.len();
                    binder.names.push(name::UNDERSCORE);
                    LifetimeRes::Bound { depth: 0, index, name: name::UNDERSCORE }
                }
                None => LifetimeRes::Err,
            },
            Elision::Output(Some(seen)) => self.at_this_depth(seen),
            Elision::Infer => LifetimeRes::Infer,
            Elision::Static => LifetimeRes::Static,
            Elision::Clause => {
                self.report(UnnamedLifetime.at(span).here("expected a named lifetime"));
                LifetimeRes::Err
            }
            Elision::Output(None) | Elision::Error => {
                self.report(MissingLifetime.at(span).here("expected a named lifetime"));
                LifetimeRes::Err
            }
        };
        self.record(res);
        res
    }

    /// The lifetimes met in inputs, which are done with: those that decide about the output's.
    pub(crate) fn take_seen(&mut self, outer: Option<Vec<Seen>>) -> Vec<Seen> {
        let mut seen = std::mem::replace(&mut self.seen, outer).unwrap_or_default();
        seen.retain(|seen| !seen.is_bound_inside(self.binders.len()));
        seen
    }

    fn record(&mut self, res: LifetimeRes) {
        let seen = self.seen_now(res);
        if let Some(list) = &mut self.seen {
            list.push(seen);
        }
    }

    /// A lifetime as it can be kept until the depth changes.
    pub(crate) fn seen_now(&self, res: LifetimeRes) -> Seen {
        let depth = match res {
            LifetimeRes::Bound { depth, .. } => depth,
            _ => 0,
        };
        let level = (self.binders.len() as u32).wrapping_sub(1 + depth);
        let level = if matches!(res, LifetimeRes::Bound { .. }) { level } else { 0 };
        let res = match res {
            LifetimeRes::Bound { index, name, .. } => LifetimeRes::Bound { depth: 0, index, name },
            other => other,
        };
        Seen { res, level }
    }

    fn at_this_depth(&self, seen: Seen) -> LifetimeRes {
        match seen.res {
            LifetimeRes::Bound { index, name, .. } => {
                let depth = self.binders.len() as u32 - 1 - seen.level;
                LifetimeRes::Bound { depth, index, name }
            }
            other => other,
        }
    }
}
