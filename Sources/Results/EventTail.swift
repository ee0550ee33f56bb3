import Glibc

/// Reads a run's event log while another process writes it: each call gives the events that have come since the last.
package struct EventTail {
    private let path: String
    private var offset = 0
    private var lines = 0
    private var rest: [UInt8] = []

    package init(path: String) { self.path = path }

    /// Whole lines only; what is being written now comes with a later call.
    package mutating func next() throws -> [Event] {
        let fresh = try readFile(path, from: offset)
        offset += fresh.count
        rest += fresh
        var events: [Event] = []
        var begin = rest.startIndex
        while let end = rest[begin...].firstIndex(of: UInt8(ascii: "\n")) {
            lines += 1
            do {
                events.append(try Event(line: rest[begin..<end]))
            } catch {
                throw ResultsError.eventLog(path: path, line: lines, why: EventLogContents.reason(error))
            }
            begin = end + 1
        }
        rest.removeFirst(begin)
        return events
    }
}
