#if __has_feature(thread_sanitizer)

#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>

// A Swift mutex is taken inline, where the sanitizer sees it, or, when another thread holds it, by the kernel, where the
// sanitizer sees nothing and takes what the mutex protects for a race. Here the waiting is done by looking again.
// The definition takes the place of the one in the library of Swift 6.3.
#define SWIFT_METHOD __attribute__((swiftcall))
#define SWIFT_SELF __attribute__((swift_context))

SWIFT_METHOD void lock_slow(uint32_t thread, SWIFT_SELF _Atomic uint32_t *word)
    __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");

SWIFT_METHOD void lock_slow(uint32_t thread, SWIFT_SELF _Atomic uint32_t *word) {
    uint32_t nobody = 0;
    while (!atomic_compare_exchange_weak_explicit(word, &nobody, thread, memory_order_acquire, memory_order_relaxed)) {
        nobody = 0;
        sched_yield();
    }
}

#endif
