import FoundationEssentials
import Measurement
import SwiftProtobuf
import Vocabulary

extension Report: LinkMessage {
    /// Intervals that wait for a link which is away; older ones are dropped, what a stage did in all comes with its arrival.
    package static let intervalLimit = 8

    package var retention: Retention {
        switch self {
        case .pong: .newest(slot: 0, limit: Order.clockLimit)
        case .answer: .newest(slot: 1, limit: 1)
        case .heartbeat: .newest(slot: 2, limit: 1)
        case .interval: .newest(slot: 3, limit: Self.intervalLimit)
        case .ready, .notReady, .log, .began, .arrived, .stopped, .resultsBegin, .file, .resultsEnd, .leaving, .stranger:
            .untilAcknowledged
        }
    }

    package func encoded() throws(LinkError) -> [UInt8] { try encodeWire(wire) }

    package init(encoded bytes: [UInt8]) throws(LinkError) {
        switch try decodeWire(WireReport.self, bytes, "no report").content {
        case .ready(let ready): self = .ready(HostFacts(ready))
        case .notReady(let notReady): self = .notReady(notReady.problems)
        case .pong(let pong):
            self = .pong(
                id: pong.id, sentAt: Moment(nanoseconds: pong.sentAtNs), receivedAt: Moment(nanoseconds: pong.receivedAtNs),
                answeredAt: Moment(nanoseconds: pong.answeredAtNs))
        case .answer(let answer): self = .answer(id: answer.id, Progress(answer.progress))
        case .heartbeat(let progress): self = .heartbeat(Progress(progress))
        case .interval(let bytes):
            guard let interval = IntervalStatistics(encoded: bytes) else { throw .garbage("no interval statistics") }
            self = .interval(interval)
        case .log(let log):
            var lines: [LogLine] = []
            for line in log.lines { lines.append(try LogLine(line)) }
            self = .log(lines)
        case .began(let began):
            self = .began(
                StageOrder(Int(began.stage)), epoch: began.epoch, at: Moment(nanoseconds: began.atNs),
                firstOperation: began.hasFirstOperationNs ? Moment(nanoseconds: began.firstOperationNs) : nil)
        case .arrived(let arrived): self = try Self.arrived(arrived)
        case .stopped: self = .stopped
        case .resultsBegin(let begin): self = .resultsBegin(pass: begin.pass)
        case .file(let piece): self = .file(try ResultPiece(piece))
        case .resultsEnd(let end): self = .resultsEnd(files: Int(end.files), bytes: end.bytes, missing: end.missing)
        case .leaving(let leaving): self = .leaving(why: leaving.why)
        case .stranger(let stranger): self = .stranger(why: stranger.why)
        case nil: throw .garbage("an empty report")
        }
    }

    private static func arrived(_ wire: WireArrived) throws(LinkError) -> Report {
        guard let statistics = StageStatistics(encoded: wire.statistics) else { throw .garbage("no stage statistics") }
        let arrival: Arrival
        switch wire.arrival {
        case .completed: arrival = .completed
        case .failed(let why): arrival = .failed(why: why)
        case .stopped: arrival = .stopped
        case nil: throw .garbage("an arrival without an outcome")
        }
        return .arrived(StageOrder(Int(wire.stage)), epoch: wire.epoch, arrival, statistics)
    }

    private var wire: WireReport {
        var wire = WireReport()
        switch self {
        case .ready(let facts): wire.ready = facts.wire
        case .notReady(let problems): wire.notReady = .with { $0.problems = problems }
        case .pong(let id, let sentAt, let receivedAt, let answeredAt):
            wire.pong = .with {
                $0.id = id
                $0.sentAtNs = sentAt.nanoseconds
                $0.receivedAtNs = receivedAt.nanoseconds
                $0.answeredAtNs = answeredAt.nanoseconds
            }
        case .answer(let id, let progress):
            wire.answer = .with {
                $0.id = id
                $0.progress = progress.wire
            }
        case .heartbeat(let progress): wire.heartbeat = progress.wire
        case .interval(let interval): wire.interval = Data(interval.encoded())
        case .log(let lines): wire.log = .with { $0.lines = lines.map(\.wire) }
        case .began(let stage, let epoch, let at, let firstOperation):
            wire.began = .with {
                $0.stage = Int64(stage.number)
                $0.epoch = epoch
                $0.atNs = at.nanoseconds
                if let firstOperation { $0.firstOperationNs = firstOperation.nanoseconds }
            }
        case .arrived(let stage, let epoch, let arrival, let statistics):
            wire.arrived = Self.wire(stage, epoch, arrival, statistics)
        case .stopped: wire.stopped = WireStopped()
        case .resultsBegin(let pass): wire.resultsBegin = .with { $0.pass = pass }
        case .file(let piece): wire.file = piece.wire
        case .resultsEnd(let files, let bytes, let missing):
            wire.resultsEnd = .with {
                $0.files = UInt32(clamping: files)
                $0.bytes = bytes
                $0.missing = missing
            }
        case .leaving(let why): wire.leaving = .with { $0.why = why }
        case .stranger(let why): wire.stranger = .with { $0.why = why }
        }
        return wire
    }

    private static func wire(_ stage: StageOrder, _ epoch: UInt32, _ arrival: Arrival, _ statistics: StageStatistics) -> WireArrived {
        .with {
            $0.stage = Int64(stage.number)
            $0.epoch = epoch
            switch arrival {
            case .completed: $0.completed = WireEmpty()
            case .failed(let why): $0.failed = why
            case .stopped: $0.stopped = WireEmpty()
            }
            $0.statistics = Data(statistics.encoded())
        }
    }
}
