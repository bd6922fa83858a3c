#ifndef C_SETTLEMENT_PREFETCH_H
#define C_SETTLEMENT_PREFETCH_H

/// Asks for the cache line at an address, which is going to be written, and waits for nothing. Any address is allowed.
static inline __attribute__((always_inline)) void settlement_prefetch(const void *address) {
    __builtin_prefetch(address, 1, 3);
}

#endif
