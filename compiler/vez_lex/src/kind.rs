//! The kinds of tokens, and the part of the lexer that is a table.

use crate::scan;
use logos::Logos;

/// What a token is. One byte; the text is in the source.
///
/// `>`, `<`, `&` and `|` are tokens of one character, so that `Vec<Vec<T>>`, `&&T` and `||` need no splitting: the
/// `Joint` kind says that the next token follows at once and could form an operator with it.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[logos(extras = scan::Extras)]
#[logos(skip(r"[ \t\n\r\x0B\x0C\u{85}\u{200E}\u{200F}\u{2028}\u{2029}]+"))]
#[repr(u8)]
pub enum TokenKind {
    /// The end of the text.
    Eof,
    /// A character that starts no token.
    Unknown,

    // Words.
    #[regex(r"[\p{XID_Start}_]\p{XID_Continue}*", scan::ident)]
    Ident,
    /// `r#name`
    #[regex(r"r#[\p{XID_Start}_]\p{XID_Continue}*", scan::raw_ident)]
    RawIdent,
    /// `'name`, `'_`
    #[token("'", scan::quote)]
    Lifetime,

    // Literals. The callback reads the rest by hand, so these patterns only recognise starts.
    #[regex(r"[0-9]", scan::number)]
    Int,
    Float,
    #[token("\"", scan::string)]
    Str,
    #[regex(r##"r#*""##, scan::raw_string)]
    RawStr,
    #[token("b\"", scan::byte_string)]
    ByteStr,
    #[regex(r##"br#*""##, scan::raw_byte_string)]
    RawByteStr,
    #[token("c\"", scan::c_string)]
    CStr,
    #[regex(r##"cr#*""##, scan::raw_c_string)]
    RawCStr,
    Char,
    #[token("b'", scan::byte)]
    Byte,

    // Comments.
    /// `/// text` or `/** text */`
    #[token("//", scan::line_comment)]
    OuterDoc,
    /// `//! text` or `/*! text */`
    #[token("/*", scan::block_comment)]
    InnerDoc,

    // Keywords of Rust 2021.
    #[token("as")]
    As,
    #[token("async")]
    Async,
    #[token("await")]
    Await,
    #[token("break")]
    Break,
    #[token("const")]
    Const,
    #[token("continue")]
    Continue,
    #[token("crate")]
    Crate,
    #[token("dyn")]
    Dyn,
    #[token("else")]
    Else,
    #[token("enum")]
    Enum,
    #[token("extern")]
    Extern,
    #[token("false")]
    False,
    #[token("fn")]
    Fn,
    #[token("for")]
    For,
    #[token("if")]
    If,
    #[token("impl")]
    Impl,
    #[token("in")]
    In,
    #[token("let")]
    Let,
    #[token("loop")]
    Loop,
    #[token("match")]
    Match,
    #[token("mod")]
    Mod,
    #[token("move")]
    Move,
    #[token("mut")]
    Mut,
    #[token("pub")]
    Pub,
    #[token("ref")]
    Ref,
    #[token("return")]
    Return,
    #[token("self")]
    SelfValue,
    #[token("Self")]
    SelfType,
    #[token("static")]
    Static,
    #[token("struct")]
    Struct,
    #[token("super")]
    Super,
    #[token("trait")]
    Trait,
    #[token("true")]
    True,
    #[token("type")]
    Type,
    #[token("unsafe")]
    Unsafe,
    #[token("use")]
    Use,
    #[token("where")]
    Where,
    #[token("while")]
    While,
    /// A word Rust keeps for later: `abstract become box do final macro override priv try typeof unsized virtual yield`.
    #[token("abstract")]
    #[token("become")]
    #[token("box")]
    #[token("do")]
    #[token("final")]
    #[token("macro")]
    #[token("override")]
    #[token("priv")]
    #[token("try")]
    #[token("typeof")]
    #[token("unsized")]
    #[token("virtual")]
    #[token("yield")]
    Reserved,
    #[token("_", priority = 3)]
    Underscore,

    // Delimiters.
    #[token("(")]
    LParen,
    #[token(")")]
    RParen,
    #[token("[")]
    LBracket,
    #[token("]")]
    RBracket,
    #[token("{")]
    LBrace,
    #[token("}")]
    RBrace,

    // Punctuation.
    #[token(";")]
    Semi,
    #[token(",")]
    Comma,
    #[token(".")]
    Dot,
    #[token("..")]
    DotDot,
    #[token("...")]
    DotDotDot,
    #[token("..=")]
    DotDotEq,
    #[token(":")]
    Colon,
    #[token("::")]
    ColonColon,
    #[token("->")]
    Arrow,
    #[token("=>")]
    FatArrow,
    #[token("#")]
    Pound,
    #[token("$")]
    Dollar,
    #[token("?")]
    Question,
    /// `???`; after an operand it is three `?`.
    #[token("???")]
    Hole,
    #[token("@")]
    At,
    #[token("~")]
    Tilde,
    #[token("!")]
    Not,
    #[token("=")]
    Eq,
    #[token("==")]
    EqEq,
    #[token("!=")]
    NotEq,
    /// `<`
    #[token("<", scan::less)]
    Lt,
    /// `<` right before another `<`.
    LtJoint,
    #[token("<=")]
    LtEq,
    /// `>`
    #[token(">", scan::greater)]
    Gt,
    /// `>` right before `>` or `=`.
    GtJoint,
    /// `&`
    #[token("&", scan::and)]
    And,
    /// `&` right before another `&`.
    AndJoint,
    /// `|`
    #[token("|", scan::or)]
    Or,
    /// `|` right before another `|`.
    OrJoint,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("%")]
    Percent,
    #[token("^")]
    Caret,
    #[token("+=")]
    PlusEq,
    #[token("-=")]
    MinusEq,
    #[token("*=")]
    StarEq,
    #[token("/=")]
    SlashEq,
    #[token("%=")]
    PercentEq,
    #[token("^=")]
    CaretEq,
    #[token("&=")]
    AndEq,
    #[token("|=")]
    OrEq,
    #[token("<<=")]
    ShlEq,
    /// `==>` of contracts.
    #[token("==>")]
    Implies,
    /// `<==>` of contracts.
    #[token("<==>")]
    Iff,
}

impl TokenKind {
    /// Whether the token is a word with a meaning of its own.
    pub fn is_keyword(self) -> bool {
        (TokenKind::As..=TokenKind::Reserved).contains(&self)
    }

    pub fn is_doc(self) -> bool {
        matches!(self, TokenKind::OuterDoc | TokenKind::InnerDoc)
    }

    pub fn is_literal(self) -> bool {
        (TokenKind::Int..=TokenKind::Byte).contains(&self)
            || matches!(self, TokenKind::True | TokenKind::False)
    }

    /// The delimiter that closes this one.
    pub fn closer(self) -> Option<TokenKind> {
        match self {
            TokenKind::LParen => Some(TokenKind::RParen),
            TokenKind::LBracket => Some(TokenKind::RBracket),
            TokenKind::LBrace => Some(TokenKind::RBrace),
            _ => None,
        }
    }

    pub fn is_opener(self) -> bool {
        self.closer().is_some()
    }

    pub fn is_closer(self) -> bool {
        matches!(self, TokenKind::RParen | TokenKind::RBracket | TokenKind::RBrace)
    }
}
