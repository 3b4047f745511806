// Multiplies square matrices of floats held as rows.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { N = 384 };
typedef double **Matrix;

static Matrix zeros(size_t n) {
    Matrix rows = malloc(n * sizeof *rows);
    for (size_t i = 0; i < n; i++) rows[i] = calloc(n, sizeof **rows);
    return rows;
}

static void release(Matrix a, size_t n) {
    for (size_t i = 0; i < n; i++) free(a[i]);
    free(a);
}

static Matrix filled(size_t n, uint64_t seed) {
    Matrix rows = zeros(n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            rows[i][j] = (double)(seed >> 40) / 16777216.0 - 0.5;
        }
    return rows;
}

static Matrix by_dots(Matrix a, Matrix b, size_t n) {
    Matrix columns = zeros(n), result = zeros(n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) columns[j][i] = b[i][j];
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0.0;
            for (size_t k = 0; k < n; k++) sum += a[i][k] * columns[j][k];
            result[i][j] = sum;
        }
    release(columns, n);
    return result;
}

static Matrix by_rows(Matrix a, Matrix b, size_t n) {
    Matrix result = zeros(n);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            double factor = a[i][k], *restrict out = result[i], *restrict x = b[k];
            for (size_t j = 0; j < n; j++) out[j] += factor * x[j];
        }
    return result;
}

static double trace(Matrix a, size_t n) {
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) sum += a[i][i];
    return sum;
}

int main(void) {
    Matrix a = filled(N, 1), b = filled(N, 2);
    for (int round = 0; round < 4; round++) {
        Matrix x = by_dots(a, b, N), y = by_rows(a, b, N);
        printf("round %d: %.9f %.9f\n", round, trace(x, N), trace(y, N));
        release(x, N);
        release(a, N);
        a = y;
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++) a[i][j] *= 0.1;
    }
    release(a, N);
    release(b, N);
}
