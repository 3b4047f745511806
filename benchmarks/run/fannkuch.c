// Flips of pancakes over all permutations of ten.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t flips(const uint8_t *start, uint8_t *work, size_t n) {
    memcpy(work, start, n);
    uint32_t count = 0;
    for (;;) {
        size_t first = work[0];
        if (first == 0) return count;
        for (size_t i = 0, j = first; i < j; i++, j--) {
            uint8_t x = work[i];
            work[i] = work[j];
            work[j] = x;
        }
        count++;
    }
}

int main(void) {
    size_t n = 10, r = n;
    uint8_t *permutation = malloc(n), *work = malloc(n);
    size_t *counts = calloc(n, sizeof *counts);
    for (size_t i = 0; i < n; i++) permutation[i] = i;
    int64_t checksum = 0, sign = 1;
    uint32_t most = 0;
    for (;;) {
        while (r != 1) {
            counts[r - 1] = r;
            r--;
        }
        uint32_t found = flips(permutation, work, n);
        if (found > most) most = found;
        checksum += sign * (int64_t)found;
        for (;;) {
            if (r == n) {
                printf("%lld\nPfannkuchen(%zu) = %u\n", (long long)checksum, n, most);
                return 0;
            }
            uint8_t first = permutation[0];
            for (size_t i = 0; i < r; i++) permutation[i] = permutation[i + 1];
            permutation[r] = first;
            if (--counts[r] > 0) break;
            r++;
        }
        sign = -sign;
    }
}
