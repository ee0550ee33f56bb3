import Synchronization

/// Tells tasks that something may have changed. Rings are counted, so none is missed between looking and waiting.
final class Bell: Sendable {
    private struct Waiting: Sendable {
        var rings: UInt64 = 0
        var nextID: UInt64 = 0
        var sleepers: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    private let waiting = Mutex(Waiting())

    /// To be read before looking at what the bell is about, and given to `wait`.
    var rings: UInt64 { waiting.withLock { $0.rings } }

    func ring() {
        let sleepers = waiting.withLock { waiting in
            waiting.rings += 1
            defer { waiting.sleepers.removeAll() }
            return Array(waiting.sleepers.values)
        }
        for sleeper in sleepers { sleeper.resume() }
    }

    /// Comes back when the bell has rung since `rings` were counted, or the task is cancelled.
    func wait(after rings: UInt64) async {
        let id = waiting.withLock { waiting in
            waiting.nextID += 1
            return waiting.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { sleeper in
                let isOver = waiting.withLock { waiting in
                    // A task cancelled before it slept finds nobody to wake it: it must not fall asleep.
                    if waiting.rings != rings || Task.isCancelled { return true }
                    waiting.sleepers[id] = sleeper
                    return false
                }
                if isOver { sleeper.resume() }
            }
        } onCancel: {
            waiting.withLock { $0.sleepers.removeValue(forKey: id) }?.resume()
        }
    }
}
