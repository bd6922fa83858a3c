import SettlementLedger
import Testing

@Suite struct TimeTests {
    static let instants: [(Int64, Int, String)] = [
        (Int64(0), 0, "1970-01"), (-1, 0, "1969-12"), (1_798_675_200, 0, "2026-12"),
        (1_798_675_199 + 86_400, 480, "2027-01"),
        (951_782_400, 0, "2000-02"), (951_868_800, 0, "2000-03"), (4_107_542_399, 0, "2100-02"),
        (4_107_542_400, 0, "2100-03"),
    ]

    @Test(arguments: instants)
    func instantsLieInTheirMonth(seconds: Int64, offsetMinutes: Int, month: String) {
        #expect(Month(containing: Timestamp(seconds: seconds), offsetMinutes: offsetMinutes).description == month)
    }

    @Test func aMonthStartsRightBehindTheOneBefore() {
        for rawValue: UInt16 in (1_950 * 12)..<(2_200 * 12) {
            let month = Month(rawValue: rawValue)
            var start = month.start(offsetMinutes: 480)
            #expect(Month(containing: start, offsetMinutes: 480) == month)
            start.rawValue -= 1
            #expect(Month(containing: start, offsetMinutes: 480) == month.previous)
        }
    }
}
