//! Random programs do after optimisation what they did before: loops, branches, switches, calls, traps, slots.

use vez_opt::{Level, Pass, optimize, run_pass};
use vez_vir::interp::{CaptureHost, Exit, Limits, run_main};
use vez_vir::{
    Access, ArithFlags, ArithOp, BinOp, CmpOp, FuncAttrs, FuncId, FunctionBuilder, Linkage, Module,
    Signature, SlotId, Type, Value, verify_module,
};

const PROGRAMS: u64 = 400;

/// Xorshift: the same programs everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 8) % n
    }
}

/// Writes one function; its variables are slots, its statements structured.
struct Writer<'m, 'r> {
    b: FunctionBuilder<'m>,
    random: &'r mut Random,
    variables: Vec<SlotId>,
    callees: Vec<FuncId>,
}

impl Writer<'_, '_> {
    fn variable(&mut self) -> Value {
        let slot = self.variables[self.random.below(self.variables.len() as u64) as usize];
        let address = self.b.slot_addr(slot);
        match self.random.below(3) {
            0 => self.b.offset(address, 4),
            1 => {
                let one = self.b.iconst(Type::I64, 1);
                self.b.index(address, one, 4, 0)
            }
            _ => address,
        }
    }

    fn expr(&mut self, depth: u32) -> Value {
        let choice = if depth == 0 { self.random.below(2) } else { self.random.below(9) };
        match choice {
            0 => {
                let value = [0, 1, 2, 3, 7, -1, 100, i32::MAX][self.random.below(8) as usize];
                self.b.iconst(Type::I32, value)
            }
            1 => {
                let address = self.variable();
                self.b.load(Type::I32, address, 0, Access::natural(Type::I32))
            }
            2..=4 => {
                let op = ArithOp::ALL[[0, 1, 2, 5, 6, 7][self.random.below(6) as usize]];
                let checked = op == ArithOp::Add && self.random.below(4) == 0;
                let flags = ArithFlags::S | ArithFlags::TRAP;
                let (a, c) = (self.expr(depth - 1), self.expr(depth - 1));
                self.b.arith(op, a, c, if checked { flags } else { ArithFlags::NONE })
            }
            5 => {
                let (a, c) = (self.expr(depth - 1), self.expr(depth - 1));
                let (sum, over) = self.b.bin_of(BinOp::SsubOf, a, c);
                self.b.select(over, a, sum)
            }
            6 => {
                let cond = self.condition(depth - 1);
                let (a, c) = (self.expr(depth - 1), self.expr(depth - 1));
                self.b.select(cond, a, c)
            }
            _ if self.callees.is_empty() => self.expr(depth - 1),
            _ => {
                let callee = self.callees[self.random.below(self.callees.len() as u64) as usize];
                let args = [self.expr(depth - 1), self.expr(depth - 1)];
                let results = self.b.call(callee, &args);
                results[self.random.below(2) as usize]
            }
        }
    }

    fn condition(&mut self, depth: u32) -> Value {
        let op = [CmpOp::Eq, CmpOp::Ne, CmpOp::Slt, CmpOp::Uge][self.random.below(4) as usize];
        let (a, c) = (self.expr(depth), self.expr(depth));
        self.b.cmp(op, a, c)
    }

    fn statement(&mut self, depth: u32) {
        match self.random.below(if depth == 0 { 2 } else { 6 }) {
            0 | 1 => {
                let value = self.expr(2);
                let address = self.variable();
                self.b.store(value, address, 0, Access::natural(Type::I32));
            }
            2 | 3 => {
                let cond = self.condition(1);
                let [then, other, join] = [(); 3].map(|()| self.b.create_block());
                self.b.br(cond, then, other);
                for block in [then, other] {
                    self.b.switch_to_block(block);
                    self.statements(depth - 1);
                    self.b.jump(join, &[]);
                }
                self.b.switch_to_block(join);
            }
            4 => self.counted_loop(depth),
            _ => {
                let value = self.expr(1);
                let [one, join] = [(); 2].map(|()| self.b.create_block());
                self.b.switch(value, join, &[(0, one), (1, join), (7, one)]);
                self.b.switch_to_block(one);
                self.statements(depth - 1);
                self.b.jump(join, &[]);
                self.b.switch_to_block(join);
            }
        }
    }

    fn counted_loop(&mut self, depth: u32) {
        let counter = self.b.declare_var(Type::I32);
        let [head, body, exit] = [(); 3].map(|()| self.b.create_block());
        let zero = self.b.iconst(Type::I32, 0);
        self.b.def_var(counter, zero);
        self.b.jump(head, &[]);
        self.b.switch_to_block(head);
        let (i, limit) = (self.b.use_var(counter), self.b.iconst(Type::I32, 3));
        let more = self.b.cmp(CmpOp::Slt, i, limit);
        self.b.br(more, body, exit);
        self.b.switch_to_block(body);
        self.statements(depth - 1);
        let one = self.b.iconst(Type::I32, 1);
        let (i, flags) = (self.b.use_var(counter), ArithFlags::NSW);
        let next = self.b.add(i, one, flags);
        self.b.def_var(counter, next);
        self.b.jump(head, &[]);
        self.b.switch_to_block(exit);
    }

    fn statements(&mut self, depth: u32) {
        for _ in 0..1 + self.random.below(3) {
            self.statement(depth);
        }
    }

    fn function(mut self, params: usize) {
        let zero = self.b.iconst(Type::I32, 5);
        for number in 0..2 {
            let value = if number < params { self.b.param(number) } else { zero };
            let slot = self.b.create_slot(8, 4);
            let address = self.b.slot_addr(slot);
            self.b.store(value, address, 0, Access::natural(Type::I32));
            self.b.store(zero, address, 4, Access::natural(Type::I32));
            self.variables.push(slot);
        }
        self.statements(2);
        let (a, c) = (self.expr(2), self.expr(1));
        if params == 0 {
            let mask = self.b.iconst(Type::I32, 0x7f);
            let code = self.b.and(a, mask);
            self.b.ret(&[code]);
        } else {
            self.b.ret(&[a, c]);
        }
        self.b.finish();
    }
}

fn program(seed: u64) -> Module {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut module = Module::new("random");
    let two = module.intern_sig(Signature::of(&[Type::I32; 2], &[Type::I32; 2]));
    let main = module.intern_sig(Signature::of(&[], &[Type::I32]));
    let mut callees = Vec::new();
    for number in 0..random.below(4) {
        let func = module.add_function(&format!("f{number}"), two, Linkage::Internal);
        let attrs = [FuncAttrs::NONE, FuncAttrs::INLINE_ALWAYS, FuncAttrs::INLINE_HINT];
        module.functions[func.index()].attrs = attrs[random.below(3) as usize];
        let b = FunctionBuilder::new(&mut module, func);
        let known = callees.clone();
        Writer { b, random: &mut random, variables: vec![], callees: known }.function(2);
        callees.push(func);
    }
    let func = module.add_function("main", main, Linkage::Export);
    let b = FunctionBuilder::new(&mut module, func);
    Writer { b, random: &mut random, variables: vec![], callees }.function(0);
    module
}

fn end(module: &Module) -> Option<String> {
    let limits = Limits { fuel: 300_000, ..Limits::default() };
    match run_main(module, &["program"], &mut CaptureHost::default(), &limits) {
        Exit::OutOfFuel | Exit::StackOverflow => None,
        Exit::Trap { code, .. } => Some(format!("trap {code}")),
        exit => Some(exit.to_string()),
    }
}

#[test]
fn random_programs_do_the_same() {
    let mut compared = 0;
    for seed in 1..=PROGRAMS {
        let module = program(seed);
        verify_module(&module).expect("the generator writes valid programs");
        let Some(before) = end(&module) else { continue };
        assert!(!before.contains("undefined"), "seed {seed}: {before}");
        let ways: [(&str, &dyn Fn(&mut Module)); 6] = [
            ("simplify", &|m| run_pass(m, Pass::Simplify)),
            ("promote", &|m| run_pass(m, Pass::Promote)),
            ("inline", &|m| run_pass(m, Pass::Inline)),
            ("promote, inline", &|m| {
                run_pass(m, Pass::Promote);
                run_pass(m, Pass::Inline);
            }),
            ("clean", &|m| optimize(m, Level::Clean)),
            ("full", &|m| optimize(m, Level::Full)),
        ];
        for (name, way) in ways {
            let mut optimised = module.clone();
            way(&mut optimised);
            let after = end(&optimised).expect("optimised programs need less fuel");
            if before != after {
                let (old, new) =
                    (vez_vir::print_module(&module), vez_vir::print_module(&optimised));
                panic!("seed {seed} by {name}: {before}, then {after}\n{old}\n{new}");
            }
        }
        compared += 1;
    }
    assert!(compared > PROGRAMS / 2, "only {compared} programs end in time");
}
