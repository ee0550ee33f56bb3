import Plans
import Storage
import Synchronization

/// An agent's endpoints as its workers share them: their addresses and, where that decides, how many operations are under way at each.
final class Routes: Sendable {
    /// Operations under way, far enough from other such numbers that processors do not fight for them.
    private final class Gauge: Sendable {
        let count = Atomic<Int>(0)
        private let distance = (0, 0, 0, 0, 0, 0, 0, 0)
    }

    /// Of one scheme, each ending in `/`; names are below the first.
    let uris: [[UInt8]]
    /// nil: one after the other.
    private let gauges: [Gauge]?

    init?(_ endpoints: Endpoints?) {
        guard let endpoints, !endpoints.uris.isEmpty else { return nil }
        uris = endpoints.uris.map { Array($0.utf8) }
        gauges = endpoints.strategy == .leastConnections ? uris.map { _ in Gauge() } : nil
    }

    /// Whether a name is below the first endpoint.
    func covers(_ uri: String) -> Bool { uri.utf8.starts(with: uris[0]) }

    /// The endpoint of `turn`, a number that grows by one an operation; of several with as few operations under way the first from there on.
    /// `leave` is called once the operation is over.
    func enter(_ turn: Int) -> Int {
        let first = turn % uris.count
        guard let gauges else { return first }
        var best = first
        var fewest = Int.max
        for step in 0..<gauges.count {
            let place = (first + step) % gauges.count
            let count = gauges[place].count.load(ordering: .relaxed)
            if count < fewest { (best, fewest) = (place, count) }
            if count == 0 { break }
        }
        gauges[best].count.add(1, ordering: .relaxed)
        return best
    }

    func leave(_ place: Int) { gauges?[place].count.subtract(1, ordering: .relaxed) }
}

/// One worker's ways to its agent's endpoints; belongs to its thread.
final class Router {
    private let routes: Routes
    private let worker: Worker
    private let open: (String) throws(StorageError) -> any StorageTarget
    /// Opened when they are first needed. Files take no connection, so one target is for all.
    private var targets: [(any StorageTarget)?]
    private let isShared: Bool
    private var turn: Int

    /// Workers begin at different endpoints, and so do agents, by their index.
    init?(
        _ routes: Routes?, worker: Worker, agent: Int = 0, open: @escaping (String) throws(StorageError) -> any StorageTarget
    ) {
        guard let routes else { return nil }
        self.routes = routes
        self.worker = worker
        self.open = open
        isShared = !Targets.isObjectStore(String(decoding: routes.uris[0], as: UTF8.self))
        targets = Array(repeating: nil, count: isShared ? 1 : routes.uris.count)
        turn = worker.number + agent
    }

    /// Sends an operation on `uri`, below the first endpoint, to the endpoint of `turn` (nil: the next one): changes the name, has
    /// the worker count it there, and shows `body` the target.
    func perform<Outcome>(
        on uri: ObjectURI, turn given: Int? = nil, _ body: (any StorageTarget) -> Outcome
    ) throws(StorageError) -> Outcome {
        let place = routes.enter(given ?? turn)
        if given == nil { turn &+= 1 }
        defer { routes.leave(place) }
        let target = try target(place)
        worker.endpoint = place
        defer { worker.endpoint = Worker.noEndpoint }
        rename(uri)
        return body(target)
    }

    /// Turns another name below the first endpoint to the one of the operation going on, where it goes to any.
    func rename(_ uri: ObjectURI) {
        if worker.endpoint > 0 { uri.replaceBeginning(routes.uris[0].count, by: routes.uris[worker.endpoint]) }
    }

    func takeMadeDirectories() -> [String] { targets.flatMap { $0?.takeMadeDirectories() ?? [] } }

    private func target(_ place: Int) throws(StorageError) -> any StorageTarget {
        let slot = isShared ? 0 : place
        if let target = targets[slot] { return target }
        let target = try open(String(decoding: routes.uris[place], as: UTF8.self))
        targets[slot] = target
        return target
    }
}
