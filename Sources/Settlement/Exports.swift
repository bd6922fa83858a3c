@_exported public import SettlementJournal
@_exported public import SettlementLedger
