// The spectral norm of an infinite matrix, by the power method.
#include <math.h>
#include <stddef.h>
#include <stdio.h>

enum { N = 2000 };

static double a(size_t i, size_t j) {
    return 1.0 / (double)((i + j) * (i + j + 1) / 2 + i + 1);
}

static void times(const double *v, double *restrict out) {
    for (size_t i = 0; i < N; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < N; j++) sum += a(i, j) * v[j];
        out[i] = sum;
    }
}

static void times_transposed(const double *v, double *restrict out) {
    for (size_t i = 0; i < N; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < N; j++) sum += a(j, i) * v[j];
        out[i] = sum;
    }
}

static double dot(const double *u, const double *v) {
    double sum = 0.0;
    for (size_t i = 0; i < N; i++) sum += u[i] * v[i];
    return sum;
}

int main(void) {
    static double u[N], v[N], scratch[N];
    for (size_t i = 0; i < N; i++) u[i] = 1.0;
    for (int i = 0; i < 10; i++) {
        times(u, scratch);
        times_transposed(scratch, v);
        times(v, scratch);
        times_transposed(scratch, u);
    }
    printf("%.9f\n", sqrt(dot(u, v) / dot(v, v)));
}
