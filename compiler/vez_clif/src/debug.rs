//! DWARF for objects: one unit, a description of each function, a line table, and how to unwind each frame.
//!
//! Knows what a function's code says of its origin ([`Rows`]) and the finished object's symbols; nothing of Cranelift's IR.

use crate::ClifError;
use cranelift_codegen::ir::SourceLoc;
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::isa::unwind::UnwindInfo;
use cranelift_codegen::{CompiledCode, Final, MachSrcLoc};
use cranelift_object::ObjectProduct;
use cranelift_object::object::write::{
    Object, Relocation as ObjectRelocation, SectionId, SymbolId,
};
use cranelift_object::object::{RelocationEncoding, RelocationFlags, RelocationKind, SectionKind};
use gimli::LittleEndian;
use gimli::constants as dw;
use gimli::write::{
    Address, AttributeValue, Dwarf, EndianVec, FileId, FrameTable, LineProgram, LineString, Range,
    RangeList, RelocateWriter, Relocation, RelocationTarget, Sections, Unit, UnitEntryId,
};
use rustc_hash::FxHashMap;
use vez_vir::{self as vir, Function, InstId, Linkage, Loc, LocId, Module};

/// As the LLVM back end writes; every debugger reads it.
const DWARF_VERSION: u16 = 4;

/// The place in the source of code from each of these offsets on, and the size of all of it.
pub struct Rows {
    rows: Vec<(u32, Loc)>,
    size: u32,
}

/// What stands for the location of `inst` inside Cranelift: the number of the location in its body, so that file and
/// column are kept.
pub fn source_loc(body: &vir::Body, inst: InstId) -> SourceLoc {
    // The absent location has the same number on both sides.
    SourceLoc::new(body.inst_locs[inst.index()].0)
}

impl Rows {
    /// Reads where the code of `body` comes from.
    pub fn new(body: &vir::Body, code: &CompiledCode) -> Rows {
        let mut rows: Vec<(u32, Loc)> = Vec::new();
        let sorted: &[MachSrcLoc<Final>] = code.buffer.get_srclocs_sorted();
        for place in sorted {
            let Some(&loc) = body.locs.get(LocId(place.loc.bits()).index()) else { continue };
            match rows.last_mut() {
                Some((_, last)) if *last == loc => {}
                Some((start, last)) if *start == place.start => *last = loc,
                _ => rows.push((place.start, loc)),
            }
        }
        Rows { rows, size: code.buffer.data().len() as u32 }
    }
}

/// A function of an object, and what its sections say of it.
pub struct Emitted {
    pub function: vir::FuncId,
    pub id: cranelift_module::FuncId,
    pub rows: Rows,
    pub unwind: Option<UnwindInfo>,
}

/// Adds the debug sections and the unwind tables for these functions to an object.
pub fn add_sections(
    module: &Module,
    functions: &[Emitted],
    isa: &dyn TargetIsa,
    product: &mut ObjectProduct,
) -> Result<(), ClifError> {
    let symbols: Vec<SymbolId> =
        functions.iter().map(|emitted| product.function_symbol(emitted.id)).collect();
    let mut sections = Sections::new(Output::new());
    if functions.iter().any(|emitted| !emitted.rows.rows.is_empty()) {
        let mut describe = Describe::new(module);
        for (index, emitted) in functions.iter().enumerate() {
            describe.function(module.func(emitted.function), index, &emitted.rows);
        }
        describe.finish().write(&mut sections).map_err(failed)?;
    }
    frames(functions, isa).write_eh_frame(&mut sections.eh_frame).map_err(failed)?;
    copy_sections(&sections, &symbols, &mut product.object)
}

/// How to leave each function: what the C library's `backtrace` and debuggers walk by.
fn frames(functions: &[Emitted], isa: &dyn TargetIsa) -> FrameTable {
    let mut table = FrameTable::default();
    let Some(mut cie) = isa.create_systemv_cie() else { return table };
    cie.fde_address_encoding = dw::DW_EH_PE_pcrel | dw::DW_EH_PE_sdata4;
    let cie = table.add_cie(cie);
    for (index, emitted) in functions.iter().enumerate() {
        if let Some(UnwindInfo::SystemV(unwind)) = &emitted.unwind {
            table.add_fde(cie, unwind.to_fde(Address::Symbol { symbol: index, addend: 0 }));
        }
    }
    table
}

fn failed(error: impl ToString) -> ClifError {
    ClifError::Backend(format!("debug information: {}", error.to_string()))
}

/// A unit under construction.
struct Describe<'m> {
    module: &'m Module,
    dwarf: Dwarf,
    unit: Unit,
    /// By VIR's number.
    files: Vec<FileId>,
    ranges: Vec<Range>,
}

impl<'m> Describe<'m> {
    fn new(module: &'m Module) -> Describe<'m> {
        let encoding = gimli::Encoding {
            format: gimli::Format::Dwarf32,
            version: DWARF_VERSION,
            address_size: 8,
        };
        let here = std::env::current_dir().unwrap_or_default().to_string_lossy().into_owned();
        let name = module.files.first().map_or(module.name.as_str(), |&file| module.str(file));
        let mut program = LineProgram::new(
            encoding,
            gimli::LineEncoding::default(),
            LineString::String(path_bytes(&here)),
            None,
            LineString::String(path_bytes(name)),
            None,
        );
        let folder = program.default_directory();
        let file = |&file: &vir::Sym| {
            program.add_file(LineString::String(path_bytes(module.str(file))), folder, None)
        };
        let files = module.files.iter().map(file).collect();
        let mut dwarf = Dwarf::new();
        let mut unit = Unit::new(encoding, program);
        let root = unit.get_mut(unit.root());
        let mut text = |value: Vec<u8>| AttributeValue::StringRef(dwarf.strings.add(value));
        root.set(dw::DW_AT_producer, text(b"vez".to_vec()));
        root.set(dw::DW_AT_name, text(path_bytes(name)));
        root.set(dw::DW_AT_comp_dir, text(path_bytes(&here)));
        // Names, paths and calls read as Rust's do.
        root.set(dw::DW_AT_language, AttributeValue::Language(dw::DW_LANG_Rust));
        root.set(dw::DW_AT_low_pc, AttributeValue::Address(Address::Constant(0)));
        Describe { module, dwarf, unit, files, ranges: Vec::new() }
    }

    /// Describes the function whose symbol has number `index`.
    fn function(&mut self, function: &Function, index: usize, rows: &Rows) {
        let start = Address::Symbol { symbol: index, addend: 0 };
        let size = u64::from(rows.size);
        self.ranges.push(Range::StartLength { begin: start, length: size });
        let entry = self.unit.add(self.unit.root(), dw::DW_TAG_subprogram);
        let link_name = self.module.str(function.name);
        let name = match function.source_name.is_none() {
            true => link_name,
            false => self.module.str(function.source_name),
        };
        self.text(entry, dw::DW_AT_name, name);
        if name != link_name {
            self.text(entry, dw::DW_AT_linkage_name, link_name);
        }
        let data = self.unit.get_mut(entry);
        data.set(dw::DW_AT_low_pc, AttributeValue::Address(start));
        data.set(dw::DW_AT_high_pc, AttributeValue::Udata(size));
        if function.linkage != Linkage::Internal {
            data.set(dw::DW_AT_external, AttributeValue::Flag(true));
        }
        if let Some(loc) = function.loc {
            let file = self.files.get(loc.file.index()).copied();
            data.set(dw::DW_AT_decl_file, AttributeValue::FileIndex(file));
            data.set(dw::DW_AT_decl_line, AttributeValue::Udata(loc.line.into()));
        }
        self.lines(function, start, rows);
    }

    fn text(&mut self, entry: UnitEntryId, attribute: gimli::DwAt, value: &str) {
        let id = self.dwarf.strings.add(value.replace('\0', ""));
        self.unit.get_mut(entry).set(attribute, AttributeValue::StringRef(id));
    }

    fn lines(&mut self, function: &Function, start: Address, rows: &Rows) {
        let program = &mut self.unit.line_program;
        program.begin_sequence(Some(start));
        // Code before the first row sets up the frame; it belongs to the function's own line.
        let first = rows.rows.first();
        let entry = match first {
            Some((0, _)) => None,
            _ => function.loc.or(first.map(|(_, loc)| *loc)).map(|loc| (0, loc)),
        };
        for (number, &(offset, loc)) in entry.iter().chain(&rows.rows).enumerate() {
            let Some(&file) = self.files.get(loc.file.index()) else { continue };
            let row = program.row();
            row.address_offset = offset.into();
            row.file = file;
            row.line = loc.line.into();
            row.column = loc.col.into();
            row.prologue_end = number == usize::from(entry.is_some());
            program.generate_row();
        }
        program.end_sequence(rows.size.into());
    }

    fn finish(mut self) -> Dwarf {
        let ranges = self.unit.ranges.add(RangeList(self.ranges));
        let root = self.unit.get_mut(self.unit.root());
        root.set(dw::DW_AT_ranges, AttributeValue::RangeListRef(ranges));
        self.dwarf.units.add(self.unit);
        self.dwarf
    }
}

/// A path as DWARF can hold it: not empty, without zero bytes.
fn path_bytes(path: &str) -> Vec<u8> {
    let bytes: Vec<u8> = path.bytes().filter(|&byte| byte != 0).collect();
    if bytes.is_empty() { b".".to_vec() } else { bytes }
}

/// A section and what the linker must fill in.
#[derive(Clone)]
struct Output {
    data: EndianVec<LittleEndian>,
    relocations: Vec<Relocation>,
}

impl Output {
    fn new() -> Output {
        Output { data: EndianVec::new(LittleEndian), relocations: Vec::new() }
    }
}

impl RelocateWriter for Output {
    type Writer = EndianVec<LittleEndian>;

    fn writer(&self) -> &Self::Writer {
        &self.data
    }

    fn writer_mut(&mut self) -> &mut Self::Writer {
        &mut self.data
    }

    fn relocate(&mut self, relocation: Relocation) {
        self.relocations.push(relocation);
    }
}

fn copy_sections(
    sections: &Sections<Output>,
    symbols: &[SymbolId],
    object: &mut Object<'static>,
) -> Result<(), ClifError> {
    let mut ids: FxHashMap<gimli::SectionId, SectionId> = FxHashMap::default();
    sections.for_each(|id, output| {
        if !output.data.slice().is_empty() {
            let (kind, align) = match id {
                gimli::SectionId::EhFrame => (SectionKind::ReadOnlyData, 8),
                gimli::SectionId::DebugStr => (SectionKind::DebugString, 1),
                _ => (SectionKind::Debug, 1),
            };
            let section = object.add_section(Vec::new(), id.name().into(), kind);
            object.append_section_data(section, output.data.slice(), align);
            ids.insert(id, section);
        }
        Ok::<(), ClifError>(())
    })?;
    sections.for_each(|id, output| {
        for relocation in &output.relocations {
            let symbol = match relocation.target {
                RelocationTarget::Symbol(index) => symbols[index],
                RelocationTarget::Section(target) => object.section_symbol(ids[&target]),
            };
            let kind = match relocation.eh_pe {
                Some(encoding) if encoding.application() == dw::DW_EH_PE_pcrel => {
                    RelocationKind::Relative
                }
                _ => RelocationKind::Absolute,
            };
            let flags = RelocationFlags::Generic {
                kind,
                encoding: RelocationEncoding::Generic,
                size: relocation.size * 8,
            };
            let offset = relocation.offset as u64;
            let entry = ObjectRelocation { offset, symbol, addend: relocation.addend, flags };
            object.add_relocation(ids[&id], entry).map_err(failed)?;
        }
        Ok(())
    })
}
