/// A queue in which some elements are worth keeping only while they are new.
struct NewestQueue<Element: Sendable>: Sendable {
    private var elements: [(element: Element, slot: Int?)?] = []
    private var head = 0
    private var counts: [Int: Int] = [:]

    var isEmpty: Bool { head == elements.count }

    /// Appends; where the element's slot is full, its oldest goes.
    mutating func append(_ element: Element, _ retention: Retention) {
        guard case .newest(let slot, let limit) = retention else {
            elements.append((element, nil))
            return
        }
        if counts[slot, default: 0] >= limit, let oldest = elements[head...].firstIndex(where: { $0?.slot == slot }) {
            elements.remove(at: oldest)
            counts[slot, default: 0] -= 1
        }
        elements.append((element, slot))
        counts[slot, default: 0] += 1
    }

    mutating func popFirst() -> Element? {
        guard head < elements.count, let first = elements[head] else { return nil }
        elements[head] = nil
        head += 1
        if head * 2 >= elements.count {
            elements.removeFirst(head)
            head = 0
        }
        if let slot = first.slot { counts[slot, default: 0] -= 1 }
        return first.element
    }

    mutating func removeAll() { self = NewestQueue() }

    /// Takes out what fits and has no slot.
    mutating func removeAll(where isUnwanted: (Element) -> Bool) {
        elements = elements[head...].filter { entry in entry.map { $0.slot != nil || !isUnwanted($0.element) } ?? false }
        head = 0
    }
}
