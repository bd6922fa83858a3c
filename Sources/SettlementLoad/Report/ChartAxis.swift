internal import Foundation

/// One axis of a chart: which values it shows, where they lie, how they are written.
struct ChartAxis {
    /// How values lie along the axis.
    enum Kind {
        case linear, logarithmic
        /// Logarithmic, with ticks at powers of ten alone.
        case nines
    }

    let kind: Kind
    let domain: ClosedRange<Double>
    let label: String
    let format: (Double) -> String
    /// Where the values of the domain's ends lie, in the units of the drawing.
    let extent: (from: Double, to: Double)

    /// The place of a value; outside of the domain, that of the nearest value inside.
    func place(_ value: Double) -> Double {
        let inside = min(max(value, domain.lowerBound), domain.upperBound)
        return extent.from + share(of: inside) * (extent.to - extent.from)
    }

    private func share(of value: Double) -> Double {
        switch kind {
        case .linear: (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
        case .logarithmic, .nines:
            log10(value / domain.lowerBound) / log10(domain.upperBound / domain.lowerBound)
        }
    }

    /// Round values inside of the domain: about five, or powers of ten.
    var ticks: [Double] {
        switch kind {
        case .linear: Self.roundSteps(domain)
        case .logarithmic: Self.decades(domain, parts: nil)
        case .nines: Self.decades(domain, parts: [1])
        }
    }

    /// A linear axis from 0 to at least `largest`.
    static func linear(
        to largest: Double,
        _ label: String,
        extent: (from: Double, to: Double),
        format: @escaping (Double) -> String
    ) -> ChartAxis {
        let upper = largest > 0 ? largest : 1
        return ChartAxis(kind: .linear, domain: 0...upper, label: label, format: format, extent: extent)
    }

    /// A logarithmic axis that shows all positive `values`, from 1, 2 or 5 times a power of ten to another.
    static func logarithmic(
        _ values: some Sequence<Double>,
        _ label: String,
        extent: (from: Double, to: Double),
        format: @escaping (Double) -> String
    ) -> ChartAxis {
        let positive = values.filter { $0 > 0 }
        let (low, high) = (positive.min() ?? 1, positive.max() ?? 10)
        var (lower, upper) = (pow(10, floor(log10(low))), pow(10, ceil(log10(high))))
        if low >= 5 * lower { lower *= 5 } else if low >= 2 * lower { lower *= 2 }
        if high <= upper / 5 { upper /= 5 } else if high <= upper / 2 { upper /= 2 }
        if upper <= lower { upper = lower * 10 }
        return ChartAxis(kind: .logarithmic, domain: lower...upper, label: label, format: format, extent: extent)
    }

    private static func roundSteps(_ domain: ClosedRange<Double>) -> [Double] {
        let raw = (domain.upperBound - domain.lowerBound) / 5
        let power = pow(10, floor(log10(raw)))
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw * 0.999 } ?? 10 * power
        let first = ceil(domain.lowerBound / step - 1e-9)
        let last = floor(domain.upperBound / step + 1e-9)
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }

    private static func decades(_ domain: ClosedRange<Double>, parts wanted: [Double]?) -> [Double] {
        if wanted == nil, domain.upperBound / domain.lowerBound <= 6 { return roundSteps(domain) }
        let (low, high) = (floor(log10(domain.lowerBound)), ceil(log10(domain.upperBound)))
        let parts = wanted ?? (high - low <= 2 ? [1, 2, 5] : high - low <= 3 ? [1, 3] : [1])
        let step = max(1, ceil((high - low) / 7))
        let all = stride(from: low, through: high, by: step).flatMap { power in parts.map { $0 * pow(10, power) } }
        return all.filter { $0 >= domain.lowerBound * 0.999 && $0 <= domain.upperBound * 1.001 }
    }
}
