import Plans
import Storage
import Vocabulary

/// One object as it will be called and as large as it will be, told before it is made.
package struct PreviewedObject: Sendable, Equatable {
    package let uri: String
    package let size: ByteCount
}

extension ObjectSet {
    /// The set's first objects, as prepare will make them.
    package func preview(_ count: Int) -> [PreviewedObject] { PlannedObjects(self).preview(count) }
}

extension DirectoryTree {
    /// Files of the whole tree, over all agents.
    package var plannedFiles: Int { PlannedObjects(filesOf: self).count }

    /// The tree's first files, as prepare will make them.
    package func preview(_ count: Int) -> [PreviewedObject] { PlannedObjects(filesOf: self).preview(count) }
}

extension PlannedObjects {
    fileprivate func preview(_ count: Int) -> [PreviewedObject] {
        let uri = ObjectURI()
        return (0..<min(count, self.count)).map { index in
            write(index, to: uri)
            return PreviewedObject(uri: uri.text, size: ByteCount(size(index)))
        }
    }
}

extension LoadOperation {
    /// Objects such as a put makes: each run draws others. None for other operations.
    package func preview(_ count: Int) -> [PreviewedObject] {
        guard kind == .put, let sizes else { return [] }
        let names = FreshNames(uri: uri, seed: Random.seed(uri))
        let name = ObjectURI()
        return (0..<count).map { index in
            names.write(UInt64(index), to: name)
            return PreviewedObject(
                uri: name.text,
                size: ByteCount(sizes.bytes(seed: Random.seed(uri), index: Repetition.group(of: UInt64(index), factor: dedupFactor))))
        }
    }
}

extension LoadWork {
    /// How many of the objects that prepare makes a get, stat or delete finds; 0 where it will look for what lies there.
    package func plannedObjects(for operation: LoadOperation) -> Int {
        let planned = knownSets.map { PlannedObjects($0) } + knownTrees.map { PlannedObjects(filesOf: $0) }
        let choice = LoadMix.choice(operation, planned, mixDeletes: operations.contains { $0.kind == .delete })
        return ObjectPool(matching: operation.uri, among: choice).count
    }
}

extension SizeDistribution {
    /// About what one object has on average.
    package var mean: ByteCount { ByteCount(Int64(min(meanBytes, 9e18))) }
}
