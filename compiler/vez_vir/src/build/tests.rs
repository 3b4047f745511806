//! Construction: SSA from variables, layout, calls with unwind edges.

use crate::*;

#[test]
fn loop_variables_become_block_parameters() {
    let mut module = Module::new("t");
    let sig = module.intern_sig(Signature::of(&[Type::I64], &[Type::I64]));
    let func = module.add_function("sum", sig, Linkage::Export);
    let mut b = FunctionBuilder::new(&mut module, func);
    let (i, sum) = (b.declare_var(Type::I64), b.declare_var(Type::I64));
    let never = b.declare_var(Type::I32);
    let zero = b.iconst(Type::I64, 0);
    b.def_var(i, zero);
    b.def_var(sum, zero);
    let n = b.param(0);
    let (head, body, exit, dead) =
        (b.create_block(), b.create_block(), b.create_block(), b.create_block());
    b.jump(head, &[]);
    b.switch_to_block(head);
    let x = b.use_var(i);
    b.use_var(never);
    let more = b.cmp(CmpOp::Slt, x, n);
    b.br(more, body, exit);
    b.switch_to_block(body);
    let (x, s) = (b.use_var(i), b.use_var(sum));
    let s = b.add(s, x, ArithFlags::NONE);
    b.def_var(sum, s);
    let one = b.iconst(Type::I64, 1);
    let x = b.add(x, one, ArithFlags::NSW);
    b.def_var(i, x);
    b.jump(head, &[]);
    b.switch_to_block(exit);
    let s = b.use_var(sum);
    b.ret(&[s]);
    b.switch_to_block(dead);
    b.jump(exit, &[]);
    b.finish();
    let body = module.func(func).body.as_ref().unwrap();
    assert_eq!(body.blocks.len(), 4);
    // `i` and `sum`, not the unused `never`.
    assert_eq!(body.params(Block(1)).len(), 2);
    assert_eq!(body.params(Block(2)).len(), 0);
}

#[test]
fn variables_that_do_not_change_need_no_parameter() {
    let mut module = Module::new("t");
    let sig = module.intern_sig(Signature::of(&[Type::I64], &[Type::I64]));
    let func = module.add_function("f", sig, Linkage::Export);
    let mut b = FunctionBuilder::new(&mut module, func);
    let x = b.declare_var(Type::I64);
    let n = b.param(0);
    b.def_var(x, n);
    let (head, exit) = (b.create_block(), b.create_block());
    b.jump(head, &[]);
    b.switch_to_block(head);
    let cond = b.use_var(x);
    let cond = b.cmp(CmpOp::Eq, cond, n);
    b.br(cond, head, exit);
    b.switch_to_block(exit);
    let r = b.use_var(x);
    b.ret(&[r]);
    b.finish();
    let body = module.func(func).body.as_ref().unwrap();
    assert_eq!(body.params(Block(1)).len(), 0);
}
