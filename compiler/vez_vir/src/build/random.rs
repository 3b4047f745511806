//! Random graphs: what the builder makes of variables verifies and computes what the variables would.

use crate::interp::{CaptureHost, Exit, Limits, run_main};
use crate::*;

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// A program over variables: statements `a = b + c`, then a branch on a variable's parity, or the end.
struct Program {
    blocks: Vec<(Vec<(usize, usize, usize)>, usize, Option<(usize, usize)>)>,
    vars: usize,
}

impl Program {
    fn random(random: &mut Random) -> Program {
        let (count, vars) = (2 + random.below(12), 1 + random.below(5));
        let blocks = (0..count)
            .map(|number| {
                let statements = (0..random.below(4))
                    .map(|_| (random.below(vars), random.below(vars), random.below(vars)))
                    .collect();
                let ends = number + 1 == count || random.below(6) == 0;
                // No edge goes to the entry.
                let targets = (1 + random.below(count - 1), 1 + random.below(count - 1));
                (statements, random.below(vars), (!ends).then_some(targets))
            })
            .collect();
        Program { blocks, vars }
    }

    /// The value returned, or `None` if it takes too long.
    fn run(&self) -> Option<u64> {
        let mut vars: Vec<u64> = (1..=self.vars as u64).collect();
        let mut at = 0;
        for _ in 0..200 {
            let (statements, decider, targets) = &self.blocks[at];
            for &(a, b, c) in statements {
                vars[a] = vars[b].wrapping_add(vars[c]);
            }
            match *targets {
                None => return Some(vars[*decider]),
                Some((odd, even)) => at = if vars[*decider] % 2 == 1 { odd } else { even },
            }
        }
        None
    }

    fn build(&self, seal_late: bool) -> Module {
        let mut module = Module::new("random");
        let sig = module.intern_sig(Signature::of(&[], &[Type::I64]));
        let main = module.add_function("main", sig, Linkage::Export);
        let mut b = FunctionBuilder::new(&mut module, main);
        let vars: Vec<Variable> = (0..self.vars).map(|_| b.declare_var(Type::I64)).collect();
        for (number, &var) in vars.iter().enumerate() {
            let value = b.iconst(Type::I64, number as i64 + 1);
            b.def_var(var, value);
        }
        let mut blocks = vec![b.current_block()];
        blocks.extend((1..self.blocks.len()).map(|_| b.create_block()));
        for (number, (statements, decider, targets)) in self.blocks.iter().enumerate() {
            b.switch_to_block(blocks[number]);
            for &(x, y, z) in statements {
                let (y, z) = (b.use_var(vars[y]), b.use_var(vars[z]));
                let sum = b.add(y, z, ArithFlags::NONE);
                b.def_var(vars[x], sum);
            }
            let decider = b.use_var(vars[*decider]);
            match *targets {
                None => b.ret(&[decider]),
                Some((odd, even)) => {
                    let odd_bit = b.cast(CastOp::Trunc, Type::I1, decider);
                    b.br(odd_bit, blocks[odd], blocks[even]);
                }
            }
            // What no later block reaches is complete now.
            let last = |block: usize| {
                (number + 1..self.blocks.len())
                    .all(|later| self.blocks[later].2.is_none_or(|(x, y)| x != block && y != block))
            };
            for block in (0..self.blocks.len()).filter(|&block| !seal_late && last(block)) {
                b.seal_block(blocks[block]);
            }
        }
        b.finish();
        module
    }
}

#[test]
fn random_graphs_verify_and_compute() {
    let mut random = Random(0x1234_5678_9abc_def1);
    let mut finished = 0;
    for round in 0..1500 {
        let program = Program::random(&mut random);
        let module = program.build(round % 2 == 0);
        if let Err(errors) = verify_module(&module) {
            panic!("{}\n{}", errors[0], print_module(&module));
        }
        let Some(result) = program.run() else { continue };
        finished += 1;
        let limits = Limits { fuel: 100_000, ..Limits::default() };
        let exit = run_main(&module, &[], &mut CaptureHost::default(), &limits);
        assert_eq!(exit, Exit::Code(result as u32 as i32), "{}", print_module(&module));
    }
    assert!(finished > 300);
}

#[test]
fn dominators_agree_with_the_definition() {
    let mut random = Random(0xfeed_beef_0bad_cafe);
    for _ in 0..500 {
        let module = Program::random(&mut random).build(true);
        let body = module.functions[0].body.as_ref().expect("built above");
        let dominators = Dominators::new(body);
        for a in body.block_ids() {
            // `a` dominates what cannot be reached without it.
            let mut reached = vec![false; body.blocks.len()];
            let mut work = if a == Body::ENTRY { Vec::new() } else { vec![Body::ENTRY] };
            while let Some(block) = work.pop() {
                if block != a && !std::mem::replace(&mut reached[block.index()], true) {
                    let edges = body.terminator(block).edges(&body.pool);
                    work.extend(edges.iter().map(|edge| edge.block));
                }
            }
            for b in body.block_ids() {
                assert_eq!(dominators.dominates(a, b), !reached[b.index()], "{a} {b}");
            }
        }
    }
}
