import Testing

@testable import SettlementLedger

@Suite struct NameTests {
    static let names = [
        "a", String(repeating: "b", count: 32), String(repeating: "c", count: 33), String(repeating: "d", count: 88),
        String(repeating: "e", count: 89), String(repeating: "f", count: 256), "账户-42", "e\u{301}", "é",
    ]

    @Test func namesAreInternedOnceAndSurviveReplay() throws {
        var ledger = Ledger()
        var entries: [Entry] = []
        let ids = Self.names.map { ledger.intern($0, at: Bench.now, into: &entries) }
        #expect(Set(ids).count == Self.names.count)
        let count = entries.count
        #expect(count == 1 + 1 + 2 + 2 + 3 + 5 + 1 + 1 + 1)
        let again = Self.names.map { ledger.intern($0, at: Bench.now, into: &entries) }
        #expect(again == ids)
        #expect(entries.count == count)
        var replayed = Ledger()
        for (place, entry) in entries.enumerated() {
            try replayed.replay([entry].span, firstSequence: UInt64(place) + 1)
        }
        for (name, id) in zip(Self.names, ids) {
            let (found, foundID) = (replayed.name(of: id), replayed.account(named: name))
            #expect(found.map { Array($0.utf8) } == Array(name.utf8))
            #expect(foundID == id)
            #expect(Ledger.hash(ofName: name) == id)
        }
        let nothing = (replayed.account(named: "z"), replayed.name(of: AccountID(1)))
        #expect(nothing == (nil, nil))
        let digests = (ledger.digest(), replayed.digest())
        #expect(digests.0 == digests.1)
    }

    @Test func aTakenNumberLeadsToTheNext() {
        var ledger = Ledger()
        var entries: [Entry] = []
        let home = Ledger.hash(ofName: "x")
        ledger.names.insert("stranger", id: home)
        let id = ledger.intern("x", at: Bench.now, into: &entries)
        #expect(id == AccountID(home.rawValue &+ 1))
        let found = ledger.account(named: "x")
        #expect(found == id)
    }

    /// The hash is a format: requests are routed by it.
    @Test func theHashOfANameNeverChanges() {
        #expect(Ledger.hash(ofName: "a").rawValue == mixed(0xaf63_dc4c_8601_ec8c))
    }

    @Test func aNameCutShortIsAnError() {
        var ledger = Ledger()
        var entries: [Entry] = []
        _ = ledger.intern(String(repeating: "n", count: 100), at: Bench.now, into: &entries)
        #expect(replayError(Array(entries[1...]))?.reason == .impossible("a name cut short"))
        #expect(replayError([entries[0], entries[0]])?.reason == .impossible("a name cut short"))
    }
}
