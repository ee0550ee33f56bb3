import Measurement
import Vocabulary

/// What an agent tells the controller. All moments but `pong`'s `sentAt` are on the agent's own clock.
package enum Report: Sendable, Equatable {
    case ready(HostFacts)
    /// Every problem that keeps the agent from its plan, at once.
    case notReady([String])
    /// Answers `ping`; `sentAt` is the order's own.
    case pong(id: UInt64, sentAt: Moment, receivedAt: Moment, answeredAt: Moment)
    /// Answers `query`.
    case answer(id: UInt32, Progress)
    case heartbeat(Progress)
    case interval(IntervalStatistics)
    case log([LogLine])
    /// The stage has begun; `firstOperation` where it puts load on storage and the first call has been made.
    case began(StageOrder, epoch: UInt32, at: Moment, firstOperation: Moment?)
    /// The stage has ended here and the agent waits for what comes next.
    case arrived(StageOrder, epoch: UInt32, Arrival, StageStatistics)
    /// All load has ended, as ordered by `stop`.
    case stopped
    /// The pieces that follow are of this pass (`Order.collect`); those before are of none that is wanted.
    case resultsBegin(pass: UInt64)
    case file(ResultPiece)
    /// Everything has been sent: so many files with so many bytes in all; what should be among them and could not be kept or read is `missing`.
    case resultsEnd(files: Int, bytes: UInt64, missing: [String] = [])
    case leaving(why: String)
    /// Somebody came to the agent's own door and was turned away: from where, and why.
    case stranger(why: String)
}

/// What the controller wants to know of a host.
package struct HostFacts: Sendable, Equatable {
    package var hostName: String
    package var kernel: String
    package var cores: Int
    package var memoryBytes: UInt64
    package var pid: Int32

    package init(hostName: String, kernel: String, cores: Int, memoryBytes: UInt64, pid: Int32) {
        self.hostName = hostName
        self.kernel = kernel
        self.cores = cores
        self.memoryBytes = memoryBytes
        self.pid = pid
    }
}

/// How far an agent has come in the stage it is in; nil: between stages.
package struct Progress: Sendable, Equatable {
    package var stage: StageOrder?
    /// Since the stage began, like `bytes`.
    package var operations: UInt64
    package var bytes: UInt64

    package init(stage: StageOrder?, operations: UInt64, bytes: UInt64) {
        self.stage = stage
        self.operations = operations
        self.bytes = bytes
    }
}

/// The outcome with which an agent arrives at a barrier.
package enum Arrival: Sendable, Equatable {
    case completed
    case failed(why: String)
    /// Ended by order.
    case stopped
}

/// One line of an agent's log.
package struct LogLine: Sendable, Equatable {
    package enum Level: Int, Sendable, CaseIterable { case debug, info, warning, error }

    package var moment: Moment
    package var level: Level
    package var text: String
    /// From 1 an agent, without gaps: a line that comes again is known by it.
    package var number: UInt64

    package init(moment: Moment, level: Level, text: String, number: UInt64 = 0) {
        self.number = number
        self.moment = moment
        self.level = level
        self.text = text
    }
}

/// A part of one file of an agent's result directory.
///
/// The pieces of a file come in order and without gaps; an empty file is one piece. A piece whose path could lead out of
/// the result directory is not decoded: who sends it is cut off.
package struct ResultPiece: Sendable, Equatable {
    /// Most bytes in one piece: what keeps a frame well under its limit, and other messages from waiting behind it.
    package static let byteLimit = 256 << 10

    /// Relative to the result directory, with `/` between the parts.
    package var path: String
    package var offset: UInt64
    package var bytes: [UInt8]
    /// Of the whole file.
    package var size: UInt64
    package var isLast: Bool
    /// Of the whole file, with its last piece: 32 bytes, or empty where it was not made.
    package var sha256: [UInt8]

    package init(path: String, offset: UInt64, bytes: [UInt8], size: UInt64, isLast: Bool, sha256: [UInt8] = []) {
        self.path = path
        self.offset = offset
        self.bytes = bytes
        self.size = size
        self.isLast = isLast
        self.sha256 = sha256
    }

    /// Whether `path` is relative, has no empty part, `.` or `..`, no control character and at most 1,024 bytes.
    package static func isSafe(path: String) -> Bool {
        guard (1...1024).contains(path.utf8.count), path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { return false }
        return path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}
