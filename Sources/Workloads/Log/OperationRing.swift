import Storage
import Synchronization
import Vocabulary

/// Records of operations on their way from one worker to the operation log: bytes in a ring of fixed size.
///
/// One thread appends and one takes, at the same time, without a lock. What does not fit is counted and left out.
///
/// `@unchecked Sendable`: the bytes between tail and head belong to the taker, all others to the appender.
final class OperationRing: @unchecked Sendable {
    /// A record as it lies in the ring: this, then name and error, then up to a multiple of 8 bytes.
    struct Header {
        /// Of the whole record; 0: the rest of the ring is skipped.
        var length: UInt32 = 0
        var interval: UInt32 = 0
        var worker: UInt32 = 0
        var nameLength: UInt16 = 0
        var errorLength: UInt16 = 0
        var kind: UInt8 = 0
        var isWarmup = false
        var begin: Int64 = 0
        /// 0: not known.
        var firstByte: Int64 = 0
        var end: Int64 = 0
        var bytes: Int64 = 0
        var objects: Int64 = 0
    }

    /// Bytes of a name and of an error's text that are kept.
    static let textLimit = 4096

    private let memory: UnsafeMutableRawPointer
    private let capacity: Int
    private let head = Atomic<Int>(0)
    private let tail = Atomic<Int>(0)
    private let leftOut = Atomic<UInt64>(0)
    /// The tail as the appender last saw it.
    private var knownTail = 0

    /// `capacity` is a power of two, at least 16 KiB.
    init(capacity: Int) {
        precondition(capacity >= 1 << 14 && capacity & (capacity - 1) == 0, "a ring's size is a power of two")
        self.capacity = capacity
        memory = .allocate(byteCount: capacity, alignment: 8)
    }

    deinit { memory.deallocate() }

    /// Records that did not fit.
    var lost: UInt64 { leftOut.load(ordering: .relaxed) }

    func append(_ record: Header, name: UnsafeRawBufferPointer, error: UnsafeRawBufferPointer) {
        var record = record
        let (nameLength, errorLength) = (min(name.count, Self.textLimit), min(error.count, Self.textLimit))
        let length = (MemoryLayout<Header>.stride + nameLength + errorLength + 7) & ~7
        var place = head.load(ordering: .relaxed)
        let rest = capacity - place & (capacity - 1)
        let needed = length > rest ? length + rest : length
        if place + needed - knownTail > capacity {
            knownTail = tail.load(ordering: .acquiring)
            if place + needed - knownTail > capacity {
                leftOut.add(1, ordering: .relaxed)
                return
            }
        }
        if length > rest {
            (memory + place & (capacity - 1)).storeBytes(of: 0, as: UInt32.self)
            place += rest
        }
        record.length = UInt32(length)
        record.nameLength = UInt16(nameLength)
        record.errorLength = UInt16(errorLength)
        let start = memory + place & (capacity - 1)
        start.storeBytes(of: record, as: Header.self)
        let texts = start + MemoryLayout<Header>.stride
        if nameLength > 0, let from = name.baseAddress { texts.copyMemory(from: from, byteCount: nameLength) }
        if errorLength > 0, let from = error.baseAddress { (texts + nameLength).copyMemory(from: from, byteCount: errorLength) }
        head.store(place + length, ordering: .releasing)
    }

    func append(_ record: Header, name: String, error: String) {
        var (name, error) = (name, error)
        name.withUTF8 { name in error.withUTF8 { append(record, name: UnsafeRawBufferPointer(name), error: UnsafeRawBufferPointer($0)) } }
    }

    /// Shows the records of intervals up to `interval`, oldest first, and lets their memory go; returns how many they were.
    func take(upTo interval: UInt32, _ visit: (Header, _ name: UnsafeRawBufferPointer, _ error: UnsafeRawBufferPointer) -> Void) -> Int {
        let end = head.load(ordering: .acquiring)
        var place = tail.load(ordering: .relaxed)
        var taken = 0
        while place < end {
            let start = memory + place & (capacity - 1)
            if start.load(as: UInt32.self) == 0 {
                place += capacity - place & (capacity - 1)
                continue
            }
            let record = start.load(as: Header.self)
            guard record.interval <= interval else { break }
            let texts = UnsafeRawPointer(start + MemoryLayout<Header>.stride)
            visit(
                record, UnsafeRawBufferPointer(start: texts, count: Int(record.nameLength)),
                UnsafeRawBufferPointer(start: texts + Int(record.nameLength), count: Int(record.errorLength)))
            place += Int(record.length)
            taken += 1
        }
        tail.store(place, ordering: .releasing)
        return taken
    }
}
