#include "CSettlementPrefetch.h"
