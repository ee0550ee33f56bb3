import Measurement
import Results
import Testing
import Vocabulary

@Suite struct StageResultsTests {
    private func stage(_ name: String = "execute", agents: Int, of expected: Int) -> StageResults {
        StageResults(
            position: 2, order: StageOrder(20), name: name, type: .execute,
            shares: (1...agents).reversed().map {
                .init(agent: AgentID(number: $0), statistics: SampleRun.statistics(stage: 20, operations: 2, seconds: 10 + $0))
            }, expectedAgents: expected)
    }

    @Test("a stage file has its head, the table, and a row an agent")
    func file() {
        let lines = stage(agents: 2, of: 2).text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines[0...2] == ["# Stage 2 Results: execute (execute)", "# Agents: 2", "# Duration: 12.00s"])
        #expect(lines[3] + "\n" == ResultsTable.header)
        #expect(
            lines[6...] == [
                "", "# Per-Agent Details", "agent_id\tget_ops\tget_bytes\tput_ops\tput_bytes\tmeta_ops\tduration_s\terrors",
                "agent-1\t2\t8192\t0\t0\t0\t11.00\t0", "agent-2\t2\t8192\t0\t0\t0\t12.00\t0", "",
            ])
    }

    @Test("a stage file over fewer agents than there are says so first")
    func partial() {
        #expect(stage(agents: 2, of: 3).text.hasPrefix("# PARTIAL: 2 of 3 agents\n# Stage 2"))
    }

    @Test("a stage's name cannot lead its file elsewhere")
    func names() {
        #expect(stage("Read & write/../x", agents: 1, of: 1).fileName == "02_Read___write_.._x_results.tsv")
        #expect(plainFileName("") == "_")
        #expect(stage("a\tb\nc", agents: 1, of: 1).text.contains("# Stage 2 Results: a b c (execute)\n"))
    }

    private func endpoint(_ uri: String, _ latencies: [Int64], errors: Int = 0) -> EndpointStatistics {
        var statistics = OperationStatistics()
        for latency in latencies { statistics.record(nanoseconds: latency * 1000, bytes: 100) }
        for _ in 0..<errors { statistics.recordError() }
        return EndpointStatistics(endpoint: uri, statistics: statistics)
    }

    @Test("an endpoint's row is merged from the histograms of all agents that have it")
    func endpoints() {
        var stage = stage(agents: 3, of: 3)
        stage.shares[0].statistics.endpoints = [endpoint("s3://a:1/b/", [10, 10, 10]), endpoint("s3://c:1/b/", [5], errors: 2)]
        stage.shares[1].statistics.endpoints = [endpoint("s3://c:1/b/", [1000]), endpoint("s3://d:1/b/", [])]
        #expect(
            [stage].workloadEndpointText == """
                endpoint\toperation_count\tbytes\terrors\tlatency_p50_us\tlatency_p90_us\tlatency_p99_us\tlatency_p999_us
                s3://a:1/b/\t3\t300\t0\t10.00\t10.00\t10.00\t10.00
                s3://c:1/b/\t2\t200\t2\t5.00\t1000.00\t1000.00\t1000.00
                s3://d:1/b/\t0\t0\t0\t0.00\t0.00\t0.00\t0.00

                """)
        #expect([stage].prepareEndpointText == nil)
        #expect([self.stage(agents: 1, of: 1)].workloadEndpointText == nil)
    }

    @Test("the totals are over execute and hybrid stages, prepare has a file of its own")
    func totals() {
        func part(_ type: StageType, _ operations: Int) -> StageResults {
            StageResults(
                position: 1, order: StageOrder(1), name: type.rawValue, type: type,
                shares: [.init(agent: AgentID(number: 1), statistics: SampleRun.statistics(stage: 1, operations: operations))],
                expectedAgents: 1)
        }
        let stages = [part(.prepare, 5), part(.execute, 3), part(.hybrid, 4), part(.cleanup, 9)]
        func all(_ text: String?) -> Substring? { text?.split(separator: "\n").last?.split(separator: "\t").last }
        #expect(all(stages.workloadText) == "7")
        #expect(all(stages.prepareText) == "5")
        #expect([part(.execute, 3)].prepareText == nil)
    }
}
