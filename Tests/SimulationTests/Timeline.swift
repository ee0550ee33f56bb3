import Vocabulary

/// What happens next: a heap by moment, first come first served within one.
struct Timeline<Happening> {
    private struct Entry {
        var at: Moment
        var number: UInt64
        var what: Happening
    }

    private var heap: [Entry] = []
    private var count: UInt64 = 0

    mutating func add(_ what: Happening, at: Moment) {
        heap.append(Entry(at: at, number: count, what: what))
        count += 1
        var i = heap.count - 1
        while i > 0, precedes(i, (i - 1) / 2) {
            heap.swapAt(i, (i - 1) / 2)
            i = (i - 1) / 2
        }
    }

    mutating func next() -> (at: Moment, what: Happening)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return (first.at, first.what) }
        heap[0] = last
        var i = 0
        while true {
            var least = i
            for child in [2 * i + 1, 2 * i + 2] where child < heap.count && precedes(child, least) { least = child }
            guard least != i else { break }
            heap.swapAt(i, least)
            i = least
        }
        return (first.at, first.what)
    }

    private func precedes(_ a: Int, _ b: Int) -> Bool {
        heap[a].at == heap[b].at ? heap[a].number < heap[b].number : heap[a].at < heap[b].at
    }
}
