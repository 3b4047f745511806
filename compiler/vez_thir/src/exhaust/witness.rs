//! A value that no arm takes, as a pattern to show.

use std::fmt::Write;

use vez_types::{Ty, TyKind};

use super::PatCx;
use super::ctor::{Ctor, IntRange, IntSpace, SliceShape};

#[derive(Clone, Debug)]
pub(super) struct Witness {
    pub(super) ctor: Ctor,
    pub(super) fields: Vec<Witness>,
    pub(super) ty: Ty,
}

impl Witness {
    pub(super) fn wild(ty: Ty) -> Witness {
        Witness { ctor: Ctor::Wild, fields: Vec::new(), ty }
    }

    /// A constructor no row names, with anything in its fields.
    pub(super) fn of_missing(ctor: &Ctor, ty: Ty, cx: &PatCx<'_>) -> Witness {
        let fields = cx.ctor_field_types(ctor, ty).into_iter().map(Witness::wild).collect();
        Witness { ctor: ctor.clone(), fields, ty }
    }

    pub(super) fn show(&self, cx: &PatCx<'_>) -> String {
        let mut out = String::new();
        self.write(cx, &mut out);
        out
    }

    fn write(&self, cx: &PatCx<'_>, out: &mut String) {
        match &self.ctor {
            Ctor::Wild | Ctor::Missing | Ctor::Opaque | Ctor::Float(_) => out.push('_'),
            Ctor::Bool(value) => drop(write!(out, "{value}")),
            Ctor::Str(text) => drop(write!(out, "{:?}", text.as_str())),
            Ctor::Range(range) => out.push_str(&show_range(*range, self.ty)),
            Ctor::Slice(shape) => self.write_slice(*shape, cx, out),
            Ctor::Single => match self.ty.kind() {
                TyKind::Ref(_, _, mutability) => {
                    let mutable = matches!(mutability, vez_types::Mutability::Mut);
                    out.push_str(if mutable { "&mut " } else { "&" });
                    self.write_list(cx, out);
                }
                TyKind::Tuple(_) => {
                    out.push('(');
                    self.write_list(cx, out);
                    out.push_str(if self.fields.len() == 1 { ",)" } else { ")" });
                }
                _ => self.write_adt(0, cx, out),
            },
            Ctor::Variant(variant) => self.write_adt(*variant, cx, out),
        }
    }

    fn write_list(&self, cx: &PatCx<'_>, out: &mut String) {
        for (index, field) in self.fields.iter().enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            field.write(cx, out);
        }
    }

    fn write_slice(&self, shape: SliceShape, cx: &PatCx<'_>, out: &mut String) {
        out.push('[');
        let open_at = match shape {
            SliceShape::Fixed(_) => None,
            SliceShape::Open(before, _) => Some(before),
        };
        let mut first = true;
        let mut comma = |out: &mut String| {
            if !std::mem::take(&mut first) {
                out.push_str(", ");
            }
        };
        for (index, field) in self.fields.iter().enumerate() {
            if open_at == Some(index) {
                comma(out);
                out.push_str("..");
            }
            comma(out);
            field.write(cx, out);
        }
        if open_at == Some(self.fields.len()) {
            comma(out);
            out.push_str("..");
        }
        out.push(']');
    }

    fn write_adt(&self, variant: u32, cx: &PatCx<'_>, out: &mut String) {
        let TyKind::Adt(def, _) = self.ty.kind() else {
            out.push('_');
            return;
        };
        let (name, fields) = cx.variant_shape(*def, variant);
        out.push_str(&name);
        match fields {
            None if self.fields.is_empty() => {}
            None => {
                out.push('(');
                self.write_list(cx, out);
                out.push(')');
            }
            Some(names) => {
                if self.fields.iter().all(|field| matches!(field.ctor, Ctor::Wild | Ctor::Missing))
                {
                    out.push_str(" { .. }");
                    return;
                }
                out.push_str(" { ");
                for (index, (field, name)) in self.fields.iter().zip(names).enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    let _ = write!(out, "{name}: ");
                    field.write(cx, out);
                }
                out.push_str(" }");
            }
        }
    }
}

fn show_range(range: IntRange, ty: Ty) -> String {
    let Some(space) = IntSpace::of(ty) else { return "_".to_owned() };
    let whole = space.whole(ty);
    let (first, last) = (whole[0].low, whole[whole.len() - 1].high);
    if range.low == first && range.high == last {
        return "_".to_owned();
    }
    let show = |place: u128| match (space.decode(place), ty.kind()) {
        (Some(value), TyKind::Char) => {
            char::from_u32(value as u32).map_or_else(|| "_".to_owned(), |c| format!("{c:?}"))
        }
        // The last `u128`s do not fit the signed form.
        (Some(value), TyKind::Int(vez_types::IntTy::U128)) => format!("{}_u128", value as u128),
        (Some(value), _) => format!("{value}_{ty}"),
        (None, _) => String::new(),
    };
    let limit = |name| {
        if matches!(ty.kind(), TyKind::Char) { String::new() } else { format!("{ty}::{name}") }
    };
    let low_beyond = space.decode(range.low).is_none();
    let high_beyond = space.decode(range.high).is_none();
    match (low_beyond, high_beyond) {
        // What lies beyond the end of a pointer-sized type.
        (false, true) | (true, true) if range.low == last => format!("{}..", limit("MAX")),
        (true, true) => format!("..{}", limit("MIN")),
        (true, false) => format!("..={}", show(range.high)),
        (false, true) => format!("{}..", show(range.low)),
        (false, false) if range.low == range.high => show(range.low),
        (false, false) => {
            let low = if range.low == first && !matches!(ty.kind(), TyKind::Char) {
                limit("MIN")
            } else {
                show(range.low)
            };
            let high = if range.high == last && !matches!(ty.kind(), TyKind::Char) {
                limit("MAX")
            } else {
                show(range.high)
            };
            format!("{low}..={high}")
        }
    }
}
