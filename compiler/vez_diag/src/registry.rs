//! Every code there is, one line each, grouped by area.
//!
//! A line gives the code, the record's name, the severity, the message with its fields in braces, and the fields in the
//! order of use. The record is built where the mistake is found; any `Display` value will do for a field:
//! `MismatchedTypes { expected, found }.at(span)`. Codes are rustc's where the mistake is the same, `V` where it is VeZ's own
//! or rustc gives none. A code that left the registry is never used again for another mistake.

use std::sync::LazyLock;

use vez_base::FxHashMap;

use crate::Severity;

/// What is known of a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodeInfo {
    pub code: &'static str,
    /// The record's name: `MismatchedTypes`.
    pub name: &'static str,
    pub severity: Severity,
    /// The message, with fields in braces.
    pub template: &'static str,
}

macro_rules! diagnostics {
    ($($code:ident $Name:ident $severity:ident $template:literal ($($field:ident),*);)*) => {
        /// The codes of this area.
        pub(super) const CODES: &[$crate::CodeInfo] = &[$($crate::CodeInfo {
            code: stringify!($code),
            name: stringify!($Name),
            severity: $crate::Severity::$severity,
            template: $template,
        }),*];

        $($crate::registry::diagnostics!(@record $code $Name $severity $template ($($field),*));)*
    };
    (@record $code:ident $Name:ident $severity:ident $template:literal ()) => {
        #[doc = concat!("`", stringify!($code), "`: ", $template)]
        #[derive(Clone, Copy, Debug)]
        pub struct $Name;

        impl $Name {
            pub const CODE: $crate::Code = $crate::Code::new(stringify!($code));

            #[must_use = "a diagnostic does nothing until it is reported"]
            pub fn at(self, span: vez_base::Span) -> $crate::Diagnostic {
                let severity = $crate::Severity::$severity;
                $crate::Diagnostic::new(Self::CODE, severity, $template.to_owned(), span)
            }
        }
    };
    (@record $code:ident $Name:ident $severity:ident $template:literal ($($field:ident),+)) => {
        #[doc = concat!("`", stringify!($code), "`: ", $template)]
        #[allow(non_camel_case_types)] // a field's type parameter has the field's name
        #[derive(Clone, Copy, Debug)]
        pub struct $Name<$($field),+> {
            $(pub $field: $field),+
        }

        #[allow(non_camel_case_types)]
        impl<$($field: std::fmt::Display),+> $Name<$($field),+> {
            pub const CODE: $crate::Code = $crate::Code::new(stringify!($code));

            #[must_use = "a diagnostic does nothing until it is reported"]
            pub fn at(self, span: vez_base::Span) -> $crate::Diagnostic {
                let $Name { $($field),+ } = &self;
                let severity = $crate::Severity::$severity;
                $crate::Diagnostic::new(Self::CODE, severity, format!($template), span)
                    $(.with_field(stringify!($field), $field))+
            }
        }
    };
}
use diagnostics;

macro_rules! areas {
    ($($area:ident)*) => {
        $(mod $area; pub use $area::*;)*

        const AREAS: &[&[CodeInfo]] = &[$($area::CODES),*];
    };
}

areas! { general syntax format items names types traits patterns consts borrow vir }

/// All codes, sorted.
pub fn registry() -> &'static [CodeInfo] {
    static ALL: LazyLock<Vec<CodeInfo>> = LazyLock::new(|| {
        let mut all = AREAS.concat();
        all.sort_by_key(|info| info.code);
        all
    });
    &ALL
}

/// What is known of a code, if it is one: `E0308`, in either case.
pub fn find(code: &str) -> Option<&'static CodeInfo> {
    static BY_CODE: LazyLock<FxHashMap<&str, &CodeInfo>> =
        LazyLock::new(|| registry().iter().map(|info| (info.code, info)).collect());
    BY_CODE.get(code).or_else(|| BY_CODE.get(code.to_ascii_uppercase().as_str())).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_and_each_name_is_registered_once() {
        for pair in registry().windows(2) {
            assert_ne!(pair[0].code, pair[1].code);
        }
        let mut names: Vec<_> = registry().iter().map(|info| info.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), registry().len());
    }

    #[test]
    fn codes_and_messages_have_their_form() {
        for &CodeInfo { code, template, .. } in registry() {
            let (letter, digits) = code.split_at(1);
            assert!(matches!(letter, "E" | "V"), "{code}");
            assert!(digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()), "{code}");
            assert!(!template.ends_with('.') && !template.contains('\n'), "{code}: {template}");
            let sentence = template.chars().zip(template.chars().skip(1)).next();
            let sentence = sentence.is_some_and(|(a, b)| a.is_uppercase() && b.is_lowercase());
            assert!(!sentence, "{code} starts like a sentence: {template}");
        }
    }
}
