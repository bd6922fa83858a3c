internal import CSettlementChecksum

/// CRC32C over a part of a record: finds accidents, not forgeries.
func checksum(_ bytes: RawSpan, _ range: Range<Int>) -> UInt32 {
    bytes.extracting(range).withUnsafeBytes { settlement_crc32c(0, $0.baseAddress, $0.count) }
}

/// A value that every record carries of all records before it.
/// A record that is missing, repeated, or of another journal breaks it.
struct Chain: Hashable, Sendable {
    var value: UInt64

    /// The chain behind a record with these checksums.
    func linking(header: UInt32, payload: UInt32) -> Chain {
        var mixed = value ^ (UInt64(header) << 32 | UInt64(payload))
        mixed = (mixed ^ (mixed >> 33)) &* 0xff51_afd7_ed55_8ccd
        mixed = (mixed ^ (mixed >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        return Chain(value: mixed ^ (mixed >> 33))
    }
}
