import Foundation
import Measurement
import Plans
import TestKit
import Testing
import Vocabulary

@testable import Workloads

@Suite("What PUT makes, read by GET")
struct PutPoolTests {
    @Test("With dynamic_put_pool what a worker has put is read too, also where nothing else is there", arguments: [0, 10])
    func freshObjectsAreRead(prepared: Int) async throws {
        try await rehearse { stage in
            // Prepared objects have 1 byte, fresh ones 1000.
            let sets = prepared > 0 ? [stage.set(prepared, sizes: .fixed(ByteCount(1)))] : []
            _ = await stage.perform(.prepare(PrepareWork(sets: sets, workers: 1)))
            let mix = [
                LoadOperation(kind: .get, uri: "\(stage.base)*", weight: 1),
                LoadOperation(kind: .put, uri: "\(stage.base)obj-{}", weight: 1, sizes: .fixed(ByteCount(1000))),
            ]
            var work = stage.load(mix, sets: sets, tasks: 400, workers: 2)
            work.dynamicPutPool = true
            let statistics = await stage.perform(.load(work)).outcome.statistics
            #expect(statistics.table.total.errors == 0, "\(statistics.errorSamples)")
            let read = statistics.table.total(of: OperationKind.get)
            #expect(read.count > 100)
            #expect(read.bytes > read.count, "some are fresh")
            if prepared > 0 { #expect(read.bytes < read.count * 1000, "and some are not") }
            guard prepared > 0 else { return }
            work.dynamicPutPool = false
            let plain = await stage.perform(.load(work)).outcome.statistics.table.total(of: OperationKind.get)
            #expect(plain.bytes == plain.count)
        }
    }
}
