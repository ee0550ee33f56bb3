import Vocabulary

extension RunMachine {
    /// Exit codes are DESIGN.md's: of several that apply the first of 130, 4, 1, 5, 0.
    func makeVerdict() -> RunVerdict {
        let completed = members.filter { $0.isTaking && $0.done.count == stages.count }
        let reasons = reasons
        let outcome: RunVerdict.Outcome
        let exitCode: Int32
        if interruption != nil {
            (outcome, exitCode) = (.interrupted, 130)
        } else if preparationFailure != nil {
            (outcome, exitCode) = (.failed, 4)
        } else if breakReason != nil {
            (outcome, exitCode) = (.failed, 1)
        } else if !reasons.isEmpty {
            (outcome, exitCode) = (.degraded, 5)
        } else {
            (outcome, exitCode) = (.success, 0)
        }
        return RunVerdict(
            outcome: outcome, exitCode: exitCode, completed: completed.map(\.id),
            failed: members.filter(\.hasFailed).map(\.id), lost: members.filter(\.isLost).map(\.id),
            incomplete: members.filter { isIncomplete($0) }.map(\.id),
            unreachable: members.filter { $0.isUnreachable || $0.isUnready }.map(\.id), total: members.count,
            reasons: reasons,
            failedOptionalStages: stages.indices.filter { rules.stages[$0].optional && stages[$0].hasFailures }.map {
                rules.stages[$0].order
            })
    }

    /// Each thing once: what an agent lacks is left out where it is told with what cut the run short, or only follows from that.
    private var reasons: [String] {
        var tooFew: String?
        if case .tooFew(let ready, let minimum) = preparationFailure { tooFew = "\(ready) of at least \(minimum) agents became ready" }
        let decided = [interruption, tooFew, breakReason].compactMap { $0 }
        let found = members.flatMap { shortcomings(of: $0) }
        return decided + found.filter { reason in !decided.contains { $0 == reason || $0.hasSuffix(" \(reason)") } }
    }

    /// Whether it did not go on to its last stage, so that no agent could.
    private var wasCutShort: Bool { interruption != nil || preparationFailure != nil || breakReason != nil }

    private func isIncomplete(_ member: Member) -> Bool {
        (member.isTaking && member.done.count < stages.count) || member.standing.isExcluded || member.standing == .expected
    }

    /// Everything that keeps one agent from having done and left as it should.
    private func shortcomings(of member: Member) -> [String] {
        var found: [String] = []
        switch member.standing {
        case .expected where !wasCutShort: found.append("\(member.id) had not become ready")
        case .taking where member.done.count < stages.count && !wasCutShort:
            let missed = stages.indices.filter { !member.done.contains($0) }.map { "\(rules.stages[$0].order)" }
            found.append("\(member.id) did not go through stage \(missed.joined(separator: ", "))")
        case .expected, .taking: break
        case .notReady(let problems): found += problems.map { "\(member.id) was not ready: \($0)" }
        case .unreachable(let why): found.append("\(member.id) could not be reached: \(why)")
        case .failed(let why): found.append("\(member.id) failed: \(why)")
        case .lost(let why): found.append("\(member.id) was lost: \(why)")
        case .excluded(let why): found.append("\(member.id) was excluded: \(why)")
        }
        if case .ended(false, let note) = member.collection { found.append("\(member.id)'s results are not all home: \(note)") }
        if case .ended(false, let note) = member.withdrawal {
            found.append("\(member.id) was not seen to be gone: \(note)")
        }
        return found
    }
}

extension Member {
    var isUnready: Bool { if case .notReady = standing { true } else { false } }
}
