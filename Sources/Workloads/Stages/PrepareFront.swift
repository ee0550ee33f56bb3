import Synchronization

extension PrepareStage {
    /// Hands out a part's numbers, and knows up to where all of them are done.
    final class Front: Sendable {
        private struct State {
            var next: Int
            /// Where batches begin that are being worked on, or in which something failed.
            var open: [Int] = []
        }

        let part: Part
        /// Objects that need not be looked at.
        let trusted: Int
        private let batch: Int
        private let state: Mutex<State>

        init(part: Part, workers: Int, checkpoint: PrepareCheckpoint?) {
            self.part = part
            if case .objects(let objects) = part { trusted = checkpoint?.trusted(objects) ?? 0 } else { trusted = 0 }
            batch = min(64, max(1, part.count / (max(1, workers) * 8)))
            state = Mutex(State(next: trusted))
        }

        var base: String { if case .objects(let objects) = part { objects.base } else { "" } }

        /// The next numbers; nil when there are none left. One lock for all numbers of a batch.
        func take() -> Range<Int>? {
            state.withLock { state in
                guard state.next < part.count else { return nil }
                let numbers = state.next..<min(part.count, state.next + batch)
                state.next = numbers.upperBound
                state.open.append(numbers.lowerBound)
                return numbers
            }
        }

        func finish(_ numbers: Range<Int>) {
            state.withLock { state in
                if let place = state.open.firstIndex(of: numbers.lowerBound) { state.open.remove(at: place) }
            }
        }

        func note(in checkpoint: PrepareCheckpoint?) {
            guard let checkpoint, case .objects(let objects) = part else { return }
            let front = state.withLock { $0.open.min() ?? $0.next }
            checkpoint.note(objects, upTo: front)
        }
    }
}
