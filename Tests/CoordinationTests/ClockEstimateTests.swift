import Coordination
import Testing
import Vocabulary

@Suite struct ClockEstimateTests {
    /// An exchange of an agent whose clock is `offset` ahead, with these ways there and back, in microseconds.
    private func exchange(at: Int64, offset: Int64, there: Int64, back: Int64) -> ClockEstimate.Exchange {
        func moment(_ microseconds: Int64) -> Moment { Moment(nanoseconds: microseconds * 1000) }
        return ClockEstimate.Exchange(
            sent: moment(at), agentReceived: moment(at + there + offset), agentSent: moment(at + there + offset + 10),
            received: moment(at + there + 10 + back))
    }

    @Test("The truth lies within the bound, whichever way is the slower", arguments: [-3_000_000, 0, 7, 3_600_000_000])
    func bounded(offset: Int64) throws {
        var estimate = ClockEstimate()
        for (i, way) in [(900, 100), (50, 4000), (300, 310), (20_000, 20)].enumerated() {
            estimate.add(exchange(at: Int64(i) * 1000, offset: offset, there: Int64(way.0), back: Int64(way.1)))
            let found = try #require(estimate.offset(at: Moment(nanoseconds: 40_000_000)))
            let error = found.value - .microseconds(offset)
            #expect(error <= found.bound && error >= .zero - found.bound)
        }
    }

    @Test("The exchange with the shortest round trip counts")
    func shortest() throws {
        var estimate = ClockEstimate(driftPartsPerMillion: 0)
        estimate.add(exchange(at: 0, offset: 500, there: 9000, back: 100))
        estimate.add(exchange(at: 10_000, offset: 500, there: 100, back: 100))
        estimate.add(exchange(at: 20_000, offset: 500, there: 100, back: 7000))
        let found = try #require(estimate.offset(at: Moment(nanoseconds: 30_000_000)))
        #expect(found.value == .microseconds(500) && found.exchanges == 3)
        #expect(found.bound <= .microseconds(101))
    }

    @Test("Two exchanges that were each quick one way say together what neither says alone")
    func together() throws {
        var estimate = ClockEstimate(driftPartsPerMillion: 0)
        estimate.add(exchange(at: 0, offset: 500, there: 9000, back: 20))
        estimate.add(exchange(at: 10_000, offset: 500, there: 30, back: 7000))
        let found = try #require(estimate.offset(at: Moment(nanoseconds: 20_000_000)))
        #expect(found.bound <= .microseconds(26) && found.exchanges == 2)
        #expect(max(found.value - .microseconds(500), .microseconds(500) - found.value) <= found.bound)
    }

    @Test(
        "A moment between exchanges is known from both sides, and a drift of up to the limit never leaves the bound",
        arguments: [-500, 500, 90])
    func drifting(partsPerMillion: Int64) throws {
        var estimate = ClockEstimate()
        var track = ClockTrack()
        func there(_ microseconds: Int64) -> Int64 { 777_000 + microseconds * 1000 + microseconds * partsPerMillion / 1000 }
        for i in 0..<300 as Range<Int64> {
            let (sent, way) = (i * 250_000, 100 + i * 37 % 400)
            let exchange = ClockEstimate.Exchange(
                sent: Moment(nanoseconds: sent * 1000), agentReceived: Moment(nanoseconds: there(sent + way)),
                agentSent: Moment(nanoseconds: there(sent + way + 10)), received: Moment(nanoseconds: (sent + way + 10 + 500 - way) * 1000))
            estimate.add(exchange)
            let now = exchange.received
            let known = try #require(estimate.offset(at: now))
            track.add(known, at: now)
            for age in [0, 100_000, 1_000_000] as [Int64] where sent > age {
                let found = try #require(estimate.offset(at: now - .microseconds(age)))
                let at = now.nanoseconds / 1000 - age
                let truth = Duration.nanoseconds(there(at) - at * 1000)
                #expect(max(found.value - truth, truth - found.value) <= found.bound, "exchange \(i), \(age) µs before")
                #expect(found.bound < .milliseconds(1))
            }
        }
        // Over the whole time, long after the window has forgotten it.
        for at in stride(from: 0, to: 70_000_000, by: 1_300_000) as StrideTo<Int64> {
            let truth = Duration.nanoseconds(there(at) - at * 1000)
            let found = try #require(track.offset(at: Moment(nanoseconds: there(at))))
            #expect(max(found - truth, truth - found) < .milliseconds(1), "\(at) µs")
        }
    }

    @Test("After a suspension, which moves the offset, only what was exchanged since counts")
    func suspended() throws {
        var estimate = ClockEstimate()
        for i in 0..<10 { estimate.add(exchange(at: Int64(i) * 1000, offset: 0, there: 100, back: 100)) }
        estimate.add(exchange(at: 20_000, offset: 60_000_000, there: 300, back: 300))
        let found = try #require(estimate.offset(at: Moment(nanoseconds: 21_000_000)))
        #expect(found.exchanges == 1 && found.value == .seconds(60) && found.bound < .microseconds(400))
    }

    @Test("However long the run, a track keeps a bounded number of points")
    func trackLimit() throws {
        var track = ClockTrack()
        for i in 0..<100_000 as Range<Int64> {
            track.add(.init(value: .nanoseconds(i * 1000), bound: .zero, exchanges: 1), at: Moment(nanoseconds: i * 1_000_000_000))
        }
        let found = try #require(track.offset(at: Moment(nanoseconds: 50_000_500_000_000)))
        #expect(max(found - .microseconds(50_000), .microseconds(50_000) - found) < .milliseconds(1))
        #expect(track.count < ClockTrack.limit)
    }

    @Test("The bound widens with age, until a newer exchange is better")
    func drift() throws {
        var estimate = ClockEstimate(driftPartsPerMillion: 500)
        estimate.add(exchange(at: 0, offset: 0, there: 100, back: 100))
        let late = Moment(nanoseconds: 10_000_000_000)
        #expect(try #require(estimate.offset(at: late)).bound >= .milliseconds(4))
        estimate.add(exchange(at: 9_900_000, offset: 4000, there: 400, back: 400))
        let found = try #require(estimate.offset(at: late))
        #expect(found.value == .microseconds(4000) && found.bound < .milliseconds(1))
    }

    @Test("An exchange that contradicts itself is ignored")
    func contradiction() {
        var estimate = ClockEstimate()
        estimate.add(exchange(at: 0, offset: 0, there: -200, back: 100))
        #expect(estimate.offset(at: .zero) == nil)
    }

    @Test("Moments go there and back through the offset")
    func thereAndBack() throws {
        var estimate = ClockEstimate()
        estimate.add(exchange(at: 0, offset: 1_000_000, there: 100, back: 100))
        let now = Moment(nanoseconds: 1_000_000)
        let there = try #require(estimate.agentMoment(of: now, now: now))
        #expect(there == Moment(nanoseconds: 1_001_000_000))
        #expect(estimate.controllerMoment(of: there, now: now) == now)
    }

    @Test("No more than the window is kept")
    func window() throws {
        var estimate = ClockEstimate(driftPartsPerMillion: 0)
        for i in 0..<200 { estimate.add(exchange(at: Int64(i) * 1000, offset: 0, there: 100, back: 100)) }
        #expect(try #require(estimate.offset(at: .zero)).exchanges == ClockEstimate.window)
    }
}
