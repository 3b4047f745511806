// Counts the primes below some millions with a sieve of bytes, and Goldbach pairs.
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    size_t limit = 60000000;
    bool *prime = malloc(limit + 1);
    memset(prime, true, limit + 1);
    prime[0] = prime[1] = false;
    for (size_t i = 2; i * i <= limit; i++)
        if (prime[i])
            for (size_t m = i * i; m <= limit; m += i) prime[m] = false;
    size_t count = 0;
    uint64_t sum = 0;
    for (size_t i = 0; i <= limit; i++) {
        count += prime[i];
        if (prime[i]) sum += i;
    }
    printf("%zu primes, their sum %llu\n", count, (unsigned long long)sum);
    size_t *primes = malloc(20000 * sizeof *primes), n = 0;
    for (size_t i = 0; i < 20000; i++)
        if (prime[i]) primes[n++] = i;
    size_t best = 0, most = 0;
    for (size_t even = 4; even < 20000; even += 20) {
        size_t pairs = 0;
        for (size_t k = 0; k < n && 2 * primes[k] <= even; k++) pairs += prime[even - primes[k]];
        if (pairs > most) most = pairs, best = even;
    }
    printf("%zu is a sum of two primes in %zu ways\n", best, most);
    size_t gap = 0;
    for (size_t k = 1; k < n; k++)
        if (primes[k] - primes[k - 1] > gap) gap = primes[k] - primes[k - 1];
    printf("largest gap Some(%zu)\n", gap);
}
