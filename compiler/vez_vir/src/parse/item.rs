//! Headers: the module line, files, globals, functions and their signatures.

use super::lex::Kind;
use super::{Parser, Result};
use crate::data::{Conv, Global, GlobalInit, Linkage, Loc, Param, Reloc, Signature};
use crate::ids::{FileId, FuncId, GlobalId, SigId, Sym};
use crate::inst::Symbol;
use crate::limits::{MAX_LIST, MAX_OBJECT, MAX_SYMBOLS};
use crate::ops::{FactFlags, FuncAttrs};

/// What the first pass leaves for the second: where it starts among the tokens.
enum Later {
    Relocs(GlobalId, usize),
    Body(FuncId, usize),
}

impl Parser<'_> {
    pub(super) fn module(&mut self) -> Result<()> {
        self.skip_newlines();
        self.word("module")?;
        self.module.name = self.quoted_utf8()?;
        self.end_of_line()?;
        let mut later = Vec::new();
        loop {
            self.skip_newlines();
            match self.peek_word() {
                "file" => self.file()?,
                "" if self.peek() == Kind::End => break,
                _ => self.item(&mut later)?,
            }
        }
        for item in later {
            match item {
                Later::Relocs(global, at) => {
                    self.at = at;
                    self.relocs(global)?;
                }
                Later::Body(func, at) => {
                    self.at = at;
                    self.body(func)?;
                }
            }
        }
        Ok(())
    }

    fn file(&mut self) -> Result<()> {
        self.word("file")?;
        let start = self.at;
        let number: usize = self.number("a file number")?;
        let path = self.quoted_utf8()?;
        let id = self.module.add_file(&path);
        if id.index() != number || self.module.files.len() != number + 1 {
            return self.error_at(start, "files are numbered from 0 and all different");
        }
        self.end_of_line()
    }

    fn item(&mut self, later: &mut Vec<Later>) -> Result<()> {
        let word = self.peek_word();
        let Some(linkage) = Linkage::ALL.into_iter().find(|linkage| linkage.name() == word) else {
            return self.expected("`internal`, `export`, `shared`, `import` or `file`");
        };
        self.advance();
        match self.peek_word() {
            "fn" => {
                self.advance();
                self.function(linkage, later)
            }
            "global" | "constant" => {
                let mutable = self.peek_word() == "global";
                self.advance();
                self.global(linkage, mutable, later)
            }
            _ => self.expected("`fn`, `global` or `constant`"),
        }
    }

    fn new_name(&mut self) -> Result<String> {
        let start = self.at;
        let name = self.name()?;
        if self.module.find(&name).is_some() {
            return self.error_at(start, format!("`{name}` is declared twice"));
        }
        if self.module.functions.len().max(self.module.globals.len()) >= MAX_SYMBOLS {
            return self.error_at(start, "there are too many functions and globals");
        }
        Ok(name)
    }

    fn global(&mut self, linkage: Linkage, mutable: bool, later: &mut Vec<Later>) -> Result<()> {
        let name = self.new_name()?;
        self.punct(b':')?;
        self.word("size")?;
        let start = self.at;
        let size: u64 = self.number("a size")?;
        if size > MAX_OBJECT {
            return self.error_at(start, "this size is too large");
        }
        let align_log2 = self.align()?;
        let thread_local = self.eat_word("threadlocal");
        let unnamed = self.eat_word("unnamed");
        let init = if self.eat_punct(b'=') {
            if self.eat_word("zero") {
                GlobalInit::Zero
            } else {
                GlobalInit::Data { bytes: self.quoted()?, relocs: Vec::new() }
            }
        } else {
            GlobalInit::Import
        };
        let global =
            Global { mutable, linkage, thread_local, unnamed, ..Global::new(size, 1, init) };
        let id = self.module.add_global(&name, Global { align_log2, ..global });
        if self.peek() == Kind::Punct(b'[') {
            later.push(Later::Relocs(id, self.at));
            while !matches!(self.peek(), Kind::Newline) {
                self.advance();
            }
        }
        self.end_of_line()
    }

    fn relocs(&mut self, global: GlobalId) -> Result<()> {
        self.punct(b'[')?;
        let mut found = Vec::new();
        let mut first = true;
        while self.next_item(&mut first, b']')? {
            let offset = self.number("an offset")?;
            self.punct(b':')?;
            let target = self.symbol()?;
            let addend = self.opt_offset()?;
            found.push(Reloc { offset, target, addend });
        }
        match &mut self.module.globals[global.index()].init {
            GlobalInit::Data { relocs, .. } => *relocs = found,
            _ => return self.error("only bytes can have addresses in them"),
        }
        self.end_of_line()
    }

    pub(super) fn symbol(&mut self) -> Result<Symbol> {
        let start = self.at;
        let name = self.name()?;
        match self.module.find(&name) {
            Some(symbol) => Ok(symbol),
            None => self.error_at(start, format!("`{name}` is not declared")),
        }
    }

    fn function(&mut self, linkage: Linkage, later: &mut Vec<Later>) -> Result<()> {
        let name = self.new_name()?;
        let sig = self.signature()?;
        let func = self.module.add_function(&name, sig, linkage);
        let mut attrs = FuncAttrs::NONE;
        while self.eat_punct(b'#') {
            match FuncAttrs::from_name(self.peek_word()) {
                Some(attr) => attrs = attrs | attr,
                None => return self.expected("an attribute"),
            }
            self.advance();
        }
        let source_name = if self.eat_word("source") {
            let text = self.quoted_utf8()?;
            self.module.strings.intern(&text)
        } else {
            Sym::NONE
        };
        let loc = self.opt_loc()?;
        let function = &mut self.module.functions[func.index()];
        function.attrs = attrs;
        function.source_name = source_name;
        function.loc = loc;
        if self.peek() == Kind::Punct(b'{') {
            if linkage == Linkage::Import {
                return self.error("an imported function has no body");
            }
            later.push(Later::Body(func, self.at));
            while !matches!(self.peek(), Kind::Punct(b'}') | Kind::End) {
                self.advance();
            }
            self.punct(b'}')?;
        } else if linkage != Linkage::Import {
            return self.expected("a body");
        }
        self.end_of_line()
    }

    /// `!FILE:LINE:COL`, if it is there.
    pub(super) fn opt_loc(&mut self) -> Result<Option<Loc>> {
        if !self.eat_punct(b'!') {
            return Ok(None);
        }
        let start = self.at;
        let file = FileId(self.number("a file number")?);
        if file.index() >= self.module.files.len() {
            return self.error_at(start, "there is no such file");
        }
        self.punct(b':')?;
        let line = self.number("a line")?;
        self.punct(b':')?;
        let col = self.number("a column")?;
        Ok(Some(Loc { file, line, col }))
    }

    /// `[CONV] (PARAMS) [-> RESULTS]`
    pub(super) fn signature(&mut self) -> Result<SigId> {
        let word = self.peek_word();
        let conv = Conv::ALL.into_iter().skip(1).find(|conv| conv.name() == word);
        if conv.is_some() {
            self.advance();
        }
        let mut sig = Signature { conv: conv.unwrap_or_default(), ..Signature::default() };
        self.punct(b'(')?;
        let mut first = true;
        while self.next_item(&mut first, b')')? {
            if self.eat(Kind::Ellipsis) {
                sig.variadic = true;
                self.punct(b')')?;
                break;
            }
            self.push_param(&mut sig.params)?;
        }
        if self.eat(Kind::Arrow) {
            if self.eat_punct(b'(') {
                let mut first = true;
                while self.next_item(&mut first, b')')? {
                    self.push_param(&mut sig.results)?;
                }
            } else {
                self.push_param(&mut sig.results)?;
            }
        }
        Ok(self.module.intern_sig(sig))
    }

    fn push_param(&mut self, list: &mut Vec<Param>) -> Result<()> {
        if list.len() >= MAX_LIST {
            return self.error("this list is too long");
        }
        let mut param = Param::new(self.ty()?);
        while let Some(flag) = FactFlags::from_name(self.peek_word()) {
            param.flags = param.flags | flag;
            self.advance();
        }
        if self.peek_word() == "align" {
            param.align_log2 = self.align()?;
        }
        if self.eat_word("dereferenceable") {
            param.dereferenceable = self.number("a size")?;
        }
        param.range = self.opt_range()?;
        list.push(param);
        Ok(())
    }
}
