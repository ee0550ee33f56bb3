import Plans
import Vocabulary

extension Cursor {
    /// A distribution of sizes in any of its spellings: `32KB`, `{fixed: 1KB}`, `{uniform: {min, max}}`,
    /// `{lognormal: {mean, std_dev, min, max}}`, `{type: uniform, min, max}`.
    func sizes() -> SizeDistribution? {
        guard case .mapping = value.content else { return size().map(SizeDistribution.fixed) }
        guard let section = section() else { return nil }
        defer { section.close() }
        if let at = section.take("type") {
            guard let type: SizeShape = at.choice(["fixed": .fixed, "uniform": .uniform, "lognormal": .lognormal]) else {
                // What stands beside it cannot be judged.
                for key in ["size", "min", "max", "mean", "std_dev"] { _ = section.take(key) }
                return nil
            }
            return type.read(section)
        }
        let spellings: [(String, SizeShape)] = [("fixed", .fixed), ("uniform", .uniform), ("lognormal", .lognormal)]
        let written = spellings.compactMap { key, shape in section.take(key).map { ($0, shape) } }
        guard let (at, shape) = written.first else {
            fail("says no size", fix: "a size (64KiB), {fixed: 64KiB}, {uniform: {min: 1KiB, max: 1MiB}} or {type: lognormal, …}")
            return nil
        }
        for (other, _) in written.dropFirst() { other.fail("a second distribution", fix: "keep one of them") }
        if shape == .fixed { return at.size().map(SizeDistribution.fixed) }
        guard let inner = at.section() else { return nil }
        defer { inner.close() }
        return shape.read(inner)
    }
}

private enum SizeShape {
    case fixed, uniform, lognormal

    func read(_ section: Section) -> SizeDistribution? {
        switch self {
        case .fixed:
            guard let at = section.take("size") else {
                section.missing("size")
                return nil
            }
            return at.size().map(SizeDistribution.fixed)
        case .uniform:
            let bounds = readBounds(section)
            guard let minimum = bounds.0, let maximum = bounds.1 else {
                if !section.has("min") { section.missing("min") }
                if !section.has("max") { section.missing("max") }
                return nil
            }
            return minimum == maximum ? .fixed(minimum) : .uniform(minimum: minimum, maximum: maximum)
        case .lognormal: return readLognormal(section)
        }
    }

    private func readLognormal(_ section: Section) -> SizeDistribution? {
        let mean = section.take("mean")?.size()
        let deviation = section.take("std_dev")?.size()
        if !section.has("mean") { section.missing("mean") }
        if !section.has("std_dev") { section.missing("std_dev") }
        let bounds = readBounds(section)
        guard let mean, let deviation else { return nil }
        // Without an upper bound one draw in a billion would fill a disk: ten deviations are beyond what anybody asks for.
        let (reach, overflow) = deviation.bytes.multipliedReportingOverflow(by: 10)
        let (sum, over) = mean.bytes.addingReportingOverflow(reach)
        let maximum = bounds.1 ?? ByteCount(overflow || over ? .max : sum)
        let minimum = bounds.0 ?? ByteCount(1)
        return .lognormal(
            mean: Double(mean.bytes), standardDeviation: Double(deviation.bytes), minimum: minimum, maximum: max(minimum, maximum))
    }

    private func readBounds(_ section: Section) -> (ByteCount?, ByteCount?) {
        let minimum = section.take("min")?.size()
        let at = section.take("max")
        let maximum = at?.size()
        if let minimum, let maximum, maximum < minimum {
            at?.fail("is less than min", fix: "swap min and max")
            return (minimum, minimum)
        }
        return (minimum, maximum)
    }
}
