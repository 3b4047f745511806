//! Calls, with and without an unwind edge.

use super::Translator;
use crate::attrs;
use crate::module::conv;
use crate::raw::{Attr, Bb, Place, Ty, Val};
use smallvec::SmallVec;
use vez_vir::{
    CallFlags, Callee, Edge, FactFlags, FuncAttrs, InstId, List, SigId, Signature, Value,
    callee_sig,
};

/// What a call needs, of LLVM's.
struct Site<'m> {
    sig: &'m Signature,
    sig_id: SigId,
    ty: Ty,
    callee: Val,
    args: SmallVec<[Val; 8]>,
    indirect: bool,
}

impl<'m> Translator<'_, 'm> {
    pub(super) fn call(&mut self, id: InstId, flags: CallFlags, callee: Callee, args: List) {
        let site = self.site(callee, args);
        let call = self.b.call(site.ty, site.callee, &site.args);
        self.describe_call(&site, flags, call);
        if flags.has(CallFlags::TAIL) {
            let must = self.is_same_frame(&site);
            self.b.set_tail(call, must);
            // The `ret` that follows returns exactly this, undivided: LLVM asks for it.
            self.tail_result = Some((!site.sig.results.is_empty()).then_some(call));
            return;
        }
        let results: SmallVec<[Value; 4]> = self.body.results(id).collect();
        for (number, value) in results.iter().enumerate() {
            let part = if results.len() == 1 { call } else { self.b.extract(call, number) };
            self.define(*value, part);
        }
    }

    /// A call that ends its block. Where nothing unwinds it is a call and a jump.
    pub(super) fn invoke(
        &mut self,
        flags: CallFlags,
        callee: Callee,
        args: List,
        (normal, unwind): (Edge, Edge),
    ) {
        let site = self.site(callee, args);
        let quiet = match callee {
            Callee::Direct(func) => self.module.func(func).attrs.has(FuncAttrs::NOUNWIND),
            Callee::Indirect { .. } => false,
        };
        if quiet || flags.has(CallFlags::NOUNWIND) {
            let call = self.b.call(site.ty, site.callee, &site.args);
            self.describe_call(&site, flags, call);
            self.finish_invoke(&site, call, normal);
            return;
        }
        let before = self.b.block();
        let pad = self.landing_pad(unwind);
        let after = self.codegen.cx.append_block(self.function);
        self.b.go_to(before);
        let call = self.b.invoke(site.ty, site.callee, &site.args, after, pad);
        self.describe_call(&site, flags, call);
        self.b.go_to(after);
        self.finish_invoke(&site, call, normal);
    }

    /// Goes on to the normal target, whose first parameters are the results.
    fn finish_invoke(&mut self, site: &Site<'_>, call: Val, normal: Edge) {
        let count = site.sig.results.len();
        let results: SmallVec<[Val; 4]> = match count {
            1 => SmallVec::from_slice(&[call]),
            _ => (0..count).map(|number| self.b.extract(call, number)).collect(),
        };
        self.pass(normal, &results);
        self.b.jump(self.blocks[normal.block.index()]);
    }

    /// A block that catches the exception and goes on to `unwind`, whose first parameter it is.
    fn landing_pad(&mut self, unwind: Edge) -> Bb {
        self.set_personality();
        let cx = &self.codegen.cx;
        let pad = cx.append_block(self.function);
        let ty = cx.struct_of(&[cx.ptr(0), cx.int(32)], false);
        self.b.go_to(pad);
        let landed = self.b.landing_pad(ty);
        let exception = self.b.extract(landed, 0);
        self.pass(unwind, &[exception]);
        self.b.jump(self.blocks[unwind.block.index()]);
        pad
    }

    /// The C compiler's routine knows cleanups, which is all that VIR has. A program without an unwinder has none.
    fn set_personality(&mut self) {
        const NAME: &str = "__gcc_personality_v0";
        if std::mem::replace(&mut self.has_pads, true) {
            return;
        }
        let cx = &self.codegen.cx;
        let routine = match self.module.find(NAME) {
            Some(symbol) => self.codegen.symbol(symbol),
            None => cx.weak_function(NAME, cx.func(cx.int(32), &[], true)),
        };
        cx.set_personality(self.function, routine);
    }

    fn site(&mut self, callee: Callee, args: List) -> Site<'m> {
        let sig_id = callee_sig(callee, self.module);
        let target = match callee {
            Callee::Direct(func) => self.codegen.functions[func.index()],
            Callee::Indirect { ptr, .. } => self.value(ptr),
        };
        Site {
            sig: self.module.sig(sig_id),
            sig_id,
            ty: self.codegen.sig_type(sig_id),
            callee: target,
            args: self.body.list(args).iter().map(|&arg| self.value(arg)).collect(),
            indirect: matches!(callee, Callee::Indirect { .. }),
        }
    }

    fn describe_call(&self, site: &Site<'_>, flags: CallFlags, call: Val) {
        let cx = &self.codegen.cx;
        self.b.set_call_conv(call, conv(site.sig.conv));
        match site.indirect {
            true => attrs::indirect_call(cx, self.module, site.sig, call),
            false => attrs::direct_call(cx, site.sig, call),
        }
        let add = |attr: Attr| cx.add_call_attr(call, Place::Function, attr);
        let named: [(CallFlags, &'static str); 4] = [
            (CallFlags::COLD, "cold"),
            (CallFlags::NOUNWIND, "nounwind"),
            (CallFlags::NOINLINE, "noinline"),
            (CallFlags::INLINE, "alwaysinline"),
        ];
        for (flag, name) in named {
            if flags.has(flag) {
                add(cx.attr(name, 0));
            }
        }
    }

    /// Whether LLVM can promise that the callee takes the caller's place: their signatures must match.
    fn is_same_frame(&self, site: &Site<'_>) -> bool {
        let own_id = self.module.func(self.func).sig;
        let own = self.module.sig(own_id);
        let abi = |sig: &Signature| -> Vec<FactFlags> {
            let mask = FactFlags::SRET | FactFlags::BYVAL | FactFlags::ZEXT | FactFlags::SEXT;
            sig.params.iter().map(|param| FactFlags(param.flags.0 & mask.0)).collect()
        };
        let same = self.codegen.sig_type(own_id) == site.ty
            && own.conv == site.sig.conv
            && abi(own) == abi(site.sig);
        own_id == site.sig_id || same
    }
}
