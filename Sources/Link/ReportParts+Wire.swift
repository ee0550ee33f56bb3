import FoundationEssentials
import SwiftProtobuf
import Vocabulary

extension HostFacts {
    init(_ wire: WireReady) {
        self.init(
            hostName: wire.hostName, kernel: wire.kernel, cores: Int(wire.cores), memoryBytes: wire.memoryBytes, pid: wire.pid)
    }

    var wire: WireReady {
        .with {
            $0.hostName = hostName
            $0.kernel = kernel
            $0.cores = UInt32(clamping: cores)
            $0.memoryBytes = memoryBytes
            $0.pid = pid
        }
    }
}

extension Progress {
    init(_ wire: WireProgress) {
        self.init(stage: wire.hasStage ? StageOrder(Int(wire.stage)) : nil, operations: wire.operations, bytes: wire.bytes)
    }

    var wire: WireProgress {
        .with {
            if let stage { $0.stage = Int64(stage.number) }
            $0.operations = operations
            $0.bytes = bytes
        }
    }
}

extension LogLine {
    init(_ wire: WireLogLine) throws(LinkError) {
        guard let level = Level(rawValue: wire.level.rawValue) else { throw .garbage("an unknown log level") }
        self.init(moment: Moment(nanoseconds: wire.momentNs), level: level, text: wire.text, number: wire.number)
    }

    var wire: WireLogLine {
        .with {
            $0.momentNs = moment.nanoseconds
            $0.level = WireLogLevel(rawValue: level.rawValue) ?? .info
            $0.text = text
            $0.number = number
        }
    }
}

extension ResultPiece {
    init(_ wire: WireResultPiece) throws(LinkError) {
        guard Self.isSafe(path: wire.path) else { throw .garbage("a result file with an unsafe path") }
        let (end, overflow) = wire.offset.addingReportingOverflow(UInt64(wire.bytes.count))
        guard !overflow, end <= wire.size, wire.isLast == (end == wire.size), [0, 32].contains(wire.sha256.count) else {
            throw .garbage("a piece that does not fit its file")
        }
        self.init(
            path: wire.path, offset: wire.offset, bytes: Array(wire.bytes), size: wire.size, isLast: wire.isLast,
            sha256: Array(wire.sha256))
    }

    var wire: WireResultPiece {
        .with {
            $0.path = path
            $0.offset = offset
            $0.bytes = Data(bytes)
            $0.size = size
            $0.isLast = isLast
            $0.sha256 = Data(sha256)
        }
    }
}
