import Settlement
import Testing

@Suite struct AcceleratedDomainTests {
    static let zone = ZoneRules.shanghai

    /// What befalls a domain, and what its name resolves to afterwards, at some times.
    struct Row: CustomTestStringConvertible {
        var name: String
        var mainland = true
        var events: [(AcceleratedDomain.Event, Timestamp)]
        var resolves: [(at: Timestamp, to: AcceleratedDomain.Resolution)]
        var testDescription: String { name }
    }

    static let old = zone.at(2022, 4, 10, 23, 59)
    static let new = zone.at(2022, 4, 11)
    static let rows: [Row] = [
        Row(name: "online", events: [], resolves: [(new, .edge)]),
        Row(
            name: "arrears by the old rule: 30 × 24 hours of origin",
            events: [(.arrearsBegan, old)],
            resolves: [
                (old, .origin), (zone.at(2022, 5, 10, 23, 58), .origin), (zone.at(2022, 5, 10, 23, 59), .offlinePage),
                (zone.at(2023, 4, 10, 23, 59), .released),
            ]
        ),
        Row(name: "arrears by the new rule", events: [(.arrearsBegan, new)], resolves: [(new, .offlinePage)]),
        Row(
            name: "arrears settled",
            events: [(.arrearsBegan, new), (.arrearsSettled, zone.at(2022, 4, 12))],
            resolves: [(zone.at(2022, 4, 12), .edge)]
        ),
        Row(
            name: "told twice, the first counts",
            events: [(.arrearsBegan, old), (.arrearsBegan, new)],
            resolves: [(new, .origin)]
        ),
        Row(name: "violation", events: [(.violationFound, new)], resolves: [(new, .nothing)]),
        Row(
            name: "violation outlasts settlement",
            events: [(.arrearsBegan, new), (.violationFound, new), (.arrearsSettled, zone.at(2022, 5, 1))],
            resolves: [(zone.at(2022, 5, 1), .nothing)]
        ),
        Row(
            name: "an appeal ends a violation, not the arrears",
            events: [(.arrearsBegan, new), (.violationFound, new), (.appealGranted, zone.at(2022, 5, 1))],
            resolves: [(zone.at(2022, 5, 1), .offlinePage)]
        ),
        Row(name: "ICP by the old rule", events: [(.icpLapsed, old)], resolves: [(new, .origin)]),
        Row(
            name: "a filing alone does not bring it back",
            events: [(.icpLapsed, new), (.icpFiled, zone.at(2022, 5, 1))],
            resolves: [(zone.at(2022, 5, 1), .offlinePage)]
        ),
        Row(
            name: "a filing and its user do",
            events: [(.icpLapsed, new), (.icpFiled, zone.at(2022, 5, 1)), (.userEnables, zone.at(2022, 5, 2))],
            resolves: [(zone.at(2022, 5, 2), .edge)]
        ),
        Row(name: "no ICP abroad", mainland: false, events: [(.icpLapsed, new)], resolves: [(new, .edge)]),
        Row(
            name: "voluntary, at once even by the old rule",
            events: [(.userStops, old)],
            resolves: [(old, .offlinePage)]
        ),
        Row(
            name: "settlement does not undo the user's stop",
            events: [(.userStops, new), (.arrearsBegan, new), (.arrearsSettled, zone.at(2022, 5, 1))],
            resolves: [(zone.at(2022, 5, 1), .offlinePage)]
        ),
        Row(
            name: "the user undoes it",
            events: [(.userStops, new), (.userEnables, zone.at(2022, 5, 1))],
            resolves: [(zone.at(2022, 5, 1), .edge)]
        ),
    ]

    @Test(arguments: rows)
    func resolvesAs(_ row: Row) {
        var domain = AcceleratedDomain(includesMainland: row.mainland)
        for (event, time) in row.events { #expect(domain.take(event, at: time) == nil) }
        for (time, expected) in row.resolves { #expect(domain.resolution(at: time) == expected) }
    }

    @Test func theUserIsToldWhatStandsInTheWay() {
        var domain = AcceleratedDomain(includesMainland: true)
        for event in [.arrearsBegan, .icpLapsed, .violationFound, .userStops] as [AcceleratedDomain.Event] {
            _ = domain.take(event, at: Self.new)
        }
        func enable() -> AcceleratedDomain.Refusal? { domain.take(.userEnables, at: Self.new) }
        #expect(enable() == .violation)
        _ = domain.take(.appealGranted, at: Self.new)
        #expect(enable() == .icpLapse)
        _ = domain.take(.icpFiled, at: Self.new)
        #expect(enable() == .arrears)
        #expect(domain.reasons == .arrears)
        _ = domain.take(.arrearsSettled, at: Self.new)
        #expect(domain.resolution(at: Self.new) == .edge)
    }

    @Test func aReleasedDomainIsGone() {
        var domain = AcceleratedDomain(includesMainland: false)
        _ = domain.take(.arrearsBegan, at: Self.new)
        let later = Self.zone.at(2024, 1, 1)
        #expect(domain.take(.userEnables, at: later) == .released)
        #expect(domain.take(.arrearsSettled, at: later) == nil)
        #expect(domain.resolution(at: later) == .released)
    }

    @Test func aNameInViolationCannotBeAddedAgain() {
        var register = DomainRegister()
        let now = Self.new
        func add(_ name: String) -> DomainRegister.Refusal? {
            register.add(name, includesMainland: true, isFiled: name != "unfiled.example", at: now)
        }
        #expect(add("www.example.com") == nil)
        #expect(add("WWW.example.com") == .exists)
        #expect(add("unfiled.example") == .notFiled)
        _ = register.take(.violationFound, of: "www.Example.com", at: now)
        register.remove("www.example.com")
        #expect(add("www.example.com") == .blacklisted)
        _ = register.take(.appealGranted, of: "www.example.com", at: now)
        #expect(add("www.example.com") == nil)
        #expect(register["www.example.com"]?.resolution(at: now) == .edge)
    }
}

@Suite struct ElasticIPTests {
    @Test func isSlowedDownThenReleased() {
        let zone = ZoneRules.shanghai
        var address = ElasticIP(bandwidth: 5_000_000, at: zone.at(2026, 1, 1))
        _ = address.arrears.adopt(ArrearsFacts(earliestOverdueBill: zone.at(2026, 1, 1)), at: zone.at(2026, 1, 1))
        #expect(address.allowedBandwidth == 5_000_000)
        _ = address.arrears.advance(to: zone.at(2026, 1, 16))
        #expect(address.allowedBandwidth == 1_000)
        var paid = address
        _ = paid.arrears.adopt(.clear, at: zone.at(2026, 1, 20))
        #expect(paid.allowedBandwidth == 5_000_000)
        _ = address.arrears.advance(to: zone.at(2026, 1, 31))
        #expect(address.allowedBandwidth == nil)
    }
}
