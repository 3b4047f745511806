//! One MIR body at one set of generic arguments -> one VIR body.

pub mod call;
mod cast;
mod homes;
mod intrinsic;
mod operand;
pub mod place;
pub mod rvalue;
mod terminator;
pub mod value;

use crate::LowerError;
use crate::abi::{FnAbi, Pass};
use crate::cx::Cx;
use crate::instance::FnKey;
use crate::layout::LayoutRef;
use place::LocalHome;
use value::Val;
use vez_base::{FxHashMap, IdVec, Span};
use vez_mir as mir;
use vez_mir::{Local, StatementKind};
use vez_types::{Const, GenericArgs, Ty};
use vez_vir::{FunctionBuilder, Value, Variable};

/// The state of one function's lowering.
pub struct FnLower<'a, 'm, 'db> {
    pub cx: &'a mut Cx<'db>,
    pub b: FunctionBuilder<'m>,
    /// Glue has none.
    body: Option<&'db mir::Body>,
    /// What is being lowered: names promoted constants, tells the caller's location.
    pub key: FnKey,
    pub args: GenericArgs,
    pub abi: FnAbi,
    pub homes: IdVec<Local, LocalHome>,
    /// The metadata of parameters of unsized type.
    pub local_meta: FxHashMap<Local, Value>,
    pub var_types: FxHashMap<Variable, vez_vir::Type>,
    /// VIR's block for each of MIR's.
    pub blocks: IdVec<mir::Block, vez_vir::Block>,
    /// The hidden argument of a `#[track_caller]` function.
    pub caller_location: Option<Value>,
    local_types: IdVec<Local, Ty>,
}

impl<'a, 'm, 'db> FnLower<'a, 'm, 'db> {
    pub fn new(
        cx: &'a mut Cx<'db>,
        b: FunctionBuilder<'m>,
        body: Option<&'db mir::Body>,
        key: FnKey,
        args: GenericArgs,
        abi: FnAbi,
    ) -> FnLower<'a, 'm, 'db> {
        let decls = body.iter().flat_map(|body| body.locals.iter());
        let local_types = decls.map(|decl| cx.mono(decl.ty, args)).collect();
        FnLower {
            cx,
            b,
            body,
            key,
            args,
            abi,
            homes: IdVec::new(),
            local_meta: FxHashMap::default(),
            var_types: FxHashMap::default(),
            blocks: IdVec::new(),
            caller_location: None,
            local_types,
        }
    }

    /// The MIR that is being lowered; glue never asks.
    pub fn body(&self) -> &'db mir::Body {
        self.body.expect("only functions with MIR ask for it")
    }

    /// Lowers the whole body.
    pub fn run(mut self) -> Result<(), LowerError> {
        let body = self.body();
        self.choose_homes()?;
        self.prologue()?;
        for _ in body.blocks.ids() {
            let block = self.b.create_block();
            self.blocks.push(block);
        }
        let start = self.blocks[mir::Block::START];
        self.b.jump(start, &[]);
        for (id, data) in body.blocks.iter_enumerated() {
            if data.is_cleanup {
                // A panic ends the process, so nothing unwinds.
                continue;
            }
            self.b.switch_to_block(self.blocks[id]);
            for statement in &data.statements {
                if let StatementKind::Assign(place, rvalue) = &statement.kind {
                    self.set_span(statement.span);
                    self.assign(place, rvalue)?;
                }
            }
            self.set_span(data.terminator.span);
            self.terminator(&data.terminator.kind, data.terminator.span)?;
        }
        self.b.seal_all_blocks();
        self.b.finish();
        Ok(())
    }

    /// Moves the arguments into their locals' homes.
    fn prologue(&mut self) -> Result<(), LowerError> {
        let mut next = 0;
        let mut take = |this: &mut Self| {
            next += 1;
            this.b.param(next - 1)
        };
        if self.abi.returns_by_address() {
            let out = take(self);
            self.homes[Local::RETURN] = LocalHome::Memory(out);
        }
        let passes = self.abi.args.clone();
        let mut incoming = Vec::with_capacity(passes.len());
        for (pass, layout) in passes {
            let value = match pass {
                Pass::Zero => Val::Zero,
                Pass::One(_) => Val::One(take(self)),
                Pass::Two(..) => {
                    let first = take(self);
                    Val::Two(first, take(self))
                }
                Pass::Address => Val::Mem(take(self)),
            };
            incoming.push((value, layout));
        }
        if self.abi.track_caller {
            self.caller_location = Some(take(self));
        }
        for (i, (value, layout)) in incoming.into_iter().enumerate() {
            self.bind_param(Local::from_raw(i as u32 + 1), value, &layout);
        }
        Ok(())
    }

    fn bind_param(&mut self, local: Local, value: Val, layout: &LayoutRef) {
        match (self.homes[local].clone(), value) {
            (LocalHome::Memory(_), Val::Mem(from)) => {
                // The caller gave the memory away, so it becomes the parameter's home.
                self.homes[local] = LocalHome::Memory(from);
            }
            (LocalHome::Memory(home), value) => self.store(home, layout, value),
            (LocalHome::Zero, _) => {}
            (LocalHome::One(var), value) => self.b.def_var(var, value.one()),
            (LocalHome::Two(first, second), Val::Two(a, b)) => {
                self.b.def_var(first, a);
                self.b.def_var(second, b);
            }
            (home, value) => unreachable!("argument {value:?} for {home:?}"),
        }
    }

    /// A type of the body at this function's arguments.
    pub fn mono(&mut self, ty: Ty) -> Ty {
        self.cx.mono(ty, self.args)
    }

    pub fn mono_args(&mut self, args: GenericArgs) -> GenericArgs {
        self.cx.mono_args(args, self.args)
    }

    pub fn mono_const(&mut self, constant: Const) -> Const {
        self.cx.mono_const(constant, self.args)
    }

    pub fn local_ty(&self, local: Local) -> Ty {
        self.local_types[local]
    }

    pub fn layout(&mut self, ty: Ty) -> Result<LayoutRef, LowerError> {
        self.cx.layout(ty)
    }

    /// The function that promoted constants belong to.
    pub fn instance_key(&self) -> Box<FnKey> {
        Box::new(self.key.clone())
    }

    fn set_span(&mut self, span: Span) {
        let loc = self.cx.loc(self.b.module, span);
        self.b.set_loc(loc);
    }

    /// The `&'static Location` of a span, or the caller's in a `#[track_caller]` function.
    pub fn location(&mut self, span: Span) -> Value {
        match self.caller_location {
            Some(location) => location,
            None => {
                let global = self.cx.location_global(self.b.module, span);
                self.b.global_addr(global, 0)
            }
        }
    }
}
