import Link
import Synchronization
import Vocabulary

/// Tells an agent who was turned away at its door, from the moment on at which somebody asks; what came before goes to standard error alone.
///
/// Of many that come, a port scan's, the first hundred.
package final class DoorWatch: Sendable {
    private struct Book: Sendable {
        var count = 0
        var tell: (@Sendable (String) -> Void)?
    }

    private let book = Mutex(Book())
    private static let limit = 100

    package init() {}

    /// `tell` is called with each connection that is refused, in words: `from …: …`.
    func ask(_ tell: @escaping @Sendable (String) -> Void) { book.withLock { $0.tell = tell } }

    func note(_ text: String) {
        let (number, tell) = book.withLock { book in
            book.count += 1
            return (book.count, book.tell)
        }
        guard number <= Self.limit else { return }
        complain("a connection \(text)" + (number == Self.limit ? "; further ones are not told of" : ""))
        tell?(text)
    }
}
