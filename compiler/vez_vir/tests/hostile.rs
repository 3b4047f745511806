//! Damaged text and binary files: an error or a module that verifies, never a panic, and bounded memory.

use std::path::Path;
use vez_vir::interp::{CaptureHost, Limits, run_main};
use vez_vir::{load_binary, load_text, print_module, write_binary};

/// A small generator, so that failures repeat.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

fn sources() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vir");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("tests/vir exists")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).expect("readable")).collect()
}

/// What a consumer does with a module that was accepted.
fn use_module(module: &vez_vir::Module) {
    let text = print_module(module);
    let again = load_text(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(print_module(&again), text);
    let limits = Limits { fuel: 10_000, depth: 100, memory_bytes: 1 << 20 };
    run_main(module, &["program"], &mut CaptureHost::default(), &limits);
}

#[test]
fn damaged_binaries_are_rejected_or_verify() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let files: Vec<Vec<u8>> =
        sources().iter().filter_map(|text| Some(write_binary(&load_text(text).ok()?))).collect();
    assert!(files.len() > 20);
    let mut accepted = 0;
    for round in 0..20_000 {
        let mut bytes = files[round % files.len()].clone();
        for _ in 0..=random.below(3) {
            let at = random.below(bytes.len());
            match random.below(7) {
                0 => bytes[at] ^= 1 << random.below(8),
                1 => bytes[at] = random.next() as u8,
                2 => bytes.truncate(at),
                3 => bytes[at] = bytes[at].wrapping_add(1),
                // A whole word becomes another plausible number, or another word of the file.
                4 if at + 8 < bytes.len() => {
                    bytes[at & !3..][..4].copy_from_slice(&(random.below(12) as u32).to_le_bytes());
                }
                5 if at + 8 < bytes.len() => {
                    let from = random.below(bytes.len() - 4) & !3;
                    bytes.copy_within(from..from + 4, at & !3);
                }
                _ => {
                    let end = (at + 4).min(bytes.len());
                    bytes[at..end].fill([0, 255][random.below(2)]);
                }
            }
            if bytes.is_empty() {
                break;
            }
        }
        if let Ok(module) = load_binary(&bytes) {
            accepted += 1;
            use_module(&module);
        }
    }
    assert!(accepted > 0, "the mutations are too coarse");
}

#[test]
fn damaged_text_is_rejected_or_verifies() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let files = sources();
    let spare = ["%", "@", "\"", "(", "[", "v0", "b9", "4294967295", "-", ".", "..", "\n", "}"];
    for round in 0..20_000 {
        let mut text = files[round % files.len()].clone().into_bytes();
        for _ in 0..=random.below(3) {
            let at = random.below(text.len());
            match random.below(4) {
                0 => text[at] = b' ' + (random.next() % 95) as u8,
                1 => text.truncate(at),
                2 => drop(text.drain(at..(at + 1 + random.below(8)).min(text.len()))),
                _ => {
                    let piece = spare[random.below(spare.len())];
                    text.splice(at..at, piece.bytes());
                }
            }
            if text.is_empty() {
                break;
            }
        }
        let text = String::from_utf8_lossy(&text);
        if let Ok(module) = load_text(&text) {
            use_module(&module);
        }
    }
}

#[test]
fn deep_and_long_inputs_are_answered() {
    for piece in ["(", "[", "b0(", "v0,", "@\"", "-", "!", "fn ", "\u{fffd}"] {
        let text = format!("module \"m\"\ninternal fn @f{}", piece.repeat(100_000));
        assert!(load_text(&text).is_err());
    }
    // A chain of blocks as long as dominance must not recurse over.
    let mut text = String::from("module \"m\"\ninternal fn @f() {\nb0:\n  jump b1\n");
    for block in 1..100_000 {
        text.push_str(&format!("b{block}:\n  jump b{}\n", block + 1));
    }
    text.push_str("b100000:\n  ret\n}\n");
    assert!(load_text(&text).is_ok());
}

#[test]
fn what_text_cannot_say_is_rejected() {
    // Found by the test above: text numbers files by their place, so a path has one number.
    let mut module = load_text("module \"m\"\nfile 0 \"a.zari\"\n").expect("it is right");
    module.files.push(module.files[0]);
    let error = load_binary(&write_binary(&module)).expect_err("a file is listed twice");
    assert_eq!(error.to_string(), "module: a file is listed twice");
}
