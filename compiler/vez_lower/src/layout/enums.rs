//! Enum layouts: a single variant, variants in a niche of the largest, or a tag.

use super::compute::{Fields, lay_out_fields};
use super::{Abi, EnumShape, Layout, LayoutRef, Niche, Scalar, Shape, Tag, VariantShape};
use vez_vir::{Type, ValueRange};

/// One variant before it has a place.
pub struct VariantInput {
    pub fields: Vec<LayoutRef>,
    pub discriminant: u128,
}

/// What `repr` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EnumRepr {
    /// The tag's type, from `repr(u8)` and its like or `repr(C)`.
    pub tag: Option<Type>,
    /// Fields stay in declaration order.
    pub in_order: bool,
}

/// The layout of an enum. Discriminants are bits of the discriminant type, sign-extended to 128.
pub fn lay_out_enum(variants: Vec<VariantInput>, repr: EnumRepr) -> Layout {
    let absent = |v: &VariantInput| {
        v.fields.iter().any(|f| f.is_uninhabited) && v.fields.iter().all(|f| f.size == 0)
    };
    let present: Vec<usize> = (0..variants.len()).filter(|&i| !absent(&variants[i])).collect();
    if repr.tag.is_none() && present.len() <= 1 {
        return single(&variants, present.first().copied(), repr);
    }
    if repr.tag.is_none()
        && let Some(layout) = in_niche(&variants, &present, repr)
    {
        // A niche wins ties against a tag, as it leaves nothing to be stored.
        let tagged = tagged(&variants, repr);
        return if layout.size <= tagged.size { layout } else { tagged };
    }
    tagged(&variants, repr)
}

fn single(variants: &[VariantInput], present: Option<usize>, repr: EnumRepr) -> Layout {
    let index = present.unwrap_or(0);
    let body = variants.get(index).map(|v| lay_out_fields(&v.fields, repr.in_order, 0));
    let body = body.unwrap_or_else(|| lay_out_fields(&[], true, 0));
    let shapes = shapes(variants, |i| {
        if i == index { body.offsets.clone() } else { vec![0; variants[i].fields.len()] }
    });
    Layout {
        is_uninhabited: present.is_none() || body.is_uninhabited,
        shape: Shape::Enum(EnumShape { variants: shapes, tag: Tag::Single(index as u32) }),
        ..body.into_layout()
    }
}

/// All variants but the largest hold nothing (or fit beside its niche), and the niche has room for them.
fn in_niche(variants: &[VariantInput], present: &[usize], repr: EnumRepr) -> Option<Layout> {
    let bodies: Vec<Fields> =
        variants.iter().map(|v| lay_out_fields(&v.fields, repr.in_order, 0)).collect();
    let dataful = *present.iter().max_by_key(|&&i| bodies[i].size)?;
    let (first, last) = {
        let mut others = present.iter().copied().filter(|&i| i != dataful);
        let first = others.next()?;
        (first, others.next_back().unwrap_or(first))
    };
    let niche = bodies[dataful].niche?;
    let (start, scalar) = niche.reserve((last - first + 1) as u128)?;
    let niche_end = niche.offset + niche.scalar.bytes();
    let size = bodies[dataful].size;
    let mut align = bodies[dataful].align;
    let mut offsets: Vec<Vec<u64>> = Vec::with_capacity(variants.len());
    for (i, body) in bodies.iter().enumerate() {
        if i == dataful || body.size <= niche.offset {
            offsets.push(body.offsets.clone());
        } else {
            let after = lay_out_fields(&variants[i].fields, repr.in_order, niche_end);
            if after.size > size {
                return None;
            }
            offsets.push(after.offsets);
        }
        align = align.max(body.align);
    }
    let others_empty = bodies.iter().enumerate().all(|(i, b)| i == dataful || b.size == 0);
    let abi = match bodies[dataful].abi {
        _ if size != size.next_multiple_of(align) => Abi::Memory,
        Abi::One(_) if others_empty => Abi::One(scalar),
        Abi::Two(a, b, at) if others_empty => {
            // The other half means nothing in the variants that the niche stands for.
            let (a, b) = (Scalar::full(a.ty), Scalar::full(b.ty));
            if niche.offset == 0 { Abi::Two(scalar, b, at) } else { Abi::Two(a, scalar, at) }
        }
        _ => Abi::Memory,
    };
    let tag = Tag::Niche {
        scalar,
        offset: niche.offset,
        dataful: dataful as u32,
        first: first as u32,
        last: last as u32,
        start,
    };
    Some(Layout {
        size: size.next_multiple_of(align),
        align,
        abi,
        shape: Shape::Enum(EnumShape { variants: shapes(variants, |i| offsets[i].clone()), tag }),
        niche: Niche::of(scalar, niche.offset),
        is_unsized: false,
        is_uninhabited: false,
    })
}

fn tagged(variants: &[VariantInput], repr: EnumRepr) -> Layout {
    let tag_ty = repr.tag.unwrap_or_else(|| smallest_tag(variants));
    let scalar = tag_scalar(variants, tag_ty);
    let tag_bytes = scalar.bytes();
    let start = if repr.in_order {
        // A `repr(C)` enum is a tag followed by a union of structs.
        let align = variants.iter().flat_map(|v| &v.fields).map(|f| f.align).max().unwrap_or(1);
        tag_bytes.next_multiple_of(align)
    } else {
        tag_bytes
    };
    let bodies: Vec<Fields> =
        variants.iter().map(|v| lay_out_fields(&v.fields, repr.in_order, start)).collect();
    let align = bodies.iter().map(|b| b.align).fold(tag_bytes.min(16), u64::max);
    let end = bodies.iter().map(|b| b.end).fold(tag_bytes, u64::max);
    let abi = tagged_abi(variants, &bodies, scalar, end, align);
    Layout {
        size: end.next_multiple_of(align),
        align,
        abi,
        shape: Shape::Enum(EnumShape {
            variants: shapes(variants, |i| bodies[i].offsets.clone()),
            tag: Tag::Direct { scalar, offset: 0 },
        }),
        niche: Niche::of(scalar, 0),
        is_unsized: false,
        is_uninhabited: variants.is_empty(),
    }
}

/// A tag alone is a scalar; a tag and one scalar, the same in every variant that has any, is a pair.
fn tagged_abi(
    variants: &[VariantInput],
    bodies: &[Fields],
    tag: Scalar,
    end: u64,
    align: u64,
) -> Abi {
    if end.next_multiple_of(align) == tag.bytes() {
        return Abi::One(tag);
    }
    let mut payload: Option<(Scalar, u64)> = None;
    for (variant, body) in variants.iter().zip(bodies) {
        let mut sized = variant.fields.iter().zip(&body.offsets).filter(|(f, _)| f.size > 0);
        let Some((field, &offset)) = sized.next() else { continue };
        let Abi::One(scalar) = field.abi else { return Abi::Memory };
        if sized.next().is_some() {
            return Abi::Memory;
        }
        match &mut payload {
            None => payload = Some((scalar, offset)),
            Some((seen, at)) if seen.ty == scalar.ty && *at == offset => {
                *seen = Scalar::full(seen.ty);
            }
            Some(_) => return Abi::Memory,
        }
    }
    match payload {
        Some((scalar, offset))
            if (offset + scalar.bytes()).next_multiple_of(align) == end.next_multiple_of(align) =>
        {
            // Variants without the payload leave it undefined, so nothing is known of its bits.
            Abi::Two(tag, Scalar { ty: scalar.ty, valid: Scalar::full(scalar.ty).valid }, offset)
        }
        _ => Abi::Memory,
    }
}

fn shapes(variants: &[VariantInput], offsets: impl Fn(usize) -> Vec<u64>) -> Vec<VariantShape> {
    let shape = |(i, v): (usize, &VariantInput)| VariantShape {
        offsets: offsets(i),
        discriminant: v.discriminant,
        is_uninhabited: v.fields.iter().any(|f| f.is_uninhabited),
    };
    variants.iter().enumerate().map(shape).collect()
}

fn smallest_tag(variants: &[VariantInput]) -> Type {
    let fits = |bits: u32| {
        let signed = variants.iter().all(|v| {
            let value = v.discriminant as i128;
            let half = 1i128 << (bits - 1);
            (-half..half).contains(&value)
        });
        signed || variants.iter().all(|v| v.discriminant < 1u128 << bits)
    };
    [8, 16, 32].into_iter().find(|&bits| fits(bits)).and_then(Type::int).unwrap_or(Type::I64)
}

/// The tag with the smallest wrapping range that holds every discriminant.
fn tag_scalar(variants: &[VariantInput], ty: Type) -> Scalar {
    let mask = ty.mask();
    let mut values: Vec<u128> = variants.iter().map(|v| v.discriminant & mask).collect();
    values.sort_unstable();
    values.dedup();
    let Some((&first, &last)) = values.first().zip(values.last()) else {
        return Scalar::full(ty);
    };
    // The widest gap between neighbours, around the end too, is what stays invalid.
    let around = first.wrapping_sub(last) & mask;
    let mut best = (around, first, last);
    for pair in values.windows(2) {
        let gap = pair[1] - pair[0];
        if gap > best.0 && values.len() > 1 {
            best = (gap, pair[1], pair[0]);
        }
    }
    Scalar { ty, valid: ValueRange { low: best.1, high: best.2 } }
}
