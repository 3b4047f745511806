//! Literals: their values, and the types that suffixes, expectations and inference variables give them.

use vez_base::{Name, Span};
use vez_diag::registry as d;
use vez_hir::{FloatTy, IntTy, Lit};
use vez_types::{Ty, TyKind};

use super::{Expectation, FnCtxt};
use crate::data::*;

impl FnCtxt<'_> {
    pub(crate) fn check_lit(&mut self, lit: Lit, expected: Expectation, span: Span) -> ExprId {
        let ty = self.lit_type(lit, expected, span);
        let value = self.lit_value(lit, ty, false);
        let expr = self.push(ExprKind::Lit(value), ty, span);
        if matches!(lit, Lit::Int { .. } | Lit::Float { .. }) {
            self.deferred.literals.push((expr, lit, false));
        }
        expr
    }

    /// `-5`: one literal, so that the least number of a type can be written.
    pub(crate) fn check_negated_lit(
        &mut self,
        lit: Lit,
        expected: Expectation,
        span: Span,
        lit_span: Span,
    ) -> Option<ExprId> {
        if !matches!(lit, Lit::Int { .. } | Lit::Float { .. }) {
            return None;
        }
        let ty = self.lit_type(lit, expected, lit_span);
        let value = self.lit_value(lit, ty, true);
        let expr = self.push(ExprKind::Lit(value), ty, span);
        self.deferred.literals.push((expr, lit, true));
        Some(expr)
    }

    /// The type of a literal; patterns have no expectation but what they match.
    pub(crate) fn lit_type(&mut self, lit: Lit, expected: Expectation, span: Span) -> Ty {
        match lit {
            Lit::Int { suffix: Some(suffix), .. } => self.suffix_type(suffix),
            Lit::Int { suffix: None, .. } => match self.hint(expected).map(|ty| (ty, ty.kind())) {
                Some((ty, TyKind::Int(_))) => ty,
                // `b as char` wants a byte.
                Some((_, TyKind::Char)) if matches!(expected, Expectation::Cast(_)) => Ty::u8(),
                Some((_, TyKind::RawPtr(..) | TyKind::FnDef(..) | TyKind::FnPtr(_)))
                    if matches!(expected, Expectation::Cast(_)) =>
                {
                    Ty::usize()
                }
                Some((ty, TyKind::Infer(vez_types::InferTy::Int(_)))) => ty,
                _ => self.fresh_int(span),
            },
            Lit::Float { suffix: Some(suffix), .. } => self.suffix_type(suffix),
            Lit::Float { suffix: None, .. } => {
                match self.hint(expected).map(|ty| (ty, ty.kind())) {
                    Some((ty, TyKind::Float(_))) => ty,
                    _ => self.fresh_float(span),
                }
            }
            Lit::Str(_) => Ty::reference(Ty::str(), Mutability::Not),
            Lit::ByteStr(bytes) => {
                let len = bytes.as_str().chars().count() as u64;
                Ty::reference(Ty::array(Ty::u8(), len), Mutability::Not)
            }
            Lit::CStr(_) => match self.lang("CStr") {
                Some(def) => Ty::reference(
                    Ty::new(TyKind::Adt(def, vez_types::GenericArgs::empty())),
                    Mutability::Not,
                ),
                None => {
                    self.report(d::NotSupported { what: "C string literals" }.at(span));
                    Ty::error()
                }
            },
            Lit::Char(_) => Ty::char(),
            Lit::Byte(_) => Ty::u8(),
            Lit::Bool(_) => Ty::bool(),
        }
    }

    fn suffix_type(&mut self, suffix: Name) -> Ty {
        match primitive_number(suffix.as_str()) {
            Some(kind) => Ty::new(kind),
            None => {
                // The lexer reports suffixes that are no types.
                self.tainted = true;
                Ty::error()
            }
        }
    }

    /// The value of a literal of a type. While the type is open, floats are read as `f64`; `finish_literals` reads them again.
    pub(crate) fn lit_value(&self, lit: Lit, ty: Ty, negated: bool) -> LitValue {
        let float = match ty.kind() {
            TyKind::Float(float) => Some(*float),
            TyKind::Infer(vez_types::InferTy::Float(_)) => Some(FloatTy::F64),
            _ => None,
        };
        match (lit, float) {
            // `1f32`
            (Lit::Int { value, .. }, Some(float)) => {
                LitValue::Float(float_bits(&value.to_string(), float, negated))
            }
            (Lit::Int { value, .. }, None) if negated => LitValue::Int(value.wrapping_neg()),
            (Lit::Int { value, .. }, None) => LitValue::Int(value),
            (Lit::Float { text, .. }, float) => {
                let float = float.unwrap_or(FloatTy::F64);
                LitValue::Float(float_bits(text.as_str(), float, negated))
            }
            (Lit::Str(text), _) => LitValue::Str(text),
            (Lit::ByteStr(text), _) => LitValue::ByteStr(text),
            (Lit::CStr(text), _) => LitValue::CStr(text),
            (Lit::Char(value), _) => LitValue::Char(value),
            (Lit::Byte(value), _) => LitValue::Int(value.into()),
            (Lit::Bool(value), _) => LitValue::Bool(value),
        }
    }

    /// Once types are known: widths of floats, ranges of integers.
    pub(crate) fn finish_literals(&mut self) {
        for (expr, lit, negated) in std::mem::take(&mut self.deferred.literals) {
            let ty = self.resolve(self.out.exprs[expr].ty);
            let value = self.lit_value(lit, ty, negated);
            self.out.exprs[expr].kind = ExprKind::Lit(value);
            if let (LitValue::Int(value), TyKind::Int(int)) = (value, ty.kind()) {
                self.check_range(value, *int, negated, self.span(expr));
            }
            if let (LitValue::Float(bits), TyKind::Float(float)) = (value, ty.kind())
                && is_infinite(bits, *float)
            {
                let literal = match lit {
                    Lit::Float { text, .. } => text.to_string(),
                    _ => "this number".to_owned(),
                };
                let report = d::LiteralOutOfRange { literal, ty }.at(self.span(expr));
                self.report(report.note(format!("`{ty}` would hold infinity")));
            }
        }
    }

    pub(crate) fn check_range(&mut self, value: u128, int: IntTy, negated: bool, span: Span) {
        let (bits, signed) = (int.bits(), int.is_signed());
        if negated && !signed {
            let ty = Ty::int(int);
            self.report(d::BadUnaryOperand { op: "-", ty }.at(span));
            return;
        }
        let magnitude = if negated { value.wrapping_neg() } else { value };
        let limit = match (signed, negated) {
            (true, true) => 1u128 << (bits - 1),
            (true, false) => (1u128 << (bits - 1)) - 1,
            (false, _) if bits == 128 => u128::MAX,
            (false, _) => (1u128 << bits) - 1,
        };
        if magnitude > limit {
            let sign = if negated { "-" } else { "" };
            let literal = format!("{sign}{magnitude}");
            self.report(d::LiteralOutOfRange { literal, ty: Ty::int(int) }.at(span));
        }
    }
}

/// The bits of a float literal, rounded once, to the type it has.
fn float_bits(text: &str, float: FloatTy, negated: bool) -> u64 {
    match float {
        FloatTy::F32 => {
            let value: f32 = text.parse().unwrap_or(0.0);
            (if negated { -value } else { value }).to_bits().into()
        }
        FloatTy::F64 => {
            let value: f64 = text.parse().unwrap_or(0.0);
            (if negated { -value } else { value }).to_bits()
        }
    }
}

fn is_infinite(bits: u64, float: FloatTy) -> bool {
    match float {
        FloatTy::F32 => f32::from_bits(bits as u32).is_infinite(),
        FloatTy::F64 => f64::from_bits(bits).is_infinite(),
    }
}

/// The type a numeric suffix names.
pub(crate) fn primitive_number(name: &str) -> Option<TyKind> {
    Some(match name {
        "i8" => TyKind::Int(IntTy::I8),
        "i16" => TyKind::Int(IntTy::I16),
        "i32" => TyKind::Int(IntTy::I32),
        "i64" => TyKind::Int(IntTy::I64),
        "i128" => TyKind::Int(IntTy::I128),
        "isize" => TyKind::Int(IntTy::Isize),
        "u8" => TyKind::Int(IntTy::U8),
        "u16" => TyKind::Int(IntTy::U16),
        "u32" => TyKind::Int(IntTy::U32),
        "u64" => TyKind::Int(IntTy::U64),
        "u128" => TyKind::Int(IntTy::U128),
        "usize" => TyKind::Int(IntTy::Usize),
        "f32" => TyKind::Float(FloatTy::F32),
        "f64" => TyKind::Float(FloatTy::F64),
        _ => return None,
    })
}
