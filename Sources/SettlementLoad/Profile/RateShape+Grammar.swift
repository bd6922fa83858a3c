extension Grammar where Value == RateShape {
    static let ramp: Grammar = {
        let from = Key("from", .rateOrNone, required: true, "The rate at the beginning of the stage.")
        let to = Key("to", .rateOrNone, required: true, "The rate at its end.")
        return .object("a ramp", keys: [from, to]) { reader in
            guard let first = reader.value(from), let last = reader.value(to) else { return nil }
            guard first.millionths + last.millionths > 0 else {
                reader.report("nothing arrives on a ramp from 0 to 0", at: to)
                return nil
            }
            return .ramp(from: first, to: last)
        }
    }()

    static let steps: Grammar = {
        let from = Key("from", .rate, required: true, "The rate of the first step.")
        let to = Key("to", .rate, required: true, "The rate of the last step.")
        let count = Key("count", .count(2...1_000), required: true, "How many steps.")
        return .object("steps", keys: [from, to, count]) { reader in
            guard let first = reader.value(from), let last = reader.value(to), let count = reader.value(count) else {
                return nil
            }
            return .steps(from: first, to: last, count: Int(count))
        }
    }()

    static let spike: Grammar = {
        let rate = Key("rate", .rateOrNone, required: true, "The rate before and after.")
        let peak = Key("peak", .rate, required: true, "The rate of the spike.")
        let at = Key("at", .duration(), required: true, "When it begins, after the beginning of the stage.")
        let lasting = Key("for", .duration(atLeast: 1), required: true, "How long it lasts.")
        return .object("a spike", keys: [rate, peak, at, lasting]) { reader in
            guard let rate = reader.value(rate), let peak = reader.value(peak), let at = reader.value(at),
                let lasting = reader.value(lasting)
            else { return nil }
            return .spike(rate: rate, peak: peak, at: at, lasting: lasting)
        }
    }()

    static let sine: Grammar = {
        let mean = Key("mean", .rate, required: true, "The rate in the middle, at which it begins.")
        let amplitude = Key("amplitude", .rate, required: true, "How far it goes up and down; at most the mean.")
        let period = Key("period", .duration(atLeast: 1_000_000), required: true, "From one high to the next.")
        return .object("a sine", keys: [mean, amplitude, period]) { reader in
            guard let middle = reader.value(mean), let width = reader.value(amplitude),
                let period = reader.value(period)
            else { return nil }
            guard width.perSecond <= middle.perSecond else {
                reader.report("the amplitude is above the mean, so the rate would go below 0", at: amplitude)
                return nil
            }
            return .sine(mean: middle, amplitude: width, period: period)
        }
    }()
}
