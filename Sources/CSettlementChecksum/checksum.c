#include "CSettlementChecksum.h"
