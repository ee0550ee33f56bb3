import Synchronization
import Vocabulary

/// What a stage adds to the ledger, readable while it runs.
final class LedgerBoard: Sendable {
    private struct Source {
        var stage: StageOrder
        var kind: OperationKind
        var uri: String
        var names: MadeNames
    }

    private let base: PutLedger
    private let sources = Mutex<[Source]>([])
    private let directories = Mutex<[String]>([])

    init(_ base: PutLedger) { self.base = base }

    var ledger: PutLedger {
        var ledger = base
        for source in sources.withLock({ $0 }) where source.names.upTo > 0 {
            ledger.entries.append(
                PutLedger.Entry(
                    stage: source.stage, kind: source.kind, uri: source.uri, seed: source.names.seed, from: source.names.from,
                    upTo: source.names.upTo))
        }
        ledger.add(directories: directories.withLock { $0 })
        return ledger
    }

    func add(_ names: MadeNames, stage: StageOrder, operation kind: OperationKind, uri: String) {
        sources.withLock { $0.append(Source(stage: stage, kind: kind, uri: uri, names: names)) }
    }

    func add(directories made: [String]) {
        guard !made.isEmpty else { return }
        directories.withLock { $0 += made.prefix(max(0, PutLedger.directoryLimit - $0.count)) }
    }
}
