//! Indented lines.

/// Text that grows by lines, indented by the blocks that are open.
#[derive(Default)]
pub struct Writer {
    text: String,
    depth: usize,
    lines: usize,
}

impl Writer {
    pub fn line(&mut self, text: &str) {
        self.text.extend(std::iter::repeat_n("    ", self.depth));
        self.text.push_str(text);
        self.text.push('\n');
        self.lines += 1;
    }

    pub fn blank(&mut self) {
        self.text.push('\n');
        self.lines += 1;
    }

    /// A line that opens a block.
    pub fn open(&mut self, text: &str) {
        self.line(text);
        self.depth += 1;
    }

    pub fn close(&mut self, text: &str) {
        self.depth -= 1;
        self.line(text);
    }

    /// A line that ends one part of a block and opens the next, like `} else {`.
    pub fn next(&mut self, text: &str) {
        self.close(text);
        self.depth += 1;
    }

    pub fn lines(&self) -> usize {
        self.lines
    }

    pub fn finish(self) -> String {
        debug_assert_eq!(self.depth, 0, "every block is closed");
        self.text
    }
}
