//! Fenced code blocks of Markdown files.

/// A code block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What stands behind the opening fence.
    pub info: String,
    pub text: String,
    /// Lines of the file, from 0: of the opening fence, and of the closing one.
    pub lines: (usize, usize),
}

/// The code blocks of a file, in their order.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut current: Option<Block> = None;
    for (number, line) in text.lines().enumerate() {
        match &mut current {
            Some(block) if line.starts_with("```") => {
                block.lines.1 = number;
                blocks.extend(current.take());
            }
            Some(block) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            None => {
                current = line.strip_prefix("```").map(|info| Block {
                    info: info.trim().to_owned(),
                    text: String::new(),
                    lines: (number, number),
                });
            }
        }
    }
    blocks
}
