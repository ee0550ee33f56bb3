import Plans

/// Which of a pool's objects an agent's GET and STAT take: `path_selection`, by number.
///
/// The agent's own objects are those whose number mod the number of agents is its index; nothing is kept of them, however many they are.
struct PoolChoice: Sendable {
    private enum Other { case any, foreign }

    private let count: Int
    private let own: Share
    private let ownCount: Int
    private let other: Other
    /// Chance of one that may be another's, as a part of 2⁶⁴.
    private let chance: UInt64

    init(_ selection: PathSelection, count: Int) {
        self.count = count
        var overlap = 1.0
        switch selection {
        case .random: (own, other) = (.whole, .any)
        case .partitioned(let share, let part): (own, other, overlap) = (share, .foreign, part)
        case .exclusive(let share): (own, other, overlap) = (share, .foreign, 0)
        case .weighted(let share, let part): (own, other, overlap) = (share, .any, part)
        }
        ownCount = own.portion(of: count)
        chance = overlap >= 1 ? .max : UInt64(max(0, overlap) * 0x1p64)
        isEmpty = count == 0 || (ownCount == 0 && overlap == 0)
    }

    /// Whether there is nothing that this agent may take.
    let isEmpty: Bool

    /// A number in `0 ..< count`; the choice is not empty.
    @inline(__always)
    func next(_ random: inout Random) -> Int {
        // A pool with fewer objects than agents leaves some without one of their own.
        guard own.count > 1, ownCount > 0, chance == 0 || random.next() >= chance else { return nextOther(&random) }
        return Int(random.below(UInt64(ownCount))) * own.count + own.index
    }

    private func nextOther(_ random: inout Random) -> Int {
        guard other == .foreign, own.count > 1, ownCount < count else { return Int(random.below(UInt64(count))) }
        let number = Int(random.below(UInt64(count - ownCount)))
        let place = number % (own.count - 1)
        return number / (own.count - 1) * own.count + (place < own.index ? place : place + 1)
    }
}
