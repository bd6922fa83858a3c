/// The keys of a region that a profile gives; the others come from the default.
struct RegionOverrides: Sendable {
    var startLatency: Distribution?
    var runningAfter: Distribution?
    var requestBucket: RegionProfile.Bucket?
    var instanceBucket: RegionProfile.Bucket?
    var sweepNanoseconds: Int64?
    var callsInFlight: Int64?
    var errors: Share?
    var lostReplies: Share?
    var noStock: Share?

    func applied(to base: RegionProfile, name: String) -> RegionProfile {
        var region = base
        region.name = name
        region.startLatency = startLatency ?? base.startLatency
        region.runningAfter = runningAfter ?? base.runningAfter
        region.requestBucket = requestBucket ?? base.requestBucket
        region.instanceBucket = instanceBucket ?? base.instanceBucket
        region.sweepNanoseconds = sweepNanoseconds ?? base.sweepNanoseconds
        region.callsInFlight = callsInFlight.map { Int($0) } ?? base.callsInFlight
        region.errors = errors ?? base.errors
        region.lostReplies = lostReplies ?? base.lostReplies
        region.noStock = noStock ?? base.noStock
        return region
    }
}

extension Grammar where Value == RegionOverrides {
    static let region: Grammar = {
        let startLatency = Key("startLatency", .distribution(of: .duration), "How long an API call takes.")
        let runningAfter = Key(
            "runningAfter",
            .distribution(of: .duration),
            "How long an instance takes from the call to Running."
        )
        let requestBucket = Key("requestBucket", .bucket, "Tokens charged once a call.")
        let instanceBucket = Key("instanceBucket", .bucket, "Tokens charged once an instance.")
        let sweep = Key(
            "sweep",
            .duration(atLeast: 100_000_000),
            "Between two sweeps of the controller over all instances; 10min unless given."
        )
        let callsInFlight = Key(
            "callsInFlight",
            .count(1...256),
            "Calls of one API that the controller has in flight at most; 16 unless given."
        )
        let errors = Key("errors", .share, "Items that fail and succeed later.")
        let lostReplies = Key("lostReplies", .share, "Calls that take effect although no reply arrives.")
        let noStock = Key("noStock", .share, "Items for which the region is out of stock for a while.")
        let keys: [any KeyDescription] = [
            startLatency, runningAfter, requestBucket, instanceBucket, sweep, callsInFlight, errors, lostReplies,
            noStock,
        ]
        return .object("a region", keys: keys) { reader in
            RegionOverrides(
                startLatency: reader.value(startLatency),
                runningAfter: reader.value(runningAfter),
                requestBucket: reader.value(requestBucket),
                instanceBucket: reader.value(instanceBucket),
                sweepNanoseconds: reader.value(sweep),
                callsInFlight: reader.value(callsInFlight),
                errors: reader.value(errors),
                lostReplies: reader.value(lostReplies),
                noStock: reader.value(noStock)
            )
        }
    }()
}

extension Grammar where Value == RegionProfile.Bucket {
    static let bucket: Grammar = {
        let capacity = Key("capacity", .count(1...1_000_000_000), required: true, "Most tokens it holds.")
        let refill = Key("refill", .tokens, required: true, "Tokens that come back.")
        return .object("a token bucket", keys: [capacity, refill]) { reader in
            guard let capacity = reader.value(capacity), let refill = reader.value(refill) else { return nil }
            return RegionProfile.Bucket(capacity: Int(capacity), refill: refill)
        }
    }()
}
