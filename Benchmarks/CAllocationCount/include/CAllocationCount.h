#ifndef C_ALLOCATION_COUNT_H
#define C_ALLOCATION_COUNT_H

#include <stdbool.h>
#include <stdint.h>

/// Starts counting from zero, or stops. Off at first: a counted run pays for an atomic increment an allocation.
void allocation_count_set(bool isOn);

/// Heap blocks requested by the whole process while counting was on.
uint64_t allocation_count(void);

/// Bytes of memory that the process occupies now, what it has freed given back before.
uint64_t resident_bytes(void);

#endif
