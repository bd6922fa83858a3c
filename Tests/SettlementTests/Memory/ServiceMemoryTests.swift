import Foundation
import SettlementTestKit
import Testing

@testable import Settlement

/// What a service keeps, it has again.
@Suite struct ServiceMemoryTests {
    private static func key(_ id: UInt64) -> ServiceMemory.Key { ServiceMemory.Key(1, id) }

    @Test(arguments: [0, 1, 47, 48, 49, 110, 111, 112, 5_000])
    func valuesOfAnyLengthComeBack(length: Int) async throws {
        try await withTemporaryDirectory { directory in
            let value = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) }
            var memory = try Self.open(directory)
            try memory.stage([.keep(Self.key(1), value), .keep(Self.key(2), [1]), .keep(Self.key(3), value)])
            try await memory.stage([.forget(Self.key(2)), .keep(Self.key(3), [9])]).durable()
            await memory.close()
            let again = try Self.open(directory)
            #expect(again[Self.key(1)] == value && again[Self.key(2)] == nil && again[Self.key(3)] == [9])
            #expect(again.values(of: 1).map(\.id) == [1, 3])
            await again.close()
        }
    }

    @Test func aSnapshotReplacesALongJournal() async throws {
        try await withTemporaryDirectory { directory in
            var memory = try Self.open(directory)
            var snapshots = 0
            for round in 0..<130 as Range<UInt64> {
                let changes = (0..<1_000 as Range<UInt64>).map { id in
                    ServiceMemory.Change.keep(Self.key(id % 7), [UInt8(round), UInt8(id % 7)])
                }
                try memory.stage(changes)
                if let snapshot = memory.takeSnapshotIfDue() {
                    snapshots += 1
                    await snapshot.write()
                }
            }
            try await memory.stage([.forget(Self.key(0))]).durable()
            await memory.close()
            #expect(snapshots == 1)
            let again = try Self.open(directory)
            #expect(again.values(of: 1).map(\.bytes) == (1..<7).map { [129, UInt8($0)] })
            await again.close()
        }
    }

    @Test func anotherServicesJournalIsRefused() async throws {
        try await withTemporaryDirectory { directory in
            await (try Self.open(directory)).close()
            #expect(throws: ServiceMemoryError.foreign(service: "other")) { try Self.open(directory, of: "other") }
        }
    }

    private static func open(
        _ directory: URL,
        of service: String = "test"
    ) throws(ServiceMemoryError) -> ServiceMemory {
        try ServiceMemory.open(Fixture.file(directory), of: service, logger: Fixture.logger)
    }
}
