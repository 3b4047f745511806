//! Types and signatures.

use cranelift_codegen::ir::{self, AbiParam, types};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use vez_vir::{Conv, FactFlags, Scalar, Signature, Type};

/// Cranelift's type of a VIR type; `None` for those it has no code for.
pub fn clif_type(ty: Type) -> Option<ir::Type> {
    let lane = match ty.kind() {
        Scalar::I1 | Scalar::I8 => types::I8,
        Scalar::I16 => types::I16,
        Scalar::I32 => types::I32,
        Scalar::I64 | Scalar::Ptr => types::I64,
        Scalar::I128 => types::I128,
        Scalar::F32 => types::F32,
        Scalar::F64 => types::F64,
        Scalar::F16 => return None,
    };
    if ty.is_vector() { lane.by(ty.lanes()).filter(|t| t.bits() == 128) } else { Some(lane) }
}

/// Cranelift's signature, or the type it has no code for.
pub fn clif_signature(sig: &Signature, isa: &dyn TargetIsa) -> Result<ir::Signature, Type> {
    let conv = match sig.conv {
        Conv::C => isa.default_call_conv(),
        Conv::Fast | Conv::Cold => CallConv::Fast,
    };
    let mut result = ir::Signature::new(conv);
    for param in &sig.params {
        let mut abi = AbiParam::new(clif_type(param.ty).ok_or(param.ty)?);
        if sig.conv == Conv::C && param.ty.is_int() && param.ty.bits() < 32 {
            abi = if param.flags.has(FactFlags::SEXT) { abi.sext() } else { abi.uext() };
        }
        result.params.push(abi);
    }
    for ret in &sig.results {
        result.returns.push(AbiParam::new(clif_type(ret.ty).ok_or(ret.ty)?));
    }
    Ok(result)
}
