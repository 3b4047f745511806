//! Operand types, flags and constants of each instruction.

use super::{Place, Verifier};
use crate::data::{Body, Signature, Slot};
use crate::ids::{FuncId, InstId, Value};
use crate::inst::{Access, ArithOp, Callee, Inst};
use crate::ops::{
    AccessFlags, ArithFlags, AtomicOp, CallFlags, CastOp, Class, Compares, LaneOp, Ordering,
};
use crate::pool::List;
use crate::ty::{Scalar, Type};
use crate::typing::callee_sig;
use rustc_hash::FxHashMap;

type Check<T = ()> = Result<T, String>;

/// Checks every instruction of `body`, whose structure is right.
pub(super) fn check(verifier: &mut Verifier<'_>, func: FuncId, body: &Body) {
    let module = verifier.module;
    let mut checker = Checker { module, func, body, slots: FxHashMap::default() };
    for block in body.block_ids() {
        for inst in body.block_insts(block) {
            if let Err(reason) = checker.inst(inst) {
                verifier.report_at(Place { func, block, inst }, reason);
            }
        }
    }
}

struct Checker<'m> {
    module: &'m crate::Module,
    func: FuncId,
    body: &'m Body,
    /// Values that are a constant distance into a slot.
    slots: FxHashMap<Value, (Slot, i64)>,
}

fn ensure(condition: bool, reason: &str) -> Check {
    if condition { Ok(()) } else { Err(reason.to_owned()) }
}

fn fits(class: Class, ty: Type) -> Check {
    if class.admits(ty) { Ok(()) } else { Err(format!("{ty} is not {}", class.describe())) }
}

impl Checker<'_> {
    fn ty(&self, value: Value) -> Type {
        self.body.ty(value)
    }

    fn want(&self, value: Value, ty: Type) -> Check {
        let found = self.ty(value);
        if found == ty { Ok(()) } else { Err(format!("{value} is {found}, not {ty}")) }
    }

    fn want_all(&self, values: &[Value], ty: Type) -> Check {
        values.iter().try_for_each(|&value| self.want(value, ty))
    }

    fn want_ptr(&self, value: Value) -> Check {
        let ty = self.ty(value);
        let scalar = ty.is_ptr() && !ty.is_vector();
        if scalar { Ok(()) } else { Err(format!("{value} is {ty}, not a pointer")) }
    }

    fn inst(&mut self, id: InstId) -> Check {
        let inst = self.body.inst(id);
        match inst {
            Inst::Const { ty, bits } => {
                ensure(bits.get() & !ty.mask() == 0, "the constant does not fit its type")
            }
            Inst::Poison { .. } | Inst::Addr { .. } | Inst::Jump { .. } | Inst::Unreachable => {
                Ok(())
            }
            Inst::Trap { code } => ensure(code != 0, "failure codes start at 1"),
            Inst::Arith { op, flags, ty, a, b } => {
                arith(op, flags, ty)?;
                self.want_all(&[a, b], ty)
            }
            Inst::Un { op, ty, a } => {
                fits(op.fact(), ty)?;
                self.want(a, ty)
            }
            Inst::Bin { op, ty, a, b } => {
                fits(op.fact().0, ty)?;
                self.want_all(&[a, b], ty)
            }
            Inst::Fma { ty, a, b, c } => {
                fits(Class::Float, ty)?;
                self.want_all(&[a, b, c], ty)
            }
            Inst::Cmp { op, ty, a, b } => {
                fits(
                    match op.fact() {
                        Compares::IntPtr => Class::IntPtr,
                        Compares::Int => Class::Int,
                        Compares::Float => Class::Float,
                    },
                    ty,
                )?;
                self.want_all(&[a, b], ty)
            }
            Inst::Select { flags, ty, cond, a, b } => {
                ensure(flags.is_known(), "a flag is not known")?;
                self.want_all(&[a, b], ty)?;
                match self.ty(cond) {
                    Type::I1 => Ok(()),
                    _ => self.want(cond, ty.with_lane(Type::I1)),
                }
            }
            Inst::Cast { op, ty, a } => cast(op, self.ty(a), ty),
            Inst::Lane { op, ty, a, b, lane } => self.lane(op, ty, a, b, lane),
            Inst::Shuffle { ty, a, b, lanes } => self.shuffle(ty, a, b, self.body.list(lanes)),
            Inst::Call { .. } | Inst::Invoke { .. } | Inst::Ext { .. } => self.call(id, &inst),
            Inst::Br { cond, .. } => self.want(cond, Type::I1),
            Inst::Switch { ty, value, cases } => self.switch(ty, value, cases),
            Inst::Ret { values } => {
                let results = &self.module.func_sig(self.func).results;
                let values = self.body.list(values);
                if values.len() != results.len() {
                    let (given, wanted) = (values.len(), results.len());
                    return Err(format!("returns {given} values, the signature has {wanted}"));
                }
                values.iter().zip(results).try_for_each(|(&v, result)| self.want(v, result.ty))
            }
            _ => self.memory(id, &inst),
        }
    }

    fn switch(&self, ty: Type, value: Value, cases: List) -> Check {
        ensure(ty.is_int() && !ty.is_vector(), "a switch takes a scalar integer")?;
        self.want(value, ty)?;
        let mut keys: Vec<u128> =
            self.body.pool.switch(cases).cases().map(|(key, _)| key).collect();
        keys.sort_unstable();
        ensure(keys.windows(2).all(|w| w[0] != w[1]), "a case appears twice")?;
        let largest = keys.last().copied().unwrap_or(0);
        ensure(largest <= ty.mask(), "a case does not fit the type")
    }

    fn memory(&mut self, id: InstId, inst: &Inst) -> Check {
        match *inst {
            Inst::Slot { slot } => {
                let slot = self.body.slots[slot.index()];
                self.slots.insert(self.body.result(id), (slot, 0));
                Ok(())
            }
            Inst::Index { base, index, offset, flags, .. } => {
                self.want(base, Type::PTR)?;
                ensure(flags.is_known(), "a flag is not known")?;
                if !index.is_none() {
                    return self.want(index, Type::I64);
                }
                if let Some(&(slot, start)) = self.slots.get(&base) {
                    let at = start + i64::from(offset);
                    let inside = (0..=slot.size as i64).contains(&at);
                    ensure(inside, "the address lies outside the slot")?;
                    self.slots.insert(self.body.result(id), (slot, at));
                }
                Ok(())
            }
            Inst::Load { ty, ptr, offset, access } => {
                self.want_ptr(ptr)?;
                self.access(ty, ptr, offset, access)?;
                let nonnull = access.flags.has(AccessFlags::NONNULL);
                ensure(!nonnull || ty.is_ptr(), "only a pointer can be nonnull")?;
                let range = self.module.range(access.range);
                let fits = range.is_none_or(|r| {
                    ty.is_int() && !ty.is_vector() && r.low <= ty.mask() && r.high <= ty.mask()
                });
                ensure(fits, "the range does not fit the type")
            }
            Inst::Store { ty, value, ptr, offset, access } => {
                self.want(value, ty)?;
                self.want_ptr(ptr)?;
                let flags = access.flags.without(AccessFlags::VOLATILE);
                ensure(flags.is_empty(), "a store can only be volatile")?;
                ensure(access.range.is_none(), "a store has no range")?;
                self.access(ty, ptr, offset, access)
            }
            Inst::Copy { flags, dst, src, len, .. } => {
                self.want_ptr(dst)?;
                self.want_ptr(src)?;
                self.want(len, Type::I64)?;
                ensure(flags.is_known(), "a flag is not known")
            }
            Inst::Fill { flags, dst, byte, len, .. } => {
                self.want_ptr(dst)?;
                self.want(byte, Type::I8)?;
                self.want(len, Type::I64)?;
                ensure(!flags.has(crate::CopyFlags::OVERLAP), "a fill has one region")?;
                ensure(flags.is_known(), "a flag is not known")
            }
            Inst::Atomic { op, ty, order, failure, ptr, a, b } => {
                self.atomic(op, ty, [order, failure], [ptr, a, b])
            }
            _ => Err("this instruction is not checked".to_owned()),
        }
    }

    fn access(&self, ty: Type, ptr: Value, offset: i32, access: Access) -> Check {
        ensure(access.flags.is_known(), "a flag is not known")?;
        if let Some(&(slot, start)) = self.slots.get(&ptr) {
            let at = start + i64::from(offset);
            let inside = at >= 0 && at as u64 + u64::from(ty.bytes()) <= slot.size;
            ensure(inside, "the access lies outside the slot")?;
        }
        Ok(())
    }

    fn atomic(&self, op: AtomicOp, ty: Type, orders: [Ordering; 2], v: [Value; 3]) -> Check {
        use Ordering::{AcqRel, Acquire, Relaxed, Release};
        let [order, failure] = orders;
        if op == AtomicOp::Fence {
            return ensure(order != Relaxed, "a relaxed fence does nothing");
        }
        self.want_ptr(v[0])?;
        let plain = !ty.is_vector() && ty != Type::I1 && ty.bits() <= 64 && !ty.is_float();
        ensure(plain, "atomic accesses are integers of whole bytes up to i64, or pointers")?;
        let pointers =
            matches!(op, AtomicOp::Load | AtomicOp::Store | AtomicOp::Xchg | AtomicOp::Cas);
        ensure(pointers || ty.is_int(), "this operation needs an integer")?;
        let allowed = match op {
            AtomicOp::Load => !matches!(order, Release | AcqRel),
            AtomicOp::Store => !matches!(order, Acquire | AcqRel),
            AtomicOp::Cas => !matches!(failure, Release | AcqRel),
            _ => true,
        };
        ensure(allowed, "this ordering is not possible here")?;
        v[1..].iter().filter(|v| !v.is_none()).try_for_each(|&v| self.want(v, ty))
    }

    fn lane(&self, op: LaneOp, ty: Type, a: Value, b: Value, lane: u32) -> Check {
        ensure(ty.is_vector(), "the type is not a vector")?;
        ensure(op != LaneOp::Shuffle, "a shuffle needs its list of lanes")?;
        fits(op.fact(), ty)?;
        if op == LaneOp::Splat {
            return self.want(a, ty.lane());
        }
        self.want(a, ty)?;
        if op == LaneOp::Insert {
            self.want(b, ty.lane())?;
        }
        ensure(lane < ty.lanes(), "there is no such lane")
    }

    fn shuffle(&self, ty: Type, a: Value, b: Value, lanes: &[Value]) -> Check {
        ensure(ty.is_vector(), "the type is not a vector")?;
        self.want_all(&[a, b], ty)?;
        let count = u32::try_from(lanes.len()).unwrap_or(u32::MAX);
        ensure(ty.lane().vector(count).is_some(), "there is no vector of so many lanes")?;
        ensure(lanes.iter().all(|lane| lane.0 < 2 * ty.lanes()), "there is no such lane")
    }

    fn call(&self, id: InstId, inst: &Inst) -> Check {
        let (sig, args, flags) = match *inst {
            Inst::Call { callee, args, flags } | Inst::Invoke { callee, args, flags, .. } => {
                if let Callee::Indirect { ptr, .. } = callee {
                    self.want(ptr, Type::PTR)?;
                }
                (callee_sig(callee, self.module), args, flags)
            }
            Inst::Ext { sig, args, .. } => (sig, args, CallFlags::NONE),
            _ => return Err("this is not a call".to_owned()),
        };
        let sig: &Signature = self.module.sig(sig);
        let args = self.body.list(args);
        let enough = args.len() >= sig.params.len();
        if !enough || (args.len() > sig.params.len() && !sig.variadic) {
            let (given, wanted) = (args.len(), sig.params.len());
            return Err(format!("passes {given} arguments, the signature has {wanted}"));
        }
        args.iter().zip(&sig.params).try_for_each(|(&v, param)| self.want(v, param.ty))?;
        ensure(flags.is_known(), "a flag is not known")?;
        if !flags.has(CallFlags::TAIL) {
            return Ok(());
        }
        let next = self.body.insts.get(id.index() + 1);
        let returns_results = match next {
            Some(&Inst::Ret { values }) => {
                self.body.list(values).iter().copied().eq(self.body.results(id))
            }
            _ => false,
        };
        ensure(returns_results, "a tail call is followed by `ret` of exactly its results")
    }
}

/// Which flags an arithmetic instruction may have.
fn arith(op: ArithOp, flags: ArithFlags, ty: Type) -> Check {
    use ArithFlags as F;
    let (signed, unsigned) = (flags.has(F::S), flags.has(F::U));
    if ty.is_float() {
        let known =
            matches!(op, ArithOp::Add | ArithOp::Sub | ArithOp::Mul | ArithOp::Div | ArithOp::Rem);
        ensure(known, "floats have no bit operations")?;
        return ensure(flags.is_empty(), "floats have no flags");
    }
    let allowed = match op {
        ArithOp::And | ArithOp::Or | ArithOp::Xor => {
            fits(Class::Int, ty)?;
            return ensure(flags.is_empty(), "bit operations have no flags");
        }
        ArithOp::Add | ArithOp::Sub => F::S | F::U | F::NSW | F::NUW | F::TRAP | F::SAT,
        ArithOp::Mul => F::S | F::U | F::NSW | F::NUW | F::TRAP,
        ArithOp::Div => F::S | F::U | F::TRAP | F::EXACT,
        ArithOp::Rem => F::S | F::U | F::TRAP,
        ArithOp::Shl => F::NSW | F::NUW | F::TRAP,
        ArithOp::Shr => F::S | F::U | F::TRAP | F::EXACT,
    };
    fits(Class::Bytes, ty)?;
    ensure(flags.without(allowed).is_empty(), "a flag does not belong here")?;
    ensure(!(flags.has(F::TRAP) && ty.is_vector()), "vectors do not trap")?;
    match op {
        ArithOp::Div | ArithOp::Rem | ArithOp::Shr => {
            ensure(signed != unsigned, "exactly one of `s` and `u` is needed")
        }
        ArithOp::Shl => Ok(()),
        _ => {
            let checked = flags.has(F::TRAP) || flags.has(F::SAT);
            ensure(!(flags.has(F::TRAP) && flags.has(F::SAT)), "`trap` excludes `sat`")?;
            if checked {
                ensure(signed != unsigned, "exactly one of `s` and `u` is needed")
            } else {
                ensure(!signed && !unsigned, "`s` and `u` need `trap` or `sat`")
            }
        }
    }
}

/// Whether `from` converts to `to`.
fn cast(op: CastOp, from: Type, to: Type) -> Check {
    let no = || Err(format!("{from} does not convert to {to} by `{op}`"));
    let (source, target) = op.fact();
    if !source.admits(from) || !target.admits(to) {
        return no();
    }
    let same_lanes = from.lanes() == to.lanes();
    let (narrow, wide) = (from.lane_bits() < to.lane_bits(), from.lane_bits() > to.lane_bits());
    let is_word = |ty: Type| ty.kind() == Scalar::I64;
    let ok = match op {
        CastOp::Zext | CastOp::Sext | CastOp::Fext => narrow && same_lanes,
        CastOp::Trunc | CastOp::Ftrunc => wide && same_lanes,
        CastOp::Stof | CastOp::Utof | CastOp::Ftos | CastOp::Ftou => same_lanes,
        CastOp::Bit => {
            let whole = from.kind() != Scalar::I1 && to.kind() != Scalar::I1;
            from.bits() == to.bits() && whole && from != to
        }
        CastOp::Ptoi => from.is_ptr() && is_word(to) && same_lanes,
        CastOp::Itop => is_word(from) && to.is_ptr() && same_lanes,
        CastOp::Space => from.is_ptr() && to.is_ptr() && from.space() != to.space() && same_lanes,
    };
    if ok { Ok(()) } else { no() }
}
