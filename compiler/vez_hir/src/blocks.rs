//! Blocks with items: scopes inside of bodies, and how scopes nest.
//!
//! Only blocks that have items are scopes; most bodies have none and cost nothing here.

use std::sync::Arc;

use vez_ast as ast;
use vez_base::{DefId, DefKind, FxHashMap, TextRange};
use vez_db::{Db, Subject};

use crate::defs;
use crate::scope::Scope;

/// The blocks of a body that have items, and which items those are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BlockTree {
    pub(crate) blocks: Vec<BlockNode>,
    by_ast: FxHashMap<ast::BlockId, u32>,
    by_item: FxHashMap<DefId, u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BlockNode {
    pub(crate) items: Arc<[DefId]>,
    pub(crate) parent: Option<u32>,
    span: TextRange,
}

impl BlockTree {
    pub(crate) fn of_ast(&self, block: ast::BlockId) -> Option<u32> {
        self.by_ast.get(&block).copied()
    }

    /// The innermost block around a piece of the body's text.
    pub(crate) fn around(&self, range: TextRange) -> Option<u32> {
        let blocks = self.blocks.iter().enumerate();
        let around = blocks.filter(|(_, block)| block.span.contains_range(range));
        around.min_by_key(|(_, block)| block.span.len()).map(|(index, _)| index as u32)
    }
}

pub(crate) fn block_tree(db: &dyn Db, owner: DefId) -> Arc<BlockTree> {
    block_tree_query(db, Subject::new(db, owner))
}

#[salsa::tracked(returns(clone))]
fn block_tree_query<'db>(db: &'db dyn Db, subject: Subject<'db>) -> Arc<BlockTree> {
    let owner = subject.def(db);
    let mut tree = BlockTree::default();
    let Some(item) = defs::item_ast(db, owner).filter(|item| !item.children.is_empty()) else {
        return Arc::new(tree);
    };
    let table = defs::child_table(db, owner);
    for (id, block) in item.nodes.blocks.iter_enumerated() {
        let here = |stmt: &ast::Stmt| match stmt.kind {
            ast::StmtKind::Item(index) => Some(index as usize),
            _ => None,
        };
        let indices: Vec<usize> = block.stmts.iter().filter_map(here).collect();
        let stands_here = |def: &DefId| table.position(*def).is_some_and(|p| indices.contains(&p));
        let items: Arc<[DefId]> = table.defs.iter().copied().filter(stands_here).collect();
        if !items.is_empty() {
            let index = tree.blocks.len() as u32;
            tree.by_ast.insert(id, index);
            tree.by_item.extend(items.iter().map(|&def| (def, index)));
            tree.blocks.push(BlockNode { items, parent: None, span: block.span });
        }
    }
    let parents: Vec<Option<u32>> =
        (0..tree.blocks.len()).map(|i| parent_block(&tree, i)).collect();
    for (block, parent) in tree.blocks.iter_mut().zip(parents) {
        block.parent = parent;
    }
    Arc::new(tree)
}

fn parent_block(tree: &BlockTree, index: usize) -> Option<u32> {
    let span = tree.blocks[index].span;
    let others = tree.blocks.iter().enumerate().filter(|&(i, _)| i != index);
    let around = others.filter(|(_, block)| block.span.contains_range(span));
    around.min_by_key(|(_, block)| block.span.len()).map(|(i, _)| i as u32)
}

/// The scope an item's name is looked up from: the block or module it stands in.
pub(crate) fn scope_around(db: &dyn Db, def: DefId) -> Scope {
    let mut inner = def;
    while let Some(parent) = inner.parent_def() {
        match parent.kind() {
            DefKind::Mod => return Scope::module(parent),
            DefKind::Fn
            | DefKind::AssocFn
            | DefKind::Const
            | DefKind::AssocConst
            | DefKind::Static => {
                let tree = block_tree(db, parent);
                if let Some(&block) = tree.by_item.get(&inner) {
                    return Scope { owner: parent, block: Some(block) };
                }
                if inner.kind() == DefKind::ConstBlock
                    && let Some(range) = const_block_range(db, parent, inner)
                    && let Some(block) = tree.around(range)
                {
                    return Scope { owner: parent, block: Some(block) };
                }
                inner = parent;
            }
            _ => inner = parent,
        }
    }
    Scope::module(inner)
}

/// Where an anonymous constant stands in its parent; its number is that of its expression.
fn const_block_range(db: &dyn Db, parent: DefId, block: DefId) -> Option<TextRange> {
    let item = defs::item_ast(db, parent)?;
    let expr = ast::ExprId::from_raw(block.key().disambiguator);
    item.nodes.exprs.get(expr).map(|expr| expr.span)
}

/// The scope around a scope; `None` for a module.
pub(crate) fn outer_scope(db: &dyn Db, scope: Scope) -> Option<Scope> {
    let block = scope.block?;
    match block_tree(db, scope.owner).blocks[block as usize].parent {
        Some(parent) => Some(Scope { owner: scope.owner, block: Some(parent) }),
        None => Some(scope_around(db, scope.owner)),
    }
}
