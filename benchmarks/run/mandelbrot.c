// Escape times of the Mandelbrot set.
#include <stdint.h>
#include <stdio.h>

static uint32_t escape(double cr, double ci, uint32_t limit) {
    double re = 0.0, im = 0.0;
    for (uint32_t step = 0; step < limit; step++) {
        if (re * re + im * im > 4.0) return step;
        double r = re * re - im * im + cr;
        im = re * im + im * re + ci;
        re = r;
    }
    return limit;
}

int main(void) {
    int width = 1200, height = 900;
    uint32_t limit = 300;
    uint64_t histogram[8] = {0}, checksum = 0;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            uint32_t steps =
                escape((double)x * 3.0 / (double)width - 2.0, (double)y * 2.0 / (double)height - 1.0, limit);
            histogram[steps * 7 / limit]++;
            checksum = checksum * 31 + steps;
        }
    printf("[");
    for (int i = 0; i < 8; i++) printf(i ? ", %llu" : "%llu", (unsigned long long)histogram[i]);
    printf("]\n%016llx\n", (unsigned long long)checksum);
}
