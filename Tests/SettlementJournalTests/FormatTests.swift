import CSettlementChecksum
import Testing

@testable import SettlementJournal

@Suite struct FormatTests {
    @Test func checksumIsCastagnolis() {
        let digits = [UInt8]("123456789".utf8)
        #expect(checksum(digits.span.bytes, 0..<9) == 0xe306_9283)
        #expect(checksum([UInt8](repeating: 0, count: 32).span.bytes, 0..<32) == 0x8a91_36aa)
        #expect(checksum(digits.span.bytes, 0..<0) == 0)
    }

    @Test func instructionAndTableAgreeForEveryLength() {
        var state: UInt64 = 1
        let bytes = (0..<40_000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
        for count in Array(0..<200) + [4095, 4096, 12_287, 12_288, 12_289, 24_576, 30_001, 39_990] {
            for start in [0, 1, 7] {
                bytes.withUnsafeBytes {
                    let part = UnsafeRawBufferPointer(rebasing: $0[start..<start + count])
                    let fast = settlement_crc32c(0, part.baseAddress, part.count)
                    #expect(fast == settlement_crc32c_table(0, part.baseAddress, part.count))
                }
            }
        }
    }

    @Test func theEndOfWrittenBytesIsFound() {
        for end in 0..<40 {
            var bytes = [UInt8](repeating: 0, count: 40)
            if end > 0 { bytes[end - 1] = 1 }
            let found = bytes.span.bytes.endOfNonZero(in: 0..<40)
            let restIsZero = bytes.span.bytes.isZero(in: end..<40)
            #expect(found == (end == 0 ? nil : end))
            #expect(restIsZero)
        }
    }

    @Test func namesSortAsTheirNumbersDo() {
        let names = [1, 9, 10, 999, 1_000_000].map { FileName.segment($0) }
        #expect(names == names.sorted())
        #expect(FileName.segmentNumber(FileName.segment(123)) == 123)
        #expect(FileName.segmentNumber("segment-1") == nil)
        #expect(FileName.segmentNumber("segment-000000000001.tmp") == nil)
    }

    @Test func badSettingsAreRefusedInWords() {
        var configuration = smallConfiguration()
        configuration.shardCount = 0
        #expect(throws: JournalOpenError.self) { try configuration.validate() }
        configuration = smallConfiguration()
        configuration.groupBytesMax = configuration.segmentBytes
        let error = #expect(throws: JournalOpenError.self) { try configuration.validate() }
        #expect(error?.code == .badConfiguration)
    }
}
