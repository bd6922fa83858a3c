#ifndef C_SETTLEMENT_CHECKSUM_H
#define C_SETTLEMENT_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// CRC32C (Castagnoli) of `count` bytes, continuing from `crc`; start with 0.
/// Uses the processor's instruction where there is one and a table elsewhere; both give the same value.
uint32_t settlement_crc32c(uint32_t crc, const void *bytes, size_t count);

/// The same value computed with the table alone, so that a test can compare the two.
uint32_t settlement_crc32c_table(uint32_t crc, const void *bytes, size_t count);

/// The number of bytes up to and with the last one that is not zero.
size_t settlement_written_bytes(const void *bytes, size_t count);

#endif
