#include "CAllocationCount.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

static atomic_bool counting;
static atomic_uint_fast64_t requested;

void allocation_count_set(bool isOn) {
    if (isOn) atomic_store(&requested, 0);
    atomic_store(&counting, isOn);
}

uint64_t allocation_count(void) { return atomic_load(&requested); }

uint64_t resident_bytes(void) {
    malloc_trim(0);
    unsigned long long pages = 0;
    FILE *statistics = fopen("/proc/self/statm", "r");
    if (!statistics) return 0;
    int found = fscanf(statistics, "%*u %llu", &pages);
    fclose(statistics);
    return found == 1 ? pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

static inline void count(void) {
    if (atomic_load_explicit(&counting, memory_order_relaxed))
        atomic_fetch_add_explicit(&requested, 1, memory_order_relaxed);
}

// Definitions in the executable take the place of the C library's, which stay reachable under these names. A thread
// sanitizer has its own; nothing is counted then.
#if !__has_feature(thread_sanitizer)

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) {
    count();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count();
    return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
    count();
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    count();
    *block = __libc_memalign(alignment, size);
    return *block ? 0 : ENOMEM;
}

#endif
