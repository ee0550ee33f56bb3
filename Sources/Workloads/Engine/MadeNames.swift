import Storage
import Synchronization

/// The names that one worker's put or mkdir used: numbers from 0, the oldest given back first.
///
/// Only the worker writes to it; anybody may read how far it is.
final class MadeNames: Sendable {
    let seed: UInt64
    let plainURI: [UInt8]
    private let names: FreshNames
    private let gone = Atomic<UInt64>(0)
    private let used = Atomic<UInt64>(0)

    init(uri: String, seed: UInt64) {
        self.seed = seed
        plainURI = Array(uri.utf8)
        names = FreshNames(uri: uri, seed: seed)
    }

    /// Names before it were given back.
    var from: UInt64 { gone.load(ordering: .relaxed) }
    var upTo: UInt64 { used.load(ordering: .relaxed) }

    /// Writes the next fresh name and returns its number.
    func take(_ uri: ObjectURI) -> UInt64 {
        let number = upTo
        names.write(number, to: uri)
        used.store(number + 1, ordering: .relaxed)
        return number
    }

    /// Writes the name of a number that was used.
    func write(_ number: UInt64, to uri: ObjectURI) { names.write(number, to: uri) }

    /// Writes the oldest name that was not given back yet; false where there is none.
    func giveBack(_ uri: ObjectURI) -> Bool {
        let number = from
        guard number < upTo else { return false }
        names.write(number, to: uri)
        gone.store(number + 1, ordering: .relaxed)
        return true
    }
}
