// Counts the ways to place 14 queens, by bit masks and recursion.
#include <stdint.h>
#include <stdio.h>

static uint64_t place(uint32_t all, uint32_t columns, uint32_t left, uint32_t right) {
    if (columns == all) return 1;
    uint32_t free = all & ~(columns | left | right);
    uint64_t found = 0;
    while (free != 0) {
        uint32_t bit = free & -free;
        free ^= bit;
        found += place(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    return found;
}

int main(void) {
    for (int n = 4; n <= 14; n++) {
        printf("%d queens: %llu\n", n, (unsigned long long)place((1u << n) - 1, 0, 0, 0));
    }
}
