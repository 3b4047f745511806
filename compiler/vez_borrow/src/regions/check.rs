//! Lifetimes of the signature: one may outlive another only when the signature says so.

use super::solve::{Values, blame};
use super::{Category, Origin, RegionVid, Regions};
use vez_base::FxHashSet;
use vez_diag::Sink;
use vez_diag::registry::{DataEscapes, LifetimeMayNotOutlive, LifetimeNeeded, MismatchedTypes};
use vez_types::RegionKind;

/// Reports each pair of lifetimes that the body relates and the signature does not.
pub(crate) fn check(regions: &Regions<'_>, values: &Values, sink: &mut Sink) {
    let known = promised(regions);
    let mut reported = FxHashSet::default();
    check_late(regions, values, &known, sink);
    for &long in &values.universals {
        let Origin::Param(long_region) = regions.origins[long] else { continue };
        for short in values.outlived(long) {
            if short == long || known.contains(&(long, short)) {
                continue;
            }
            let short_name = match regions.origins[short] {
                Origin::Param(region) => name(region.kind()),
                Origin::Static => "'static".to_owned(),
                _ => continue,
            };
            let Some(chain) = values.why(regions, long, |vid| vid == short) else { continue };
            let Some((category, span)) = blame(&chain) else { continue };
            if !reported.insert(span) {
                continue;
            }
            let long_name = name(long_region.kind());
            if category == Category::Signature {
                let here = format!("by the trait, `{long_name}` need not outlive `{short_name}`");
                let report = match short {
                    Regions::STATIC => {
                        MismatchedTypes { expected: long_name, found: short_name }.at(span)
                    }
                    _ => LifetimeMayNotOutlive {}.at(span),
                };
                sink.report(report.here(here));
                continue;
            }
            let what = match category {
                Category::Return => "returning this value",
                Category::Argument => "this argument",
                _ => "this",
            };
            // An argument that must live forever leaves the function, whatever its lifetime is called.
            let escapes = short == Regions::STATIC
                && chain.last().is_some_and(|last| last.category == Category::Argument)
                && is_late_bound(regions, long_region)
                && !names_lifetimes(regions);
            if let Some(param) = param_with(regions, long)
                && (long_name == "'_" || escapes)
            {
                if short_name == "'static" && category != Category::Return {
                    let (kind, scope) = match regions.body.kind {
                        vez_mir::BodyKind::Closure => ("closure", "the closure"),
                        _ => ("function", "the function"),
                    };
                    let here = format!("`{param}` escapes the {kind} here");
                    sink.report(DataEscapes { scope }.at(span).here(here));
                    continue;
                }
                // The type of `self` is fixed by the impl.
                let is_self = param == vez_base::name::SELF_VALUE;
                if !is_self && !matches!(short_name.as_str(), "'_" | "'static") {
                    let here = format!("lifetime `{short_name}` required");
                    sink.report(LifetimeNeeded { name: param }.at(span).here(here));
                    continue;
                }
            }
            let (long_shown, short_shown) =
                (shown(regions, long, &long_name), shown(regions, short, &short_name));
            let help = match [&long_name, &short_name].iter().any(|name| *name == "'_") {
                true => "name the lifetimes in the signature and bound one by the other".to_owned(),
                false => format!("consider adding the bound `{long_name}: {short_name}`"),
            };
            let report = LifetimeMayNotOutlive {}
                .at(span)
                .here(format!("{what} requires that {long_shown} outlives {short_shown}"))
                .help(help);
            sink.report(report);
        }
    }
}

/// Whether a variable's declaration names a lifetime: then that is what asks for it.
fn names_lifetimes(regions: &Regions<'_>) -> bool {
    let mut written = regions.body.locals.iter().filter_map(|local| local.written);
    written.any(|ty| ty.has(vez_types::Flags::REGION))
}

/// Whether each call of the function chooses the lifetime.
fn is_late_bound(regions: &Regions<'_>, region: vez_types::Region) -> bool {
    let RegionKind::Param { index, .. } = region.kind() else { return false };
    super::binders::late_bound(regions, regions.body.owner).contains(&index)
}

/// A lifetime in a message: one without a name by the parameter it comes with.
fn shown(regions: &Regions<'_>, region: RegionVid, name: &str) -> String {
    match param_with(regions, region).filter(|_| name == "'_") {
        Some(param) => format!("the lifetime of `{param}`"),
        None if name == "'_" => "a lifetime that is not written".to_owned(),
        None => format!("`{name}`"),
    }
}

/// Reports what a closure keeps, or gives back, of what a single call lent it.
fn check_late(
    regions: &Regions<'_>,
    values: &Values,
    known: &FxHashSet<(RegionVid, RegionVid)>,
    sink: &mut Sink,
) {
    let mut reported = FxHashSet::default();
    for &long in &values.universals {
        if regions.origins[long] != Origin::Late {
            continue;
        }
        for short in values.outlived(long) {
            let is_placeholder = regions.origins[short] == Origin::Placeholder;
            if short == long || is_placeholder || known.contains(&(long, short)) {
                continue;
            }
            let chain = values.why(regions, long, |vid| vid == short);
            let Some((category, span)) = chain.as_deref().and_then(blame) else { continue };
            if !reported.insert(span) {
                continue;
            }
            sink.report(match (category, param_with(regions, long)) {
                (Category::Return, _) | (_, None) => LifetimeMayNotOutlive {}
                    .at(span)
                    .here("this is lent to the closure for one call only"),
                (_, Some(param)) => DataEscapes { scope: "the closure" }
                    .at(span)
                    .here(format!("`{param}` escapes the closure here")),
            });
        }
    }
}

/// The parameter whose type has the region.
pub(super) fn param_with(regions: &Regions<'_>, wanted: RegionVid) -> Option<vez_base::Name> {
    let body = regions.body;
    let has = |local: &vez_mir::Local| {
        super::regions_in(regions.locals[*local]).into_iter().any(|vid| vid == wanted)
    };
    body.param_locals().find(has).and_then(|local| body.locals[local].name)
}

/// All pairs that follow from what the signature promises.
pub(super) fn promised(regions: &Regions<'_>) -> FxHashSet<(RegionVid, RegionVid)> {
    let universals: Vec<RegionVid> =
        regions.origins.ids().filter(|&vid| regions.is_universal(vid)).collect();
    let mut known: FxHashSet<(RegionVid, RegionVid)> = regions.promised.iter().copied().collect();
    known.extend(universals.iter().map(|&vid| (Regions::STATIC, vid)));
    loop {
        let mut more = Vec::new();
        for &(a, b) in &known {
            for &(c, d) in &known {
                if b == c && !known.contains(&(a, d)) {
                    more.push((a, d));
                }
            }
        }
        if more.is_empty() {
            return known;
        }
        known.extend(more);
    }
}

pub(super) fn name(kind: RegionKind) -> String {
    match kind {
        RegionKind::Param { name, .. } if !name.as_str().is_empty() && name.as_str() != "_" => {
            format!("'{name}")
        }
        RegionKind::Static => "'static".to_owned(),
        _ => "'_".to_owned(),
    }
}
