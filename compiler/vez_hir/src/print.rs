//! HIR as text.
/// Text of a body.
pub fn print_body(body: &crate::Body) -> String {
    format!("{body:?}")
}
/// Text of a signature.
pub fn print_signature(signature: &crate::Signature) -> String {
    format!("{signature:?}")
}
