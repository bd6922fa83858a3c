#include "CSettlementChecksum.h"

#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#define HARDWARE __attribute__((target("sse4.2")))
#define STEP8(crc, value) ((uint32_t)_mm_crc32_u64((crc), (value)))
#define STEP1(crc, value) _mm_crc32_u8((crc), (value))
#elif defined(__aarch64__)
#include <arm_acle.h>
#if defined(__linux__)
#include <sys/auxv.h>
#ifndef HWCAP_CRC32
#define HWCAP_CRC32 (1 << 7)
#endif
#endif
#define HARDWARE __attribute__((target("crc")))
#define STEP8(crc, value) __crc32cd((crc), (value))
#define STEP1(crc, value) __crc32cb((crc), (value))
#endif

// Castagnoli's polynomial, bits reversed.
static const uint32_t polynomial = 0x82f63b78u;
// The instruction takes three cycles but can start every cycle: three independent lanes keep it busy.
enum { lane = 4096 };

static uint32_t bytewise[256];
// appendLane[k][b]: the effect of `lane` zero bytes on byte k of a checksum, so that lanes can be joined.
static uint32_t appendLane[4][256];
static int hasInstruction;

static uint32_t step_table(uint32_t state, const uint8_t *bytes, size_t count) {
    for (size_t index = 0; index < count; index++) {
        state = (state >> 8) ^ bytewise[(state ^ bytes[index]) & 0xff];
    }
    return state;
}

__attribute__((constructor)) static void prepare_tables(void) {
    static const uint8_t zeros[lane];
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t state = byte;
        for (int bit = 0; bit < 8; bit++) {
            state = (state >> 1) ^ (polynomial & (0u - (state & 1)));
        }
        bytewise[byte] = state;
    }
    // Appending zeros is linear: the images of the 32 single bits give every other value.
    uint32_t image[32];
    for (int bit = 0; bit < 32; bit++) {
        image[bit] = step_table(1u << bit, zeros, lane);
    }
    for (int part = 0; part < 4; part++) {
        for (uint32_t byte = 0; byte < 256; byte++) {
            uint32_t sum = 0;
            for (int bit = 0; bit < 8; bit++) {
                if (byte >> bit & 1) sum ^= image[part * 8 + bit];
            }
            appendLane[part][byte] = sum;
        }
    }
#if defined(__x86_64__)
    __builtin_cpu_init();
    hasInstruction = __builtin_cpu_supports("sse4.2");
#elif defined(__aarch64__) && defined(__linux__)
    hasInstruction = (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
#elif defined(__aarch64__)
    hasInstruction = 1;
#endif
}

#if defined(HARDWARE)
static inline uint64_t load8(const uint8_t *bytes) {
    uint64_t value;
    memcpy(&value, bytes, 8);
    return value;
}

static inline uint32_t append_lane(uint32_t state) {
    return appendLane[0][state & 0xff] ^ appendLane[1][state >> 8 & 0xff] ^ appendLane[2][state >> 16 & 0xff]
        ^ appendLane[3][state >> 24];
}

HARDWARE static uint32_t step_instruction(uint32_t state, const uint8_t *bytes, size_t count) {
    while (count >= 3 * lane) {
        uint32_t second = 0, third = 0;
        for (size_t index = 0; index < lane; index += 8) {
            state = STEP8(state, load8(bytes + index));
            second = STEP8(second, load8(bytes + lane + index));
            third = STEP8(third, load8(bytes + 2 * lane + index));
        }
        state = append_lane(append_lane(state) ^ second) ^ third;
        bytes += 3 * lane;
        count -= 3 * lane;
    }
    for (; count >= 8; bytes += 8, count -= 8) state = STEP8(state, load8(bytes));
    for (; count > 0; bytes++, count--) state = STEP1(state, *bytes);
    return state;
}
#endif

uint32_t settlement_crc32c_table(uint32_t crc, const void *bytes, size_t count) {
    return ~step_table(~crc, bytes, count);
}

uint32_t settlement_crc32c(uint32_t crc, const void *bytes, size_t count) {
#if defined(HARDWARE)
    if (hasInstruction) return ~step_instruction(~crc, bytes, count);
#endif
    return settlement_crc32c_table(crc, bytes, count);
}

size_t settlement_written_bytes(const void *bytes, size_t count) {
    const uint8_t *start = bytes;
    uint64_t word;
    while (count >= 8) {
        memcpy(&word, start + count - 8, 8);
        if (word != 0) break;
        count -= 8;
    }
    while (count > 0 && start[count - 1] == 0) count--;
    return count;
}
