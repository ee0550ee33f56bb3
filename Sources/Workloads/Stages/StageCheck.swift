import Glibc
import Plans
import Storage
import Vocabulary

/// Finds what would keep a stage from being performed on this host, without doing any of it.
struct StageCheck {
    private let plan: AgentPlan
    private var problems: [String] = []

    init(plan: AgentPlan) { self.plan = plan }

    /// Every problem at once, each a sentence, none twice.
    mutating func problems(of stage: AgentStage) -> [String] {
        switch stage.work {
        case .validation: for other in plan.stages where other.type != .validation { check(other) }
        case .prepare, .load, .cleanup, .custom, .replay: check(stage)
        }
        return problems
    }

    private mutating func check(_ stage: AgentStage) {
        switch stage.work {
        case .validation: break
        case .prepare(let work): check(work)
        case .load(let work): check(work, of: stage)
        case .cleanup(let work): check(work.sets, work.trees)
        case .custom(let work): check(work)
        case .replay(let work):
            let log = work.onThisHost.log
            if access(log, R_OK) != 0 { add("the log \(log) cannot be read: \(String(cString: strerror(errno)))") }
        }
    }

    private mutating func check(_ sets: [ObjectSet], _ trees: [DirectoryTree]) {
        for set in sets { check(set.base, spreads: set.spreads, writing: true) }
        for tree in trees { check(tree.base, spreads: tree.spreads, writing: true) }
    }

    private mutating func check(_ work: PrepareWork) {
        check(work.sets, work.trees)
        var needed: [String: Double] = [:]
        for set in work.sets { needed[set.base, default: 0] += Double(set.share.portion(of: set.count)) * set.sizes.meanBytes }
        for tree in work.trees {
            let files = PlannedObjects(filesOf: tree)
            needed[tree.base, default: 0] += Double(files.portion) * tree.sizes.meanBytes
        }
        for (base, bytes) in needed.sorted(by: { $0.key < $1.key }) { checkSpace(base, bytes) }
    }

    /// Obviously too little only: what is there already may be kept or replaced, so nothing is said where objects exist.
    private mutating func checkSpace(_ base: String, _ bytes: Double) {
        guard let target = try? Targets.open(base), let free = target.availableBytes(ObjectURI(base)), bytes > Double(free) else { return }
        guard ((try? target.list(ObjectURI(base)) { _ in false }) ?? 0) == 0 else { return }
        let wanted = ByteCount(Int64(min(bytes, 9e18)))
        add("\(base) has \(ByteCount(free)) free, but this agent is to write about \(wanted) there")
    }

    private mutating func check(_ work: LoadWork, of stage: AgentStage) {
        if !work.operations.contains(where: { $0.weight > 0 }) { add("stage \(stage.name) has no operation with a positive weight") }
        let planned = work.knownSets.map { PlannedObjects($0) } + work.knownTrees.map { PlannedObjects(filesOf: $0) }
        let mayAppear = objectsMayAppear(before: stage)
        for operation in work.operations {
            switch operation.kind {
            case .put:
                if operation.sizes == nil { add("PUT \(operation.uri) has no object size") }
                check(operation.uri, spreads: operation.spreads, writing: true)
            case .mkdir where Targets.isObjectStore(operation.uri), .rmdir where Targets.isObjectStore(operation.uri):
                add("\(operation.kind.label) \(operation.uri): an object store has no directories")
            case .mkdir: check(operation.uri, spreads: operation.spreads, writing: true)
            case .get, .stat, .delete:
                if !mayAppear, !ObjectPool.isPlanned(operation.uri, among: planned) { checkMatches(operation) }
            case .list, .rmdir:
                if !mayAppear, planned.isEmpty { check(operation.uri, spreads: operation.spreads, writing: operation.kind == .rmdir) }
            }
        }
    }

    private func objectsMayAppear(before stage: AgentStage) -> Bool {
        plan.stages.contains { other in
            guard other.order < stage.order else { return false }
            switch other.work {
            case .custom, .replay: return true
            case .load(let work): return work.operations.contains { $0.kind == .put || $0.kind == .mkdir }
            case .prepare, .cleanup, .validation: return false
            }
        }
    }

    /// Of several endpoints the others are only looked at: they show the same objects.
    private mutating func checkMatches(_ operation: LoadOperation) {
        if operation.spreads, let endpoints = plan.endpoints { for uri in endpoints.uris.dropFirst() { check(uri, writing: false) } }
        do throws(StorageError) {
            let target = try Targets.open(operation.uri)
            if Glob(operation.uri).isLiteral {
                _ = try target.stat(ObjectURI(operation.uri))
            } else if try !ObjectPool.isThere(operation.uri, with: target) {
                add("\(operation.kind.label) \(operation.uri) matches no object")
            }
        } catch {
            let isEmpty = error.kind == .notFound && !Glob(operation.uri).isLiteral
            add(isEmpty ? "\(operation.kind.label) \(operation.uri) matches no object" : "\(error)")
        }
    }

    /// What goes over endpoints is looked at there, at each of them.
    private mutating func check(_ uri: String, spreads: Bool, writing: Bool) {
        let places = spreads ? plan.endpoints?.places(of: uri) : nil
        for place in places ?? [uri] { check(place, writing: writing) }
    }

    private mutating func check(_ uri: String, writing: Bool) {
        do {
            // Only what stands before a number or pattern is the name of something that exists.
            let fixed = String(uri.prefix { $0 != "{" && $0 != "*" })
            try Targets.open(uri).check(ObjectURI(fixed), writing: writing)
        } catch {
            add("\(error)")
        }
    }

    private mutating func check(_ work: CustomWork) {
        if work.command.isEmpty { return add("the custom stage has no command") }
        let directory = work.absoluteDirectory
        if let directory, access(directory, X_OK) != 0 {
            return add("working_dir \(directory) cannot be used on this host: \(String(cString: strerror(errno)))")
        }
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        let here = work.command.hasPrefix("/") ? "" : directory.map { $0 + "/" } ?? ""
        let folders = work.command.contains("/") ? [here] : path.split(separator: ":").map { "\($0)/" }
        if !folders.contains(where: { access($0 + work.command, X_OK) == 0 }) { add("\(work.command) is no program on this host") }
    }

    private mutating func add(_ problem: String) { if !problems.contains(problem) { problems.append(problem) } }
}

extension CustomWork {
    /// Where its command is started; nil: in the agent's own working directory.
    var absoluteDirectory: String? {
        guard let directory = workingDirectory, !directory.hasPrefix("/") else { return workingDirectory }
        return (getenv("MUSTER_FILES").map { String(cString: $0) + "/" } ?? "") + directory
    }
}
