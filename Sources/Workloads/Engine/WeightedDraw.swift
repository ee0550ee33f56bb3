/// Draws places of a list, each as often as its weight says.
struct WeightedDraw {
    private var weights: [Double]
    /// Upper bound of each place's part of 0 ..< 2⁶⁴; the last with a weight has all that is left.
    private var bounds: [UInt64] = []
    private var last: Int?

    init(_ weights: [Double]) {
        self.weights = weights
        spread()
    }

    var isEmpty: Bool { last == nil }

    /// nil where nothing has a weight.
    @inline(__always)
    func next(_ random: inout Random) -> Int? {
        guard let last else { return nil }
        let value = random.next()
        for place in 0..<last where value < bounds[place] { return place }
        return last
    }

    mutating func remove(_ place: Int) {
        weights[place] = 0
        spread()
    }

    private mutating func spread() {
        let total = weights.reduce(0) { $0 + max(0, $1) }
        last = weights.lastIndex { $0 > 0 }
        bounds = []
        var sum = 0.0
        for weight in weights {
            sum += max(0, weight)
            let part = total > 0 ? sum / total : 0
            bounds.append(part >= 1 ? .max : UInt64(part * 0x1p64))
        }
    }
}
