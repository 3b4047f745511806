// Allocates, walks and frees many binary trees.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Tree {
    struct Tree *left, *right;
} Tree;

static Tree *of_depth(uint32_t depth) {
    Tree *tree = malloc(sizeof *tree);
    tree->left = depth == 0 ? NULL : of_depth(depth - 1);
    tree->right = depth == 0 ? NULL : of_depth(depth - 1);
    return tree;
}

static uint32_t count(const Tree *tree) {
    return tree ? 1 + count(tree->left) + count(tree->right) : 0;
}

static void release(Tree *tree) {
    if (!tree) return;
    release(tree->left);
    release(tree->right);
    free(tree);
}

static uint32_t check(uint32_t depth) {
    Tree *tree = of_depth(depth);
    uint32_t nodes = count(tree);
    release(tree);
    return nodes;
}

int main(void) {
    uint32_t least = 4, most = 16;
    printf("stretch tree of depth %u\t check: %u\n", most + 1, check(most + 1));
    Tree *kept = of_depth(most);
    for (uint32_t depth = least; depth <= most; depth += 2) {
        uint32_t trees = 1u << (most - depth + least), nodes = 0;
        for (uint32_t i = 0; i < trees; i++) nodes += check(depth);
        printf("%u\t trees of depth %u\t check: %u\n", trees, depth, nodes);
    }
    printf("long lived tree of depth %u\t check: %u\n", most, count(kept));
    release(kept);
}
