//! What VIR says of functions, parameters and results, as LLVM attributes.

use crate::raw::{Attr, Cx, Place, Val};
use vez_vir::{FactFlags, FuncAttrs, Function, Module, Param, Signature};

/// LLVM's `memory` attribute has two bits a location: argument memory, inaccessible memory, errno, other memory, and two of targets.
mod memory {
    pub const NONE: u64 = 0;
    /// Every location may be read.
    pub const READ: u64 = 0b01_01_01_01_01_01;
    pub const ARGUMENTS: u64 = 0b11;
    pub const READ_ARGUMENTS: u64 = 0b01;
}

/// `allockind(alloc)`.
const ALLOC_KIND_ALLOC: u64 = 1;

/// Puts the attributes of `function` on its LLVM function.
pub(crate) fn function(cx: &Cx, module: &Module, function: &Function, value: Val, debug: bool) {
    use FuncAttrs as F;
    let attrs = function.attrs;
    let add = |attr: Attr| cx.add_attr(value, Place::Function, attr);
    let plain: [(FuncAttrs, &'static str); 8] = [
        (F::NOUNWIND, "nounwind"),
        (F::COLD, "cold"),
        (F::NORETURN, "noreturn"),
        (F::INLINE_HINT, "inlinehint"),
        (F::INLINE_ALWAYS, "alwaysinline"),
        (F::INLINE_NEVER, "noinline"),
        (F::WILLRETURN, "willreturn"),
        (F::OPT_SIZE, "optsize"),
    ];
    for (flag, name) in plain {
        // LLVM rejects `alwaysinline` beside `noinline`.
        let contradicts = flag == F::INLINE_ALWAYS && attrs.has(F::INLINE_NEVER);
        if attrs.has(flag) && !contradicts {
            add(cx.attr(name, 0));
        }
    }
    if attrs.has(F::PURE) {
        for name in ["nounwind", "willreturn"] {
            add(cx.attr(name, 0));
        }
    }
    if let Some(effects) = memory_effects(attrs) {
        add(cx.attr("memory", effects));
    }
    if attrs.has(F::ALLOC) {
        cx.add_attr(value, Place::Result, cx.attr("noalias", 0));
        add(cx.attr("allockind", ALLOC_KIND_ALLOC));
        add(cx.text_attr("alloc-family", "malloc"));
    }
    if function.body.is_some() {
        // A frame larger than a page must not step over the guard page.
        add(cx.text_attr("probe-stack", "inline-asm"));
        if debug {
            const ASYNCHRONOUS: u64 = 2;
            add(cx.attr("uwtable", ASYNCHRONOUS));
        }
    }
    let sig = module.sig(function.sig);
    each_fact(cx, module, sig, |place, attr| cx.add_attr(value, place, attr));
}

/// Puts the facts of the signature on a call through a pointer; a direct call has them from its callee.
pub(crate) fn indirect_call(cx: &Cx, module: &Module, sig: &Signature, call: Val) {
    each_fact(cx, module, sig, |place, attr| cx.add_call_attr(call, place, attr));
}

/// Puts on a direct call the attributes that are part of the convention, which LLVM wants in both places.
pub(crate) fn direct_call(cx: &Cx, sig: &Signature, call: Val) {
    for (number, param) in sig.params.iter().enumerate() {
        for attr in convention(cx, param) {
            cx.add_call_attr(call, Place::Param(number), attr);
        }
    }
    if let [result] = sig.results.as_slice() {
        for attr in convention(cx, result) {
            cx.add_call_attr(call, Place::Result, attr);
        }
    }
}

fn memory_effects(attrs: FuncAttrs) -> Option<u64> {
    use FuncAttrs as F;
    Some(match (attrs.has(F::PURE), attrs.has(F::READONLY), attrs.has(F::ARGMEM)) {
        (true, ..) => memory::NONE,
        (_, true, true) => memory::READ_ARGUMENTS,
        (_, true, false) => memory::READ,
        (_, false, true) => memory::ARGUMENTS,
        _ => return None,
    })
}

/// Calls `add` with each attribute of each parameter and of the result.
fn each_fact(cx: &Cx, module: &Module, sig: &Signature, mut add: impl FnMut(Place, Attr)) {
    for (number, param) in sig.params.iter().enumerate() {
        let place = Place::Param(number);
        facts(cx, module, param, |attr| add(place, attr));
        convention(cx, param).into_iter().for_each(|attr| add(place, attr));
        let flags = [
            (FactFlags::READONLY, "readonly"),
            (FactFlags::WRITEONLY, "writeonly"),
            (FactFlags::RETURNED, "returned"),
        ];
        for (flag, name) in flags {
            if param.flags.has(flag) {
                add(place, cx.attr(name, 0));
            }
        }
        if param.flags.has(FactFlags::NOCAPTURE) {
            // `captures(none)`
            add(place, cx.attr("captures", 0));
        }
    }
    match sig.results.as_slice() {
        [result] => {
            facts(cx, module, result, |attr| add(Place::Result, attr));
            convention(cx, result).into_iter().for_each(|attr| add(Place::Result, attr));
        }
        // Several results are one struct; only what holds of all of it can be said.
        [] => {}
        results if results.iter().all(|r| r.flags.has(FactFlags::NOUNDEF)) => {
            add(Place::Result, cx.attr("noundef", 0));
        }
        _ => {}
    }
}

/// Facts that parameters and results share.
fn facts(cx: &Cx, module: &Module, param: &Param, mut add: impl FnMut(Attr)) {
    let flags = [
        (FactFlags::NOALIAS, "noalias"),
        (FactFlags::NONNULL, "nonnull"),
        (FactFlags::NOUNDEF, "noundef"),
    ];
    for (flag, name) in flags {
        if param.flags.has(flag) {
            add(cx.attr(name, 0));
        }
    }
    if param.align_log2 > 0 {
        add(cx.attr("align", 1 << param.align_log2));
    }
    if param.dereferenceable > 0 && !param.flags.has(FactFlags::BYVAL) {
        let name = match param.flags.has(FactFlags::NONNULL) {
            true => "dereferenceable",
            false => "dereferenceable_or_null",
        };
        add(cx.attr(name, param.dereferenceable));
    }
    if let Some(range) = module.range(param.range) {
        let end = range.high.wrapping_add(1) & param.ty.mask();
        if end != range.low {
            add(cx.range_attr(param.ty.bits(), range.low, end));
        }
    }
}

/// Attributes that say how an argument or result travels.
fn convention(cx: &Cx, param: &Param) -> Vec<Attr> {
    let mut attrs = Vec::new();
    let memory = || cx.array(cx.int(8), param.dereferenceable);
    if param.flags.has(FactFlags::ZEXT) {
        attrs.push(cx.attr("zeroext", 0));
    }
    if param.flags.has(FactFlags::SEXT) {
        attrs.push(cx.attr("signext", 0));
    }
    if param.flags.has(FactFlags::SRET) {
        attrs.push(cx.type_attr("sret", memory()));
    }
    if param.flags.has(FactFlags::BYVAL) {
        attrs.push(cx.type_attr("byval", memory()));
    }
    attrs
}
