//! The pool of a body: every list that an instruction needs, in one flat array.
//!
//! A list is its length followed by its items. Structured lists (switch cases, edge pairs) are raw words.

use crate::ids::{Block, Value};
use crate::inst::Edge;

/// A list in a [`Pool`]; the empty list is 0.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct List(pub u32);

impl List {
    pub const EMPTY: List = List(0);
}

/// Words of one `switch` case: four of key, block, arguments.
const CASE_WORDS: usize = 6;

/// The lists of one body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pool {
    // Raw words, kept as `Value` so that value lists are slices without a copy.
    words: Vec<Value>,
}

impl Default for Pool {
    fn default() -> Pool {
        Pool { words: vec![Value(0)] }
    }
}

/// A decoded `switch`: the default target, and the cases in order.
#[derive(Clone, Copy)]
pub struct Switch<'a> {
    pub default: Edge,
    words: &'a [Value],
}

impl<'a> Switch<'a> {
    /// The keys (zero-extended) and targets.
    pub fn cases(self) -> impl ExactSizeIterator<Item = (u128, Edge)> + 'a {
        self.words.chunks_exact(CASE_WORDS).map(|w| {
            let key = (0..4).fold(0, |key, i| key | (w[i].0 as u128) << (32 * i));
            (key, Edge { block: Block(w[4].0), args: List(w[5].0) })
        })
    }
}

impl Pool {
    /// The items of `list`.
    pub fn values(&self, list: List) -> &[Value] {
        let start = list.0 as usize;
        &self.words[start + 1..start + 1 + self.words[start].0 as usize]
    }

    /// Adds a list.
    pub fn push_values(&mut self, values: &[Value]) -> List {
        if values.is_empty() {
            return List::EMPTY;
        }
        let list = self.start(values.len());
        self.words.extend_from_slice(values);
        list
    }

    /// Adds a list of raw numbers.
    pub fn push_raw(&mut self, words: impl ExactSizeIterator<Item = u32>) -> List {
        let list = self.start(words.len());
        self.words.extend(words.map(Value));
        list
    }

    fn start(&mut self, len: usize) -> List {
        let list = List(u32::try_from(self.words.len()).expect("bodies stay below 2^32 words"));
        self.words.push(Value::new(len));
        list
    }

    /// The default and cases of a `switch`.
    pub fn switch(&self, list: List) -> Switch<'_> {
        let words = self.values(list);
        let default = Edge { block: Block(words[0].0), args: List(words[1].0) };
        Switch { default, words: &words[2..] }
    }

    /// Adds the targets of a `switch`.
    pub fn push_switch(&mut self, default: Edge, cases: &[(u128, Edge)]) -> List {
        let mut words = Vec::with_capacity(2 + cases.len() * CASE_WORDS);
        words.extend([default.block.0, default.args.0]);
        for (key, edge) in cases {
            words.extend((0..4).map(|i| (key >> (32 * i)) as u32));
            words.extend([edge.block.0, edge.args.0]);
        }
        self.push_raw(words.into_iter())
    }

    /// The normal and the unwind target of a call.
    pub fn edge_pair(&self, list: List) -> (Edge, Edge) {
        let w = self.values(list);
        let edge = |i: usize| Edge { block: Block(w[i].0), args: List(w[i + 1].0) };
        (edge(0), edge(2))
    }

    /// Adds the normal and the unwind target of a call.
    pub fn push_edge_pair(&mut self, normal: Edge, unwind: Edge) -> List {
        self.push_raw([normal.block.0, normal.args.0, unwind.block.0, unwind.args.0].into_iter())
    }

    /// All words, for the binary form.
    pub fn words(&self) -> &[Value] {
        &self.words
    }

    /// A pool of words read from a file. Lists into it must be checked with [`Pool::list_len`].
    pub(crate) fn from_words(words: Vec<Value>) -> Pool {
        debug_assert_eq!(words.first(), Some(&Value(0)), "list 0 is the empty list");
        Pool { words }
    }

    /// The length of `list` if it lies inside the pool.
    pub(crate) fn list_len(&self, list: List) -> Option<usize> {
        let len = self.words.get(list.0 as usize)?.0 as usize;
        (len < self.words.len() - list.0 as usize).then_some(len)
    }
}
