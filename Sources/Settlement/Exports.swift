@_exported public import SettlementLedger
